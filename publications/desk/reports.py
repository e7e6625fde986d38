"""The admin of reports: the form, its buttons, and deletion."""

from django.contrib import messages
from django.contrib.admin.options import IS_POPUP_VAR
from django.contrib.admin.templatetags.admin_urls import add_preserved_filters
from django.contrib.admin.utils import unquote
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html

from publications.desk.base import DeskAdmin
from publications.desk.editing import Edited, as_edited
from publications.desk.forms import ReportForm, topics_widget
from publications.desk.lists import ReportList
from publications.desk.parts import AttachmentInline, AuthorshipInline, RelatedInline
from publications.desk.states import state_since, state_word
from publications.desk.steps import asked_for, refusals, steps_of, take
from publications.desk.versions import compared, history, restore
from publications.desk.withdrawal import withdraw
from publications.models import Report
from publications.sending import stored_file

State = Report.State
NOT_DELETED = "“{}” has been made public, so it is not deleted. Withdraw it: its address will then say so, and why."
NOT_YET = "“{}” is scheduled. Make it a draft again; then it can be deleted."


class ReportAdmin(Edited, ReportList, DeskAdmin):
    form = ReportForm
    inlines = [AuthorshipInline, AttachmentInline, RelatedInline]
    fieldsets = [
        (None, {"fields": ["title", "subtitle", ("type", "number", "language"), "lead"]}),
        ("What it is about", {"fields": ["topics"]}),
        ("Cover", {"fields": ["cover", "cover_alt", "cover_credit"]}),
        ("Text", {"fields": ["summary", "body", "about", "acknowledgement", "teaser"]}),
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
        # Stands in the row of buttons, beside the one that schedules.
        ("Goes live", {"fields": ["public_from"]}),
    ]  # fmt: skip

    class Media:
        js = ["desk/order.js"]

    # Addresses

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/withdraw/", view(self.withdraw_view), name="withdraw"),
            path("<int:pk>/files/<uuid:key>/", view(self.attachment_view), name="attachment"),
            path("<int:pk>/versions/", view(self.history_of), name="versions"),
            path("<int:pk>/versions/<int:number>/", view(self.version_view), name="version"),
            path("<int:pk>/versions/<int:number>/restore/", view(self.restore_view), name="restore"),
            *super().get_urls(),
        ]

    def withdraw_view(self, request, pk):
        return withdraw(self, request, self.one(request, pk))

    def history_of(self, request, pk):
        return history(self, request, self.one(request, pk))

    def version_view(self, request, pk, number):
        report = self.one(request, pk)
        return compared(self, request, report, get_object_or_404(report.versions, number=number))

    def restore_view(self, request, pk, number):
        return restore(self, request, self.one(request, pk), number)

    def history_view(self, request, object_id, extra_context=None):
        """The admin's own address of what is shown among the versions."""
        return redirect("admin:versions", get_object_or_404(self.get_queryset(request), pk=unquote(object_id)).pk)

    def one(self, request, pk):
        return get_object_or_404(self.get_queryset(request), pk=pk)

    def attachment_view(self, request, pk, key):
        """A file of the report as it is being edited, or as readers have it."""
        report = self.one(request, pk)
        rows = [*as_edited(report).attachments.all(), *report.attachments.all()]
        attachment = next((row for row in rows if row.pk == key), None)
        if attachment is None:
            raise Http404
        filename = f"{attachment.slug}.{attachment.extension}"
        return stored_file(attachment.file.name, attachment.media_type, filename, download=True)

    def view_on_site(self, report):
        live = Report.objects.live().filter(pk=report.pk).first()
        return live.get_absolute_url() if live else None

    # The form

    def get_form(self, request, obj=None, change=False, **kwargs):
        if obj is None and transaction.get_connection().in_atomic_block:
            # A hand that presses twice waits for itself, and the form then sees what the first press has made.
            User.objects.select_for_update(no_key=True).get(pk=request.user.pk)
        form = super().get_form(request, obj, change, **kwargs)
        if "topics" in form.base_fields:
            form.base_fields["topics"].widget = topics_widget(self.admin_site, request)
        return form

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        stands = Report.objects.get(pk=obj.pk) if obj else None
        context |= {
            "title": "Report" if stands else "New report",
            "state_word": state_word(stands) if stands else "New",
            "state_since": state_since(stands) if stands else "",
            "steps": steps_of(stands),
            "time_zone": timezone.get_current_timezone_name(),
        }
        if stands:
            context["adminform"].form.refusals = refusals(stands, request.GET.get("asked"))
        return super().render_change_form(request, context, add, change, form_url, obj)

    # After saving

    def response_add(self, request, obj, post_url_continue=None):
        return super().response_add(request, obj) if IS_POPUP_VAR in request.POST else self.after_saving(request, obj)

    def after_saving(self, request, report):
        """What was typed is saved by now; a step that is refused takes nothing of it away."""
        if "_withdraw" in request.POST:
            return redirect("admin:withdraw", report.pk)
        step = asked_for(request.POST)
        refused = step and self.refusal(step, report, request.user)
        self.tell(request, report, step, refused)
        return redirect(self.form_address(request, report) + (f"?asked={step.name}" if refused else ""))

    def refusal(self, step, report, user):
        try:
            with transaction.atomic():
                take(step, report, user)
        except ValidationError as error:
            return error.messages
        return []

    def tell(self, request, report, step, refused):
        if refused:
            messages.error(request, f"Everything is saved, but it was not {step.refused}. {' '.join(refused)}")
        elif step and report.is_live():
            link = format_html('<a href="{}">Read it on the site</a>', report.get_absolute_url())
            messages.success(request, format_html("“{}” {}. {}", report, step.done, link))
        else:
            messages.success(request, f"“{report}” {step.done}." if step else f"“{report}” is saved.")

    def form_address(self, request, report):
        address = reverse("admin:publications_report_change", args=[report.pk])
        preserved = {"preserved_filters": self.get_preserved_filters(request), "opts": self.opts}
        return add_preserved_filters(preserved, address)

    # Deletion

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and not (obj and kept_because(obj))

    def delete_view(self, request, object_id, extra_context=None):
        report = self.get_object(request, unquote(object_id))
        if report and (sentence := kept_because(report)):
            messages.error(request, sentence)
            return redirect("admin:publications_report_change", report.pk)
        return super().delete_view(request, object_id, extra_context)

    def get_deleted_objects(self, objs, request):
        kept = [sentence for report in objs if (sentence := kept_because(report))]
        return ([], {}, set(), kept) if kept else super().get_deleted_objects(objs, request)

    @transaction.atomic
    def delete_queryset(self, request, queryset):
        for report in Report.objects.filter(pk__in=list(queryset.values_list("pk", flat=True))).select_for_update():
            if not kept_because(report):
                report.delete()


def kept_because(report):
    """Why a report may not be deleted; nothing where it may."""
    if report.state in {State.DRAFT, State.IN_REVIEW}:
        return ""
    return (NOT_YET if report.is_scheduled() else NOT_DELETED).format(report)
