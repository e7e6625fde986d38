"""The pages on which topics are cared for: each asks, says what would change, and acts when it is told to."""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html

from publications.desk.pickers import KEY
from publications.desk.topic_forms import (
    MOST_MERGED,
    CareForm,
    FamilyForm,
    MergeForm,
    RenameForm,
    SynonymsForm,
    without_the_one_who_stays,
)
from publications.desk.topic_previews import (
    count,
    told_of_family,
    told_of_merge,
    told_of_name,
    told_of_retiring,
    told_of_synonyms,
)
from publications.topic_care import tending
from publications.topic_care.merging import merge, misfit
from topics.models import Topic

LOOK = "look"
# In an address: where the page comes from, and leads back to.
ALIKE = "alike"
TAKEN = "Another topic lives at this address. Choose a different one."
# The fields that hold keys of topics.
KEYED = {"topics", "into", "parent", "children"}


@dataclass(frozen=True)
class Care:
    """What a page does. `act(topic, user, **cleaned)` returns the steps that it took; `foresee(topic, cleaned)` says in
    sentences what it would change."""

    title: str
    # With the name of the topic: the head of the page.
    heading: str
    button: str
    done: str
    act: Callable
    foresee: Callable
    form: type[CareForm] = CareForm


MERGE = Care(
    "Merge topics",
    "Merge topics",
    "Merge",
    "is merged.",
    lambda topic, user, topics, into: merge(topics, into, by=user),
    told_of_merge,
    MergeForm,
)
RENAME = Care(
    "Rename",
    "Rename “{}”",
    "Rename",
    "is renamed.",
    lambda topic, user, **given: [tending.rename(topic, **given, by=user)],
    told_of_name,
    RenameForm,
)
RETIRE = Care(
    "Retire",
    "Retire “{}”",
    "Retire",
    "is retired.",
    lambda topic, user: [tending.retire(topic, by=user)],
    told_of_retiring,
)
OFFER = Care(
    "Offer again",
    "Offer “{}” again",
    "Offer again",
    "is offered again.",
    lambda topic, user: [tending.offer(topic, by=user)],
    told_of_retiring,
)
SYNONYMS = Care(
    "Other words",
    "Other words for “{}”",
    "Change the other words",
    "is found by these words from now on.",
    lambda topic, user, synonyms: [tending.set_synonyms(topic, synonyms, by=user)],
    told_of_synonyms,
    SynonymsForm,
)
FAMILY = Care(
    "Parent and children",
    "Parent and children of “{}”",
    "Change parent and children",
    "has its new place.",
    lambda topic, user, parent, children: [tending.set_family(topic, parent, children, by=user)],
    told_of_family,
    FamilyForm,
)


def tend(care, model_admin, request, topic=None):
    """The form; once somebody looks, what would change; once it is posted, the deed."""
    form = form_of(care, model_admin.admin_site, request, topic)
    preview = None
    if form.is_bound and form.is_valid():
        if request.method == "POST":
            if steps := acted(care, form, topic, request.user):
                return finished(care, request, topic, steps)
        elif tried(care, form, topic, request.user):
            preview = care.foresee(topic, form.cleaned_data)
    context = model_admin.admin_site.each_context(request) | {
        "title": care.heading.format(topic),
        "care": care,
        "then": request.GET.get("then") == ALIKE and ALIKE,
        "topic": topic,
        "form": form,
        "preview": preview,
        "posted": [(name, value) for name, values in form.data.lists() for value in values if name != LOOK]
        if preview
        else [],
        "keepable": keepable(form) if care is MERGE else [],
        "opts": model_admin.opts,
        "media": model_admin.media + form.media,
    }
    return TemplateResponse(request, "admin/topics/topic/care.html", context)


def form_of(care, site, request, topic):
    data = only_keys(request.POST if request.method == "POST" else request.GET)
    if request.method == "POST" or LOOK in data or care.form is CareForm:
        return care.form(topic, site, data)
    return care.form(topic, site, initial={"topics": data.getlist("topics"), "into": data.get("into")})


def posted(form):
    """What was asked, as the button that acts sends it once more."""
    return [(name, value) for name, values in form.data.lists() for value in values if name != LOOK]


def only_keys(data):
    """What is given for a topic and is no key is no topic; the pickers would stumble over it."""
    data = data.copy()
    for name in KEYED & data.keys():
        data.setlist(name, [value for value in data.getlist(name) if KEY.fullmatch(value)])
    return without_the_one_who_stays(data, "topics")


def keepable(form):
    """Of several that were chosen, each can be the one that stays; that with most reports first."""
    given = form.data if form.is_bound else form.initial
    topics = given.getlist("topics") if form.is_bound else given["topics"]
    keys = list(dict.fromkeys([*topics, *filter(None, [given.get("into")])]))
    if len(keys) < 2:
        return []
    rows = Topic.objects.filter(pk__in=keys[: MOST_MERGED + 1]).annotate(report_count=Count("report_topics"))
    asked = "&".join(f"topics={key}" for key in keys)
    ranked = rows.order_by("-report_count", "name_key")
    return [(topic, f"?{asked}&into={topic.pk}&{LOOK}=1#changes") for topic in ranked]


def acted(care, form, topic, user):
    """The steps; none, with the reason in the form, where it is refused."""
    try:
        return care.act(topic, user, **form.cleaned_data)
    except ValidationError as error:
        refuse(form, error)
        return []


def tried(care, form, topic, user):
    """Whether it would be refused is found by doing it and taking it back; of a merge, by looking at it."""
    if care is MERGE:
        return not_refused(form)
    with transaction.atomic():
        steps = acted(care, form, topic, user)
        transaction.set_rollback(True)
    return bool(steps)


def not_refused(form):
    for source in form.cleaned_data["topics"]:
        if sentence := misfit(source, form.cleaned_data["into"]):
            form.add_error("into", sentence)
            return False
    return True


def refuse(form, error):
    """On the fields that it names; what names another stands above all."""
    named = error.message_dict if hasattr(error, "error_dict") else {None: error.messages}
    for name, sentences in named.items():
        if name == "slug" and any(one.code == "unique" for one in error.error_dict["slug"]):
            sentences = [TAKEN]
        form.add_error(name if name in form.fields else None, sentences)


def finished(care, request, topic, steps):
    for step in steps:
        log = reverse("admin:topic-step", args=[step.pk])
        changed = f" {count(step.reports, 'report')} changed." if care is MERGE else ""
        sentence = '“{}” {}{} <a href="{}">Look at it, or undo it, in the log.</a>'
        messages.success(request, format_html(sentence, step.name, care.done, changed, log))
    if request.POST.get("then") == ALIKE:
        return redirect("admin:topic-suggestions")
    key = steps[-1].into if care is MERGE else topic.pk
    return redirect("admin:topics_topic_change", key)
