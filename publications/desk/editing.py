"""Editing a report: what is typed becomes a version, and what readers see stays until somebody publishes it.

A form is filled from memory with the edit that is pending. When it comes back, the rows are made what it was filled
from, Django's own view validates and saves into them, the result is taken as a version, and the rows are put back.
"""

from contextlib import contextmanager

from django.contrib import messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.admin.utils import unquote
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.shortcuts import redirect

from publications import relating
from publications.desk.base import ATTEMPTS
from publications.editorial import versions, workflow
from publications.editorial.versions import Outcome, digest, snapshot
from publications.models import Event, Report

SET_ASIDE = (
    "Somebody else has saved this report since you opened it, so nothing of theirs was overwritten. What you wrote is "
    "kept as version {}: see below how the two differ, and choose."
)
SEEN = "seen"


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
        return as_edited(report)

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
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
                versions.put(report, edited_from(report, request.POST.get(SEEN)) | {"related_entries": []})
            response = super().changeform_view(request, report and str(report.pk), *args)
            if request.typed is None:
                return response, None, None
            typed = Report.objects.prefetch_related("assigned").get(pk=request.typed)
            return response, typed, snapshot(typed)

    def keep_edit(self, request, report, content):
        said = LogEntry(action_flag=CHANGE, change_message=request.edit_said).get_change_message()
        seen = request.POST.get(SEEN)
        outcome, version = versions.save(report, content, by=request.user, said=said, base=seen)
        if outcome == Outcome.SET_ASIDE:
            messages.warning(request, SET_ASIDE.format(version.number))
            return redirect("admin:version", report.pk, version.number)
        return self.after_saving(request, Report.objects.get(pk=report.pk))

    def log_change(self, request, obj, message):
        """What the version says of itself; the rows in which the admin's own log would stand are put back."""
        request.edit_said = message or ""

    def log_addition(self, request, obj, message):
        versions.add(obj, snapshot(obj), by=request.user, said="Entered")
        workflow.log(obj, Event.What.ENTERED, by=request.user)

    def response_change(self, request, obj):
        """It is valid: what was asked for comes after the rows are put back."""
        request.typed = obj.pk
        return HttpResponse()

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if obj:
            edit = versions.pending(obj)
            context |= {"pending": edit, SEEN: request.POST.get(SEEN) or digest(versions.standing(obj))}
            for sentence in getattr(obj, "lost", []):
                messages.warning(request, sentence)
        return super().render_change_form(request, context, add, change, form_url, obj)


def hold_at_once(report, typed, user):
    """When it goes live and who works on it are no content: they hold at once."""
    moved = typed.public_from != report.public_from
    if moved or typed.review_on != report.review_on:
        report.public_from, report.review_on = typed.public_from, typed.review_on
        report.save()
    if moved:
        relating.refresh([report.pk])
    people = sorted(typed.assigned.all(), key=lambda one: one.pk)
    if people != list(report.assigned.order_by("pk")):
        report.assigned.set(people)
        names = ", ".join(one.get_full_name() or one.username for one in people)
        workflow.log(report, Event.What.ASSIGNED, by=user, words=f"To {names}" if names else "To nobody")


def as_edited(report):
    """The report as its pending edit has it, or as it stands."""
    edit = versions.pending(report)
    if edit is None:
        return report
    reading = versions.read(report, edit.content)
    reading.report.edited_parts, reading.report.lost = reading.parts, reading.lost
    return reading.report


def edited_from(report, seen):
    """The content that a form was filled with, by its digest; what stands by now, where that is not on record."""
    base = report.versions.filter(digest=seen).first() if seen else None
    return base.content if base else versions.standing(report)
