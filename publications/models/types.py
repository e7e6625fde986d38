"""PublicationType: the row behind `Type:`."""

from django.db import models
from django.urls import reverse

from text.fields import LineField, PlainField
from text.keys import KeyField
from text.slugs import Slugged


class PublicationType(Slugged):
    name = LineField(max_length=100, help_text="In the singular: “Special Report”.")
    name_key = KeyField(of="name", unique=True)
    plural = LineField(max_length=100, help_text="The heading of its page: “Special Reports”.")
    description = PlainField(blank=True, help_text="What readers may expect of this type; opens its page.")
    is_numbered = models.BooleanField(
        "numbered", default=False, help_text="Its reports carry a number, such as “Special Report 432”."
    )
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["name_key"]
        constraints = [
            models.CheckConstraint(name="type_has_name", condition=~models.Q(name_key="")),
            models.CheckConstraint(name="type_has_slug", condition=~models.Q(slug="")),
        ]

    def __str__(self):
        return self.name

    def save(self, *args, **kwargs):
        self.plural = self.plural or f"{self.name}s"
        super().save(*args, **kwargs)

    def get_absolute_url(self):
        return reverse("type", args=[self.slug])
