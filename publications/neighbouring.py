"""What stands near a topic: topics on the same live reports more often than chance would have it, and people."""

import numpy as np

from authors.models import Author
from publications.listed import Live, most_first
from topics.models import Topic

# Among so many that come nearest those are looked for that readers see.
LOOKED_AT = 200


def reports_of(topic: Topic, live: Live) -> np.ndarray:
    """Whether each report is live and carries it, or one below it."""
    return live.mask & live.topics.having([topic.pk], len(live.picture))


def topics_beside(topic: Topic, live: Live) -> list[tuple[Topic, int]]:
    """The nearest outside its own family, and on how many reports both stand."""
    carried, theirs = live.picture.topics, reports_of(topic, live)
    here, everywhere = carried.counted(theirs), carried.counted(live.mask)
    scores = np.where(np.isin(carried.keys, list(family_of(topic, live))), 0.0, attraction(here, everywhere, live.mask))
    # One report in common says something of those topics alone that have no second.
    scores[here < min(2, np.count_nonzero(theirs))] = 0.0
    places = [place for place in np.argsort(-scores, kind="stable")[:LOOKED_AT] if scores[place] > 0]
    nearness = {int(carried.keys[place]): float(scores[place]) for place in places}
    shown = Topic.objects.shown().offered().filter(pk__in=nearness).defer("description")
    common = dict(zip(carried.keys[places].tolist(), here[places].tolist(), strict=True)) if places else {}
    return [(row, common[row.pk]) for row, _ in most_first(shown, nearness, "name_key")]


def attraction(here: np.ndarray, everywhere: np.ndarray, live: np.ndarray) -> np.ndarray:
    """How much more often each stands on these reports than it would if all were dealt out by chance, weighed by how
    often: a topic that stands everywhere is nobody's neighbour, nor is one that came together with it by accident."""
    total, of = np.count_nonzero(live), here.max(initial=0)
    expected = everywhere * (of / max(total, 1))
    lift = np.divide(here, expected, out=np.ones(len(here)), where=(here > 0) & (expected > 0))
    return here * np.log(lift)


def family_of(topic: Topic, live: Live) -> set[int]:
    """Itself, all above it and all below it, which its page names anyway."""
    above = {key for key, family in live.families.items() if topic.pk in family}
    return above | live.families.get(topic.pk, set()) | {topic.pk}


def people_on(topic: Topic, live: Live) -> list[tuple[Author, int]]:
    """Those who are named on most of its reports."""
    counts = live.picture.authors.most(reports_of(topic, live), LOOKED_AT)
    return most_first(Author.objects.filter(pk__in=counts).defer("biography"), counts, "sort_key")
