"""Files of a form, uploaded as soon as they are chosen: no error in the form, no crash and no sign-in that has run out
loses them."""

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import JsonResponse

from publications.desk.file_facts import kind_and_size
from publications.editorial.roles import may_add
from publications.files import PICTURES, examine
from publications.models import FileText, Upload


class UploadForm(forms.Form):
    file = forms.FileField(error_messages={"required": "Choose a file."})
    kind = forms.ChoiceField(choices=[("file", "file"), ("picture", "picture")])

    def clean(self):
        found = super().clean()
        if "file" in found:
            found["facts"] = examine(found["file"], *(PICTURES if found.get("kind") == "picture" else ()))
        return found

    def save(self, user):
        facts = self.cleaned_data["facts"]
        FileText.objects.keep_reading(facts)
        return Upload.objects.add(self.cleaned_data["file"], facts, uploaded_by=user)


def upload(request):
    """Keep a file that was chosen; its key and what it is, or a sentence on what is wrong with it."""
    if not may_add(request.user):
        raise PermissionDenied
    form = UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        said = " ".join(sentence for sentences in form.errors.values() for sentence in sentences)
        return JsonResponse({"said": said}, status=400)
    kept = form.save(request.user)
    Upload.objects.sweep()
    words = f"{kept.name}: {kind_and_size(kept)}. It is uploaded, and saved with the form."
    return JsonResponse({"key": str(kept.pk), "said": words})
