"""Writes synthetic reports straight into the database, as the product would have left them before relating."""

import sys
from datetime import UTC, datetime, time, timedelta
from functools import cache
from io import StringIO

import numpy as np
from django.core.management.color import no_style
from django.db import connection, transaction
from django.utils import timezone

from bench.parts.synthetic import FIRST_DAY, LANGUAGE, Synthetic
from publications.models import PublicationType, Report, ReportTerms, ReportTopic
from publications.relating.reading import terms_of
from topics.models import Topic

TOPICS_AT_ONCE = 500
CHECKED = 20


def fill(made: Synthetic, filler_class=None):
    """Topics and reports are numbered from 1 on, in the order in which they were made."""
    filler = (filler_class or Filler)(made)
    for first in range(0, made.topics, TOPICS_AT_ONCE):
        numbers = range(first + 1, min(first + TOPICS_AT_ONCE, made.topics) + 1)
        Topic.objects.bulk_create(map(filler.topic, numbers))
    with transaction.atomic():
        for chunk in made.chunks():
            filler.write(made, chunk)
            draw(chunk.first + len(chunk.days), made.size)
    number_on()


def draw(done, size):
    if sys.stderr.isatty():
        sys.stderr.write(f"\r{done:,} of {size:,} reports made" + ("\n" if done == size else ""))


class Filler:
    def __init__(self, made):
        kind, _ = PublicationType.objects.get_or_create(name="Report")
        now = timezone.now()
        report = Report(type=kind, language=LANGUAGE, state=Report.State.PUBLISHED, date_follows=False)
        report.created_at = report.changed_at = self.now = now
        # What all have alike, by column.
        self.alike = {
            field.column: of(field, field.value_from_object(report)) for field in Report._meta.concrete_fields
        }
        self.fields = {field.name: field for field in Report._meta.concrete_fields}
        self.carried = 0

    def topic(self, number):
        return Topic(pk=number, name=f"Topic {number}", slug=f"topic-{number}")

    def write(self, made, chunk):
        keys = range(chunk.first + 1, chunk.first + len(chunk.days) + 1)
        self.write_reports(made, chunk, keys)
        self.write_terms(made, chunk, keys)

    def write_reports(self, made, chunk, keys):
        texts = zip(keys, chunk.days.tolist(), made.texts(chunk), strict=True)
        insert(Report, list(self.alike), (list((self.alike | self.own(*row)).values()) for row in texts))
        rows = zip((chunk.owners + chunk.first + 1).tolist(), (chunk.topics + 1).tolist(), strict=True)
        insert(ReportTopic, ["id", "content_object_id", "tag_id"], ([self.identity(), *row] for row in rows))

    def write_terms(self, made, chunk, keys):
        read = of(ReportTerms._meta.get_field("read_at"), self.now)
        rows = zip(keys, made.terms(chunk), strict=True)
        insert(ReportTerms, ["report_id", "read_at", "terms"], ([key, read, terms] for key, terms in rows))

    def own(self, key, days, texts):
        title, lead, body = texts
        date, public_from = self.dates(days)
        return {
            "id": key,
            "title": title,
            "title_key": title,
            "slug": f"{title.split()[0]}-{key}",
            "lead": f"<p>{lead}</p>",
            "body": f"<p>{body}</p>",
            "search_text": f" {title} {lead} {body}",
            "date": date,
            "public_from": public_from,
        }

    @cache  # noqa: B019
    def dates(self, days):
        day = FIRST_DAY + timedelta(days=days)
        return of(self.fields["date"], day), of(self.fields["public_from"], datetime.combine(day, time(), UTC))

    def identity(self):
        """In order: random ones would be written all over a large index."""
        self.carried += 1
        return f"{self.carried:032x}"


def of(field, value):
    return field.get_db_prep_save(value, connection)


def insert(model, columns, rows):
    names = ", ".join(map(connection.ops.quote_name, columns))
    table = connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            lines = StringIO("".join("\t".join(map(in_a_copy, row)) + "\n" for row in rows))
            cursor.copy_expert(f"COPY {table} ({names}) FROM STDIN", lines)
        else:
            cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({', '.join(['%s'] * len(columns))})", rows)


def in_a_copy(value):
    """Nothing made up here needs escaping but bytes."""
    if value is None:
        return r"\N"
    if hasattr(value, "adapted"):
        value = value.adapted
    return rf"\\x{bytes(value).hex()}" if isinstance(value, bytes | memoryview) else str(value)


def number_on():
    """Keys were given by hand; who comes next must not be given one of them."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), [Report, Topic]):
            cursor.execute(statement)


def check(made: Synthetic):
    """That what was written is what the product itself would make of these texts."""
    count = Report.objects.live().count()
    if count != made.size:
        sys.exit(f"This database holds {count:,} live reports, not {made.size:,}: name another file, or that number.")
    keys = np.random.default_rng(made.seed).integers(1, made.size + 1, CHECKED).tolist()
    for report in Report.objects.filter(pk__in=keys).select_related("terms"):
        if terms_of(report) != bytes(report.terms.terms):
            sys.exit(f"The terms of report {report.pk} are not what the product makes of its text: mend bench/parts.")
        search_text = report.search_text
        report.prepare()
        assert report.search_text == search_text, report
