"""Form fields of the desk: text with suggestions, pictures with a preview, files with their facts."""

from uuid import UUID

from django import forms
from django.contrib.admin.widgets import AdminFileWidget, AdminTextInputWidget
from django.core.exceptions import ValidationError
from django.core.files import File
from django.core.files.uploadedfile import UploadedFile
from django.db.models.fields.files import FieldFile
from django.forms.utils import flatatt
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html, format_html_join

from publications.desk.file_facts import kind_and_size
from publications.files import NOT_A_PICTURE, Facts, examine, picture
from publications.models import Upload
from publications.models.uploads import UPLOADED
from text.languages import as_typed

COMMON_LANGUAGES = [
    "ar", "en", "fr", "de", "it", "fa", "pt", "pt-BR", "ru", "zh-Hans", "es", "sw", "zh-Hant", "tr", "uk", "ur",
]  # fmt: skip
COMMON_LICENCES = {
    "CC-BY-4.0": "share and change, with credit",
    "CC-BY-SA-4.0": "the same, under the same terms",
    "CC-BY-ND-4.0": "share unchanged, with credit",
    "CC-BY-NC-4.0": "share and change, with credit, not for money",
    "CC-BY-NC-SA-4.0": "the same, under the same terms",
    "CC-BY-NC-ND-4.0": "share unchanged, with credit, not for money",
    "CC0-1.0": "no rights reserved",
}


class Suggesting(AdminTextInputWidget):
    """A line of text with suggestions, which need not be taken. `{value: words}`"""

    def __init__(self, suggestions, attrs=None):
        self.suggestions = suggestions
        super().__init__(attrs)

    def render(self, name, value, attrs=None, renderer=None):
        attrs = dict(attrs or {})
        known = f"{attrs.get('id', name)}_suggestions"
        options = format_html_join("", '<option value="{}">{}</option>', self.suggestions.items())
        field = super().render(name, value, attrs | {"list": known}, renderer)
        return format_html('{}<datalist id="{}">{}</datalist>', field, known, options)


class LanguageWidget(Suggesting):
    """A language by its name, or by its tag where it has none here; `first` are the tags that are suggested first."""

    def __init__(self, attrs=None):
        super().__init__({}, {"size": 20} | (attrs or {}))
        self.suggest()

    def suggest(self, first=()):
        self.suggestions = {as_typed(tag): tag for tag in dict.fromkeys([*first, *COMMON_LANGUAGES])}

    def format_value(self, value):
        return as_typed(value) if value else value


UPLOAD_GONE = "This file was kept for seven days and is gone by now. Choose it again."


class UploadKey(str):
    """The key of an `Upload`, as a form says it, and the file that is stored there meanwhile."""

    stored = None


def uploaded(key):
    """The upload with this key, while a form may take it."""
    try:
        return Upload.objects.waiting().filter(pk=UUID(key)).first()
    except ValueError:
        return None


class Kept(str):
    """The name under which an upload is stored, with its facts: the row that takes it copies nothing."""

    def __new__(cls, key, only=""):
        upload = uploaded(key)
        if upload is None:
            raise ValidationError(UPLOAD_GONE)
        if not upload.media_type.startswith(only):
            raise ValidationError(NOT_A_PICTURE)
        name = super().__new__(cls, upload.file.name)
        name.facts = Facts(upload.extension, upload.media_type, upload.size, upload.pages, upload.sha256)
        return name


class StoredWidget(AdminFileWidget):
    """A file that is there already, and where it can be looked at in the desk; and the choice of another."""

    template_name = "admin/widgets/stored.html"
    # What is taken.
    kind = "file"

    def is_initial(self, value):
        # Stored files have no address of their own, which Django's widget would ask for.
        return isinstance(value, FieldFile) and bool(value)

    def get_context(self, name, value, attrs):
        upload = uploaded(value) if isinstance(value, UploadKey) else None
        value = value.stored if isinstance(value, UploadKey) else value
        context = super().get_context(name, value, attrs)
        address = self.address_of(value) if self.is_initial(value) else ""
        context["widget"] |= {
            "address": address,
            "attributes": flatatt(context["widget"]["attrs"] | {"data-upload": self.kind}),
            "key_name": f"{name}{UPLOADED}",
            "upload": upload,
            "upload_words": upload and f"{upload.name}: {kind_and_size(upload)}",
        }
        return context

    def address_of(self, file):
        return ""

    def value_from_datadict(self, data, files, name):
        """What was chosen; else the key of what was uploaded before."""
        key = data.get(f"{name}{UPLOADED}", "")
        chosen = super().value_from_datadict(data, files, name)
        return UploadKey(key) if key and chosen is None else chosen

    def value_omitted_from_data(self, data, files, name):
        return super().value_omitted_from_data(data, files, name) and f"{name}{UPLOADED}" not in data

    def render(self, name, value, attrs=None, renderer=None):
        # Through the loader that finds our templates, which the forms' own does not.
        return render_to_string(self.template_name, self.get_context(name, value, attrs))


class PictureWidget(StoredWidget):
    template_name = "admin/widgets/picture.html"
    kind = "picture"

    def __init__(self, attrs=None):
        super().__init__({"accept": "image/png,image/jpeg,image/webp"} | (attrs or {}))

    def address_of(self, file):
        row = file.instance
        return reverse("admin:picture", args=[row._meta.app_label, row._meta.model_name, row.pk, file.field.name])


class UploadField(forms.FileField):
    """A form that comes back still says what was uploaded."""

    def bound_data(self, data, initial):
        if isinstance(data, UploadKey):
            data.stored = initial
            return data
        return super().bound_data(data, initial)


class PictureField(UploadField):
    """A picture that has passed the checks, as it will be stored."""

    widget = PictureWidget

    def to_python(self, data):
        if isinstance(data, UploadKey):
            return Kept(data, only="image/")
        file = super().to_python(data)
        return picture(file) if file else None


class AttachmentWidget(StoredWidget):
    def __init__(self, attrs=None):
        super().__init__({"accept": ".pdf,.png,.jpg,.jpeg,.webp"} | (attrs or {}))

    def address_of(self, file):
        return reverse("admin:attachment", args=[file.instance.report_id, file.instance.pk])


class AttachmentField(UploadField):
    """A file that has passed the checks; `facts` tells what they found in a new one."""

    widget = AttachmentWidget

    def to_python(self, data):
        if isinstance(data, UploadKey):
            return Kept(data)
        file = super().to_python(data)
        return Examined(file, facts_of(file)) if file else None


def facts_of(upload: UploadedFile) -> Facts:
    """Found once, however often the form is validated: an upload is large, and reading it may take its time."""
    if not hasattr(upload, "facts"):
        upload.facts = examine(upload)
    return upload.facts


class Examined(File):
    """An upload and its facts. Copied into storage, never moved: a save that is run again finds it still there."""

    def __init__(self, upload: UploadedFile, facts: Facts):
        super().__init__(upload.file, upload.name)
        self.facts = facts
