"""What related publications are measured against: the links that authors made from one publication to another."""

import json
from collections import defaultdict
from dataclasses import dataclass
from statistics import fmean

PLACES, MOST_LINKS = 6, 12


@dataclass(frozen=True)
class Measure:
    """Means over the publications that have links: found links divided by the smaller of six and all; publications
    beside which at least one was found; one divided by the place of the first that was found."""

    recall: float
    hit_rate: float
    mrr: float


def links_of(path, keys):
    """{publication: those that it links to, or that link to it} from a file of publications; `keys`: {id: its key}.
    What links to very many is an index, and is left out."""
    linked = defaultdict(set)
    for item in items(path):
        for other in links_in(item):
            one, two = keys.get(item.get("id")), keys.get(other)
            if one and two and one != two:
                linked[one].add(two)
                linked[two].add(one)
    return {key: others for key, others in linked.items() if len(others) <= MOST_LINKS}


def items(path):
    with open(path, encoding="utf-8", errors="replace") as lines:
        for line in lines:
            try:
                item = json.loads(line)
            except ValueError:
                continue
            if isinstance(item, dict):
                yield item


def links_in(item):
    extra = item.get("extra")
    links = extra.get("internal_links") if isinstance(extra, dict) else None
    return [link for link in links if isinstance(link, str)] if isinstance(links, list) else []


def measured(links, beside):
    """`beside`: {publication: what a rule puts beside it, the best first}."""
    found = [[other in links[key] for other in beside.get(key, ())][:PLACES] for key in links]
    recalls = [sum(hits) / min(PLACES, len(links[key])) for key, hits in zip(links, found, strict=True)]
    firsts = [1 / (hits.index(True) + 1) if True in hits else 0 for hits in found]
    return Measure(fmean(recalls), fmean(map(any, found)), fmean(firsts))
