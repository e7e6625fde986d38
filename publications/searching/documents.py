"""Live reports as documents of the index, and the stamps by which a document that is no longer true is told."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from hashlib import blake2b
from itertools import chain

import numpy as np

from publications.finding.picture import Carried, numbers_of
from publications.listed import Live
from publications.models import Attachment, Authorship, FileText, Report, ReportTopic
from publications.searching.engine import Document
from publications.words import OPENING
from text.cleaning import words_of
from text.terms import parts_of, stems, words

BATCH = 500
COLUMNS = ["pk", "language", "title", "search_text", "words_stamp", *OPENING]
RICH = {"lead", "summary"}
# Odd numbers, one for each thing that a stamp is made of.
FACTORS = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9], np.uint64)


def documents(keys: Collection[int]) -> Iterator[Document]:
    """Those of these reports that are live. Five queries for 500 of them."""
    keys = sorted(keys)
    for start in range(0, len(keys), BATCH):
        yield from batch(keys[start : start + BATCH])


def batch(keys: list[int]) -> Iterator[Document]:
    files, authors, topics = files_of(keys), defaultdict(set), defaultdict(set)
    for report, author in Authorship.objects.filter(report__in=keys).order_by().values_list("report", "author"):
        authors[report].add(author)
    for report, topic in (
        ReportTopic.objects.filter(content_object__in=keys).order_by().values_list("content_object", "tag")
    ):
        topics[report].add(topic)
    for row in Report.objects.live().filter(pk__in=keys).order_by("pk").only(*COLUMNS):
        yield document(row, files[row.pk], authors[row.pk], topics[row.pk])


def files_of(keys):
    """{report: [(language or nothing, what was read)]} of its PDFs."""
    rows = Attachment.objects.filter(report__in=keys).order_by("pk").values_list("report", "language", "sha256")
    texts = FileText.objects.in_bulk({sha256 for _, _, sha256 in rows})
    found = defaultdict(list)
    for report, language, sha256 in rows:
        if sha256 in texts:
            found[report].append((language, texts[sha256]))
    return found


def document(row: Report, files, authors: set[int], topics: set[int]) -> Document:
    title, text = words(row.title), row.search_text.split()
    opening = words("\n".join(plain(row, field) for field in OPENING))
    in_files = [(language or row.language, words(told.text)) for language, told in files]
    numbers = [file_number(told.pk, language, told.read_again) for language, told in files]
    every_word = dict.fromkeys(chain(title, text, *(found for _, found in in_files)))
    return Document(
        row.pk,
        stamp(row.words_stamp, authors, topics, numbers),
        title=joined(stems(title, row.language)),
        opening=joined(stems(opening, row.language)),
        text=joined(stems(text, row.language)),
        files=joined(chain(*(stems(found, language) for language, found in in_files))),
        plain=joined(part for word in every_word for part in parts_of(word)),
        titled=joined(part for word in title for part in parts_of(word)),
        authors=tuple(sorted(authors)),
        topics=tuple(sorted(topics)),
    )


def plain(row, field):
    value = getattr(row, field)
    return words_of(value) if field in RICH else value


def joined(some) -> str:
    return " ".join(some)


# Stamps


def stamp(own: int, authors: Collection[int], topics: Collection[int], files: Collection[int]) -> int:
    """One number made of all that a document is made of; in whatever order that is."""
    total = own
    for some, factor in zip((authors, topics, files), FACTORS, strict=True):
        total += int(mixed(np.array(sorted(some), np.uint64), factor).sum(dtype=np.uint64))
    return total % 2**64


def mixed(numbers: np.ndarray, factor: np.uint64) -> np.ndarray:
    """The same numbers scattered over 64 bits."""
    once = (numbers + np.uint64(1)) * factor
    return (once ^ once >> np.uint64(29)) * FACTORS[0]


def file_number(sha256: str, language: str, read_again: int) -> int:
    said = f"{sha256} {language} {read_again}" if read_again else f"{sha256} {language}"
    return int.from_bytes(blake2b(said.encode(), digest_size=8).digest())


def stamps(live: Live) -> tuple[np.ndarray, np.ndarray]:
    """The keys of all live reports in order, and what the stamp of the document of each should be: four queries."""
    own = np.zeros(len(live.picture), np.int64)
    put(own, live, Report.objects.live().order_by().values_list("pk", "words_stamp"))
    total = own.astype(np.uint64)
    for carried, factor in zip((live.picture.authors, live.picture.topics), FACTORS, strict=False):
        add(total, carried, factor)
    read_again = dict(FileText.objects.order_by().values_list("pk", "read_again").iterator(10_000))
    files = Attachment.objects.order_by().values_list("report", "sha256", "language").iterator(10_000)
    rows = [(*row, read_again[row[1]]) for row in files if row[1] in read_again]
    numbers, here = numbers_of(live.picture.keys, np.array([row[0] for row in rows], np.int64))
    told = np.array([file_number(*row[1:]) for row in rows], np.uint64)
    np.add.at(total, numbers[here], mixed(told, FACTORS[2])[here])
    order = np.argsort(live.picture.keys[live.mask])
    return live.picture.keys[live.mask][order], total[live.mask][order]


def put(column: np.ndarray, live: Live, rows) -> None:
    pairs = np.fromiter(chain.from_iterable(rows.iterator(10_000)), np.int64).reshape(-1, 2)
    numbers, here = numbers_of(live.picture.keys, pairs[:, 0])
    column[numbers[here]] = pairs[here, 1]


def add(total: np.ndarray, carried: Carried, factor: np.uint64) -> None:
    np.add.at(total, carried.owners, mixed(carried.keys.astype(np.uint64), factor)[carried.values])
