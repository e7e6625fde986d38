"""The engine: an index of words by tantivy, in a folder or in memory. The one file that speaks to it.

Another engine takes its place by giving the same: `exists`, `open_index`, `make_index`, `write`, `stamps`, `hits`,
`some`, `titled`, `begun` and `beginning`.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import tantivy
from tantivy import Index, Occur, Query, SchemaBuilder, TextAnalyzerBuilder, Tokenizer

# Another number whenever documents are made or read in another way: what lies on disk is then made anew.
VERSION = 2
# Bytes that one writer takes, on one thread.
HEAP = 60_000_000
WORDS = "words"
# What a hit in each field counts. `text` holds all of a report's own words, those of the title and opening once more.
FIELDS = {"title": 4.0, "opening": 2.0, "text": 1.0, "files": 0.5}
# What an author or a topic of the name counts: more than a usual word in the text, less than one in the title.
AUTHOR, TOPIC = 8.0, 4.0
STANDING = ("text", "files")


@dataclass(frozen=True)
class Document:
    """A live report as it is searched. Fields hold stems (text/terms.py) with blanks between them, in order; `plain`
    its words unstemmed, once each, `titled` those of the title."""

    key: int
    stamp: int
    title: str
    opening: str
    text: str
    files: str
    plain: str
    titled: str
    authors: tuple[int, ...]
    topics: tuple[int, ...]


@dataclass(frozen=True)
class Wanted:
    """One thing that was asked for: any of these sequences of stems, or an author or a topic of these. `together`: made
    of two things that were asked for."""

    ways: frozenset[tuple[str, ...]]
    authors: frozenset[int] = frozenset()
    topics: frozenset[int] = frozenset()
    together: bool = False


def schema():
    builder = SchemaBuilder()
    builder.add_unsigned_field("key", indexed=True, fast=True)
    builder.add_unsigned_field("stamp", fast=True)
    for field in (*FIELDS, "titled"):
        builder.add_text_field(field, tokenizer_name=WORDS)
    builder.add_text_field("plain", tokenizer_name=WORDS, index_option="basic")
    builder.add_unsigned_field("author", indexed=True)
    builder.add_unsigned_field("topic", indexed=True)
    return builder.build()


SCHEMA = schema()


def exists(folder: Path) -> bool:
    return folder.exists() and Index.exists(str(folder))


def open_index(folder: Path) -> Index:
    """The index that lies there. OSError or ValueError where there is none, a damaged one, or one of other fields."""
    if not exists(folder):
        raise FileNotFoundError(f"There is no index of words in {folder}.")
    return ready(Index(SCHEMA, path=str(folder)))


def make_index(folder: Path | None) -> Index:
    """An empty one in this folder, or without a folder one in memory."""
    if folder:
        folder.mkdir(parents=True, exist_ok=True)
    return ready(Index(SCHEMA, path=str(folder) if folder else None))


def ready(index: Index) -> Index:
    index.config_reader("manual")
    index.register_tokenizer(WORDS, TextAnalyzerBuilder(Tokenizer.whitespace()).build())
    return index


def write(index: Index, gone: Collection[int], new: Iterable[Document]) -> None:
    """Take these out and put those in, all at once. One at a time may write into a folder."""
    writer = index.writer(HEAP, 1)
    # By a query: told by a term, tantivy's Python takes a number for a signed one, and deletes nothing.
    if gone:
        writer.delete_documents_by_query(Query.term_set_query(SCHEMA, "key", sorted(gone)))
    for document in new:
        writer.add_document(made(document))
    writer.commit()
    writer.wait_merging_threads()
    index.reload()


def made(document: Document) -> tantivy.Document:
    row = tantivy.Document()
    row.add_unsigned("key", document.key)
    row.add_unsigned("stamp", document.stamp)
    for field in (*FIELDS, "titled", "plain"):
        row.add_text(field, getattr(document, field))
    for key in document.authors:
        row.add_unsigned("author", key)
    for key in document.topics:
        row.add_unsigned("topic", key)
    return row


def stamps(index: Index) -> tuple[np.ndarray, np.ndarray]:
    """The keys of all documents, and a stamp each."""
    keys, _, addresses = every(index, Query.all_query())
    return keys, np.array(index.searcher().fast_field_values("stamp", addresses), np.uint64)


def every(index: Index, query: Query):
    """(keys, scores, addresses) of all that it finds, the best first."""
    searcher = index.searcher()
    hits = searcher.search(query, limit=max(searcher.num_docs, 1), count=False).hits
    addresses = [address for _, address in hits]
    keys = np.array(searcher.fast_field_values("key", addresses), np.int64)
    return keys, np.fromiter((score for score, _ in hits), np.float64, len(hits)), addresses


def hits(
    index: Index, wanted: Collection[Wanted], welcome: Collection[Wanted], unwanted: Collection[Wanted], all_of: bool
) -> tuple[np.ndarray, np.ndarray]:
    """(keys, scores) of the reports that hold all that is wanted, or some of it, and nothing unwanted. What is welcome
    counts where it stands."""
    clauses = [(Occur.Must if all_of else Occur.Should, anywhere(one)) for one in wanted]
    clauses += [(Occur.Should, anywhere(one)) for one in welcome]
    clauses += [(Occur.MustNot, anywhere(one)) for one in unwanted]
    if not wanted and not welcome:
        clauses.append((Occur.Must, Query.all_query()))
    return every(index, Query.boolean_query(clauses))[:2]


def anywhere(wanted: Wanted) -> Query:
    found = [
        Query.boost_query(sequence(field, way), boost) for way in sorted(wanted.ways) for field, boost in FIELDS.items()
    ]
    found += [named("author", wanted.authors, AUTHOR), named("topic", wanted.topics, TOPIC)]
    return Query.boolean_query([(Occur.Should, one) for one in found if one])


def sequence(field: str, stems: tuple[str, ...]) -> Query:
    if len(stems) == 1:
        return Query.term_query(SCHEMA, field, stems[0], "freq")
    return Query.phrase_query(SCHEMA, field, list(stems))


def named(field: str, keys: Collection[int], score: float) -> Query | None:
    return Query.const_score_query(Query.term_set_query(SCHEMA, field, sorted(keys)), score) if keys else None


def some(index: Index, ways: Iterable[tuple[str, ...]], most: int = 20) -> np.ndarray:
    """The keys of a few reports that hold one of these."""
    clauses = [(Occur.Should, sequence(field, way)) for way in sorted(ways) for field in STANDING]
    searcher = index.searcher()
    found = searcher.search(Query.boolean_query(clauses), limit=most, count=False).hits
    return np.array(searcher.fast_field_values("key", [address for _, address in found]), np.int64)


def titled(index: Index, held: Iterable[str], beginning_so: str, most: int = 200) -> tuple[np.ndarray, np.ndarray]:
    """(keys, scores) of the best few reports whose titles hold these words and one that begins so."""
    longer = [word for word, _ in beginning(index, beginning_so, 50, "titled")]
    ends = [(Occur.Should, Query.term_query(SCHEMA, "titled", word, "freq")) for word in longer]
    clauses = [(Occur.Must, Query.term_query(SCHEMA, "titled", word, "freq")) for word in held]
    clauses.append((Occur.Must, Query.boolean_query(ends)))
    searcher = index.searcher()
    found = searcher.search(Query.boolean_query(clauses), limit=most, count=False).hits
    keys = searcher.fast_field_values("key", [address for _, address in found])
    return np.array(keys, np.int64), np.fromiter((score for score, _ in found), np.float64, len(found))


def begun(index: Index, each: Iterable[tuple[list[str], list[int], list[int]]], most: int) -> np.ndarray:
    """The keys of at most so many reports that have, of each of these, words that begin with the last of its parts and
    hold the others; or one of its authors or topics."""
    clauses = []
    for parts, authors, topics in each:
        longer = [word for word, _ in beginning(index, parts[-1])]
        held = [Query.term_query(SCHEMA, "plain", part, "basic") for part in parts[:-1]]
        held.append(Query.term_set_query(SCHEMA, "plain", longer))
        ways = [Query.boolean_query([(Occur.Must, one) for one in held])]
        ways += filter(None, [named("author", authors, 1), named("topic", topics, 1)])
        clauses.append((Occur.Must, Query.boolean_query([(Occur.Should, way) for way in ways])))
    searcher = index.searcher()
    found = searcher.search(Query.boolean_query(clauses), limit=most, count=False).hits
    return np.array(searcher.fast_field_values("key", [address for _, address in found]), np.int64)


def beginning(index: Index, prefix: str, most: int | None = None, field: str = "plain") -> list[tuple[str, int]]:
    """[(word, number of reports)] of the words that begin so, the most frequent first. Reports that are gone may still
    be counted."""
    return index.searcher().terms_with_prefix(field, prefix, limit=most)
