"""The history of a report: its versions and moves, two of them compared, one brought back."""

from functools import partial

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse

from publications.desk.editing import known_to
from publications.editorial import versions
from publications.editorial.comparing import compare
from publications.editorial.notes import TALK
from publications.editorial.roles import Action, may
from publications.models import Report

ON_A_PAGE = 50
READERS = "readers"
SAVED_AGAIN = "Somebody has saved once more since you looked, so nothing was overwritten. Look again, and choose."


def history(model_admin, request, report):
    rows = Paginator(report.versions.select_related("by").defer("content"), ON_A_PAGE).get_page(request.GET.get("p"))
    context = {
        "versions": rows,
        "may_compare": len(rows) > 1,
        "may_change": model_admin.has_change_permission(request, report),
        "events": events_for(request.user, report)[:ON_A_PAGE],
        "standing": versions.digest(versions.standing(report)),
        "read": read_now(report),
        "public_versions": report.earlier_versions.select_related("by", "suppressed_by", "version").defer(
            "version__content"
        ),
        "may_suppress": may(request.user, Action.SUPPRESS, report),
    }
    return page(model_admin, request, report, "History", "history", context)


def read_now(report):
    """The version that readers have, the newest where several say the same; none where the report is not live."""
    if not report.is_live():
        return None
    saved = report.versions.filter(set_aside=False, pending=False).defer("content")
    return saved.filter(digest=versions.digest(versions.snapshot(report))).first()


def events_for(user, report):
    """What was said of a report is for those who may say something themselves."""
    events = report.events.select_related("by")
    return events if may(user, Action.NOTE, report) else events.exclude(what__in=TALK)


def picked(request, report):
    """Where the two versions that were picked in the history stand beside each other."""
    if not is_number(asked := request.GET.get("version", "")):
        raise Http404
    query = {"with": request.GET.get("with", "")}
    return redirect(reverse("admin:version", args=[report.pk, int(asked)], query=query))


def compared(model_admin, request, report, version):
    """A version beside another, and the choice between them."""
    content = versions.standing(report)
    standing = versions.digest(content)
    may_change = model_admin.has_change_permission(request, report)
    base = versions.written_on(version)
    # What was laid beside the report as it stands: nobody was too late.
    is_beside = base is not None and base.digest == standing
    base = None if is_beside or standing == version.digest else base
    context = {
        "version": version,
        "base": base,
        "is_beside": is_beside,
        "lost": versions.read(report, known_to(request.user, version.content)).lost,
        "others": report.versions.exclude(pk=version.pk).defer("content")[:ON_A_PAGE],
        "chosen": request.GET.get("with", ""),
        "may_change": may_change,
        "standing": standing,
        "stands": standing == version.digest,
        "is_choice": version.set_aside and may_change and standing != version.digest,
        "saved_before": report.versions.filter(digest=standing).select_related("by").defer("content").first(),
    }
    known = partial(known_to, request.user)
    if base and not context["chosen"]:
        context |= apart(*map(known, (base.content, version.content, content)))
    else:
        context["with_what"], other = other_side(report, context["chosen"])
        context["changes"] = compare(known(other), known(version.content))
    return page(model_admin, request, report, f"Version {version.number}", "version", context)


def apart(base, aside, standing):
    """What somebody changed who was too late, and what others did meanwhile; and under which headings both did."""
    written, saved = compare(base, aside), compare(base, standing)
    headings = {change.heading for change in saved}
    return {"written": written, "saved": saved, "both": [one.heading for one in written if one.heading in headings]}


def other_side(report, asked):
    if asked == READERS:
        return "what readers have", versions.snapshot(report)
    if is_number(asked):
        version = get_object_or_404(report.versions, number=int(asked))
        return f"version {version.number}", version.content
    return "what stands in the form", versions.standing(report)


def is_number(asked):
    """Whether a version may have that number."""
    return asked.isascii() and asked.isdigit() and len(asked) < 9


def restore(request, report, number):
    """The version becomes the newest: of a draft it stands at once, of a public report as an edit to be published.

    Where the page told what stood beside it (`standing`), only as long as that stands.
    """
    with transaction.atomic():
        held = Report.objects.select_for_update(no_key=True).get(pk=report.pk)
        version = get_object_or_404(held.versions, number=number)
        if request.POST.get("standing", seen := versions.digest(versions.standing(held))) != seen:
            messages.warning(request, SAVED_AGAIN)
            return redirect("admin:version", report.pk, number)
        versions.save(held, version.content, by=request.user, said=f"Version {number} brought back")
    for sentence in versions.read(held, version.content).lost:
        messages.warning(request, sentence)
    messages.success(request, f"Version {number} is back in the form. What stood there before is in the history.")
    return redirect("admin:publications_report_change", report.pk)


def page(model_admin, request, report, title, template, context):
    context |= model_admin.admin_site.each_context(request)
    context |= {"title": title, "report": report, "opts": model_admin.opts}
    return TemplateResponse(request, f"admin/publications/report/{template}.html", context)
