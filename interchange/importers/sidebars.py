"""The sidebars of what was imported: computed once, after the last line; known to be due until then."""

from collections.abc import Callable

from publications import relating
from publications.models import RelatingWeights


def mark_due() -> None:
    """Say in the transaction that writes reports that sidebars are yet to be computed, whoever comes to do it."""
    weights = relating.hold()
    weights.weighed_at = None
    weights.save()


def are_due() -> bool:
    return RelatingWeights.objects.filter(weighed_at=None).exists()


def rebuild(progress: Callable[[int, int], None] | None) -> int:
    return relating.rebuild(progress).sidebars
