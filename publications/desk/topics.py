"""The admin of topics: the list with what wants care, the form, and the addresses of their care."""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from publications.desk.base import DeskAdmin, reports_counted
from publications.desk.features import FeatureInline
from publications.desk.pickers import KEY
from publications.desk.tending import FAMILY, MERGE, OFFER, RENAME, RETIRE, SYNONYMS, tend
from publications.desk.topic_forms import MOST_MERGED
from publications.desk.topic_log import answer, log_page, step_page
from publications.editorial.roles import may_tend_topics
from publications.models import Report, ReportTopic
from publications.relating.health import broad_topics
from publications.topic_care import tending
from publications.topic_care.suggesting import look_alikes, suggestions, tell_apart
from text.keys import name_key
from topics.models import Topic, TopicSynonym

# How many pairs that look alike are shown at once.
PAIRS = 20


class SynonymFormSet(forms.BaseInlineFormSet):
    def clean(self):
        super().clean()
        seen = {name_key(self.instance.name): "This is the topic’s own name. Remove it."}
        for form in self.forms:
            key = name_key(form.cleaned_data.get("name", "")) if form.is_valid() else ""
            if key in seen and form not in self.deleted_forms:
                form.add_error("name", seen[key])
            if key:
                seen[key] = "This synonym stands in the list twice. Keep one of the two."


class SynonymInline(admin.TabularInline):
    model = TopicSynonym
    formset = SynonymFormSet
    extra = 0
    fields = ["name"]


class CareFilter(admin.SimpleListFilter):
    """By what wants care. Reports that somebody may not know of count for nobody."""

    title = "what wants care"
    parameter_name = "care"

    def lookups(self, request, model_admin):
        return [
            ("alike", "Looks like another"),
            ("once", "Used once"),
            ("unused", "Not used"),
            ("broad", "On more than a quarter of all live reports"),
        ]

    def queryset(self, request, queryset):
        if self.value() == "alike":
            return queryset.filter(pk__in={key for pair in look_alikes() for key in (pair.one, pair.other)})
        if self.value() == "broad":
            now = timezone.now()
            return queryset.filter(pk__in=broad_topics(now, Report.objects.live(now).count()).values("tag"))
        counts = {"once": 1, "unused": 0}
        return queryset.filter(report_count=counts[self.value()]) if self.value() in counts else queryset


class Tended:
    """A model admin of topics on whose pages they are cared for, by those who may."""

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("merge/", view(self.tended(MERGE)), name="merge-topics"),
            path("suggestions/", view(self.suggestions_view), name="topic-suggestions"),
            path("apart/", view(require_POST(self.apart_view)), name="topics-apart"),
            path("log/", view(self.log_view), name="topic-log"),
            path("log/<int:key>/", view(self.step_view), name="topic-step"),
            path("<int:pk>/rename/", view(self.tended(RENAME)), name="rename-topic"),
            path("<int:pk>/retire/", view(self.tended(RETIRE)), name="retire-topic"),
            path("<int:pk>/offer/", view(self.tended(OFFER)), name="offer-topic"),
            path("<int:pk>/synonyms/", view(self.tended(SYNONYMS)), name="topic-synonyms"),
            path("<int:pk>/family/", view(self.tended(FAMILY)), name="topic-family"),
            *super().get_urls(),
        ]

    def tended(self, care):
        def view(request, pk=None):
            self.refuse_others(request)
            return tend(care, self, request, pk and get_object_or_404(Topic.objects.select_related("parent"), pk=pk))

        return view

    def refuse_others(self, request):
        if not may_tend_topics(request.user):
            raise PermissionDenied

    def suggestions_view(self, request):
        self.refuse_others(request)
        page = Paginator(look_alikes(), PAIRS).get_page(request.GET.get("p"))
        title = "Topics that look alike"
        return answer(self, request, "suggestions.html", title, page=page, suggestions=suggestions(page.object_list))

    def apart_view(self, request):
        self.refuse_others(request)
        keys = filter(KEY.fullmatch, request.POST.getlist("topics"))
        both = list(Topic.objects.filter(pk__in=keys))
        if len(both) == 2:
            tell_apart(*both, by=request.user)
            messages.success(request, f"“{both[0]}” and “{both[1]}” are different, and no longer suggested.")
        return redirect("admin:topic-suggestions")

    def log_view(self, request):
        self.refuse_others(request)
        return log_page(self, request)

    def step_view(self, request, key):
        self.refuse_others(request)
        return step_page(self, request, key)


