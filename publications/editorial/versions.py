"""A report and all that belongs to it as one thing: taken from its rows, kept as versions, read, put back into rows.

The content of a version is JSON: `fields` holds the report's own columns by name, the names in `PARTS` hold its parts,
each a row of columns by name, with `name` for a reader once the author, topic or report it points at is gone. What a
column of today does not find there keeps its default, and what today's columns do not know is passed over, so that a
version outlives the models that it was taken from. Of one that was set aside, `base` is the digest of the version
that it was written on.
"""

import copy
import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import Enum

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model, Q
from django.db.models.fields.json import KT
from django.utils import timezone

from publications.author_care.merged import authors_by_now
from publications.editorial.picturing import strange_in
from publications.models import (
    Attachment,
    Authorship,
    FileText,
    ImageUse,
    RelatedPublication,
    Report,
    ReportTopic,
    ReportVersion,
    Upload,
)
from publications.topic_care.merged import topics_by_now
from publications.words import RICH

# What a move writes, what holds at once, and what is derived when a row is saved; all else is content.
NOT_CONTENT = {
    "id", "state", "public_from", "withdrawn_at", "withdrawal_reason", "date_follows", "title_key", "search_text",
    "words_stamp", "created_at", "changed_at", "made_by", "review_on", "edit_submitted_at", "binned_at",
}  # fmt: skip
# Unique among reports, and perhaps taken by another since a version was saved.
CLAIMED = ("slug", "number", "doi")
# {a column that came after versions were kept: its default}. There it says nothing, as in versions without it.
LATER = {"cover_focus": Report.Focus.MIDDLE}
PUBLIC = {Report.State.PUBLISHED, Report.State.WITHDRAWN}
PICKED_AT_ONCE = 1000
BEFORE = "As it stood before it was first edited here"


@dataclass(frozen=True)
class Part:
    """A kind of row that belongs to a report: by which key, and what else it points at, which may be gone by now."""

    model: type[Model]
    owner: str = "report"
    target: str = ""
    left_out: frozenset[str] = frozenset()
    rows: Q = field(default_factory=Q)

    @property
    def columns(self):
        return [one for one in self.model._meta.concrete_fields if one.name not in {self.owner, *self.left_out}]

    @property
    def name_of_key(self):
        """The column that says which row it points at."""
        return self.model._meta.get_field(self.target).attname


PARTS = {
    "authorships": Part(Authorship, target="author"),
    "report_topics": Part(ReportTopic, owner="content_object", target="tag"),
    "attachments": Part(Attachment),
    # Computed entries are derived. Its keys are the database's, so that an entry is told by what it points at.
    "related_entries": Part(
        RelatedPublication,
        target="related",
        left_out=frozenset({"id", "score"}),
        rows=~Q(origin=RelatedPublication.Origin.COMPUTED),
    ),
}


@dataclass
class Reading:
    """A report in memory as a version has it, its parts beside it, and sentences on what could not be brought back."""

    report: Report
    parts: dict[str, list[Model]] = field(default_factory=dict)
    lost: list[str] = field(default_factory=list)


# Taking


def snapshot(report: Report) -> dict:
    """The content of a report as its rows stand: one query a part."""
    fields = {one.name: json_value(one, report) for one in own_columns()}
    if report.date_follows:
        fields["date"] = None
    fields["type_name"] = str(report.type or "")
    return {"fields": fields} | {name: taken(part, report) for name, part in PARTS.items()}


def own_columns():
    return [one for one in Report._meta.concrete_fields if one.name not in NOT_CONTENT]


def taken(part: Part, report: Report) -> list[dict]:
    rows = part.model.objects.filter(part.rows, **{part.owner: report})
    rows = rows.select_related(part.target) if part.target else rows
    return [
        {one.attname: json_value(one, row) for one in part.columns}
        | ({"name": str(getattr(row, part.target))} if part.target else {})
        for row in rows
    ]


def json_value(column, row):
    value = column.value_from_object(row)
    return value if value is None or isinstance(value, bool | int | float | str) else column.value_to_string(row)


def digest(content: dict) -> str:
    """The same for the same content, whatever authors, topics and reports are called by now."""
    bare = {name: sorted(map(nameless, content[name])) for name in PARTS if name in content}
    fields = content["fields"].items()
    bare["fields"] = {name: value for name, value in fields if name != "type_name" and LATER.get(name) != value}
    return hashlib.sha256(json.dumps(bare, sort_keys=True).encode()).hexdigest()


def nameless(row: dict) -> str:
    return json.dumps({name: value for name, value in row.items() if name != "name"}, sort_keys=True)


# Reading


