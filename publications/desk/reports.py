"""The admin of reports: the form, its buttons, and the addresses around it."""

from django.contrib import messages
from django.contrib.admin.options import IS_POPUP_VAR
from django.contrib.admin.templatetags.admin_urls import add_preserved_filters
from django.contrib.admin.utils import unquote
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_POST

from publications.desk import beside, bulk, checking
from publications.desk.asking import BIN, SEND_BACK, WITHDRAW, ask
from publications.desk.base import DeskAdmin
from publications.desk.editing import Edited, as_edited
from publications.desk.first_page import pdf_of, use_first_page
from publications.desk.forms import ReportForm, topics_widget
from publications.desk.lists import ReportList
from publications.desk.looking import look_again
from publications.desk.notes import notes_page, panel
from publications.desk.parts import AttachmentInline, AuthorshipInline, RelatedInline
from publications.desk.previews import Previewed
from publications.desk.publishing import publish_again, publish_edit
from publications.desk.sharing import Shared
from publications.desk.states import in_words, state_since, state_word
from publications.desk.steps import (
    GOING_LIVE,
    REFUSED,
    SCHEDULE,
    SCHEDULE_EDIT,
    asked_for,
    lacks_an_edit,
    refusals,
    step_named,
    steps_of,
)
from publications.desk.suppressing import suppress
from publications.desk.typing import Typing
from publications.desk.versions import compared, history, picked, restore
from publications.desk.word import beside_from_word, new_from_word
from publications.editorial import versions, workflow
from publications.editorial.roles import Action, may, may_add
from publications.models import Report
from publications.sending import stored_file
from text.fields import RichField
from text.figures import IMAGE

NO_TOPICS = "It has no topics, so nobody finds it by one, and no publication is shown beside it. Add some."
# Fields of the form that not all who edit may change.
WITHHELD = {"public_from": Action.SCHEDULE, "assigned": Action.ASSIGN, "review_on": Action.ASSIGN}


