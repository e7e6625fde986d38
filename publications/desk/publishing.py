"""The pages that show what readers will see: an edit of a live report, of which they are told or not; and a withdrawn
report that is published again."""

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect

from publications.desk.steps import PUBLISH_EDIT, REPUBLISH
from publications.desk.versions import page
from publications.editorial import versions, workflow
from publications.editorial.comparing import compare
from publications.editorial.corrections import NOTE_MISSING
from publications.editorial.previewing import as_if_live
from publications.models import EarlierVersion, Report
from text.cleaning import clean_line

MINOR = "minor"
KINDS = [
    (MINOR, "Minor: readers are told nothing, as of a mended spelling"),
    (EarlierVersion.Kind.CORRECTION, "Correction: something was wrong"),
    (EarlierVersion.Kind.UPDATE, "Update: something has been added or has changed since"),
]
NO_NOTE = "Readers see no note on a minor edit. Choose “Correction” or “Update”, or leave this empty."
SHOWN = "shown"


class PublishEditForm(forms.Form):
    kind = forms.ChoiceField(
        label="What kind of change is it?",
        choices=KINDS,
        widget=forms.RadioSelect,
        help_text="After a correction or an update, what readers had before stays at an address of its own, to which "
        "your note leads.",
        error_messages={"required": "Choose what kind of change it is."},
    )
    note = forms.CharField(
        label="What do you tell readers?",
        required=False,
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 2, "class": "vLargeTextField"}),
        help_text="One or two sentences: “The figure for 2024 was wrong.” They stand on the report with today’s date. "
        "Leave this empty for a minor edit.",
    )

    def __init__(self, data=None):
        # Cleaned before it is looked at, so that a stray control character is dropped and not refused.
        super().__init__(data and {name: clean_line(value) for name, value in data.items()})

    def clean(self):
        kind, note = self.cleaned_data.get("kind"), self.cleaned_data.get("note")
        if kind == MINOR and note:
            self.add_error("note", NO_NOTE)
        if kind in EarlierVersion.Kind and not note and "note" not in self.errors:
            self.add_error("note", NOTE_MISSING)

    @property
    def told(self):
        """What `workflow.publish_edit` takes."""
        kind = self.cleaned_data["kind"]
        return {} if kind == MINOR else {"kind": kind, "note": self.cleaned_data["note"]}


def publish_edit(model_admin, request, report):
    form_address = redirect("admin:publications_report_change", report.pk)
    form = PublishEditForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and published(form, report, request):
        model_admin.tell(request, Report.objects.get(pk=report.pk), PUBLISH_EDIT)
        return form_address
    if not report.is_live():
        messages.error(request, f"“{report}” is not live.")
        return form_address
    edit = versions.pending(report)
    if edit is None:
        messages.info(request, workflow.NO_EDIT)
        return form_address
    stands = versions.snapshot(report)
    context = {
        "form": form,
        "edit": edit,
        "changes": compare(stands, edit.content),
        # Who mends a figure in the text forgets the one in the PDF.
        "files_stay": bool(stands["attachments"]) and stands["attachments"] == edit.content.get("attachments"),
        "lost": versions.read(report, edit.content).lost,
        "told": report.earlier_versions.all(),
        "again": report.earlier_versions.filter(version__digest=edit.digest).first(),
    }
    return page(model_admin, request, report, "Publish the edit", "publish_edit", context)


def published(form, report, request):
    """Whether the edit is published that the page has shown: if it is another by now, it is shown first."""
    try:
        workflow.publish_edit(report, by=request.user, shown=request.POST.get(SHOWN, ""), **form.told)
    except ValidationError as error:
        form.add_error(None, error.messages)
        report.refresh_from_db()
        return False
    return True


def publish_again(model_admin, request, report):
    form_address = redirect("admin:publications_report_change", report.pk)
    if report.state != Report.State.WITHDRAWN:
        messages.error(request, f"“{report}” is not withdrawn.")
        return form_address
    standing = versions.standing(report)
    faults = []
    if request.method == "POST":
        faults = refused_again(report, request.user, request.POST.get(SHOWN, ""))
        if not faults:
            model_admin.tell(request, Report.objects.get(pk=report.pk), REPUBLISH)
            return form_address
    reading = as_if_live(report, standing)
    context = {
        "shown": versions.digest(standing),
        "faults": faults,
        "withdrawal": workflow.withdrawal(report),
        "goes_live": reading.report,
        "parts": reading.parts,
        "changes": compare(versions.snapshot(report), standing),
    }
    return page(model_admin, request, report, "Publish again", "publish_again", context)


def refused_again(report, user, shown):
    """The sentences that say why it stays withdrawn; none where it is published as the page has shown it."""
    try:
        workflow.publish_again(report, by=user, shown=shown)
    except ValidationError as error:
        report.refresh_from_db()
        return error.messages
    return []
