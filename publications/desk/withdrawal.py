"""The page that asks why a report is withdrawn."""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import redirect
from django.template.response import TemplateResponse

from publications.editorial.workflow import allowed_moves, move
from publications.models import Report
from text.cleaning import clean_text


class WithdrawalForm(forms.Form):
    withdrawal_reason = forms.CharField(
        label="Why is it withdrawn?",
        widget=forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"}),
        help_text="One or two sentences. Readers see them at the report’s address, in place of the report.",
        error_messages={"required": "Say why it is withdrawn; readers will see this sentence."},
    )

    def __init__(self, data=None):
        # Cleaned before it is looked at, so that a stray control character is dropped and not refused.
        super().__init__(data and {name: clean_text(value) for name, value in data.items()})


def withdraw(model_admin, request, report):
    if not model_admin.has_change_permission(request, report):
        raise PermissionDenied
    if Report.State.WITHDRAWN not in allowed_moves(report):
        messages.error(request, f"“{report}” is not live, so there is nothing to withdraw.")
        return redirect("admin:publications_report_change", report.pk)
    form = WithdrawalForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and moved(form, report, request.user):
        messages.success(request, f"“{report}” is withdrawn. Its address now says so, and why.")
        return redirect("admin:publications_report_change", report.pk)
    context = model_admin.admin_site.each_context(request)
    context |= {"title": "Withdraw", "report": report, "form": form, "opts": model_admin.opts}
    return TemplateResponse(request, "admin/publications/report/withdraw.html", context)


def moved(form, report, user):
    try:
        move(report, Report.State.WITHDRAWN, by=user, reason=form.cleaned_data["withdrawal_reason"])
    except ValidationError as error:
        form.add_error(None, error.messages)
        return False
    return True