@admin.action(description="Merge…", permissions=["change"])
def merge_chosen(model_admin, request, queryset):
    """Leads to the page that asks into which of them, or into which other."""
    keys = list(queryset.order_by("name_key").values_list("pk", flat=True)[: MOST_MERGED + 2])
    if len(keys) > MOST_MERGED + 1:
        messages.error(request, f"More than {MOST_MERGED} topics are chosen. Merge them in parts.")
        return None
    asked = QueryDict(mutable=True)
    asked.setlist("topics", keys)
    return redirect(f"{reverse('admin:merge-topics')}?{asked.urlencode()}")


@admin.action(description="Retire", permissions=["change"])
def retire_chosen(model_admin, request, queryset):
    done = 0
    for topic in queryset.offered()[:MOST_MERGED]:
        try:
            tending.retire(topic, by=request.user)
            done += 1
        except ValidationError as error:
            messages.warning(request, " ".join(error.messages))
    messages.success(request, f"{done} topic{' was' if done == 1 else 's were'} retired. The log undoes it.")


class TopicAdmin(Tended, DeskAdmin):
    list_display = ["name", "kind", "parent_name", "report_count", "is_retired"]
    list_filter = [CareFilter, "kind", "retired"]
    list_select_related = ["parent"]
    search_fields = ["name_key", "synonyms__name_key"]
    ordering = ["name_key"]
    autocomplete_fields = ["parent"]
    fields = ["name", "kind", "parent", "description", "slug"]
    radio_fields = {"kind": admin.HORIZONTAL}
    actions = [merge_chosen, retire_chosen]

    def get_queryset(self, request):
        counted = reports_counted(ReportTopic.objects, "tag", "content_object", request.user)
        return super().get_queryset(request).annotate(report_count=counted)

    @admin.display(description="reports", ordering="report_count")
    def report_count(self, topic):
        return topic.report_count

    @admin.display(description="parent", ordering="parent__name_key", empty_value="")
    def parent_name(self, topic):
        return str(topic.parent or "")

    @admin.display(description="retired", ordering="retired", empty_value="")
    def is_retired(self, topic):
        """A word where it is so, and no red cross in every other row."""
        return "Retired" if topic.retired else ""

    # What others rest on is changed by steps that say what they change, and can be undone.

    def get_fields(self, request, obj=None):
        if obj is None:
            return super().get_fields(request, obj)
        return ["name", "address", "kind", "description", "above", "below", "other_words", "offered"]

    def get_readonly_fields(self, request, obj=None):
        return ["name", "address", "above", "below", "other_words", "offered"] if obj else []

    def get_inlines(self, request, obj=None):
        if obj is None:
            return [SynonymInline]
        return [FeatureInline] if obj.is_shown else []

    @admin.display(description="address")
    def address(self, topic):
        return topic.get_absolute_url() if topic.is_shown else f"{topic.slug} (a keyword has no page)"

    @admin.display(description="parent")
    def above(self, topic):
        return str(topic.parent or "None")

    @admin.display(description="retired")
    def offered(self, topic):
        return "Yes: it keeps its page and its reports, and is not offered" if topic.retired else "No"

    @admin.display(description="children")
    def below(self, topic):
        return "; ".join(map(str, topic.children.all())) or "None"

    @admin.display(description="other words")
    def other_words(self, topic):
        return "; ".join(map(str, topic.synonyms.all())) or "None"

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        context |= {"title": str(obj) if obj else "New topic", "subtitle": obj and obj.get_kind_display()}
        return super().render_change_form(request, context, add, change, form_url, obj)

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        return super().changeform_view(request, object_id, form_url, self.with_care(request, extra_context))

    def changelist_view(self, request, extra_context=None):
        return super().changelist_view(request, self.with_care(request, extra_context))

    def with_care(self, request, context):
        return {"may_tend": may_tend_topics(request.user)} | (context or {})
