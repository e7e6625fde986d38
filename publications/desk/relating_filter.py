"""The list of reports narrowed to those whose related publications want care, and to those of one topic."""

from django.contrib import admin
from django.utils import timezone

from publications.desk.pickers import KEY
from publications.editorial.roles import may_tend_topics
from publications.models import Report
from publications.relating import health
from topics.models import Topic

# {value: (words, the keys of its reports at a moment)}
NARROWED = {
    "no-topics": ("Without topics", health.without_topics),
    "few": ("Fewer than three beside it", health.with_few_entries),
    "nowhere": ("Beside no other", health.shown_nowhere),
    "everywhere": (f"Beside more than {health.MANY}", lambda at: health.shown_everywhere(at).values("related")),
    "pins": ("With a pin that waits", lambda at: health.waiting_pins(at).values("report")),
}
# As many keys as a query can hold on any database.
MOST_NAMED = 10_000


class RelatingFilter(admin.SimpleListFilter):
    """For those who look after all reports: a pin that waits tells of one that is hidden."""

    title = "related publications"
    parameter_name = "relating"

    def lookups(self, request, model_admin):
        return [(value, words) for value, (words, _) in NARROWED.items()] if may_tend_topics(request.user) else []

    def queryset(self, request, queryset):
        if self.value() not in NARROWED:
            return queryset
        keys = NARROWED[self.value()][1](timezone.now())
        # A list asks several times; what can be named is looked for once.
        named = [key for row in keys[: MOST_NAMED + 1] for key in row.values()]
        return queryset.filter(pk__in=keys if len(named) > MOST_NAMED else named)


class TopicFilter(admin.SimpleListFilter):
    """Offered once an address asks for it, as the form of a topic does: there are too many to list."""

    title = "topic"
    parameter_name = "topic"

    def lookups(self, request, model_admin):
        asked = request.GET.get(self.parameter_name, "")
        return Topic.objects.filter(pk=asked).values_list("pk", "name") if KEY.fullmatch(asked) else []

    def queryset(self, request, queryset):
        if not self.value():
            return queryset
        return queryset.filter(pk__in=Report.objects.filter(report_topics__tag=self.value()).order_by().values("pk"))
