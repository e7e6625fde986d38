"""Publications: a report for each, with its authors, topics and type, keyed by its id at the source."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, time

from django.utils import timezone

from interchange.importers import sidebars
from interchange.importers.directory import BATCH, Entry, Overtaken, note_imported, update
from interchange.importers.intake import Batch, Intake
from interchange.importers.items import PublicationItem, Refused, read_publication
from interchange.models import ImportRecord
from publications import relating
from publications.models import Authorship, ImageUse, PublicationType, Report, ReportTopic
from text.richtext import from_markdown, sanitise

# What a changed line changes. The address and the state stay.
FIELDS = (
    "title", "title_key", "subtitle", "type", "language", "lead", "body", "date", "public_from", "licence",
    "source_url", "external_url", "search_text", "words_stamp", "changed_at",
)  # fmt: skip


MOST_PLURAL = PublicationType._meta.get_field("plural").max_length


@dataclass(frozen=True, slots=True)
class Standing:
    """A report that this source has made, as it stands."""

    pk: int
    digest: str
    written_at: datetime
    changed_at: datetime
    public_from: datetime | None


@dataclass(slots=True)
class Planned:
    """A report to be written, and the rows that it names."""

    item: PublicationItem
    pk: int | None
    type: Entry
    authors: list[Entry]
    topics: list[Entry]
    report: Report = field(default=None)


class PublicationBatch(Batch):
    def __init__(self, intake):
        super().__init__(intake)
        self.planned: list[Planned] = []
        self.overtaken_if_not: dict[int, datetime] = {}
        # Rows that publications name and nobody has made: {entry: row}.
        self.authors, self.topics, self.types = {}, {}, {}

    def decide(self, items):
        standing = self.standing([item.id for _, item in items])
        taken = self.taken([item.id for _, item in items if item.id not in standing])
        for number, item in items:
            if item.id in standing:
                self.sort_out(number, item, standing[item.id])
            elif item.id in taken:
                self.tell("refused", number, f"The address “{item.id}” is another report’s already.")
            else:
                self.tell("created", number)
                self.plan(number, item, None)

    def standing(self, ids):
        source = self.intake.source
        refs = {f"{source}:{identifier}": identifier for identifier in ids}
        rows = ImportRecord.objects.filter(import_ref__in=refs, report__isnull=False).values_list(
            "import_ref", "report_id", "digest", "row_changed_at", "report__changed_at", "report__public_from"
        )
        return {refs[ref]: Standing(*columns) for ref, *columns in rows}

    def taken(self, ids):
        """Those among the ids that are, or were, the address of another report."""
        reports = Report.objects.order_by()
        living = reports.filter(slug__in=ids).values_list("slug", flat=True)
        return set(living) | set(
            reports.filter(former_slugs__slug__in=ids).values_list("former_slugs__slug", flat=True)
        )

    def sort_out(self, number, item, standing):
        if standing.changed_at > standing.written_at:
            sentence = f"“{item.title}” ({item.id}) was edited in the desk since, and is left as it is."
            self.tell("skipped", number, sentence)
        elif standing.digest == item.digest:
            self.tell("unchanged", number)
        elif standing.public_from <= self.intake.now < moment(item.date):
            self.tell("refused", number, f"“date” is wrong ({item.date}): the report is live, and its date lies ahead.")
        else:
            self.tell("updated", number)
            self.overtaken_if_not[standing.pk] = standing.changed_at
            self.plan(number, item, standing.pk)

    def plan(self, number, item, pk):
        for complaint in item.complaints:
            self.remark("dropped", number, complaint)
        authors = [self.named(self.intake.authors, self.authors, name) for name in item.authors]
        topics = [self.named(self.intake.topics, self.topics, topic.name, kind=topic.kind) for topic in item.topics]
        kind = self.named(self.intake.types, self.types, item.type, plural=f"{item.type}s"[:MOST_PLURAL])
        self.planned.append(Planned(item, pk, kind, [*dict.fromkeys(authors)], [*dict.fromkeys(topics)]))

    def named(self, directory, new, name, **fields):
        """The entry of this name, made if there is none."""
        if (entry := directory.find(name)) is None:
            entry = directory.add(name)
            new[entry] = directory.model(name=name, slug=entry.slug, **fields)
            self.outcome.made[directory.model._meta.verbose_name_plural] += 1
        return entry

    @property
    def writes(self):
        return bool(self.planned)

    def render(self):
        for planned in self.planned:
            planned.report = report_of(planned.item)
            planned.report.prepare()

    def write(self, now):
        # First of all, as whoever merges topics takes it before the topics.
        relating.hold()
        for directory, rows in (
            (self.intake.authors, self.authors),
            (self.intake.topics, self.topics),
            (self.intake.types, self.types),
        ):
            directory.make(rows, now)
        self.write_reports()
        self.write_parts()
        note_imported(self.record(planned, now) for planned in self.planned)
        sidebars.mark_due([planned.report.pk for planned in self.planned])

    def write_reports(self):
        self.hold()
        for planned in self.planned:
            planned.report.pk, planned.report.type_id = planned.pk, planned.type.pk
        update(Report, [planned.report for planned in self.planned if planned.pk], FIELDS)
        Report.objects.bulk_create([planned.report for planned in self.planned if not planned.pk], batch_size=BATCH)
        for planned in self.planned:
            ImageUse.objects.note(planned.report, planned.report.rich_texts)

    def hold(self):
        """The reports about to be changed, locked, provided that nobody has changed them meanwhile.

        Their keys are not locked: whoever publishes meanwhile may store them in a sidebar.
        """
        if self.overtaken_if_not:
            rows = Report.objects.select_for_update(no_key=True).filter(pk__in=self.overtaken_if_not).order_by("pk")
            if dict(rows.values_list("pk", "changed_at")) != self.overtaken_if_not:
                raise Overtaken

    def write_parts(self):
        changed = list(self.overtaken_if_not)
        if changed:
            Authorship.objects.filter(report__in=changed).delete()
            ReportTopic.objects.filter(content_object__in=changed).delete()
        authorships = [
            Authorship(report=planned.report, author_id=author.pk, position=position)
            for planned in self.planned
            for position, author in enumerate(planned.authors)
        ]
        Authorship.objects.bulk_create(authorships, batch_size=BATCH)
        about = [
            ReportTopic(content_object=planned.report, tag_id=topic.pk)
            for planned in self.planned
            for topic in planned.topics
        ]
        ReportTopic.objects.bulk_create(about, batch_size=BATCH)

    def record(self, planned, now):
        return ImportRecord(
            import_ref=f"{self.intake.source}:{planned.item.id}",
            report=planned.report,
            digest=planned.item.digest,
            row_changed_at=planned.report.changed_at,
            extra=planned.item.extra,
            imported_at=now,
        )


class PublicationIntake(Intake):
    kind = "publications"
    batch = PublicationBatch

    def __init__(self, path, source, authors, topics, types, dry_run):
        super().__init__(path, [authors, topics, types], dry_run)
        self.source, self.authors, self.topics, self.types = source, authors, topics, types
        self.now = timezone.now()
        self.seen: set[str] = set()

    def item(self, row, number, reading):
        item = read_publication(row)
        if item.id in self.seen:
            raise Refused(f"“id” is “{item.id}”, which an earlier line of this file has already.")
        self.seen.add(item.id)
        return item


def moment(day):
    """When a report of this date goes live: at its beginning, in UTC."""
    return datetime.combine(day, time(), UTC)


def report_of(item: PublicationItem) -> Report:
    render = from_markdown if item.body_format == "markdown" else sanitise
    return Report(
        slug=item.id,
        title=item.title,
        subtitle=item.subtitle,
        language=item.language,
        # A source's summary may be plain words, HTML or Markdown; Markdown is all three.
        lead=from_markdown(item.summary, item.source_url),
        body=render(item.body, item.source_url),
        date=item.date,
        date_follows=False,
        state=Report.State.PUBLISHED,
        public_from=moment(item.date),
        licence=item.licence,
        source_url=item.source_url,
        external_url=item.external_url,
    )
