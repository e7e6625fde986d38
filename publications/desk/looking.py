"""The day on which a report is to be looked at again, set anew with one field."""

from datetime import timedelta

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.formats import date_format

from publications.models import Report

A_YEAR = timedelta(days=365)


class LookAgainForm(forms.Form):
    review_on = forms.DateField(
        label="Look at it again on",
        required=False,
        help_text="The desk’s first page brings it up on that day. Leave it empty if it need not be looked at again.",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def clean_review_on(self):
        day = self.cleaned_data["review_on"]
        if day and day <= timezone.localdate():
            raise ValidationError("Choose a day that lies ahead.")
        return day


def look_again(model_admin, request, report):
    form = LookAgainForm(request.POST or None, initial={"review_on": timezone.localdate() + A_YEAR})
    if request.method == "POST" and form.is_valid():
        day = form.cleaned_data["review_on"]
        Report.objects.filter(pk=report.pk).update(review_on=day)
        when = f"comes up again on {date_format(day, 'j F Y')}" if day else "does not come up again"
        messages.success(request, f"“{report}” {when}.")
        return redirect("admin:index")
    context = model_admin.admin_site.each_context(request)
    context |= {"title": "Look at it again", "report": report, "form": form, "opts": model_admin.opts}
    return TemplateResponse(request, "admin/publications/report/look_again.html", context)
