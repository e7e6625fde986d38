"""The peers of `bench find`: the same answers by SQL written by hand, over a connection of the database's own driver,
without Django; and the engine of words called directly."""

import sqlite3
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

import psycopg2

from publications.searching import engine

ROWS, AUTHORS, NAMES = 20, 12, 300
SHOWN = """
SELECT report.id, report.slug, report.title, report.subtitle, report.teaser, report.lead, report.date,
       report.date_precision, report.language, report.number, kind.name
FROM publications_report AS report JOIN publications_publicationtype AS kind ON kind.id = report.type_id
"""
LIVE = "report.state = 'published' AND report.public_from <= %s"
NEWEST = "ORDER BY report.date DESC, report.public_from DESC, report.slug"
BELOW = """
WITH RECURSIVE family(id) AS (
    SELECT CAST(%s AS BIGINT)
    UNION SELECT child.id FROM topics_topic AS child JOIN family ON child.parent_id = family.id
)
"""
CARRIES = """report.id IN (
    SELECT content_object_id FROM publications_reporttopic WHERE tag_id IN (SELECT id FROM family)
)"""
# Of each topic itself and all above it.
ABOVE = """above(topic, id) AS (
    SELECT id, id FROM topics_topic
    UNION SELECT above.topic, topic.parent_id FROM above JOIN topics_topic AS topic ON topic.id = above.id
    WHERE topic.parent_id IS NOT NULL
)"""


@dataclass(frozen=True)
class Filters:
    """`topic` and `type` are keys; None is no filter."""

    topic: int | None = None
    year: int | None = None
    type: int | None = None


