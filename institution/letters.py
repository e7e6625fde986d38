"""E-mail in the institution's name: plain text, to one person each."""

import logging
from collections.abc import Iterable
from email.utils import formataddr, parseaddr
from smtplib import SMTPRecipientsRefused
from threading import Thread

from django.conf import settings
from django.core.mail import EmailMessage, get_connection

from institution.models import SiteDetails
from text.cleaning import clean_line

logger = logging.getLogger(__name__)


def letter(to: str, subject: str, words: str) -> EmailMessage:
    return EmailMessage(clean_line(subject), words, sender(), [to])


def sender() -> str:
    """The institution's name, with the address that DEFAULT_FROM_EMAIL gives."""
    return formataddr((SiteDetails.current().name, parseaddr(settings.DEFAULT_FROM_EMAIL)[1]))


def site_address() -> str:
    """Where no request says how the site is called."""
    return settings.SITE_URL or f"http://localhost:{settings.PORT}"


def send(letters: Iterable[EmailMessage]) -> bool:
    """Whether all went out. A failure is logged, never raised: what was done stays done, whoever hears of it."""
    try:
        with get_connection() as connection:
            refused = [one for one in letters if not sent(connection, one)]
        return not refused
    except OSError:
        logger.exception("The mail server that EMAIL_URL names could not be used, so people were not told")
        return False


def sent(connection, one: EmailMessage) -> bool:
    """An address that the server refuses keeps nothing from the others."""
    try:
        connection.send_messages([one])
        return True
    except SMTPRecipientsRefused:
        logger.exception("The mail server refused an address")
        return False


def send_aside(letters: list[EmailMessage]) -> None:
    """While the page is answered, which then takes no longer for a letter than for none."""
    if letters:
        Thread(target=send, args=[letters], name="letters").start()
