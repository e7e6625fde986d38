"""The sidebars of what was imported: computed once, after the last line; known to be due until then."""

from collections.abc import Callable, Collection

from publications import relating
from publications.finding import following
from publications.models import RelatingWeights


def mark_due(reports: Collection[int]) -> None:
    """Say in the transaction that writes these reports that they have changed, and that sidebars are yet to be
    computed, whoever comes to do it."""
    weights = relating.hold()
    following.note(reports)
    weights.weighed_at = None
    weights.save()


def are_due() -> bool:
    return RelatingWeights.objects.filter(weighed_at=None).exists()


def rebuild(progress: Callable[[int, int], None] | None) -> int:
    return relating.rebuild(progress).sidebars
