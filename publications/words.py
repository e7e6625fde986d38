"""The words of a report, as they are kept with it for searching."""

from hashlib import blake2b

from text.cleaning import words_of
from text.terms import words

LINES = ("title", "subtitle", "teaser", "number", "doi", "isbn")
RICH = ("lead", "summary", "body", "about", "acknowledgement")
OPENING = ("subtitle", "teaser", "lead", "summary")


def search_text(report) -> str:
    """All the words of a report's own fields, folded, each with a blank before it: ` so that this finds prefixes`."""
    parts = [getattr(report, field) for field in LINES]
    parts += [words_of(getattr(report, field)) for field in RICH]
    return "".join(f" {word}" for word in words("\n".join(parts)))


def words_stamp(report) -> int:
    """Another number whenever anything is another that a search looks at in the report's own fields (63 bits)."""
    looked_at = [report.language, report.title, *(getattr(report, field) for field in OPENING), report.search_text]
    return int.from_bytes(blake2b("\0".join(looked_at).encode(errors="surrogatepass"), digest_size=8).digest()) >> 1
