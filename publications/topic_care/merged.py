"""What has become of topics that were merged, and of what their merging has noted."""

from collections.abc import Iterable

from publications.models import Report, RetaggedReport, TopicStep
from topics.models import Topic


def merged(keys: Iterable[int]) -> dict[int, int]:
    """{key: the key under which it lives on}, of those of these topics that went into another, however many times."""
    found, ahead = {}, {key: {key} for key in keys}
    while ahead:
        went = dict(standing_merges().filter(topic__in=ahead).values_list("topic", "into"))
        following = {}
        for key, origins in ahead.items():
            if key in went:
                following.setdefault(went[key], set()).update(origins)
        found |= {origin: key for key, origins in following.items() for origin in origins}
        ahead = following
    return found


def origins(keys: Iterable[int]) -> dict[int, set[int]]:
    """{key: the keys of those that went into it, however many times}, of those of these into which some went."""
    found, ahead = {}, {key: {key} for key in keys}
    while ahead:
        rows = standing_merges().filter(into__in=ahead).values_list("topic", "into")
        ahead, went_into = {}, [(topic, ahead[into]) for topic, into in rows]
        for topic, lives_on in went_into:
            for key in lives_on:
                found.setdefault(key, set()).add(topic)
            ahead.setdefault(topic, set()).update(lives_on)
    return found


def standing_merges():
    return TopicStep.objects.filter(kind=TopicStep.Kind.MERGED, undone_by=None)


def topics_by_now(keys: Iterable[int]) -> dict[int, Topic]:
    """{key: the topic itself, or the one into which it was merged}; what is gone is missing."""
    keys = set(keys)
    found = Topic.objects.in_bulk(keys)
    if missing := keys - found.keys():
        into = merged(missing)
        there = Topic.objects.in_bulk(into.values())
        found |= {key: there[now] for key, now in into.items() if now in there}
    return found


def edit_taken_up(report: Report) -> None:
    """The edit has taken the place of the rows: what merges have noted of it holds of the rows from now on."""
    noted = RetaggedReport.objects.filter(report=report)
    of_edit = list(noted.filter(in_edit=True).values_list("step", flat=True))
    noted.filter(in_edit=False, step__in=of_edit).delete()
    noted.filter(in_edit=True).update(in_edit=False)


def edit_ended(report: Report) -> None:
    """What merges have noted of an edit is no business of the next one."""
    RetaggedReport.objects.filter(report=report, in_edit=True).delete()