class Hand:
    """A connection that no Django knows of."""

    def __init__(self, address):
        self.is_sqlite = address.startswith("sqlite")
        self.connection = sqlite3.connect(urlsplit(address).path) if self.is_sqlite else psycopg2.connect(address)
        if not self.is_sqlite:
            self.connection.autocommit = True
        self.cursor = self.connection.cursor()

    def rows(self, statement, *values):
        self.cursor.execute(statement.replace("%s", "?") if self.is_sqlite else statement, values)
        return self.cursor.fetchall()

    # The list with its facets

    def listed(self, filters):
        """(length, rows, {(facet, key): count}) of the first page of a filtered list, in nine statements."""
        where, values = self.where(filters)
        (total,) = self.rows(f"{where} SELECT COUNT(*) FROM chosen", *values)[0]
        rows = self.rows(f"{where} {SHOWN} WHERE report.id IN (SELECT id FROM chosen) {NEWEST} LIMIT 20", *values)
        return total, self.with_parts(rows), dict(self.facets(filters, where, values))

    def where(self, filters, without=None):
        """(SQL that names what is chosen, its values)."""
        conditions, values = [LIVE], [moment()]
        if filters.year and without != "year":
            conditions.append("report.date BETWEEN %s AND %s")
            values += [f"{filters.year:04}-01-01", f"{filters.year:04}-12-31"]
        if filters.type and without != "type":
            conditions.append("report.type_id = %s")
            values.append(filters.type)
        if filters.topic:
            conditions.append(CARRIES)
            values.insert(0, filters.topic)
        chosen = f"chosen AS (SELECT report.* FROM publications_report AS report WHERE {' AND '.join(conditions)})"
        return f"{BELOW}, {chosen}" if filters.topic else f"WITH RECURSIVE {chosen}", values

    def facets(self, filters, where, values):
        of_topics = f"""{where}, {ABOVE}
            SELECT topic.slug, topic.name, topic.kind, COUNT(DISTINCT carried.content_object_id)
            FROM publications_reporttopic AS carried JOIN above ON above.topic = carried.tag_id
            JOIN topics_topic AS topic ON topic.id = above.id
            WHERE carried.content_object_id IN (SELECT id FROM chosen) AND topic.kind <> 'keyword' AND NOT topic.retired
            GROUP BY topic.id, topic.slug, topic.name, topic.kind ORDER BY 4 DESC"""
        of_authors = f"""{where}, counted AS (
                SELECT author_id, COUNT(DISTINCT report_id) AS number FROM publications_authorship
                WHERE report_id IN (SELECT id FROM chosen) GROUP BY author_id ORDER BY 2 DESC, 1 LIMIT {AUTHORS}
            )
            SELECT author.slug, author.name, counted.number
            FROM counted JOIN authors_author AS author ON author.id = counted.author_id ORDER BY 3 DESC, author.id"""
        of_languages = f"{where} SELECT language, COUNT(*) FROM chosen GROUP BY language"
        for facet, statement in (("topic", of_topics), ("author", of_authors), ("language", of_languages)):
            for row in self.rows(statement, *values):
                yield (facet, row[0]), row[-1]
        yield from self.of_types(*self.where(filters, without="type"))
        yield from self.of_years(*self.where(filters, without="year"))

    def of_types(self, where, values):
        statement = f"""{where} SELECT kind.slug, COUNT(*) FROM chosen
            JOIN publications_publicationtype AS kind ON kind.id = chosen.type_id GROUP BY kind.id, kind.slug"""
        return [(("type", slug), count) for slug, count in self.rows(statement, *values)]

    def of_years(self, where, values):
        year = "strftime('%Y', date)" if self.is_sqlite else "to_char(date, 'YYYY')"
        rows = self.rows(f"{where} SELECT {year}, COUNT(*) FROM chosen GROUP BY 1", *values)
        return [(("year", number), count) for number, count in rows]

    # Rows, and what is read with them

    def with_parts(self, rows):
        """[(row, its authors, its topics)]"""
        keys = [row[0] for row in rows]
        if not keys:
            return []
        marks = ", ".join(["%s"] * len(keys))
        authors, topics = defaultdict(list), defaultdict(list)
        for report, *row in self.rows(
            f"""SELECT names.report_id, names.role, author.name, author.slug FROM publications_authorship AS names
                JOIN authors_author AS author ON author.id = names.author_id
                WHERE names.report_id IN ({marks}) ORDER BY names.position, names.id""",
            *keys,
        ):
            authors[report].append(row)
        for report, *row in self.rows(
            f"""SELECT carried.content_object_id, topic.name, topic.slug, topic.kind
                FROM publications_reporttopic AS carried JOIN topics_topic AS topic ON topic.id = carried.tag_id
                WHERE carried.content_object_id IN ({marks}) ORDER BY topic.name_key""",
            *keys,
        ):
            topics[report].append(row)
        return [(row, authors[row[0]], topics[row[0]]) for row in rows]

    def of_keys(self, keys):
        marks = ", ".join(["%s"] * len(keys))
        rows = self.rows(f"{SHOWN} WHERE {LIVE} AND report.id IN ({marks})", moment(), *keys) if keys else []
        found = {row[0]: row for row in rows}
        return self.with_parts([found[key] for key in keys if key in found])

    # Words

    def searched(self, index, clauses):
        """(how many, rows) of a search whose words have been read and stemmed already."""
        keys, _ = engine.hits(index, *clauses, all_of=True)
        return len(keys), self.of_keys(keys[:ROWS].tolist())

    def suggested(self, index, words):
        """(keys of titles, titles, names of authors and of topics that may be meant)"""
        keys, _ = engine.titled(index, words[:-1], words[-1])
        marks = ", ".join(["%s"] * 6)
        best = (keys[:6].tolist() + [0] * 6)[:6]
        titles = self.rows(
            f"SELECT id, title, slug, language FROM publications_report AS report WHERE {LIVE} AND id IN ({marks})",
            moment(),
            *best,
        )
        return keys.tolist(), titles, self.named("authors_author", words), self.named("topics_topic", words)

    def named(self, table, words):
        holds = " AND ".join(["name_key LIKE %s"] * len(words))
        values = [f"%{word}%" for word in words]
        return self.rows(f"SELECT id, name, slug FROM {table} WHERE {holds} ORDER BY name_key LIMIT {NAMES}", *values)


def moment():
    return f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S}+00"
