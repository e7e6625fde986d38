"""What a reader asks of the list: read off the address, and written back into one."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from urllib.parse import quote_plus, urlencode

from django.http import QueryDict

from text.cleaning import clean_line, holds_forbidden

FACETS = ("topic", "author", "type", "year", "language")
SORTS = ("relevance", "newest", "oldest", "title")
MOST_VALUES = 50
PAGE_SIZE = 20
# What no words and no value hold.
PLACE = "\0"


@dataclass(frozen=True)
class Selection:
    """One address of the list. `values` holds each facet's slugs, years or tags as they were asked for."""

    words: str = ""
    values: dict[str, tuple[str, ...]] = field(default_factory=dict)
    sort: str = ""
    page: int = 1
    # False for what can match nothing: control characters, far too many values.
    possible: bool = True

    def of(self, facet: str) -> tuple[str, ...]:
        return self.values.get(facet, ())

    @property
    def is_filtered(self) -> bool:
        return bool(self.words or any(self.values.values()))

    @property
    def order(self) -> str:
        """The sort in force: relevance where words are searched, the newest first otherwise."""
        if self.sort and (self.sort != "relevance" or self.words):
            return self.sort
        return "relevance" if self.words else "newest"

    def without(self, facet: str, value: str) -> "Selection":
        return self.having(facet, tuple(each for each in self.of(facet) if each != value))

    def adding(self, facet: str, value: str) -> "Selection":
        return self.having(facet, (*(each for each in self.of(facet) if each != value), value))

    def queries_adding(self, facet: str, values: Iterable[str]) -> Iterator[str]:
        """`adding(facet, value).query` of each: there may be hundreds, and all but the value is the same."""
        before, _, after = self.adding(facet, PLACE).query.partition(quote_plus(PLACE))
        chosen = set(self.of(facet))
        for value in values:
            yield self.adding(facet, value).query if value in chosen else f"{before}{quote_plus(value)}{after}"

    def having(self, facet: str, values: tuple[str, ...]) -> "Selection":
        return replace(self, values=self.values | {facet: values}, page=1)

    def without_words(self) -> "Selection":
        return self.with_words("")

    def with_words(self, words: str) -> "Selection":
        return replace(self, words=words, page=1)

    def sorted_by(self, sort: str) -> "Selection":
        return replace(self, sort=sort, page=1)

    def on_page(self, page: int) -> "Selection":
        return replace(self, page=page)

    @property
    def query(self) -> str:
        """The query string, always in one order, so that one list has one address."""
        pairs = [("q", self.words)] if self.words else []
        pairs += [(facet, value) for facet in FACETS for value in self.of(facet)]
        pairs += [("sort", self.sort)] if self.sort else []
        pairs += [("page", str(self.page))] if self.page > 1 else []
        return f"?{urlencode(pairs)}" if pairs else ""


def read(query: QueryDict) -> Selection:
    """The selection that a query asks for. Nothing is refused: what makes no sense matches nothing."""
    raw = [value for name in ("q", *FACETS) for value in query.getlist(name)]
    values = {facet: asked(query, facet) for facet in FACETS}
    page = page_number(query.get("page", ""))
    possible = not any(map(holds_forbidden, raw)) and all(len(each) <= MOST_VALUES for each in values.values())
    sort = query.get("sort", "")
    return Selection(
        words=clean_line(query.get("q", ""))[:300].rstrip(),
        values={facet: each[:MOST_VALUES] for facet, each in values.items() if each},
        sort=sort if sort in SORTS else "",
        page=max(page, 1),
        possible=possible,
    )


def asked(query, facet):
    """A facet's values, once each, in the order in which they were asked for."""
    return tuple(dict.fromkeys(value for raw in query.getlist(facet) if (value := one_value(raw))))


def one_value(raw: str) -> str:
    return clean_line(raw)[:200].rstrip()


def renamed(query: QueryDict, names: dict[tuple[str, str], str]) -> str:
    """The same query string with {(facet, value): new value} put in, the rest as it came."""
    pairs = [(key, names.get((key, one_value(raw)), raw)) for key, values in query.lists() for raw in values]
    return f"?{urlencode(pairs)}"


def page_number(text: str) -> int:
    """The number of a page, 1 where none is asked for, 0 for what is none."""
    if not text:
        return 1
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 else 0
