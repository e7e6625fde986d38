"""Plain helpers that make things for tests. Every default is the simplest thing that is legal."""

from datetime import UTC, datetime, timedelta
from itertools import count

from django.contrib.auth.models import User
from django.utils import timezone

from authors.models import Author
from publications.models import Authorship, PublicationType, RelatedPublication, Report, ReportTopic
from topics.models import Topic

numbers = count(1)


def make_type(name="Special Report", **fields):
    return PublicationType.objects.get_or_create(name=name, defaults=fields)[0]


def make_author(name=None, **fields):
    return Author.objects.create(name=name or f"Author {next(numbers)}", **fields)


def make_topic(name=None, **fields):
    return Topic.objects.create(name=name or f"Topic {next(numbers)}", **fields)


def make_report(title=None, *, authors=(), topics=(), **fields):
    """A report that is live since its date (or yesterday) unless `state` says otherwise."""
    title = title or f"Report {next(numbers)}"
    fields.setdefault("state", Report.State.PUBLISHED)
    fields.setdefault("lead", f"<p>The lead of {title}.</p>")
    fields.setdefault("type", make_type())
    if fields["state"] in (Report.State.PUBLISHED, Report.State.WITHDRAWN):
        fields.setdefault("public_from", moment_of(fields.get("date")))
    if fields["state"] == Report.State.WITHDRAWN:
        fields.setdefault("withdrawn_at", timezone.now())
        fields.setdefault("withdrawal_reason", "Its figures were wrong.")
    if "date" in fields:
        fields.setdefault("date_follows", False)
    report = Report.objects.create(title=title, **fields)
    for position, author in enumerate(authors):
        Authorship.objects.create(report=report, author=author, position=position)
    for topic in topics:
        ReportTopic.objects.create(content_object=report, tag=topic)
    return report


def moment_of(date):
    if date is None:
        return timezone.now() - timedelta(days=1)
    return datetime(date.year, date.month, date.day, tzinfo=UTC)


def make_draft(title=None, **fields):
    return make_report(title, **{"state": Report.State.DRAFT} | fields)


def make_scheduled(title=None, *, days=7, **fields):
    return make_report(title, public_from=timezone.now() + timedelta(days=days), **fields)


def make_withdrawn(title=None, **fields):
    return make_report(title, **{"state": Report.State.WITHDRAWN} | fields)


def relate(report, related, origin=RelatedPublication.Origin.PINNED, **fields):
    return RelatedPublication.objects.create(report=report, related=related, origin=origin, **fields)


def make_superuser(name="alice"):
    return User.objects.create_superuser(name, f"{name}@example.org", "correct horse battery")
