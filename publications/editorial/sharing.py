"""Sharing a report with somebody who has no account: links are made here, ended, and told from forged ones.

A link's token is its key, signed; what it opens, and for how long, is said by its row alone.
"""

from datetime import timedelta
from uuid import UUID

from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format

from publications.editorial import workflow
from publications.models import Event, PreviewLink, Report

SIGNER = {"sep": ".", "salt": "publications.preview"}


@transaction.atomic
def share(report: Report, *, by, for_whom: str, lasts: timedelta) -> PreviewLink:
    now = timezone.now()
    link = report.preview_links.create(made_by=by, made_at=now, expires_at=now + lasts, for_whom=for_whom)
    until = date_format(timezone.localtime(link.expires_at), "j F Y, H:i")
    workflow.log(report, Event.What.SHARED, by=by, words=f"With {link.for_whom}, until {until}")
    return link


@transaction.atomic
def end(link: PreviewLink, *, by) -> bool:
    """Whether it was still to be ended."""
    open_still = PreviewLink.objects.filter(pk=link.pk, ended_at=None, expires_at__gt=timezone.now())
    if not open_still.update(ended_at=timezone.now()):
        return False
    workflow.log(link.report, Event.What.UNSHARED, by=by, words=f"With {link.for_whom}")
    return True


def token_of(link: PreviewLink) -> str:
    return Signer(**SIGNER).sign(link.pk.hex)


def link_of(token: str) -> PreviewLink | None:
    """The link with this token, whether or not it is open by now; None where it was never made, and for a report in the
    bin, which is nobody's to read."""
    try:
        key = Signer(**SIGNER).unsign(token)
    except BadSignature:
        return None
    links = PreviewLink.objects.select_related("report")
    return links.filter(pk=UUID(hex=key), report__binned_at=None).first()