class ReportAdmin(Typing, Previewed, Shared, Edited, ReportList, DeskAdmin):
    form = ReportForm
    inlines = [AuthorshipInline, AttachmentInline, RelatedInline]
    fieldsets = [
        (None, {"fields": ["title", "subtitle", ("type", "number", "language")]}),
        ("What it is about", {"fields": ["topics"]}),
        ("Text", {"fields": ["lead", "summary", "body"]}),
        ("Cover", {"fields": ["cover", "cover_alt", ("cover_credit", "cover_focus")]}),
        ("Around the text", {"fields": ["about", "acknowledgement", "teaser"]}),
        (
            "Dates, address and rights",
            {
                "fields": [
                    ("date", "date_precision"), "slug", ("doi", "isbn"), "licence", "rights", "funders",
                    "press_contact", "external_url", "source_url",
                ],
                "classes": ["collapse"],
            },
        ),
        ("For colleagues only", {"fields": ["assigned", "review_on"], "classes": ["collapse"]}),
        # Stands in the row of buttons, beside the one that schedules.
        ("Goes live", {"fields": ["public_from"]}),
    ]  # fmt: skip

    class Media:
        js = ["desk/order.js", "desk/notes.js", "desk/typing.js", "desk/escape.js", "desk/save.js"]

    # Addresses

    def get_urls(self):
        return [
            self.of_one("withdraw/", self.withdraw_view, "withdraw"),
            self.of_one("send-back/", self.send_back_view, "send-back"),
            self.of_one("bin/", self.bin_view, "bin"),
            self.of_one("notes/", self.notes_view, "notes"),
            self.of_one("look-again/", self.look_again_view, "look-again"),
            self.of_one("word/", self.word_view, "word"),
            path("word/", self.admin_site.admin_view(self.new_from_word_view), name="new-from-word"),
            self.of_one("first-page/", require_POST(self.first_page_view), "first-page"),
            self.of_one("take-out/", require_POST(self.take_out_view), "take-out"),
            self.of_one("drop-edit/", require_POST(self.drop_edit_view), "drop-edit"),
            self.of_one("publish-edit/", self.publish_edit_view, "publish-edit"),
            self.of_one("publish-again/", self.publish_again_view, "publish-again"),
            self.of_one("public-versions/<int:number>/suppress/", self.suppress_view, "suppress"),
            self.of_one("files/<uuid:key>/", self.attachment_view, "attachment"),
            self.of_one("versions/", self.history_of, "versions"),
            self.of_one("versions/compare/", self.compare_view, "compare"),
            self.of_one("versions/<int:number>/", self.version_view, "version"),
            self.of_one("versions/<int:number>/restore/", require_POST(self.restore_view), "restore"),
            *super().get_urls(),
        ]

    def of_one(self, route, view, name):
        return path(f"<int:pk>/{route}", self.admin_site.admin_view(view), name=name)

    def one(self, request, pk, action=Action.SEE):
        """The door of every address of one report: 404 for whom it does not exist, 403 for who may not do that."""
        report = get_object_or_404(self.get_queryset(request), pk=pk)
        if not may(request.user, action, report):
            raise PermissionDenied
        return report

    def withdraw_view(self, request, pk):
        return ask(WITHDRAW, self, request, self.one(request, pk))

    def send_back_view(self, request, pk):
        return ask(SEND_BACK, self, request, self.one(request, pk))

    def bin_view(self, request, pk):
        return ask(BIN, self, request, self.one(request, pk))

    def notes_view(self, request, pk):
        return notes_page(self, request, self.one(request, pk, Action.NOTE))

    def look_again_view(self, request, pk):
        return look_again(self, request, self.one(request, pk, Action.ASSIGN))

    def take_out_view(self, request, pk):
        report = self.one(request, pk, Action.TAKE_OUT)
        return self.done(request, report, workflow.take_out_of_bin, "is out of the bin, a draft again")

    def first_page_view(self, request, pk):
        return use_first_page(request, self.one(request, pk, Action.EDIT))

    def drop_edit_view(self, request, pk):
        report = self.one(request, pk, Action.EDIT)
        return self.done(
            request,
            report,
            workflow.drop_edit,
            "stands as readers have it: the edit is dropped, and kept in the history",
        )

    def publish_edit_view(self, request, pk):
        return publish_edit(self, request, self.one(request, pk, Action.PUBLISH))

    def publish_again_view(self, request, pk):
        return publish_again(self, request, self.one(request, pk, Action.PUBLISH))

    def suppress_view(self, request, pk, number):
        report = self.one(request, pk, Action.SUPPRESS)
        return ask(suppress(get_object_or_404(report.earlier_versions, number=number)), self, request, report)

    def done(self, request, report, act, words):
        """Act, say so, and lead back to the form."""
        try:
            act(report, by=request.user)
            messages.success(request, f"“{report}” {words}.")
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        return redirect("admin:publications_report_change", report.pk)

    def history_of(self, request, pk):
        return history(self, request, self.one(request, pk, Action.SEE_EDITS))

    def compare_view(self, request, pk):
        return picked(request, self.one(request, pk, Action.SEE_EDITS))

    def version_view(self, request, pk, number):
        report = self.one(request, pk, Action.SEE_EDITS)
        return compared(self, request, report, get_object_or_404(report.versions, number=number))

    def restore_view(self, request, pk, number):
        return restore(request, self.one(request, pk, Action.EDIT), number)

    def word_view(self, request, pk):
        return beside_from_word(self, request, self.one(request, pk, Action.EDIT))

    def new_from_word_view(self, request):
        if not self.has_add_permission(request):
            raise PermissionDenied
        return new_from_word(self, request)

    def history_view(self, request, object_id, extra_context=None):
        """The admin's own address of what is shown among the versions."""
        return redirect("admin:versions", get_object_or_404(self.get_queryset(request), pk=unquote(object_id)).pk)

    def attachment_view(self, request, pk, key):
        """A file of the report as it is being edited, or as readers have it."""
        report = self.one(request, pk)
        edited = as_edited(report).attachments.all() if may(request.user, Action.SEE_EDITS, report) else []
        rows = [*edited, *report.attachments.all()]
        attachment = next((row for row in rows if row.pk == key), None)
        if attachment is None:
            raise Http404
        return stored_file(attachment.file.name, attachment.media_type, attachment.filename, download=True)

    def view_on_site(self, report):
        live = Report.objects.live().filter(pk=report.pk).first()
        return live.get_absolute_url() if live else None

    # Who may

    def has_view_permission(self, request, obj=None):
        return super().has_view_permission(request, obj) and (obj is None or may(request.user, Action.SEE, obj))

    def has_add_permission(self, request):
        return may_add(request.user)

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and (obj is None or may(request.user, Action.EDIT, obj))

    def has_delete_permission(self, request, obj=None):
        """Deleting is for good; what was never public goes to the bin first."""
        return super().has_delete_permission(request, obj) and (obj is None or may(request.user, Action.PURGE, obj))

    # The form

    def get_form(self, request, obj=None, change=False, **kwargs):
        if obj is None and transaction.get_connection().in_atomic_block:
            # A hand that presses twice waits for itself, and the form then sees what the first press has made.
            User.objects.select_for_update(no_key=True).get(pk=request.user.pk)
        form = super().get_form(request, obj, change, **kwargs)
        form.user, form.withheld = request.user, withheld(request.user, obj)
        if "topics" in form.base_fields:
            form.base_fields["topics"].widget = topics_widget(self.admin_site, request)
        return form

    def get_fieldsets(self, request, obj=None):
        missing = withheld(request.user, obj)
        return [
            (heading, options)
            for heading, options in super().get_fieldsets(request, obj)
            if missing.isdisjoint(options["fields"])
        ]

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        stands = Report.objects.get(pk=obj.pk) if obj else None
        reading = SimpleLazyObject(lambda: beside.reading_of(obj))
        context |= {
            "title": heading(stands) if stands else "New report",
            "state_word": state_word(stands) if stands else "New",
            "state_since": state_since(stands) if stands else "",
            "steps": steps_of(stands, request.user),
            "may_bin": bool(stands) and may(request.user, Action.BIN, stands),
            "may_share": bool(stands) and may(request.user, Action.SHARE, stands),
            "may_take_out": bool(stands) and may(request.user, Action.TAKE_OUT, stands),
            # Not where the form is read and not shown.
            "beside": SimpleLazyObject(lambda: beside.at_opening(obj, reading, request.user)),
            "beside_fields": " ".join(beside.FIELDS),
            "checks": SimpleLazyObject(lambda: checking.rows_of(reading.report, request.user)),
            "first_page": SimpleLazyObject(lambda: obj and pdf_of(reading.report)),
            "why_form": beside.WhyForm(self.admin_site),
            "time_zone": timezone.get_current_timezone_name(),
        }
        if context["errors"]:
            # What is to be corrected has the focus instead.
            context["adminform"].form.fields["title"].widget.attrs.pop("autofocus")
        if stands:
            context["waits_for_publisher"] = waits_for_publisher(stands, request.user)
            context["withdrawal"] = workflow.withdrawal(stands)
            context |= {"report": stands} | panel(stands, request.user)
            context["adminform"].form.refusals = refusals(stands, request.GET.get("asked"))
        if obj and not self.has_change_permission(request, obj):
            show_text(obj, context["inline_admin_formsets"])
        return super().render_change_form(request, context, add, change, form_url, obj)

    def save_model(self, request, obj, form, change):
        if not change:
            obj.made_by = request.user
        super().save_model(request, obj, form, change)

    # After saving

    def response_add(self, request, obj, post_url_continue=None):
        if hasattr(request, "typed"):
            return self.response_change(request, obj)
        return super().response_add(request, obj) if IS_POPUP_VAR in request.POST else self.after_saving(request, obj)

    def after_saving(self, request, report):
        """What was typed is saved by now; a step that is refused takes nothing of it away."""
        if not (name := asked_for(request.POST)):
            messages.success(request, saved_words(report))
            return redirect(self.form_address(request, report))
        try:
            step = step_named(name, report, request.user)
            if lacks_an_edit(step, report):
                messages.info(request, workflow.NO_EDIT)
                return redirect(self.form_address(request, report))
            if step.page:
                return redirect(step.page, report.pk)
            with transaction.atomic():
                step.take(report, request.user)
        except ValidationError as error:
            why = " ".join(error.messages)
            messages.error(request, f"Everything is saved, but it was not {REFUSED[name]}. {why}")
            return redirect(self.form_address(request, report) + f"?asked={name}")
        self.tell(request, report, step)
        return redirect(self.form_address(request, report))

    def tell(self, request, report, step):
        if report.is_live():
            link = format_html('<a href="{}">Read it on the site</a>', report.get_absolute_url())
            messages.success(request, format_html("“{}” {}. {}", report, step.done, link))
        else:
            when = goes_live_words(report) if step in {SCHEDULE, SCHEDULE_EDIT} else ""
            link = format_html(' <a href="{}">See the calendar</a>', reverse("admin:calendar")) if when else ""
            messages.success(request, format_html("“{}” {}.{}{}", report, step.done, when, link))
        if step in GOING_LIVE and not report.report_topics.exists():
            messages.warning(request, NO_TOPICS)

    def form_address(self, request, report):
        address = reverse("admin:publications_report_change", args=[report.pk])
        preserved = {"preserved_filters": self.get_preserved_filters(request), "opts": self.opts}
        return add_preserved_filters(preserved, address)

    # Deletion

    def delete_view(self, request, object_id, extra_context=None):
        """Only what lies in the bin is deleted; all else is led to the page that says what can be done instead."""
        report = self.get_object(request, unquote(object_id))
        if report and not report.binned_at:
            return redirect("admin:bin", report.pk)
        return super().delete_view(request, object_id, extra_context)

    def get_actions(self, request):
        """Nothing is deleted by the dozen."""
        kept = {name: one for name, one in super().get_actions(request).items() if name != "delete_selected"}
        return kept | bulk.actions(request.user)