def read(report: Report, content: dict) -> Reading:
    """The report as `content` has it, in memory: rich text is sanitised again, and what is gone is named."""
    content = followed(content)
    shown = copy.copy(report)
    shown._prefetched_objects_cache = {}
    reading = Reading(shown)
    for one in own_columns():
        if one.name in content["fields"] or one.name in LATER:
            give(reading, one, content["fields"].get(one.name, LATER.get(one.name)))
    shown.date_follows = shown.date is None
    shown.follow_date()
    keep_type(reading, report, content)
    for name, part in PARTS.items():
        reading.parts[name] = parts_read(reading, part, content.get(name, []))
        lay_beside(shown, name, reading.parts[name])
    topics = [row.tag for row in reading.parts["report_topics"]]
    lay_beside(shown, "topics", topics)
    return reading


def followed(content: dict) -> dict:
    """The content with its topics and authors as they are by now: a merged one as what it went into, all by the names
    of today."""
    return with_authors_of_now(with_topics_of_now(content))


def with_authors_of_now(content: dict) -> dict:
    """Where both are named in one role, the earlier place stays, as in the rows (author_care/merging.py)."""
    rows = content.get("authorships", [])
    now = authors_by_now(row["author_id"] for row in rows)
    found = {}
    for row in rows:
        author = now.get(row["author_id"])
        row = row | {"author_id": author.pk, "name": str(author)} if author else row
        stays = found.setdefault((row["author_id"], row["role"]), row)
        if stays is not row and not stays.get("biography"):
            found[row["author_id"], row["role"]] = stays | {"biography": row.get("biography", "")}
    return content | {"authorships": list(found.values())} if rows else content


def with_topics_of_now(content: dict) -> dict:
    rows = content.get("report_topics", [])
    now = topics_by_now(row["tag_id"] for row in rows)
    has = {row["tag_id"] for row in rows if row["tag_id"] in now and now[row["tag_id"]].pk == row["tag_id"]}
    found = []
    for row in rows:
        topic = now.get(row["tag_id"])
        if topic and topic.pk != row["tag_id"] and topic.pk in has:
            continue
        has |= {topic.pk} if topic else set()
        found.append(row | {"tag_id": topic.pk, "name": str(topic)} if topic else row)
    return content | {"report_topics": found} if rows else content


def give(reading: Reading, column, value) -> None:
    """Set a column past the descriptors: that of a picture would open its file."""
    try:
        reading.report.__dict__[column.attname] = column.to_python(value)
    except ValidationError as error:
        reading.lost.append(f"{column.verbose_name.capitalize()} “{value}”: {' '.join(error.messages)}")


def keep_type(reading: Reading, report: Report, content: dict) -> None:
    types = Report._meta.get_field("type").related_model.objects
    reading.report.type = types.filter(pk=reading.report.type_id).first() if reading.report.type_id else None
    if reading.report.type is None and content["fields"].get("type"):
        reading.report.type = report.type
        reading.lost.append(f"The type “{content['fields'].get('type_name')}” is no longer there.")


def parts_read(reading: Reading, part: Part, rows: Iterable[dict]) -> list[Model]:
    targets = targets_of(part, rows)
    found = []
    for row in rows:
        made = part.model(**{part.owner: reading.report})
        for one in part.columns:
            if one.attname in row:
                made.__dict__[one.attname] = one.to_python(row[one.attname])
        made._state.adding = False
        if part.target and not (target := targets.get(row[part.name_of_key])):
            reading.lost.append(f"“{row['name']}” is no longer there.")
            continue
        if part.target:
            setattr(made, part.target, target)
        found.append(made)
    return found


def targets_of(part: Part, rows: Iterable[dict]) -> dict:
    if not part.target:
        return {}
    model = part.model._meta.get_field(part.target).related_model
    return model.objects.in_bulk([row[part.name_of_key] for row in rows])


def lay_beside(report: Report, name: str, rows: list[Model]) -> None:
    """As if `prefetch_related` had fetched them."""
    manager = getattr(report, name)
    queryset = manager.get_queryset()
    queryset._result_cache, queryset._prefetch_done = rows, True
    report._prefetched_objects_cache[name] = queryset


# Putting back


def put(report: Report, content: dict) -> list[str]:
    """Make the rows say what `content` says; sentences on what could not be brought back.

    A slug, number or DOI that is another's by now stays as it is. Whoever changes the slug of a public report holds the
    weights (publications/relating/), and relates anew what is public.
    """
    reading = read(report, content)
    for name in CLAIMED:
        if getattr(reading.report, name) != getattr(report, name) and is_anothers(reading.report, name):
            reading.lost.append(f"“{getattr(reading.report, name)}” belongs to another report now.")
            setattr(reading.report, name, getattr(report, name))
    reading.report.save()
    for name, part in PARTS.items():
        put_part(report, part, reading.parts[name])
    report.refresh_from_db()
    report.stored_slug = report.slug
    return reading.lost


def is_anothers(report: Report, name: str) -> bool:
    value = getattr(report, name)
    if not value:
        return False
    if name == "slug":
        return report.slug_is_taken(value)
    same_kind = {"type": report.type_id} if name == "number" else {}
    return Report.objects.filter(**{name: value}, **same_kind).exclude(pk=report.pk).exists()


