"""Keeps the sidebars that are stored right, whatever changes. The rules of relating are in related/.

Call `refresh` within the transaction that changed what is live or how reports relate. Whoever computes holds the one
row of RelatingWeights, so that of two who change reports at once the second sees what the first has written.
"""

from collections.abc import Callable, Collection, Iterable
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from publications.finding import following
from publications.models import Candidates, RelatingWeights, Report
from publications.related.scoring import PLACES, POOL, SLACK
from publications.related.weights import weigh
from publications.relating import changes, everything, weighing
from publications.relating.entries import Outcome
from publications.relating.everything import Limits
from publications.relating.reading import all_facts, read_texts, terms_by_key

__all__ = ["Outcome", "hold", "is_due", "limits", "rebuild", "refresh", "weighs_anew", "weights_are_old"]

# With more live reports than this, weights stay as they are until `rebuild`.
WEIGHED_AT_ONCE = 1000
# A change of more reports than this computes every sidebar.
MOST_CHANGED = 100
# The desk suggests a rebuild when the number of live reports has moved by more than this share.
DRIFT = 0.05


def refresh(report_ids: Iterable[int], were_public: bool = False) -> None:
    """Bring every sidebar up to date that a change of these reports can have changed.

    Reports that are gone from the database may be named too: then every sidebar is computed. `were_public`: some of
    them were live or scheduled until now, even if nothing was computed beside them yet.
    """
    changed = set(report_ids)
    if changed and (were_public or not stand_nowhere(changed)):
        with transaction.atomic():
            compute(changed)


@transaction.atomic
def rebuild(progress: Callable[[int, int], None] | None = None) -> Outcome:
    """Weigh anew and compute every sidebar; what is right already is not written. `progress(done, total)`."""
    return compute(None, progress)


def hold() -> RelatingWeights:
    """The weights in force, locked until the transaction ends.

    Whoever changes the slug of a public report takes them first: PostgreSQL locks a row whose key changes, and would
    find two writers waiting for each other.
    """
    return RelatingWeights.objects.select_for_update().get_or_create(pk=1)[0]


def stand_nowhere(changed: Collection[int]) -> bool:
    """Whether all of them are drafts beside which, and nowhere else, nothing was computed: nobody sees a difference."""
    if len(changed) > MOST_CHANGED:
        return False
    drafts = Report.objects.filter(pk__in=changed, state__in=[Report.State.DRAFT, Report.State.IN_REVIEW])
    return drafts.count() == len(changed) and not Candidates.objects.filter(pk__in=changed).exists()


def compute(changed: set[int] | None, progress: Callable[[int, int], None] | None = None) -> Outcome:
    """Compute what a change of these reports can have touched, `None` for everything, under weights that are due."""
    in_force, now = hold(), timezone.now()
    if changed is not None:
        following.note(changed)
    # They were emptied by whoever writes many reports, until every sidebar is computed.
    anew = changed is None or weighs_anew(now) or in_force.weighed_at is None
    if not (anew or len(changed) > MOST_CHANGED or any_deleted(changed)):
        read_texts(now, changed, all_stale=False)
        return changes.compute(in_force, changed, now, limits())
    read_texts(now, changed or ())
    facts = all_facts(now)
    weights = weigh(facts, terms_by_key) if anew else weighing.all_in_force(in_force)
    if anew:
        weighing.put_in_force(in_force, weights)
    return everything.compute(in_force, facts, weights, limits(), progress)


def weighs_anew(at: datetime | None = None, more: int = 0) -> bool:
    """Whether every change weighs all again, as so few reports are live; or would, with some more."""
    return Report.objects.live(at).order_by()[: WEIGHED_AT_ONCE + 1].count() + more <= WEIGHED_AT_ONCE


def limits() -> Limits:
    return Limits(PLACES, POOL, POOL + SLACK)


def any_deleted(report_ids: Collection[int]) -> bool:
    return Report.objects.filter(pk__in=report_ids).count() < len(report_ids)


def is_due() -> bool:
    """Whether what is stored waits for a rebuild, as a migration has left it."""
    return RelatingWeights.objects.filter(weighed_at=None).exists()


def weights_are_old(at: datetime | None = None) -> bool:
    """Whether so many reports went live or were withdrawn since they were weighed that a rebuild is due."""
    in_force = RelatingWeights.objects.filter(pk=1).values_list("live_reports", flat=True).first() or 0
    live = Report.objects.live(at).count()
    return live > WEIGHED_AT_ONCE and abs(live - in_force) > DRIFT * in_force
