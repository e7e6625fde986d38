"""What comes from Word: pasted into a text, or as a file that becomes a draft or is laid beside a report."""

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponseBadRequest, JsonResponse
from django.shortcuts import redirect
from django.template.defaultfilters import pluralize
from django.template.response import TemplateResponse
from django.utils.text import get_text_list

from publications.editorial import versions, workflow
from publications.models import Event, Report
from text.cleaning import cut_at_word
from text.pasted import Pasted, from_office
from text.word import WordFile, from_docx

LONGEST_TITLE = 300
PICTURES_STAY = "{} stayed behind: only the text was taken over."


class WordField(forms.FileField):
    """A Word file, as a `WordFile`."""

    widget = forms.FileInput(attrs={"accept": ".docx"})

    def to_python(self, data) -> WordFile | None:
        file = super().to_python(data)
        return from_docx(file) if file else None


class WordForm(forms.Form):
    file = WordField(
        label="Word file",
        help_text="Headings, lists, tables, links and footnotes come along; pictures do not.",
        error_messages={"required": "Choose a Word file."},
    )


def pasted(request):
    """What somebody pastes into a text, as it may stand there, and a sentence on what came along."""
    html = request.POST.get("html", "")
    if not html:
        return HttpResponseBadRequest("Send what was pasted as `html`.")
    found = from_office(html)
    return JsonResponse({"html": found.html, "said": said_of(found)})


def said_of(found: Pasted) -> str:
    counted = [(found.notes, "footnote"), (found.tables, "table")]
    there = [f"{number} {name}{pluralize(number)}" for number, name in counted if number]
    sentences = [f"{get_text_list(there, 'and')} came along."] if there else []
    if found.pictures:
        sentences.append(PICTURES_STAY.format(f"{found.pictures} picture{pluralize(found.pictures)}"))
    return " ".join(sentences)


def new_from_word(model_admin, request):
    """A draft of its own: nothing is overwritten."""
    form = WordForm(request.POST, request.FILES) if request.method == "POST" else WordForm()
    if request.method == "POST" and form.is_valid():
        report = drafted(form.cleaned_data["file"], request.user)
        told = said_of(form.cleaned_data["file"].pasted)
        messages.success(request, f"This draft was made from the Word file. {told} Look it through.")
        return redirect("admin:publications_report_change", report.pk)
    return page(model_admin, request, form, None)


@transaction.atomic
def drafted(word: WordFile, user) -> Report:
    report = Report(title=cut_at_word(word.title, LONGEST_TITLE), body=word.pasted.html, made_by=user)
    report.save()
    versions.add(report, versions.snapshot(report), by=user, said="Made from a Word file")
    workflow.log(report, Event.What.ENTERED, by=user)
    return report


def beside_from_word(model_admin, request, report):
    """Another body, laid beside the report: it takes no effect until somebody has compared and takes it over."""
    form = WordForm(request.POST, request.FILES) if request.method == "POST" else WordForm()
    if request.method == "POST" and form.is_valid():
        version = laid_beside(report, form.cleaned_data["file"], request.user)
        told = said_of(form.cleaned_data["file"].pasted)
        messages.success(request, f"Nothing is overwritten yet. {told} See below how the two differ, and choose.")
        return redirect("admin:version", report.pk, version.number)
    return page(model_admin, request, form, report)


@transaction.atomic
def laid_beside(report: Report, word: WordFile, user):
    report = Report.objects.select_for_update(no_key=True).get(pk=report.pk)
    content = versions.standing(report)
    base = versions.keep(report, content)
    content = content | {"fields": content["fields"] | {"body": word.pasted.html}, "base": base.digest}
    return versions.add(report, content, by=user, said="The body of a Word file", set_aside=True)


def page(model_admin, request, form, report):
    context = model_admin.admin_site.each_context(request)
    title = "Take the text from a Word file" if report else "New report from a Word file"
    context |= {"title": title, "form": form, "report": report, "opts": model_admin.opts}
    return TemplateResponse(request, "admin/publications/report/word.html", context)
