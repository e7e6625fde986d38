"""Who and what is there already: authors, topics and types by their names, as one source of imports sees them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from django.db import models

from interchange.models import ImportRecord
from publications.models import FormerSlug
from text.keys import name_key
from text.slugs import first_free, make_slug

MOST_REF = ImportRecord._meta.get_field("import_ref").max_length
BATCH = 500


class Overtaken(Exception):
    """The desk has written between our reading and our writing."""


@dataclass(eq=False, slots=True)
class Entry:
    """A row of ours. `pk` is None until it is written; `digest` is None where another source or the desk made it."""

    pk: int | None
    slug: str
    changed_at: datetime | None = None
    digest: str | None = None
    is_edited: bool = False


def record_ref(source: str, kind: str, key: str) -> str:
    """The import_ref of an author or a topic, which sources name and do not number."""
    ref = f"{source}:{kind}:{key}"
    return ref if len(ref) <= MOST_REF else f"{source}:{kind}:sha256:{sha256(key.encode()).hexdigest()}"


class Directory:
    """The rows of one kind. It is read once and kept up to date by whoever adds to it."""

    def __init__(self, model: type[models.Model], source: str):
        self.model, self.source, self.kind = model, source, model._meta.model_name
        # The field by which FormerSlug and ImportRecord point at the kind.
        self.link = "type" if self.kind == "publicationtype" else self.kind
        self.load()

    def load(self) -> None:
        """Read everything anew."""
        rows = self.model.objects.order_by("-pk").values_list("pk", "slug", "changed_at", "name_key")
        entries, self.by_key, self.by_ref = {}, {}, {}
        for pk, slug, changed_at, key in rows:
            entries[pk] = self.by_key[key] = Entry(pk, slug, changed_at)
        for key, pk in self.synonyms():
            self.by_key.setdefault(key, entries[pk])
        self.living = {entry.slug for entry in entries.values()}
        former = FormerSlug.objects.filter(**{f"{self.link}__isnull": False}).values_list("slug", f"{self.link}_id")
        self.former = {slug: entries[pk] for slug, pk in former}
        for ref, pk, digest, written_at in self.records():
            entry = self.by_ref[ref] = entries[pk]
            entry.digest, entry.is_edited = digest, entry.changed_at > written_at

    def records(self) -> Iterable[tuple[str, int, str, datetime]]:
        """What this source has made of the kind, as far as it still stands."""
        if self.link == "type":
            return []
        prefix = f"{self.source}:{self.kind}:"
        rows = ImportRecord.objects.filter(**{f"{self.kind}__isnull": False, "import_ref__startswith": prefix})
        columns = rows.values_list("import_ref", f"{self.kind}_id", "digest", "row_changed_at")
        # SQLite's LIKE takes “Acme” and “acme” for one.
        return [row for row in columns if row[0].startswith(prefix)]

    def synonyms(self) -> Iterable[tuple[str, int]]:
        names = {"topic": "synonyms", "author": "other_names"}.get(self.kind)
        if names is None:
            return ()
        return getattr(self.model, names).rel.related_model.objects.order_by("pk").values_list("name_key", self.link)

    def ref(self, name: str) -> str:
        return record_ref(self.source, self.kind, name_key(name))

    def find(self, name: str) -> Entry | None:
        """What this source calls so, whatever the desk has made of the name since; else what is called so here."""
        return self.by_ref.get(self.ref(name)) or self.by_key.get(name_key(name))

    def add(self, name: str, wanted: str = "", digest: str = "") -> Entry:
        """An entry for a row that is about to be made, with an address of its own."""
        slug = first_free(wanted or make_slug(name, self.kind), lambda slug: slug in self.living or slug in self.former)
        entry = Entry(None, slug, digest=digest)
        self.living.add(slug)
        self.by_key[name_key(name)] = self.by_ref[self.ref(name)] = entry
        return entry

    def make(self, rows: Mapping[Entry, models.Model], now: datetime) -> None:
        """Write these new rows, and note what each was made from."""
        made = self.model.objects.bulk_create(rows.values(), batch_size=BATCH)
        for entry, row in zip(rows, made, strict=True):
            entry.pk, entry.changed_at = row.pk, row.changed_at
        self.note(rows, now)

    def change(self, rows: Mapping[Entry, models.Model], fields: Iterable[str], now: datetime) -> None:
        """Write these fields of rows that stand. Raises Overtaken when one of them was edited meanwhile."""
        if not rows:
            return
        self.hold(rows)
        update(self.model, rows.values(), [*fields, "changed_at"])
        for entry, row in rows.items():
            entry.changed_at = row.changed_at
        self.note(rows, now)

    def hold(self, entries: Iterable[Entry]) -> None:
        expected = {(entry.pk, entry.changed_at) for entry in entries}
        locked = (
            self.model.objects.select_for_update(no_key=True).filter(pk__in=[pk for pk, _ in expected]).order_by("pk")
        )
        if expected != set(locked.values_list("pk", "changed_at")):
            raise Overtaken

    def note(self, rows: Mapping[Entry, models.Model], now: datetime) -> None:
        if self.link != "type":
            note_imported(
                ImportRecord(
                    import_ref=self.ref(row.name),
                    digest=entry.digest,
                    row_changed_at=row.changed_at,
                    imported_at=now,
                    **{f"{self.kind}_id": row.pk},
                )
                for entry, row in rows.items()
            )


def note_imported(records: Iterable[ImportRecord]) -> None:
    """Store these records, in the place of those that bear the same reference."""
    ImportRecord.objects.bulk_create(
        records,
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["import_ref"],
        update_fields=["digest", "row_changed_at", "extra", "imported_at"],
    )


def update(model: type[models.Model], rows: Iterable[models.Model], fields: Iterable[str]) -> None:
    """Write these fields of rows that stand. (`bulk_update` would not have the fields prepare their values.)"""
    model.objects.bulk_create(
        rows, batch_size=BATCH, update_conflicts=True, unique_fields=["pk"], update_fields=[*fields]
    )
