"""Notes on a report: the panel below its form, and the page that holds the panel alone."""

from django import forms
from django.shortcuts import redirect
from django.template.response import TemplateResponse

from publications.editorial import notes
from publications.editorial.roles import Action, may
from publications.models import Report
from text.cleaning import clean_text

SHOWN = 100


class NoteForm(forms.Form):
    note = forms.CharField(
        label="New note",
        max_length=5000,
        help_text="Those who work on this report are told of it by e-mail. Readers see nothing of it.",
        error_messages={"required": "Write something first."},
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, data=None):
        # Cleaned before it is looked at, so that a stray control character is dropped and not refused.
        super().__init__(data and {name: clean_text(value) for name, value in data.items()})


def panel(report, user, form=None):
    """What stands around the notes on a report; nothing for those who may not add any."""
    if not may(user, Action.NOTE, report):
        return {}
    return {
        "notes": notes.notes_on(report)[:SHOWN],
        "note_form": form or NoteForm(),
        "sent_back": notes.sent_back(Report.objects.filter(pk=report.pk)).first(),
    }


def notes_page(model_admin, request, report):
    form = NoteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        notes.write(report, form.cleaned_data["note"], by=request.user)
        return redirect("admin:notes", report.pk)
    context = model_admin.admin_site.each_context(request) | panel(report, request.user, form)
    context |= {"title": "Notes", "report": report, "opts": model_admin.opts}
    return TemplateResponse(request, "admin/publications/report/notes.html", context)
