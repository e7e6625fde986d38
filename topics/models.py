"""Topics: what reports are about. A taggit tag with a kind, a parent, synonyms and an address."""

from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse
from taggit.models import TagBase

from text.fields import LineField, PlainField
from text.keys import KeyField, name_key
from text.slugs import SlugField, Slugged
from topics.query import TopicQuerySet


def refuse_bare_punctuation(name):
    if not any(character.isalnum() for character in name):
        raise ValidationError({"name": "A topic’s name needs at least one letter or digit."})


class Topic(Slugged, TagBase):
    class Kind(models.TextChoices):
        SUBJECT = "subject", "Subject"
        PLACE = "place", "Place"
        PROGRAMME = "programme", "Programme"
        KEYWORD = "keyword", "Keyword"

    name = LineField(max_length=150, unique=True)
    name_key = KeyField(of="name", unique=True)
    slug = SlugField("address", help_text="The last part of the page’s address. Left empty, it is made from the name.")
    kind = models.CharField(
        max_length=10,
        choices=Kind,
        default=Kind.SUBJECT,
        help_text="Subjects, places and programmes have a page. A keyword helps relating and search, and is not shown.",
    )
    description = PlainField(blank=True, help_text="A few sentences that open the topic’s page.")
    parent = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="children",
        help_text="The wider topic: readers who choose it find these reports too.",
    )
    retired = models.BooleanField(
        default=False, help_text="Keeps its page and its reports, and is no longer offered in forms and indexes."
    )
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    objects = TopicQuerySet.as_manager()

    class Meta:
        ordering = ["name_key"]
        constraints = [
            models.CheckConstraint(name="topic_has_name", condition=~models.Q(name_key="")),
            models.CheckConstraint(name="topic_has_slug", condition=~models.Q(slug="")),
            models.CheckConstraint(
                name="topic_kind_known", condition=models.Q(kind__in=["subject", "place", "programme", "keyword"])
            ),
            models.CheckConstraint(
                name="topic_is_not_its_parent",
                condition=models.Q(parent__isnull=True) | ~models.Q(parent=models.F("pk")),
            ),
            models.CheckConstraint(
                name="topic_keyword_has_no_parent",
                condition=~models.Q(kind="keyword") | models.Q(parent__isnull=True),
            ),
        ]

    def get_absolute_url(self):
        return reverse("topic", args=[self.slug])

    @property
    def is_shown(self):
        return self.kind != self.Kind.KEYWORD

    def clean(self):
        super().clean()
        refuse_bare_punctuation(self.name)
        self.refuse_anothers_name()
        self.refuse_wrong_parent()

    def refuse_anothers_name(self):
        other = type(self).objects.called(self.name).exclude(pk=self.pk).first()
        if other:
            raise ValidationError(
                {"name": f"“{other.name}” ({other.get_kind_display().lower()}) has this name already, or as a synonym."}
            )

    def refuse_wrong_parent(self):
        if not self.parent_id:
            return
        if self.kind == self.Kind.KEYWORD or self.parent.kind == self.Kind.KEYWORD:
            raise ValidationError({"parent": "Keywords stand alone: they have no parent and no children."})
        family = type(self).objects.families().get(self.pk, {self.pk})
        if self.pk and self.parent_id in family:
            raise ValidationError(
                {"parent": f"“{self.parent}” is this topic itself or lies below it. Choose a wider one."}
            )


class TopicSynonym(models.Model):
    """Another word for a topic: found when typing, never shown."""

    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="synonyms")
    name = LineField(max_length=150)
    name_key = KeyField(of="name", unique=True)

    class Meta:
        ordering = ["name_key"]
        verbose_name = "synonym"
        constraints = [models.CheckConstraint(name="synonym_has_name", condition=~models.Q(name_key=""))]

    def __str__(self):
        return self.name

    def clean(self):
        super().clean()
        refuse_bare_punctuation(self.name)
        other = Topic.objects.called(self.name).exclude(pk=self.topic_id).first()
        if other:
            raise ValidationError({"name": f"“{other.name}” has this name already, or as a synonym."})
        mine = type(self).objects.filter(name_key=name_key(self.name)).exclude(pk=self.pk)
        if mine.exists():
            raise ValidationError({"name": f"“{self.name}” is a synonym already."})
