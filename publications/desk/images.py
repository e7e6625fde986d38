"""Pictures of texts in the desk: uploaded as soon as they are chosen, and shown to those who may know of them."""

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import JsonResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from publications.desk.states import in_words
from publications.editorial.roles import may_add
from publications.models import Image
from publications.renditions import make_all_aside
from publications.sending import stored_file
from publications.views.files import KINDS, rendition_of
from text.keys import name_key

MOST_OFFERED = 24
MOST_WORDS = 8


class KnownPicture(forms.ModelChoiceField):
    """None for one that is not there, or not there for this person: nothing is replaced then."""

    def to_python(self, value):
        try:
            return super().to_python(value)
        except forms.ValidationError:
            return None


class UploadForm(forms.Form):
    file = forms.FileField(error_messages={"required": "Choose a picture."})
    # The picture in whose place this one comes.
    replaces = KnownPicture(Image.objects.none(), required=False)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["replaces"].queryset = Image.objects.in_desk_of(user)

    def save(self):
        """ValidationError where it is no picture."""
        found = self.cleaned_data
        return Image.objects.add(found["file"], replaces=found["replaces"], uploaded_by=self.user)


def upload(request):
    """Keep a picture that was chosen; its key, or a sentence on what is wrong with it."""
    if not may_add(request.user):
        raise PermissionDenied
    form = UploadForm(request.POST, request.FILES, user=request.user)
    try:
        image = form.save() if form.is_valid() else None
    except forms.ValidationError as error:
        form.add_error("file", error)
    if form.errors:
        return JsonResponse({"said": " ".join(form.errors["file"])}, status=400)
    Image.objects.sweep()
    make_all_aside(image.file.name)
    return JsonResponse({"key": str(image.pk), "width": image.width, "height": image.height})


@never_cache
@require_safe
def found(request):
    """The newest pictures that this person may put into a text, or those whose names hold all the words of `q`; none is
    about to go."""
    if not may_add(request.user):
        raise PermissionDenied
    rows = Image.objects.in_desk_of(request.user).waiting()
    for word in name_key(request.GET.get("q", "")).split()[:MOST_WORDS]:
        rows = rows.filter(name_key__contains=word)
    return JsonResponse({"pictures": [offer(image) for image in rows[:MOST_OFFERED]]})


def offer(image):
    size = f"{image.width:,} × {image.height:,}"
    return {"key": str(image.pk), "name": image.name, "said": f"{size}, {in_words(image.uploaded_at, 'j M Y')}"}


@never_cache
def shown(request, key, width, extension):
    image = get_object_or_404(Image.objects.in_desk_of(request.user), pk=key)
    return stored_file(rendition_of(image.file, width, extension), KINDS[extension])
