"""A map of topics: the biggest as words, near each other where they stand on the same reports. Pure arithmetic, and the
same for the same counts. Nothing here sees a database."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from textwrap import wrap

import numpy as np

from publications.finding.picture import Carried
from publications.related.lists import begins

# Of fewer the list says more than any map; of more than so many there is no room for all.
FEWEST, MOST = 8, 60
LINE = 1.12
# How much of a sheet words cover, and on how fine a grid they stand.
DENSITY, GRID = 0.52, 10


@dataclass(frozen=True)
class Format:
    """A sheet: how wide, how many words, how large, in lines of how many letters."""

    name: str
    width: int
    most: int
    smallest: int
    largest: int
    letters: int


WIDE = Format("wide", 1200, MOST, 16, 38, 22)
NARROW = Format("narrow", 360, 18, 15, 25, 15)


@dataclass(frozen=True)
class Word:
    """Where the lines of a name stand: `lines` holds the middle of each, its baseline, and its letters."""

    topic: object
    size: int
    lines: list[tuple[int, int, str]]


@dataclass(frozen=True)
class Sheet:
    format: Format
    height: int
    words: list[Word]

    def kinds(self) -> set[str]:
        """Of the topics on it."""
        return {word.topic.kind for word in self.words}


def biggest(topics: Iterable, counts: dict[int, int]) -> list:
    """The topics that a map has room for, most reports first."""
    return sorted(topics, key=lambda topic: (-counts[topic.pk], topic.name_key))[:MOST]


def sheets(topics: list, counts: dict[int, int], carried: Carried, among: np.ndarray) -> list[Sheet]:
    """Of topics in order of their size, by what these reports carry."""
    common = meetings(carried, among, [topic.pk for topic in topics])
    pull = attraction(common, np.count_nonzero(among))
    return [sheet(each, topics, counts, pull) for each in (WIDE, NARROW)]


def meetings(carried: Carried, among: np.ndarray, keys: list[int]) -> np.ndarray:
    """On how many of these reports each two of at most 64 topics stand: in the diagonal, on how many each."""
    bits = np.full(len(carried.keys), -1)
    bits[np.searchsorted(carried.keys, keys)] = np.arange(len(keys))
    here = bits.take(carried.values)
    wanted = (here >= 0) & among.take(carried.owners)
    flags = np.left_shift(np.uint64(1), here[wanted].astype(np.uint64))
    # Most reports carry the same few sets of them.
    sets, times = np.unique(np.bitwise_or.reduceat(flags, begins(carried.owners[wanted])), return_counts=True)
    table = (sets[:, None] >> np.arange(len(keys), dtype=np.uint64) & np.uint64(1)).astype(float)
    return table.T @ (table * times[:, None])


def sheet(form: Format, topics: list, counts: dict[int, int], pull: np.ndarray) -> Sheet:
    topics = topics[: form.most]
    most, spread = counts[topics[0].pk], form.largest - form.smallest
    sizes = [round(form.smallest + spread * (counts[topic.pk] / most) ** 0.85) for topic in topics]
    names = [lines_of(topic.name, form.letters) for topic in topics]
    boxes = np.array([box(lines, size, form.width) for lines, size in zip(names, sizes, strict=True)])
    height = max(boxes.prod(axis=1).sum() / DENSITY / form.width, boxes[:, 1].max() + GRID)
    places = laid_out(boxes, pull[: len(topics), : len(topics)], np.array([form.width, height]))
    placed = np.flatnonzero(~np.isnan(places[:, 0]))
    places[:, 1] -= (places - boxes / 2)[placed, 1].min()
    words = [word(topics[one], names[one], sizes[one], places[one]) for one in placed]
    return Sheet(form, round((places + boxes / 2)[placed, 1].max()), words)


def lines_of(name: str, letters: int) -> list[str]:
    letters = letters // 2 if any(map(is_wide, name)) else letters
    return wrap(name, letters, max_lines=3, placeholder=" …") or [name[:letters]]


def is_wide(letter: str) -> bool:
    return unicodedata.east_asian_width(letter) in "WF"


def box(lines: list[str], size: int, widest: int) -> tuple[float, float]:
    """How much room the lines take, with a margin; letters may be set as wide apart as readers can set them."""
    longest = max(sum(map(letter_width, line)) for line in lines)
    return min(longest * size + 0.5 * size, widest), len(lines) * LINE * size + 0.35 * size


def letter_width(letter: str) -> float:
    """In ems."""
    if is_wide(letter):
        return 1.12
    if letter.isspace() or letter in "iljtfrI.,'’-()":
        return 0.54
    return 0.86 if letter.isupper() or letter in "mw&—" else 0.7


def attraction(common: np.ndarray, live: int) -> np.ndarray:
    """From 0 to 1: how much oftener two stand together than the numbers of each would bring about."""
    own = np.diag(common)
    by_chance = np.outer(own, own) / max(live, 1)
    pull = np.maximum(common - by_chance, 0) / np.sqrt(np.outer(own, own))
    np.fill_diagonal(pull, 0)
    return pull


def laid_out(boxes: np.ndarray, pull: np.ndarray, sheet: np.ndarray) -> np.ndarray:
    """The middles of the boxes, each as near as there is room to what attracts it among those before it, and to the
    side of the sheet on which all lies that hangs together with it; not a number for what has no room."""
    sides = spread_out(beginnings(pull)) * sheet
    spots = np.stack(np.meshgrid(*(np.arange(0, size, GRID) for size in sheet), indexing="ij"), axis=-1).reshape(-1, 2)
    places = np.full(boxes.shape, np.nan)
    for one in range(len(boxes)):
        there = np.flatnonzero(~np.isnan(places[:one, 0]))
        free = with_room(spots, boxes[one], places[there], boxes[there], sheet)
        if len(free):
            away = (free - wanted_spot(sides[one], pull[one, there], places[there])) * sheet[::-1]
            places[one] = free[np.argmin((away**2).sum(axis=1))]
    return places


def wanted_spot(side: np.ndarray, pull: np.ndarray, places: np.ndarray) -> np.ndarray:
    strong = pull**2
    if not strong.any():
        return side
    return 0.3 * side + 0.7 * (strong @ places) / strong.sum()


def with_room(
    spots: np.ndarray, box: np.ndarray, places: np.ndarray, boxes: np.ndarray, sheet: np.ndarray
) -> np.ndarray:
    """Those of the spots on which the box stands on the sheet, and clear of all others."""
    spots = spots[((spots >= box / 2) & (spots <= sheet - box / 2)).all(axis=1)]
    for (across, down), (width, height) in zip(places, (box + boxes) / 2, strict=True):
        spots = spots[(np.abs(spots[:, 0] - across) >= width) | (np.abs(spots[:, 1] - down) >= height)]
    return spots


def beginnings(pull: np.ndarray) -> np.ndarray:
    """Two columns: the slowest waves of the net that all form. A wave and its mirror image are the same to the algebra;
    the biggest stands to the left and above."""
    net = pull + 0.02
    np.fill_diagonal(net, 0)
    scale = 1 / np.sqrt(net.sum(axis=1))
    _, waves = np.linalg.eigh(np.eye(len(net)) - net * np.outer(scale, scale))
    waves = waves[:, 1:3]
    return np.round(waves * np.where(waves[0] > 0, -1, 1), 9)


def spread_out(columns: np.ndarray) -> np.ndarray:
    """In the same order, evenly from 0 to 1."""
    ranks = np.argsort(np.argsort(columns, axis=0, kind="stable"), axis=0, kind="stable")
    return ranks / (len(columns) - 1)


def word(topic, lines: list[str], size: int, place: np.ndarray) -> Word:
    top = place[1] - (len(lines) - 1) * LINE * size / 2 + 0.34 * size
    across = round(place[0])
    return Word(topic, int(size), [(across, round(top + row * LINE * size), line) for row, line in enumerate(lines)])
