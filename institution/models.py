"""Who publishes this site: name, address and footer in one row, and the plain pages."""

from django.db import models
from django.urls import reverse

from text.fields import LineField, LongLineField, PlainField, RichWordsField


class SiteDetails(models.Model):
    """The one row that header, footer and page titles are made of."""

    name = LineField(
        max_length=120, default="Publications", help_text="The institution’s name, as it stands in the header."
    )
    tagline = LongLineField(blank=True, help_text="One line under the name on the front page.")
    description = LongLineField(
        blank=True, help_text="One or two sentences for search engines and for those who share the front page."
    )
    logo = models.ImageField(upload_to="site/", blank=True, help_text="Shown beside the name. PNG, JPEG or WebP.")
    address = PlainField("postal address", blank=True, help_text="Shown in the footer, line by line.")
    email = models.EmailField("e-mail", blank=True)
    telephone = LineField(max_length=60, blank=True)
    footer = PlainField("footer text", blank=True, help_text="A last line or two: charity number, copyright, funding.")

    class Meta:
        verbose_name = verbose_name_plural = "site details"
        constraints = [
            models.CheckConstraint(name="site_details_are_one_row", condition=models.Q(pk=1)),
        ]

    def __str__(self):
        return self.name

    def save(self, *args, **kwargs):
        self.pk = 1
        super().save(*args, **kwargs)

    @classmethod
    def current(cls):
        """The saved row, or the defaults while nothing has been saved: one query."""
        return cls.objects.first() or cls(pk=1)


class Page(models.Model):
    """A plain page at a fixed address. A page without text answers 404 and is not linked."""

    class Address(models.TextChoices):
        ABOUT = "about", "About (/about/)"
        CONTACT = "contact", "Contact (/contact/)"
        PRIVACY = "privacy", "Privacy (/privacy/)"
        ACCESSIBILITY = "accessibility", "Accessibility (/accessibility/)"

    slug = models.CharField("address", max_length=20, choices=Address, unique=True)
    title = LineField(max_length=120)
    body = RichWordsField("text", blank=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="page_has_known_address",
                condition=models.Q(slug__in=["about", "contact", "privacy", "accessibility"]),
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("page", args=[self.slug])
