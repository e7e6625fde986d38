"""Makes the demo content. What it made is taken out again by demo_removal.py."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import models, transaction
from django.utils import timezone

from accounts import demo_editor
from authors.models import Author
from institution.models import Page, SiteDetails
from interchange.demo_content import Piece, pieces, table
from interchange.demo_files import CHARTS, attached_pdf, draw_covers, drawn_chart
from interchange.models import ImportRecord
from publications import relating
from publications.finding import following
from publications.models import (
    Authorship,
    HomeFeature,
    PublicationType,
    RelatedPublication,
    Report,
    ReportTopic,
    TopicFeature,
)
from text.figures import ATTRIBUTE
from text.keys import name_key
from text.richtext import from_markdown
from topics.models import Topic

# Begins the import_ref of everything that the demo made; no import may call itself so.
SOURCE = "demo"
Origin = RelatedPublication.Origin
PLAIN = (
    "title", "subtitle", "number", "language", "teaser", "doi", "isbn", "licence", "rights", "funders", "press_contact",
    "cover_alt", "cover_credit", "date_precision",
)  # fmt: skip
RICH = {
    "lead": "Lead",
    "summary": "Summary",
    "body": "Body",
    "about": "About the Report",
    "acknowledgement": "Acknowledgement",
}


class NotEmpty(Exception):
    """There are reports already, and the demo content would stand among them."""


@dataclass
class Stage:
    """What has been made so far, by the slugs that the content uses."""

    now: datetime = field(default_factory=timezone.now)
    types: dict[str, PublicationType] = field(default_factory=dict)
    topics: dict[str, Topic] = field(default_factory=dict)
    authors: dict[str, Author] = field(default_factory=dict)
    reports: dict[str, Report] = field(default_factory=dict)
    covers: dict[str, ContentFile] = field(default_factory=dict)
    # {its name in the texts: its key}
    charts: dict[str, str] = field(default_factory=dict)


def load(progress: Callable[[int, int], None] | None = None) -> Stage:
    """Make all of it or nothing. Raises NotEmpty. `progress(done, total)` counts reports."""
    refuse_beside_reports()
    covers = draw_covers()
    with removed_on_failure() as files, transaction.atomic():
        refuse_beside_reports()
        stage = Stage(covers=covers)
        make_site()
        make_types(stage)
        make_topics(stage)
        make_authors(stage)
        make_charts(stage, files)
        for done, piece in enumerate(pieces(), 1):
            make_report(piece, stage, files)
            if progress:
                progress(done, len(pieces()))
        feature(stage)
        relate(stage)
        demo_editor.make()
        return stage


def refuse_beside_reports():
    if Report.objects.exists():
        raise NotEmpty


@contextmanager
def removed_on_failure() -> Iterator[list[str]]:
    """A list of the storage names that are written, which go again if what they belong to does not come to be."""
    names = []
    try:
        yield names
    except BaseException:
        for name in names:
            default_storage.delete(name)
        raise


# The institute


def make_site():
    if not SiteDetails.objects.exists():
        site_details().save()
    there = set(Page.objects.values_list("slug", flat=True))
    for page in site_pages():
        if page.slug not in there:
            page.save()


def site_details() -> SiteDetails:
    site = table("site")
    columns = {name: site[name] for name in ("name", "tagline", "address", "email", "telephone")}
    return SiteDetails(**columns, footer=site["footer_text"])


def site_pages() -> list[Page]:
    return [
        Page(slug=slug, title=page["title"], body=from_markdown(page["body"]))
        for slug, page in table("site")["pages"].items()
    ]


def types() -> list[PublicationType]:
    return [
        PublicationType(
            slug=row["slug"],
            name=row["name"],
            plural=row["plural"],
            description=row["description"],
            is_numbered=row["numbered"],
        )
        for row in table("types")["types"]
    ]


def make_types(stage):
    for made in types():
        stage.types[made.slug] = PublicationType.objects.filter(name_key=name_key(made.name)).first() or saved(made)


def make_topics(stage):
    """In the order of the file, where a parent stands before its children. A topic of this name is used as it is."""
    for row in table("topics")["topics"]:
        topic = Topic.objects.called(row["name"]).first()
        stage.topics[row["slug"]] = topic or made_topic(row, stage)


def made_topic(row, stage):
    topic = saved(
        Topic(
            slug=row["slug"],
            name=row["name"],
            kind=row["kind"],
            description=row.get("description", ""),
            parent=stage.topics[row["parent"]] if "parent" in row else None,
            retired=row.get("retired", False),
        )
    )
    for synonym in row.get("synonyms", ()):
        if not Topic.objects.called(synonym).exists():
            topic.synonyms.create(name=synonym)
    return remembered(topic, stage)


def make_authors(stage):
    for row in table("authors")["authors"]:
        author = Author.objects.called(row["name"]).first()
        stage.authors[row["slug"]] = author or made_author(row, stage)


def made_author(row, stage):
    columns = {name: row.get(name, "") for name in ("name", "given_name", "family_name", "position", "affiliation")}
    author = saved(
        Author(
            **columns,
            slug=row["slug"],
            orcid=row.get("orcid", ""),
            is_organisation=row.get("organisation", False),
            is_former=row.get("former", False),
            biography=from_markdown(row["biography"]),
        )
    )
    for name in row.get("other_names", ()):
        if not Author.objects.called(name).exists():
            author.other_names.create(name=name)
    for url in row["links"]:
        author.links.create(url=url)
    return remembered(author, stage)


def saved(row: models.Model) -> models.Model:
    """The row, written; at another address where its own is taken."""
    if row.slug_is_taken(row.slug):
        row.slug = ""
    row.save()
    return row


def remembered(row: models.Model, stage: Stage) -> models.Model:
    kind = row._meta.model_name
    ImportRecord.objects.create(
        import_ref=f"{SOURCE}:{kind}:{row.pk}",
        digest="",
        row_changed_at=row.changed_at,
        imported_at=stage.now,
        **{kind: row},
    )
    return row


# Reports


def make_charts(stage, files):
    for name in CHARTS:
        chart = drawn_chart(name)
        files.append(chart.file.name)
        stage.charts[name] = str(chart.pk)


def rich_text(words, stage):
    for name, key in stage.charts.items():
        words = words.replace(f'{ATTRIBUTE}="{name}"', f'{ATTRIBUTE}="{key}"')
    return from_markdown(words)


def make_report(piece: Piece, stage: Stage, files: list[str]) -> None:
    report = Report(
        slug=piece.slug,
        type=stage.types[piece.facts["type"]],
        **{name: piece.facts[name] for name in PLAIN if name in piece.facts},
        **{name: rich_text(piece.sections[section], stage) for name, section in RICH.items()},
        **moments(piece.facts, stage.now),
    )
    if cover := stage.covers.get(piece.slug):
        report.cover.save("cover.webp", cover, save=False)
        files.append(report.cover.name)
    stage.reports[piece.slug] = remembered(saved(report), stage)
    make_authorships(report, piece.facts.get("authors", ()), stage)
    topics = [stage.topics[slug] for slug in piece.facts.get("topics", ())]
    ReportTopic.objects.bulk_create(ReportTopic(content_object=report, tag=topic) for topic in dict.fromkeys(topics))
    if "pdf" in piece.facts:
        attachment = attached_pdf(report, piece)
        files.append(attachment.file.name)
        attachment.save()


def moments(facts, now):
    """State and dates. What is dated later than this machine's clock is live all the same."""
    state = facts.get("state", Report.State.PUBLISHED)
    columns = {"state": state, "date": facts.get("date"), "date_follows": "date" not in facts}
    if "days_from_now" in facts:
        columns["public_from"] = now + timedelta(days=facts["days_from_now"])
    elif state in {Report.State.PUBLISHED, Report.State.WITHDRAWN}:
        columns["public_from"] = min(morning_of(facts["date"]), now)
    if state == Report.State.WITHDRAWN:
        columns["withdrawn_at"] = min(morning_of(facts["withdrawn"]), now)
        columns["withdrawal_reason"] = facts["withdrawal_reason"]
    return columns


