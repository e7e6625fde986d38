"""The weights in force, stored so that what one report needs of them is read without the rest."""

from collections.abc import Iterable

import numpy as np
from django.utils import timezone

from publications.models import LanguageWeight, RelatingWeights, TermWeightRange, TopicWeight
from publications.related.weights import FREQUENCIES, TermWeights, Weights
from publications.relating.packing import parted, range_bits, range_of
from publications.relating.storing import insert


def put_in_force(row: RelatingWeights, weights: Weights) -> None:
    """They are written only where they differ."""
    if row.weighed_at and weights == all_in_force(row):
        return
    row.number += 1
    row.live_reports = weights.live_reports
    row.weighed_at = timezone.now()
    row.save()
    TopicWeight.objects.all().delete()
    insert(TopicWeight, ["topic_id", "live_reports"], weights.topics.items())
    TermWeightRange.objects.all().delete()
    LanguageWeight.objects.all().delete()
    for language, one in weights.terms.items():
        bits = range_bits(len(one.keys))
        LanguageWeight.objects.create(language=language, live_reports=one.live_reports, bits=bits)
        rows = np.frombuffer(one.packed, FREQUENCIES)
        ranges = ((language, number, some.tobytes()) for number, some in parted(rows, range_of(rows["key"], bits)))
        insert(TermWeightRange, ["language_id", "number", "terms"], ranges)


def all_in_force(row: RelatingWeights) -> Weights:
    topics = dict(TopicWeight.objects.values_list("topic", "live_reports"))
    terms = {language: term_weights(language) for language in LanguageWeight.objects.values_list("pk", flat=True)}
    return Weights(row.live_reports, topics, terms)


def topics_in_force(row: RelatingWeights, topics: Iterable[int]) -> Weights:
    """Those of these topics alone."""
    rows = TopicWeight.objects.filter(topic__in=set(topics)).values_list("topic", "live_reports")
    return Weights(row.live_reports, dict(rows))


def term_weights(language: str, keys: np.ndarray | None = None) -> TermWeights:
    """Those of a language; with `keys` at least those of these terms."""
    weight = LanguageWeight.objects.filter(pk=language).first()
    if weight is None:
        return TermWeights()
    ranges = weight.ranges.order_by("number")
    if keys is not None:
        ranges = ranges.filter(number__in=set(range_of(keys, weight.bits).tolist()))
    return TermWeights(weight.live_reports, b"".join(map(bytes, ranges.values_list("terms", flat=True).iterator())))
