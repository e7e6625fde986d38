"""Slugs: never empty, never clashing, never given to another once they were somebody's."""

import re

from anyascii import anyascii
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils.text import slugify

from text.keys import CodePointOrder

SLUG_LENGTH = 200
SLUG = re.compile(r"[a-z0-9]+(?:[-_]+[a-z0-9]+)*")


def make_slug(name: str, fallback: str, length: int = 80) -> str:
    """Lower-case ASCII, transliterated from any script, cut between words; `fallback` where nothing is left."""
    slug = slugify(anyascii(name)).strip("-_")
    if len(slug) > length:
        slug = slug[: length + 1].rsplit("-", 1)[0][:length].strip("-_")
    return slug or fallback


def first_free(slug: str, taken) -> str:
    """The slug itself, or with the lowest number from 2 on for which `taken(slug)` is false."""
    candidate, number = slug, 1
    while taken(candidate):
        number += 1
        candidate = f"{slug}-{number}"
    return candidate


class SlugField(CodePointOrder, models.CharField):
    """Lower-case ASCII letters, digits, hyphens and underscores. May be left empty in a form: saving fills it."""

    default_validators = [
        RegexValidator(
            re.compile(rf"\A{SLUG.pattern}\Z"),
            "Use lower-case letters without accents, digits and hyphens, such as “water-and-peace”.",
        )
    ]

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("max_length", SLUG_LENGTH)
        kwargs.setdefault("unique", True)
        kwargs.setdefault("blank", True)
        super().__init__(*args, **kwargs)

    def deconstruct(self):
        """With what differs from Django's defaults and from ours: a migration would else take ours."""
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, kwargs | {"unique": self.unique, "blank": self.blank}


class Slugged(models.Model):
    """A row with an address of its own, which remembers its old slugs by the reverse name `former_slugs`."""

    slug = SlugField("address", help_text="The last part of the page’s address. Left empty, it is made from the name.")
    slug_source = "name"

    class Meta:
        abstract = True

    @classmethod
    def from_db(cls, *args, **kwargs):
        instance = super().from_db(*args, **kwargs)
        instance.stored_slug = instance.__dict__.get("slug")
        return instance

    def clean(self):
        super().clean()
        # What is no slug, the field itself refuses; a database might not even take the question.
        if SLUG.fullmatch(self.slug) and self.slug_was_anothers(self.slug):
            raise ValidationError(
                {"slug": "This address once belonged to another page and still leads there. Choose another."}
            )

    def validate_constraints(self, exclude=None):
        """An empty slug is no fault: saving fills it."""
        super().validate_constraints(exclude if self.slug else {*(exclude or ()), "slug"})

    def slug_was_anothers(self, slug):
        return type(self)._base_manager.filter(former_slugs__slug=slug).exclude(pk=self.pk).exists()

    def slug_is_taken(self, slug):
        rows = type(self)._base_manager.exclude(pk=self.pk)
        return rows.filter(models.Q(slug=slug) | models.Q(former_slugs__slug=slug)).exists()

    def fill_slug(self):
        if not self.slug:
            fallback = self._meta.model_name
            self.slug = first_free(make_slug(getattr(self, self.slug_source), fallback), self.slug_is_taken)

    def save(self, *args, **kwargs):
        self.fill_slug()
        super().save(*args, **kwargs)
        self.remember_slug()

    def remember_slug(self):
        """After a save: an address that has changed goes on leading here."""
        old = getattr(self, "stored_slug", None)
        if old and old != self.slug:
            self.former_slugs.filter(slug=self.slug).delete()
            self.former_slugs.get_or_create(slug=old)
        self.stored_slug = self.slug
