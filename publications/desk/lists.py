"""The list of reports in the desk."""

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.db.models import F
from django.utils.html import format_html

from publications.desk.export import export
from publications.desk.relating_filter import RelatingFilter, TopicFilter
from publications.desk.searching import search
from publications.desk.states import SHORT, StateFilter, in_words, state_since, state_word
from publications.desk.waiting import WaitingFilter
from publications.models import Report
from publications.query import LONG_FIELDS
from text.languages import language_name


class LanguageFilter(admin.SimpleListFilter):
    title = "language"
    parameter_name = "language"

    def lookups(self, request, model_admin):
        tags = model_admin.get_queryset(request).exclude(language="").order_by("language")
        return [(tag, language_name(tag)) for tag in tags.values_list("language", flat=True).distinct()]

    def queryset(self, request, queryset):
        return queryset.filter(language=self.value()) if self.value() else queryset


class YearFilter(admin.SimpleListFilter):
    """From the first year to the last, which are looked up: nobody waits until all dates were read."""

    title = "year"
    parameter_name = "date__year"

    def lookups(self, request, model_admin):
        dates = model_admin.get_queryset(request).filter(date__isnull=False).values_list("date", flat=True)
        first, last = dates.order_by("date").first(), dates.order_by("-date").first()
        return [(str(year), str(year)) for year in range(last.year, first.year - 1, -1)] if first else []

    def queryset(self, request, queryset):
        known = {value for value, _ in self.lookup_choices}
        if self.value() is None:
            return queryset
        return queryset.filter(date__year=int(self.value())) if self.value() in known else queryset.none()


class LastIfNone(F):
    """Rows without a value come last, whichever way the others are sorted."""

    def asc(self):
        return super().asc(nulls_last=True)

    def desc(self):
        return super().desc(nulls_last=True)


class ReportList:
    """What was touched last comes first. A fixed number of queries, however many rows."""

    list_display = ["title_column", "state_column", "type", "date_column", "authors_column", "changed"]
    list_filter = [StateFilter, WaitingFilter, "type", YearFilter, LanguageFilter, RelatingFilter, TopicFilter]
    search_fields = ["title_key", "authorships__author__name_key", "report_topics__tag__name_key"]
    search_help_text = "Words of the title or the text, an author’s name or a topic."
    actions = [export]
    ordering = ["-changed_at", "slug"]

    def get_queryset(self, request):
        return Report.objects.in_desk_of(request.user).select_related("type")

    def get_search_results(self, request, queryset, search_term):
        """The list searches the text too; whoever picks a report from a field looks for its title."""
        if request.resolver_match.url_name == "autocomplete":
            return super().get_search_results(request, queryset, search_term)
        return search(queryset, search_term), False

    def get_changelist_instance(self, request):
        try:
            changelist = super().get_changelist_instance(request)
        except OverflowError as error:
            # A year beyond all calendars in the address.
            raise IncorrectLookupParameters from error
        rows = changelist.result_list
        changelist.result_list = rows.select_related("type").defer(*LONG_FIELDS).prefetch_related("authorships__author")
        return changelist

    @admin.display(description="title", ordering="title_key")
    def title_column(self, report):
        return format_html("<bdi>{}</bdi>", report.title)

    @admin.display(description="state", ordering="state")
    def state_column(self, report):
        words = format_html(
            '<span class="state">{}</span> <small>{}</small>', state_word(report), state_since(report, SHORT)
        )
        if not report.is_live():
            return words
        return format_html('{} <a href="{}">View on site</a>', words, report.get_absolute_url())

    @admin.display(description="date", ordering=LastIfNone("date"), empty_value="")
    def date_column(self, report):
        return report.date and report.date_short

    @admin.display(description="authors")
    def authors_column(self, report):
        return format_html("<bdi>{}</bdi>", "; ".join(str(row.author) for row in report.byline))

    @admin.display(description="changed", ordering="changed_at")
    def changed(self, report):
        return in_words(report.changed_at, SHORT)
