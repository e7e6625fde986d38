"""The log of topic care: what was done, by whom, and its undoing."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse

from publications.desk.pickers import KEY
from publications.desk.topic_previews import told_of_undoing
from publications.models import Report, TopicStep
from publications.topic_care.undoing import obstacles, undo
from topics.models import Topic

Kind = TopicStep.Kind
PAGE = 50


def sentence(step):
    """What was done, as the log tells it."""
    if step.kind == Kind.UNDONE:
        return f"Undone: {sentence(step.undoes)}"
    if step.kind == Kind.RENAMED:
        return renamed(step)
    return {
        Kind.MERGED: f"“{step.name}” was merged into “{step.into_name}”",
        Kind.RETIRED: f"“{step.name}” was retired",
        Kind.OFFERED: f"“{step.name}” was offered again",
        Kind.SYNONYMS: f"“{step.name}” got other synonyms{changes(step.facts)}",
        Kind.FAMILY: f"“{step.name}” got another parent or other children",
    }[step.kind]


def renamed(step):
    before, after = step.facts["before"], step.facts["after"]
    if before["name"] == after["name"]:
        return f"“{step.name}” got the address {after['slug']}, and had {before['slug']}"
    return f"“{before['name']}” was renamed “{after['name']}”"


def changes(facts):
    said = [f"with “{name}”" for name in facts.get("added", [])]
    said += [f"without “{name}”" for name in facts.get("removed", [])]
    return f": {', '.join(said)}" if said else ""


def log_page(model_admin, request):
    """All steps, or those of one topic, the newest first."""
    steps, topic = TopicStep.objects.select_related("by", "undoes", "undone_by"), None
    if KEY.fullmatch(key := request.GET.get("topic", "")):
        topic = Topic.objects.filter(pk=key).first()
        steps = steps.filter(topic=key) | steps.filter(into=key)
    page = Paginator(steps, PAGE).get_page(request.GET.get("p"))
    rows = [(step, sentence(step)) for step in page]
    return answer(model_admin, request, "log.html", "Log of topics", page=page, rows=rows, topic=topic)


def step_page(model_admin, request, key):
    step = get_object_or_404(TopicStep.objects.select_related("by", "undoes", "undone_by"), pk=key)
    if request.method == "POST":
        return take_back(request, step)
    blocked = obstacles(step)
    left = step.retagged.filter(retagged=True).order_by().values("report")
    reports = Report.objects.filter(pk__in=left).order_by("title_key", "slug").only("title")
    return answer(
        model_admin,
        request,
        "step.html",
        sentence(step),
        step=step,
        blocked=blocked,
        preview=None if blocked else told_of_undoing(step),
        left=Paginator(reports, PAGE).get_page(request.GET.get("p")),
        topic=Topic.objects.filter(pk__in=[step.topic, step.into]).order_by().first(),
    )


def take_back(request, step):
    try:
        undone = undo(step, by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("admin:topic-step", step.pk)
    said = "Undone."
    if step.kind == Kind.MERGED:
        said = f"Undone: “{step.name}” is there again, and {undone.reports:,} of {step.reports:,} reports carry it."
    messages.success(request, " ".join([said, *undone.facts["left"]]))
    return redirect("admin:topic-step", step.pk)


def answer(model_admin, request, template, title, **context):
    context |= model_admin.admin_site.each_context(request) | {"title": title, "opts": model_admin.opts}
    return TemplateResponse(request, f"admin/topics/topic/{template}", context)