def morning_of(day):
    return datetime.combine(day, time(8), UTC)


def make_authorships(report, rows, stage):
    Authorship.objects.bulk_create(
        Authorship(
            report=report,
            author=stage.authors[row["slug"]],
            role=row["role"],
            position=position,
            biography=from_markdown(row.get("biography", "")),
        )
        for position, row in enumerate(rows)
    )


def feature(stage):
    """What stands first on the front page and on the pages of topics."""
    HomeFeature.objects.bulk_create(
        HomeFeature(report=stage.reports[slug], position=position, starts_at=stage.now)
        for position, slug in enumerate(table("site")["front"])
    )
    TopicFeature.objects.bulk_create(
        TopicFeature(topic=stage.topics[row["slug"]], report=stage.reports[slug], position=position)
        for row in table("topics")["topics"]
        for position, slug in enumerate(row.get("featured", ()))
    )


def relate(stage):
    """Pins, exclusions and typed links; then the sidebars."""
    rows = []
    for piece in pieces():
        by_origin = {Origin.PINNED: piece.facts.get("pinned", ()), Origin.EXCLUDED: piece.facts.get("excluded", ())}
        chosen = [(origin, slug) for origin, slugs in by_origin.items() for slug in slugs]
        chosen += [(Origin(link["kind"]), link["slug"]) for link in piece.facts.get("links", ())]
        rows += [
            RelatedPublication(
                report=stage.reports[piece.slug], related=stage.reports[slug], origin=origin, position=position
            )
            for position, (origin, slug) in enumerate(chosen)
        ]
    RelatedPublication.objects.bulk_create(rows)
    relating.rebuild()
    following.note(None)
