"""Pages that ask for a reason before they act: why a report is withdrawn, what should change before it comes again."""

from collections.abc import Callable
from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import redirect
from django.template.response import TemplateResponse

from publications.desk.pickers import LIVE, picker_label
from publications.editorial import withdrawing, workflow
from publications.editorial.roles import Action, is_own, may
from publications.models import RelatedPublication, Report
from text.cleaning import clean_text

State, Situation = Report.State, Report.Situation
PUBLIC = "“{}” has been made public, so it is not deleted. Withdraw it: its address will then say so, and why."
KEPT = {
    Situation.LIVE: PUBLIC,
    Situation.WITHDRAWN: PUBLIC,
    Situation.SCHEDULED: "“{}” is scheduled. Make it a draft again; then it can go to the bin.",
}


class ReasonForm(forms.Form):
    reason = forms.CharField(widget=forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"}))

    def __init__(self, question, needed, report, site, data=None):
        # Cleaned before it is looked at, so that a stray control character is dropped and not refused.
        super().__init__(data and {name: clean_text(value) for name, value in data.items()})
        field = self.fields["reason"]
        field.label, field.help_text, field.required = question.asks, question.help_text, needed
        field.error_messages["required"] = question.missing


class LiveReports(AutocompleteSelect):
    def get_url(self):
        return f"{super().get_url()}?{LIVE}"


class LiveReportField(forms.ModelChoiceField):
    label_from_instance = staticmethod(picker_label)


class WithdrawalForm(ReasonForm):
    replacement = LiveReportField(
        Report.objects.none(),
        required=False,
        label="Which report replaces it?",
        help_text="If there is one, type a few letters of its title. Readers are led from here to there, as long as "
        "that one is live.",
        error_messages={"invalid_choice": "This report is not live. Choose one that readers can read, or none."},
    )

    class Media:
        js = ["desk/names.js", "desk/pickers.js"]

    def __init__(self, question, needed, report, site, data=None):
        super().__init__(question, needed, report, site, data)
        field = self.fields["replacement"]
        field.widget = LiveReports(RelatedPublication._meta.get_field("related"), site)
        field.queryset = Report.objects.live().exclude(pk=report.pk)


@dataclass(frozen=True)
class Question:
    """What a page asks, and what it does with the answer. `fits(report)`: the sentence where there is nothing to do."""

    title: str
    explains: str
    asks: str
    help_text: str
    missing: str
    action: Action
    act: Callable
    done: str
    fits: Callable
    refrain: str
    needs_answer: Callable = lambda user, report: True
    form: type[ReasonForm] = ReasonForm
    leads_to: str = "admin:publications_report_change"


def nothing_to_withdraw(report):
    return "" if State.WITHDRAWN in workflow.allowed_moves(report) else f"“{report}” is not live: nothing to withdraw."


def nothing_to_send_back(report):
    if report.state == State.IN_REVIEW or report.edit_submitted_at:
        return ""
    return f"“{report}” is not in review: there is nothing to send back."


def nothing_to_bin(report):
    if report.binned_at:
        return f"“{report}” is in the bin already."
    return KEPT.get(report.situation(), "").format(report)


def send_back(report, *, by, reason):
    if report.state == State.IN_REVIEW:
        workflow.move(report, State.DRAFT, by=by, reason=reason)
    else:
        workflow.send_back_edit(report, by=by, reason=reason)


WITHDRAW = Question(
    title="Withdraw",
    explains="can no longer be read: its address will show title, authors, date and the reason that you give here. "
    "You can publish it again.",
    asks="Why is it withdrawn?",
    help_text="One or two sentences. Readers see them at the report’s address, in place of the report.",
    missing="Say why it is withdrawn; readers will see this sentence.",
    action=Action.WITHDRAW,
    act=withdrawing.withdraw,
    done="is withdrawn. Its address now says so, and why.",
    fits=nothing_to_withdraw,
    refrain="Do not withdraw",
    form=WithdrawalForm,
)
SEND_BACK = Question(
    title="Send back",
    explains="leaves review. Whoever works on it can edit it again, and sees what you write here.",
    asks="What should change?",
    help_text="Readers see nothing of this. It stands in the report’s history and above its form.",
    missing="Say what should change, so that whoever wrote it knows what to do.",
    action=Action.SEND_BACK,
    act=send_back,
    done="is sent back.",
    fits=nothing_to_send_back,
    refrain="Leave it in review",
    # Whoever takes back what is their own owes nobody a reason.
    needs_answer=lambda user, report: not is_own(user, report),
)
BIN = Question(
    title="Put in the bin",
    explains="leaves the desk’s lists. It can be taken out again with all that it holds; its address stays its own.",
    asks="Why?",
    help_text="You need not say. Readers see nothing of this.",
    missing="",
    action=Action.BIN,
    act=lambda report, *, by, reason: workflow.put_in_bin(report, by=by),
    done="is in the bin.",
    fits=nothing_to_bin,
    refrain="Keep it",
    needs_answer=lambda user, report: False,
)


def ask(question, model_admin, request, report):
    led_to = redirect(question.leads_to, report.pk)
    if sentence := question.fits(report):
        messages.error(request, sentence)
        return led_to
    if not may(request.user, question.action, report):
        raise PermissionDenied
    needed, site = question.needs_answer(request.user, report), model_admin.admin_site
    form = question.form(question, needed, report, site, request.POST or None)
    if request.method == "POST" and form.is_valid() and acted(question, form, report, request.user):
        messages.success(request, f"“{report}” {question.done}")
        return led_to
    context = site.each_context(request) | {"opts": model_admin.opts, "media": form.media}
    context |= {"title": question.title, "question": question, "report": report, "form": form}
    return TemplateResponse(request, "admin/publications/report/reason.html", context)


def acted(question, form, report, user):
    try:
        question.act(report, by=user, **form.cleaned_data)
    except ValidationError as error:
        form.add_error(None, error.messages)
        return False
    return True
