"""Merging authors: every report of the one names the other, who takes their names, addresses and links too.

It cannot be undone: which of the two a report meant is nowhere said afterwards. The log keeps what was there.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import TextField
from django.db.models.functions import Cast
from django.utils import timezone

from authors.models import Author, AuthorLink, AuthorName
from publications import relating
from publications.editorial import versions
from publications.finding import following
from publications.models import AuthorMerge, Authorship, FormerSlug, ReportVersion
from publications.topic_care.retagging import edits, rewrite

GONE = "This author is no longer there. Look in the log of authors for what became of them."
BATCH = 500
# What the one who stays is given where they lack it.
GIVEN = ("given_name", "family_name", "position", "affiliation", "location", "biography", "photo", "orcid")


@transaction.atomic
def merge(sources: Iterable[Author], target: Author, *, by=None) -> list[AuthorMerge]:
    """Merge these authors into the other, all or none. ValidationError names the one that does not fit."""
    # Before any other row, as all do who write many.
    relating.hold()
    changed, merges = set(), []
    for source in sources:
        made, reports = merge_one(source.pk, target.pk, by)
        merges.append(made)
        changed |= reports
    if changed:
        following.note(changed)
    return merges


def merge_one(source_key: int, target_key: int, by) -> tuple[AuthorMerge, set[int]]:
    source, target = held(source_key, target_key)
    if sentence := misfit(source, target):
        raise ValidationError(sentence)
    made = AuthorMerge.objects.create(
        author=source.pk, name=source.name, into=target.pk, into_name=target.name, by=by, facts=facts_of(source)
    )
    reports = replace_in_rows(source, target)
    # From here on nobody names them on a report; who did so meanwhile is through.
    Author.objects.select_for_update().get(pk=source.pk)
    reports |= replace_in_rows(source, target)
    hand_over(source, target)
    in_edits = replace_in_edits(made, source_key, by)
    made.reports = len(reports | in_edits)
    made.save(update_fields=["reports"])
    return made, reports


def held(*keys: int) -> list[Author]:
    """These authors in this order, held until the transaction ends. Their keys are not: whoever names one of them on a
    report need not wait."""
    rows = Author.objects.select_for_update(no_key=True).order_by("pk").filter(pk__in=keys)
    found = {author.pk: author for author in rows}
    if set(keys) - found.keys():
        raise ValidationError(GONE)
    return [found[key] for key in keys]


def misfit(source: Author, target: Author) -> str:
    """Why these cannot be merged; empty where they can."""
    if source == target:
        return f"“{source}” cannot be merged into themselves. Choose another author."
    if source.is_organisation != target.is_organisation:
        person, organisation = (target, source) if source.is_organisation else (source, target)
        return f"“{organisation}” is an organisation and “{person}” a person. Correct what is wrong there first."
    if source.orcid and target.orcid and source.orcid != target.orcid:
        return f"“{source}” and “{target}” have ORCID iDs that differ: they are two people, or one of the two is wrong."
    return ""


def facts_of(source: Author) -> dict:
    return {name: str(getattr(source, name)) for name in ("slug", *GIVEN)} | {
        "other_names": list(source.other_names.values_list("name", flat=True)),
        "links": list(source.links.values_list("url", flat=True)),
        "reports": list(source.authorships.order_by("report").values_list("report", "role")),
    }


# Their reports


def replace_in_rows(source: Author, target: Author) -> set[int]:
    """The keys of the reports that named the one. Where both are named in one role, the earlier place stays."""
    reports = set(source.authorships.order_by().values_list("report", flat=True))
    if reports:
        drop_doubles(source, target)
        source.authorships.update(author=target)
    return reports


def drop_doubles(source: Author, target: Author) -> None:
    theirs = source.authorships.order_by().values("report")
    named = defaultdict(list)
    for row in Authorship.objects.filter(report__in=theirs, author__in=[source, target]).order_by("position", "pk"):
        named[row.report_id, row.role].append(row)
    for stays, *goes in named.values():
        if goes:
            stays.biography = stays.biography or goes[0].biography
            stays.save(update_fields=["biography"])
            goes[0].delete()


def replace_in_edits(made: AuthorMerge, source: int, by) -> set[int]:
    """The same in the edits that wait, each as a version of its own; the merge is in the log by now."""
    reports = set()
    for edit in edits_naming(source):
        reports.add(edit.report_id)
        rewrite(edit, versions.followed(edit.content), by, str(made))
    return reports


def edits_naming(author: int) -> Iterator[ReportVersion]:
    """The edits that wait and name this author, among those that hold the key somewhere in their text."""
    pending = ReportVersion.objects.filter(pending=True).annotate(text=Cast("content", TextField()))
    named = pending.filter(text__contains=f'"author_id": {author}').order_by("pk").values_list("pk", flat=True)
    for edit in edits(named):
        if any(row["author_id"] == author for row in edit.content.get("authorships", [])):
            yield edit


# All else


def hand_over(source: Author, target: Author) -> None:
    source.other_names.update(author=target)
    there = set(target.links.values_list("url", flat=True))
    AuthorLink.objects.bulk_create(
        AuthorLink(author=target, url=url) for url in source.links.values_list("url", flat=True) if url not in there
    )
    source.former_slugs.update(author=target)
    source.delete()
    FormerSlug.objects.create(slug=source.slug, author=target)
    target.other_names.filter(name_key=target.name_key).delete()
    if not Author.objects.called(source.name).exists():
        AuthorName.objects.create(author=target, name=source.name)
    give_what_is_lacking(source, target)


def give_what_is_lacking(source: Author, target: Author) -> None:
    for field in lacking(source, target):
        setattr(target, field, getattr(source, field))
    # An import that is run again leaves alone what was changed here.
    target.changed_at = timezone.now()
    target.save()


def lacking(source: Author, target: Author) -> list[str]:
    """What the one says of themselves and the other does not. A family name belongs to its given name, and a place of
    work to its position."""
    found = [field for field in GIVEN if getattr(source, field) and not getattr(target, field)]
    for pair in (("given_name", "family_name"), ("position", "affiliation")):
        if any(getattr(target, field) for field in pair):
            found = [field for field in found if field not in pair]
    return found
