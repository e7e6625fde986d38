"""Authors and topics: sources know them by name, and equal names are one row."""

from authors.models import Author, AuthorLink
from interchange.importers.directory import BATCH
from interchange.importers.intake import Batch, Intake, Joined
from interchange.importers.items import Refused, checked, read_author, read_topic
from publications.models import FormerSlug
from text.keys import name_key
from text.richtext import from_markdown
from topics.models import Topic


class NamedBatch(Batch):
    def __init__(self, intake):
        super().__init__(intake)
        self.new, self.changed = {}, {}

    def decide(self, items):
        for number, item in items:
            self.sort_out(number, item, self.intake.directory.find(item.name))

    def sort_out(self, number, item, entry):
        if entry is None:
            self.tell("created", number)
            self.add(number, item)
        elif entry.digest is None:
            self.tell("skipped", number, f"“{item.name}” was here before this import, and is left as it is.")
        elif entry.is_edited:
            self.tell("skipped", number, f"“{item.name}” was edited in the desk since, and is left as it is.")
        elif entry.digest == item.digest:
            self.tell("unchanged", number)
        else:
            self.tell("updated", number)
            self.changed[entry] = item

    def add(self, number, item):
        entry = self.intake.directory.add(item.name, item.slug, item.digest)
        self.new[entry] = item
        if item.slug and entry.slug != item.slug:
            self.remark("moved", number, f"The address “{item.slug}” is taken; “{item.name}” is at “{entry.slug}”.")

    @property
    def writes(self):
        return bool(self.new or self.changed)

    def write(self, now):
        directory = self.intake.directory
        directory.make(self.built(self.new), now)
        for entry, item in self.changed.items():
            entry.digest = item.digest
        directory.change(self.built(self.changed), self.intake.fields, now)
        self.intake.write_parts(self.new, self.changed)

    def built(self, items):
        return {entry: self.intake.build(entry, item) for entry, item in items.items()}


class Addresses(Batch):
    """Addresses that shall lead to a row: of lines that an earlier one had told of, and old ones."""

    def __init__(self, intake):
        super().__init__(intake)
        self.new = []

    def decide(self, items):
        for number, name, slug in items:
            entry = self.intake.directory.find(name)
            if slug and entry and entry.digest is not None and not entry.is_edited and slug != entry.slug:
                self.sort_out(number, name, slug, entry)

    def sort_out(self, number, name, slug, entry):
        directory = self.intake.directory
        try:
            checked(FormerSlug, "slug", "aliases", slug)
        except Refused as refused:
            return self.drop(number, str(refused))
        if slug in directory.living:
            return self.drop(number, f"The address “{slug}” cannot lead to “{name}”: a page lives there.")
        if slug not in directory.former:
            directory.former[slug] = entry
            self.new.append((slug, entry))
        elif directory.former[slug] is not entry:
            self.drop(number, f"The address “{slug}” cannot lead to “{name}”: it leads elsewhere already.")

    def drop(self, number, sentence):
        self.remark("dropped", number, sentence)

    @property
    def writes(self):
        return bool(self.new)

    def write(self, now):
        link = self.intake.directory.link
        rows = [FormerSlug(slug=slug, **{f"{link}_id": entry.pk}) for slug, entry in self.new]
        FormerSlug.objects.bulk_create(rows, batch_size=BATCH)


class NamedIntake(Intake):
    """`fields` are those that a changed line changes; an address stays what it is."""

    batch = NamedBatch
    fields: tuple[str, ...]

    def __init__(self, path, directory, dry_run):
        super().__init__(path, [directory], dry_run)
        self.directory = directory
        self.seen: set[str] = set()
        # (line, name, slug): the address shall lead to the row of that name.
        self.leading: list[tuple[int, str, str]] = []

    def item(self, row, number, reading):
        item = self.read_row(row)
        self.leading += [(number, item.name, slug) for slug in self.aliases(item)]
        if name_key(item.name) in self.seen:
            self.leading.append((number, item.name, item.slug))
            raise Joined
        self.seen.add(name_key(item.name))
        return item

    def read_row(self, row):
        """The item; raises Refused."""
        raise NotImplementedError

    def aliases(self, item):
        return ()

    def build(self, entry, item):
        """The row that the item becomes."""
        raise NotImplementedError

    def write_parts(self, new, changed):
        """What hangs on the rows."""

    def finish(self):
        """Now that all living addresses are known, the others can lead to them."""
        return self.take_items(self.leading, Addresses)


class AuthorIntake(NamedIntake):
    kind = "authors"
    fields = (
        "name", "name_key", "given_name", "family_name", "sort_key", "affiliation", "location", "biography",
    )  # fmt: skip

    def read_row(self, row):
        return read_author(row)

    def build(self, entry, item):
        return Author(
            pk=entry.pk,
            slug=entry.slug,
            name=item.name,
            given_name=item.given_name,
            family_name=item.family_name,
            affiliation=item.affiliation,
            location=item.location,
            biography=from_markdown(item.biography),
        )

    def write_parts(self, new, changed):
        if changed:
            AuthorLink.objects.filter(author__in=[entry.pk for entry in changed]).delete()
        links = [
            AuthorLink(author_id=entry.pk, url=url) for entry, item in (new | changed).items() for url in item.urls
        ]
        AuthorLink.objects.bulk_create(links, batch_size=BATCH)


class TopicIntake(NamedIntake):
    kind = "topics"
    fields = ("name", "name_key", "kind", "description")

    def read_row(self, row):
        return read_topic(row)

    def aliases(self, item):
        return item.aliases

    def build(self, entry, item):
        return Topic(pk=entry.pk, slug=entry.slug, name=item.name, kind=item.kind, description=item.description)
