"""What is done to many reports at once. A page names them first, and those that it will pass over with the reason."""

from collections.abc import Callable
from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.contrib.admin import helpers
from django.core.exceptions import ValidationError
from django.db import transaction
from django.template.response import TemplateResponse
from django.urls import reverse

from publications import relating
from publications.desk.forms import TopicsField, topics_widget
from publications.editorial import bulk, workflow
from publications.editorial.roles import Action, may
from publications.models import PublicationType, Report
from topics.models import Topic

MOST = 500
TOO_MANY = f"More than {MOST} reports are chosen. Narrow the list by filters or search, and do it in parts."
NOT_YOURS = "You may not do this to it as it stands."
# How many sentences a message holds.
MOST_SAID = 5


class NothingAsked(forms.Form):
    def __init__(self, site, request, data=None):
        super().__init__(data)


class RetagForm(NothingAsked):
    add = TopicsField(Topic.objects.all(), required=False, label="Add")
    remove = TopicsField(Topic.objects.all(), required=False, label="Take off")

    def __init__(self, site, request, data=None):
        super().__init__(site, request, data)
        for name in ("add", "remove"):
            self.fields[name].widget = topics_widget(site, request)
            self.fields[name].widget.choices = self.fields[name].choices
        self.fields["remove"].widget.can_add_related = False

    def clean(self):
        add, remove = self.cleaned_data.get("add", []), self.cleaned_data.get("remove", [])
        if not (add or remove):
            raise ValidationError("Choose a topic to add, or one to take off.")
        if both := set(add) & set(remove):
            raise ValidationError(f"“{both.pop()}” stands in both lists. Choose one.")


class RetypeForm(NothingAsked):
    type = forms.ModelChoiceField(PublicationType.objects.all(), label="Type", error_messages={"required": "Choose."})


@dataclass(frozen=True)
class Bulk:
    """`allowed(user, report)` and `act(report, user, answers)`, which raises ValidationError where it does not fit."""

    name: str
    label: str
    title: str
    explains: str
    done: str
    allowed: Callable
    act: Callable
    form: type[forms.Form] = NothingAsked
    # Whether each report is named with the topics that it has.
    tells_topics: bool = False


def who_may(action):
    return lambda user, report: may(user, action, report)


RETAG = Bulk(
    "retag",
    "Change topics…",
    "Change topics",
    "Readers see this at once, and edits that wait to be published get it too.",
    "changed",
    who_may(Action.RETAG),
    lambda report, user, answers: bulk.retag(report, answers["add"], answers["remove"], by=user),
    RetagForm,
    tells_topics=True,
)
BULKS = [
    Bulk(
        "publish",
        "Publish…",
        "Publish",
        "These go live at once. A live report shows readers nothing new: its edit is published from its own form.",
        "published",
        who_may(Action.PUBLISH),
        lambda report, user, answers: bulk.publish(report, by=user),
    ),
    Bulk(
        "submit",
        "Send to review…",
        "Send to review",
        "These go to the editors, as drafts or with their edits.",
        "sent to review",
        who_may(Action.SUBMIT),
        lambda report, user, answers: bulk.submit(report, by=user),
    ),
    RETAG,
    Bulk(
        "retype",
        "Change type…",
        "Change type",
        "Readers see this at once, and edits that wait to be published get it too. A number that the new type does "
        "not have must be taken away first.",
        "changed",
        who_may(Action.RETYPE),
        lambda report, user, answers: bulk.retype(report, answers["type"], by=user),
        RetypeForm,
    ),
    Bulk(
        "bin",
        "Put in the bin…",
        "Put in the bin",
        "These leave the desk’s lists. They can be taken out again with all that they hold.",
        "put in the bin",
        who_may(Action.BIN),
        lambda report, user, answers: workflow.put_in_bin(report, by=user),
    ),
]


def actions(user):
    """{name: (function, name, label)} as the admin's list wants them, of those that this person's role can ever do."""
    own = [Report(made_by=user, state=state) for state in (Report.State.DRAFT, Report.State.IN_REVIEW)]
    possible = [one for one in BULKS if any(one.allowed(user, report) for report in own)]
    return {one.name: (answer(one), one.name, one.label) for one in possible}


def answer(one):
    return lambda model_admin, request, queryset: confirm(one, model_admin, request, queryset)


def confirm(one, model_admin, request, queryset, leave="admin:publications_report_changelist"):
    """The page that names what was chosen; once it is confirmed, the deed. `leave`: where “Cancel” leads."""
    keys = list(queryset.order_by("title_key", "slug").values_list("pk", flat=True)[: MOST + 1])
    if len(keys) > MOST:
        messages.error(request, TOO_MANY)
        return None
    form = one.form(model_admin.admin_site, request, request.POST if "confirmed" in request.POST else None)
    if form.is_bound and form.is_valid():
        tell(request, one, *done(one, keys, request.user, form.cleaned_data))
        return None
    reports = Report.objects.filter(pk__in=keys).prefetch_related("assigned").order_by("title_key", "slug")
    if one.tells_topics:
        reports = reports.prefetch_related("report_topics__tag")
    allowed = [report for report in reports if one.allowed(request.user, report)]
    context = model_admin.admin_site.each_context(request) | {
        "title": one.title,
        "bulk": one,
        "leave": reverse(leave),
        "form": form,
        "reports": allowed,
        "passed_over": [report for report in reports if report not in allowed],
        "keys": keys,
        "selected": helpers.ACTION_CHECKBOX_NAME,
        "opts": model_admin.opts,
        "media": model_admin.media + form.media,
    }
    return TemplateResponse(request, "admin/publications/report/bulk.html", context)


def done(one, keys, user, answers):
    """(how many, sentences on those that were passed over). Each report is a transaction of its own."""
    count, refused = 0, []
    for key in keys:
        try:
            count += acted(one, key, user, answers)
        except ValidationError as error:
            refused.append(" ".join(error.messages))
    return count, refused


@transaction.atomic
def acted(one, key, user, answers):
    relating.hold()
    report = Report.objects.select_for_update(no_key=True).get(pk=key)
    try:
        if not one.allowed(user, report):
            raise ValidationError(NOT_YOURS)
        one.act(report, user, answers)
    except ValidationError as error:
        raise ValidationError(f"“{report}”: {' '.join(error.messages)}") from None
    return 1


def tell(request, one, count, refused):
    if count:
        messages.success(request, f"{count} {'report was' if count == 1 else 'reports were'} {one.done}.")
    for sentence in refused[:MOST_SAID]:
        messages.warning(request, f"Not {one.done}: {sentence}")
    if len(refused) > MOST_SAID:
        messages.warning(request, f"Nor were {len(refused) - MOST_SAID} more, for reasons of the same kind.")
