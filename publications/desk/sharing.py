"""The page on which a report is shared with somebody who has no account, and on which that is ended."""

from datetime import timedelta

from django import forms
from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from publications.editorial import sharing
from publications.editorial.roles import Action
from publications.pages import absolute
from text.cleaning import clean_line
from text.fields import CleanFormField

MOST = 50
LASTS = {"1": "1 day", "7": "1 week", "30": "1 month (30 days)"}


class ShareForm(forms.Form):
    for_whom = CleanFormField(
        cleaner=clean_line,
        label="For whom",
        max_length=200,
        help_text="A name or an address, such as “Amina Diallo, reviewer”. It stands in the list below and in the "
        "history, so that you know which link to end.",
        widget=forms.TextInput(attrs={"class": "vLargeTextField", "autocomplete": "off"}),
        error_messages={"required": "Say for whom the link is, so that you know later which one to end."},
    )
    days = forms.ChoiceField(
        label="For how long", choices=LASTS.items(), initial="7", help_text="You can end it earlier at any time."
    )


class Shared:
    """A model admin of reports on whose pages links are made and ended."""

    def get_urls(self):
        return [
            self.of_one("sharing/", self.sharing_view, "sharing"),
            self.of_one("sharing/<uuid:key>/end/", require_POST(self.end_sharing_view), "end-sharing"),
            *super().get_urls(),
        ]

    def sharing_view(self, request, pk):
        report = self.one(request, pk, Action.SHARE)
        form = ShareForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            link = sharing.share(report, by=request.user, **asked(form.cleaned_data))
            messages.success(request, f"The link for {link.for_whom} is made. Copy it from the list and send it.")
            return redirect("admin:sharing", report.pk)
        context = self.admin_site.each_context(request)
        context |= {"title": "Share a preview", "report": report, "form": form, "opts": self.opts}
        context["rows"] = [row(request, link) for link in links_of(report)]
        return TemplateResponse(request, "admin/publications/report/sharing.html", context)

    def end_sharing_view(self, request, pk, key):
        report = self.one(request, pk, Action.SHARE)
        link = get_object_or_404(report.preview_links, pk=key)
        if sharing.end(link, by=request.user):
            messages.success(request, f"The link for {link.for_whom} is ended: whoever opens it is told so.")
        else:
            messages.warning(request, f"The link for {link.for_whom} had ended already.")
        return redirect("admin:sharing", report.pk)


def asked(data):
    return {"for_whom": data["for_whom"], "lasts": timedelta(days=int(data["days"]))}


def links_of(report):
    links = list(report.preview_links.select_related("made_by")[:MOST])
    for link in links:
        link.report = report
    return links


def row(request, link):
    """The link, and while it is open its address."""
    path = reverse("preview", args=[sharing.token_of(link)])
    return {"link": link, "address": absolute(request, path) if link.is_open() else ""}
