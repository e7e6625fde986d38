"""The vocabulary of publications. `live` is the one method that decides what the public may see."""

from django.db import models
from django.db.models import Prefetch
from django.utils import timezone

# What a list never shows; left in the database until somebody reads it.
LONG_FIELDS = ["body", "summary", "about", "acknowledgement", "search_text", "rights", "funders", "press_contact"]


class ReportQuerySet(models.QuerySet):
    def live(self, at=None):
        """Published, and their moment has come."""
        return self.filter(state=self.model.State.PUBLISHED, public_from__lte=at or timezone.now())

    def scheduled(self, at=None):
        """Published, their moment still ahead."""
        return self.filter(state=self.model.State.PUBLISHED, public_from__gt=at or timezone.now())

    def tombstones(self, at=None):
        """Once live and withdrawn since: their addresses say so."""
        return self.filter(state=self.model.State.WITHDRAWN, public_from__lte=at or timezone.now())

    def in_desk_of(self, user):
        """What this member of staff may know of: what is live, and what they made or were assigned; editors, all."""
        if not (user.is_staff and user.has_perm("publications.view_report")):
            return self.none()
        if user.has_perm("publications.edit_every_report"):
            return self.all()
        return self.live() | self.own(user)

    def own(self, user):
        """What this member of staff made or was assigned."""
        assigned = self.model.assigned.through.objects.filter(user=user)
        return self.filter(made_by=user) | self.filter(pk__in=assigned.values("report"))

    def newest(self):
        """The total order of every list: by date, then by the moment of going live, then by slug."""
        return self.order_by("-date", "-public_from", "slug")

    def by_title(self):
        return self.order_by("title_key", "slug")

    def languages(self):
        """The tags of their languages, the most frequent first."""
        counted = self.exclude(language="").order_by().values("language").annotate(count=models.Count("pk"))
        return list(counted.order_by("-count", "language").values_list("language", flat=True))

    def for_lists(self):
        """All that an entry in a list shows: two queries, however long the list."""
        authorships = self.model._meta.get_field("authorships").related_model.objects.select_related("author")
        authorships = authorships.defer("biography", "author__biography")
        return self.select_related("type").defer(*LONG_FIELDS).prefetch_related(Prefetch("authorships", authorships))

    def with_topics(self):
        """Two queries more."""
        return self.prefetch_related("report_topics__tag")
