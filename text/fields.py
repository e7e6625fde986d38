"""Model fields that clean what they are given, whichever door it comes through."""

from django import forms
from django.db import models
from django_prose_editor.config import js_from_extensions
from django_prose_editor.fields import ProseEditorField, ProseEditorFormField
from django_prose_editor.widgets import AdminProseEditorWidget
from js_asset import Media, Script

from text.cleaning import clean_line, clean_text
from text.identifiers import normalise_doi, normalise_isbn, normalise_licence, normalise_orcid
from text.languages import normalise_language, typed_language
from text.richtext import EXTENSIONS, sanitise, sanitise_words


class CleanFormField(forms.CharField):
    """Cleans before it validates, so that a pasted control character is dropped and not refused."""

    def __init__(self, *args, cleaner, **kwargs):
        self.cleaner = cleaner
        super().__init__(*args, **kwargs)

    def to_python(self, value):
        return super().to_python(self.cleaner(value) if isinstance(value, str) else value)


class Editor(AdminProseEditorWidget):
    """The editor, with its extensions loaded before it: it would stand in its place only after they had come."""

    @property
    def media(self):
        ours = js_from_extensions(EXTENSIONS)
        return Media(js=[Script(address, type="module") for address in ours]) + super().media


class CleanEditorField(ProseEditorFormField):
    """The same for rich text; sanitising by `cleaner` comes after."""

    def __init__(self, *args, cleaner, **kwargs):
        self.cleaner = cleaner
        super().__init__(*args, **kwargs)

    def to_python(self, value):
        return super().to_python(clean_text(value) if isinstance(value, str) else value)

    def bound_data(self, data, initial):
        """What a form shows again: the editor reads it before it is saved, and so before the column sanitises it."""
        return self.cleaner(data) if isinstance(data, str) else data


class Cleaning:
    """A text column whose values pass `cleaner` on the way to the database and in forms."""

    cleaner = staticmethod(clean_text)

    def cleaned(self, value):
        return self.cleaner(value) if isinstance(value, str) else value

    def to_python(self, value):
        return self.cleaned(super().to_python(value))

    def get_prep_value(self, value):
        return self.cleaned(super().get_prep_value(value))

    def pre_save(self, instance, add):
        value = self.cleaned(super().pre_save(instance, add))
        setattr(instance, self.attname, value)
        return value

    def formfield(self, **kwargs):
        return super().formfield(**{"form_class": CleanFormField, "cleaner": self.cleaner} | kwargs)


class LineField(Cleaning, models.CharField):
    """Plain text on one line."""

    cleaner = staticmethod(clean_line)


class PlainField(Cleaning, models.TextField):
    """Plain text, line breaks kept."""


class LongLineField(Cleaning, models.TextField):
    """Plain text on one line, as long as it likes."""

    cleaner = staticmethod(clean_line)


class AddressField(Cleaning, models.URLField):
    """An address on the web."""

    cleaner = staticmethod(clean_line)

    def formfield(self, **kwargs):
        return models.URLField.formfield(self, **kwargs)


class RichField(Cleaning, ProseEditorField):
    """HTML within the one declaration of text/richtext.py."""

    cleaner = staticmethod(sanitise)

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("blank", True)
        super().__init__(*args, extensions=EXTENSIONS, sanitize=self.cleaner, **kwargs)

    def formfield(self, **kwargs):
        defaults = {"form_class": CleanEditorField, "cleaner": self.cleaner}
        return ProseEditorField.formfield(self, **defaults | kwargs | {"widget": Editor})


class RichWordsField(RichField):
    """The same without pictures, which belong to the texts of reports."""

    cleaner = staticmethod(sanitise_words)


class IdentifierField(LineField):
    """Empty, or what its `normalise` function makes of it; anything else is a ValidationError at every door."""

    normalise = None

    @classmethod
    def cleaner(cls, value):
        value = clean_line(value)
        return cls.normalise(value) if value else ""


class DOIField(IdentifierField):
    normalise = staticmethod(normalise_doi)


class ISBNField(IdentifierField):
    normalise = staticmethod(normalise_isbn)


class ORCIDField(IdentifierField):
    normalise = staticmethod(normalise_orcid)


class LicenceField(IdentifierField):
    normalise = staticmethod(normalise_licence)


class LanguageField(IdentifierField):
    normalise = staticmethod(normalise_language)

    def formfield(self, **kwargs):
        return super().formfield(**{"cleaner": typed} | kwargs)


def typed(words):
    """In forms a language has a name too."""
    words = clean_line(words)
    return typed_language(words) if words else ""