def heading(report):
    """“Draft report”, “Report in review”: how it stands, before all else."""
    situation = report.situation()
    if situation in {Report.Situation.IN_REVIEW, Report.Situation.BINNED}:
        return f"Report {situation.label.lower()}"
    return f"{situation.label} report"


def waits_for_publisher(report, user):
    """Who may edit what is in review, and not publish it, has no next button there."""
    in_review = report.situation() == Report.Situation.IN_REVIEW or report.edit_submitted_at
    return in_review and may(user, Action.EDIT, report) and not may(user, Action.PUBLISH, report)


def saved_words(report):
    """What saving has done, and what it has not: nobody takes an edit that waits for one that readers see."""
    if versions.pending(report):
        return f"Your edit of “{report}” is saved. Readers do not see it yet."
    return f"“{report}” is saved.{goes_live_words(report)}"


def goes_live_words(report):
    zone = timezone.get_current_timezone_name()
    return f" It goes live on {in_words(report.public_from)} ({zone})." if report.is_scheduled() else ""


def show_text(report, parts):
    """Who may only read the form is shown the text and not its markup, which was sanitised when it was stored; of a
    picture the words that stand for it."""
    for row in [report, *(form.instance for part in parts for form in part.formset.forms)]:
        for column in row._meta.concrete_fields:
            if isinstance(column, RichField):
                html = IMAGE.sub(r"<p>Picture: \2</p>", getattr(row, column.attname))
                setattr(row, column.attname, mark_safe(html))


def withheld(user, report):
    """The fields of the form that this person may not change; a new report is their own draft."""
    stands = report or Report(made_by=user)
    return {name for name, action in WITHHELD.items() if not may(user, action, stands)}