def put_part(report: Report, part: Part, rows: list[Model]) -> None:
    """Rows that differ are deleted and made again under their keys: none stands in another's way meanwhile."""
    wanted = {nameless(as_json(part, row)): row for row in rows}
    stored = {
        nameless(as_json(part, row)): row.pk
        for row in part.model.objects.filter(part.rows, **{part.owner: report}).order_by()
    }
    part.model.objects.filter(pk__in=[pk for said, pk in stored.items() if said not in wanted]).delete()
    part.model.objects.bulk_create([row for said, row in wanted.items() if said not in stored])


def as_json(part: Part, row: Model) -> dict:
    return {one.attname: json_value(one, row) for one in part.columns}


# Keeping


class Outcome(Enum):
    UNCHANGED = "nothing has changed"
    SAVED = "saved: of a draft it stands, of a public report it is pending"
    SET_ASIDE = "somebody else has saved since: it is in the history, and takes no effect"


def pending(report: Report) -> ReportVersion | None:
    """The edit of a public report that readers do not see yet."""
    return report.versions.filter(pending=True).select_related("by").first()


def standing(report: Report) -> dict:
    """The content that the next edit starts from: the pending edit, or the rows."""
    edit = pending(report)
    return edit.content if edit else snapshot(report)


@transaction.atomic
def save(
    report: Report, content: dict, *, by, said: str = "", base: str | None = None
) -> tuple[Outcome, ReportVersion]:
    """Save `content` as the next version. The caller holds the report's row.

    The rows of a draft follow at once; beside a public report the version is pending until it is published, unless it
    says what the rows say. `base` is the digest of the content that was edited. The version returned is None where
    nothing has changed. ValidationError where there is a picture that `by` may not use.
    """
    rows, edit, content = snapshot(report), pending(report), followed(content)
    before = edit.content if edit else rows
    stands = digest(before)
    if digest(content) == stands:
        return Outcome.UNCHANGED, None
    if by and (strange := strange_in(texts_of(content), report, texts_of(before).values(), by)):
        raise ValidationError(strange)
    keep(report, rows)
    if base is not None and stands not in {base, by_now(report, base)}:
        content = content | {"base": base} if of_digest(report, base) else content
        return Outcome.SET_ASIDE, add(report, content, by=by, said=said, set_aside=True)
    if report.state in PUBLIC:
        drop_edit(report)
        return Outcome.SAVED, add(report, content, by=by, said=said, pending=digest(content) != digest(rows))
    put(report, content)
    return Outcome.SAVED, add(report, content, by=by, said=said)


def of_digest(report: Report, wanted: str) -> ReportVersion | None:
    """A version that says what has this digest, where one is on record."""
    return report.versions.filter(digest=wanted).first()


def by_now(report: Report, wanted: str) -> str:
    """What that digest has become by topics that were merged since: nobody else has saved."""
    version = of_digest(report, wanted)
    return digest(followed(version.content)) if version else ""


def written_on(version: ReportVersion) -> ReportVersion | None:
    """What somebody had before them who wrote what was set aside."""
    return of_digest(version.report, version.content.get("base", "")) if version.set_aside else None


def keep(report: Report, content: dict) -> ReportVersion:
    """What other doors than the desk have written is on record before it is changed."""
    return of_digest(report, digest(content)) or add(report, content, by=None, said=BEFORE)


def add(report: Report, content: dict, *, by, said: str, **flags: bool) -> ReportVersion:
    keep_texts(content)
    files = [content["fields"].get("cover"), *(row["file"] for row in content.get("attachments", ()))]
    Upload.objects.claim(filter(None, files))
    ImageUse.objects.note(report, texts_of(content).values())
    last = report.versions.order_by("-number").values_list("number", flat=True).first() or 0
    return report.versions.create(
        number=last + 1,
        content=content,
        digest=digest(content),
        by=by,
        at=timezone.now(),
        said=said,
        **flags,
    )


def texts_of(content: dict) -> dict[str, str]:
    return {name: content["fields"].get(name, "") for name in RICH}


def keep_texts(content: dict) -> None:
    """The rows of a form that was uploaded are rolled back, and what was read of its files with them."""
    columns = ("file", "sha256", "media_type")
    rows = content.get("attachments", ())
    FileText.objects.keep_new(Attachment(**{name: row[name] for name in columns}) for row in rows)


def files_held() -> Iterator[tuple[str, list[dict]]]:
    """Of every version the name of its cover, and its rows of files; the database sends nothing else of it."""
    rows = ReportVersion.objects.order_by().values_list(KT("content__fields__cover"), KT("content__attachments"))
    for cover, attachments in rows.iterator(PICKED_AT_ONCE):
        yield cover or "", json.loads(attachments or "[]")


def drop_edit(report: Report) -> None:
    """The pending edit takes no effect; its versions stay in the history."""
    report.versions.filter(pending=True).update(pending=False)
