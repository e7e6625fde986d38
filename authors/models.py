"""Authors: the people and organisations that reports name."""

from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse

from authors.query import AuthorQuerySet
from text.fields import AddressField, LineField, ORCIDField, RichWordsField
from text.keys import KeyField, name_key
from text.slugs import Slugged


class Author(Slugged):
    """A person, or an organisation (which has no given name)."""

    name = LineField(max_length=200, help_text="As printed on the title page: “Jean-Pierre Cabestan”, “Asia Center”.")
    name_key = KeyField(of="name", db_index=True)
    is_organisation = models.BooleanField("an organisation", default=False)
    given_name = LineField(max_length=120, blank=True, help_text="For citations and the alphabetical index.")
    family_name = LineField(
        max_length=120,
        blank=True,
        help_text="For citations and the alphabetical index. Empty: the last word of the name.",
    )
    sort_key = KeyField(of="sort_name", db_index=True)
    position = LineField(max_length=200, blank=True, help_text="What they are: “Senior Fellow, Water and Security”.")
    affiliation = LineField(max_length=200, blank=True, help_text="Where, if it is not this institution.")
    location = LineField(max_length=200, blank=True)
    is_former = models.BooleanField(
        "no longer at the institution",
        default=False,
        help_text="Their page and the index say so; their publications stay as they are.",
    )
    biography = RichWordsField(help_text="Two short paragraphs. A report may carry its own, as it stood then.")
    photo = models.ImageField("photograph", upload_to="authors/", blank=True)
    orcid = ORCIDField("ORCID iD", max_length=19, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    objects = AuthorQuerySet.as_manager()

    class Meta:
        ordering = ["sort_key", "slug"]
        constraints = [
            models.CheckConstraint(name="author_has_name", condition=~models.Q(name="")),
            models.CheckConstraint(name="author_has_slug", condition=~models.Q(slug="")),
            models.CheckConstraint(
                name="author_organisation_has_no_given_name",
                condition=models.Q(is_organisation=False) | models.Q(given_name=""),
            ),
            models.CheckConstraint(
                name="author_organisation_is_not_former",
                condition=models.Q(is_organisation=False) | models.Q(is_former=False),
            ),
            models.UniqueConstraint(name="author_orcid_unique", fields=["orcid"], condition=~models.Q(orcid="")),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("author", args=[self.slug])

    def clean(self):
        super().clean()
        if self.is_organisation and self.given_name:
            raise ValidationError({"given_name": "An organisation has no given name. Leave this empty."})
        if self.is_organisation and self.is_former:
            raise ValidationError({"is_former": "An organisation is not on the staff. Leave this unticked."})
        if not name_key(self.name):
            raise ValidationError({"name": "The name holds no character that could be printed. Type it again."})

    @property
    def sort_name(self):
        """Family name first; an organisation as it stands; otherwise the last word of the name first."""
        if self.is_organisation:
            return self.name
        family = self.family_name or self.name.rsplit(" ", 1)[-1]
        return f"{family} {self.given_name or self.name}"

    @property
    def initials(self):
        """One or two letters for the monogram that stands where a photograph is missing."""
        words = [word for word in self.name.split() if word[0].isalnum()]
        ends = [words[0], words[-1]] if len(words) > 1 else words
        return "".join(word[0].upper() for word in ends)


class AuthorName(models.Model):
    """Another way in which this name is written: found when typing, importing and searching, never shown."""

    author = models.ForeignKey(Author, on_delete=models.CASCADE, related_name="other_names")
    name = LineField(max_length=200)
    name_key = KeyField(of="name", unique=True)

    class Meta:
        ordering = ["name_key"]
        verbose_name = "other spelling"
        constraints = [models.CheckConstraint(name="author_name_has_name", condition=~models.Q(name_key=""))]

    def __str__(self):
        return self.name

    def clean(self):
        super().clean()
        if not name_key(self.name):
            raise ValidationError({"name": "The name holds no character that could be printed. Type it again."})
        if other := Author.objects.called(self.name).exclude(pk=self.author_id).first():
            raise ValidationError(
                {"name": f"“{other}” is called so already. If both are one, merge them; else leave this spelling out."}
            )
        if self.author_id and name_key(self.name) == self.author.name_key:
            raise ValidationError({"name": "This is the author’s own name. Remove it."})


class AuthorLink(models.Model):
    """A page of an author's own elsewhere."""

    author = models.ForeignKey(Author, on_delete=models.CASCADE, related_name="links")
    url = AddressField("address", max_length=500)

    class Meta:
        ordering = ["pk"]
        verbose_name = "link"
        constraints = [models.UniqueConstraint(name="author_link_unique", fields=["author", "url"])]

    def __str__(self):
        return self.label

    @property
    def label(self):
        """The address as people say it: no scheme, no trailing slash."""
        return self.url.split("://", 1)[-1].removeprefix("www.").rstrip("/")
