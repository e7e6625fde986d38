"""FormerSlug: addresses that were, and still lead to where they led."""

from django.db import models

from text.slugs import SlugField

KINDS = ("report", "author", "topic", "type")


def exactly_one_target():
    condition = models.Q()
    for kind in KINDS:
        others = {f"{other}__isnull": True for other in KINDS if other != kind}
        condition |= models.Q(**{f"{kind}__isnull": False}, **others)
    return condition


class FormerSlug(models.Model):
    """An old slug of a report, an author, a topic or a type. It is never given to another of its kind."""

    slug = SlugField(unique=False, blank=False)
    report = models.ForeignKey("publications.Report", null=True, on_delete=models.CASCADE, related_name="former_slugs")
    author = models.ForeignKey("authors.Author", null=True, on_delete=models.CASCADE, related_name="former_slugs")
    topic = models.ForeignKey("topics.Topic", null=True, on_delete=models.CASCADE, related_name="former_slugs")
    type = models.ForeignKey(
        "publications.PublicationType", null=True, on_delete=models.CASCADE, related_name="former_slugs"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="former_slug_has_one_target", condition=exactly_one_target()),
            # Serve the look-up by slug as well.
            *(
                models.UniqueConstraint(
                    name=f"former_slug_unique_{kind}", fields=["slug"], condition=models.Q(**{f"{kind}__isnull": False})
                )
                for kind in KINDS
            ),
        ]

    def __str__(self):
        return self.slug
