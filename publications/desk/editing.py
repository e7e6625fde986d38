"""Editing a report: what is typed becomes a version, and what readers see stays until somebody publishes it.

A form is filled from memory with the edit that is pending. When it comes back, the rows are made what it was filled
from, Django's own view validates and saves into them, the result is taken as a version, and the rows are put back.
"""

import re
from contextlib import contextmanager, suppress

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.shortcuts import redirect

from accounts.names import name_of
from publications import relating
from publications.desk.base import ATTEMPTS
from publications.desk.widgets import facts_of
from publications.editorial import versions, workflow
from publications.editorial.comparing import differing
from publications.editorial.roles import Action, may
from publications.editorial.versions import Outcome, digest, snapshot
from publications.models import Event, FileText, Image, Report
from text.figures import named_in

SET_ASIDE = (
    "Somebody else has saved this report since you opened it, so nothing of theirs was overwritten. What you wrote is "
    "kept as version {}: see below how the two differ, and choose."
)
SEEN = "seen"
UPLOAD = re.compile(r"attachments-\d+-file")


@contextmanager
def rolled_back():
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


class Edited:
    """A model admin of reports whose form reads and writes versions."""

    def get_object(self, request, object_id, from_field=None):
        """While saving, the row, held: nobody moves the report between reading and writing it. Its key is not, so that
        whoever publishes meanwhile may store it in a sidebar. Else the report as it is being edited, in memory."""
        report = super().get_object(request, object_id, from_field)
        if report is None:
            return None
        if hasattr(request, "typed"):
            return Report.objects.select_for_update(no_key=True).get(pk=report.pk)
        return as_edited(report) if may(request.user, Action.SEE_EDITS, report) else report

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        if request.method == "POST" and self.has_change_permission(request):
            read_uploads(request.FILES)
            Image.objects.hold(key for _, values in request.POST.lists() for text in values for key in named_in(text))
        if request.method != "POST" or not object_id:
            return super().changeform_view(request, object_id, form_url, extra_context)
        for attempt in range(ATTEMPTS):
            try:
                return self.save_edit(request, object_id, form_url, extra_context)
            except IntegrityError:
                # Somebody was faster with what only one report may have; validating again says so.
                if attempt == ATTEMPTS - 1:
                    raise

    @transaction.atomic
    def save_edit(self, request, object_id, *args):
        request.typed = None
        report = self.get_object(request, unquote(object_id))
        if report is None or not self.has_change_permission(request, report):
            return super().changeform_view(request, object_id, *args)
        response, typed, content = self.tried(request, report, *args)
        if typed is None:
            return response
        report = Report.objects.get(pk=report.pk)
        hold_at_once(report, typed, request.user)
        return self.keep_edit(request, report, content)

    def tried(self, request, report, *args):
        """Django's answer to the form that came back; where it is valid, the row that it makes and its content, else
        None twice. No row of it stays. `report` is None for a new one."""
        request.typed = None
        with rolled_back():
            if report:
                # Pins and links are told by what they point at, and written anew from the form.
                base = edited_from(report, request.POST.get(SEEN))
                versions.put(report, base | {"related_entries": unknown_to(request.user, base)})
            response = super().changeform_view(request, report and str(report.pk), *args)
            if request.typed is None:
                return response, None, None
            typed = Report.objects.prefetch_related("assigned").get(pk=request.typed)
            return response, typed, snapshot(typed)

    def keep_edit(self, request, report, content):
        seen = request.POST.get(SEEN)
        said = f"Changed: {', '.join(differing(edited_from(report, seen), content))}"
        outcome, version = versions.save(report, content, by=request.user, said=said, base=seen)
        if outcome == Outcome.SET_ASIDE:
            messages.warning(request, SET_ASIDE.format(version.number))
            return redirect("admin:version", report.pk, version.number)
        return self.after_saving(request, Report.objects.get(pk=report.pk))

    def log_change(self, request, obj, message):
        """Told by the version; the rows in which the admin's own log would stand are put back."""

    def log_addition(self, request, obj, message):
        versions.add(obj, snapshot(obj), by=request.user, said="Entered")
        workflow.log(obj, Event.What.ENTERED, by=request.user)
        log_assigned(obj, set(), request.user)

    def response_change(self, request, obj):
        """It is valid: what was asked for comes after the rows are put back."""
        request.typed = obj.pk
        return HttpResponse()

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if obj:
            if may(request.user, Action.SEE_EDITS, obj):
                context["pending"] = versions.pending(obj)
            if self.has_change_permission(request, obj):
                seen = request.POST.get(SEEN) or context.get(SEEN)
                context[SEEN] = seen or digest(versions.standing(obj))
            for sentence in getattr(obj, "lost", []):
                messages.warning(request, sentence)
        return super().render_change_form(request, context, add, change, form_url, obj)


def read_uploads(files):
    """Before anything is held, since reading takes time; and kept at once, since what is tried is rolled back. What is
    refused here is refused again, and said, where the form is validated."""
    for name, upload in files.items():
        if UPLOAD.fullmatch(name):
            with suppress(ValidationError):
                FileText.objects.keep_reading(facts_of(upload))


def hold_at_once(report, typed, user):
    """When it goes live and who works on it are no content: they hold at once."""
    moved = typed.public_from != report.public_from
    if moved or typed.review_on != report.review_on:
        report.public_from, report.review_on = typed.public_from, typed.review_on
        report.save()
    if moved:
        relating.refresh([report.pk])
    before = set(report.assigned.all())
    report.assigned.set(typed.assigned.all())
    log_assigned(report, before, user)


def log_assigned(report, before, user):
    people = list(report.assigned.order_by("pk"))
    if set(people) != before:
        words = f"To {', '.join(map(name_of, people)) or 'nobody'}"
        workflow.log(report, Event.What.ASSIGNED, by=user, words=words, assigned=set(people) - before)


def unknown_to(user, content):
    """The pins and links to reports that this person may not know of: in no form of theirs, and kept as they are."""
    rows = content.get("related_entries", [])
    known = Report.objects.in_desk_of(user).filter(pk__in=[row["related_id"] for row in rows])
    keys = set(known.order_by().values_list("pk", flat=True))
    return [row for row in rows if row["related_id"] not in keys]


def known_to(user, content):
    """The content without them."""
    unknown = unknown_to(user, content)
    return content | {"related_entries": [row for row in content.get("related_entries", []) if row not in unknown]}


def as_edited(report, seen=None):
    """The report as its pending edit has it, or as it stands; with `seen`, as a form of that digest was filled."""
    edit = versions.pending(report)
    if edit is None and not seen:
        return report
    reading = versions.read(report, edited_from(report, seen) if seen else edit.content)
    reading.report.edited_parts, reading.report.lost = reading.parts, reading.lost
    return reading.report


def edited_from(report, seen):
    """The content that a form was filled with, by its digest; what stands by now, where that is not on record."""
    base = versions.of_digest(report, seen) if seen else None
    return base.content if base else versions.standing(report)
