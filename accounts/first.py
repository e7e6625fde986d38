"""The first administrator: a one-time address, and who may be made at it. Knows no request."""

import os
import secrets
from pathlib import Path

from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.core.signing import BadSignature, SignatureExpired, TimestampSigner
from django.db import transaction
from django.urls import reverse
from django.utils.crypto import constant_time_compare

VALID_FOR = 60 * 60
SIGNER = TimestampSigner(salt="accounts.first")


class Gone(Exception):
    """The address was good once: it has been used, replaced, or its hour has passed."""


def one_time_address() -> str | None:
    """The path of a new address; those given before are dead from now on. None once there is an administrator."""
    if has_administrator():
        return None
    nonce = secrets.token_urlsafe(32)
    keep(nonce)
    return reverse("welcome", args=[SIGNER.sign(nonce)])


def has_administrator() -> bool:
    return User.objects.filter(is_superuser=True, is_active=True).exists()


def nonce_file() -> Path:
    """The nonce of the newest address. It lies with what must be kept, which all processes of a site share."""
    return settings.DATA_DIR / "first-administrator"


def keep(nonce):
    """Whole or not at all: a second process may be reading."""
    draft = nonce_file().with_name(f".first-administrator.{secrets.token_hex(8)}")
    with open(draft, "w", opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
        file.write(nonce)
    draft.replace(nonce_file())


def check(token: str) -> None:
    """Raises BadSignature for what was never an address, Gone for one that is no longer good."""
    try:
        nonce = SIGNER.unsign(token, max_age=VALID_FOR)
    except SignatureExpired:
        raise Gone from None
    if has_administrator() or not constant_time_compare(nonce, kept_nonce()):
        raise Gone


def kept_nonce():
    try:
        return nonce_file().read_text()
    except FileNotFoundError:
        return ""


@transaction.atomic
def make_administrator(token: str, form) -> User:
    """Save the form's user as the first administrator. Of several at once, one is made; the others get Gone."""
    # A row that is always there: whoever holds it makes the administrator, and the next one sees it made.
    ContentType.objects.select_for_update().get(app_label="auth", model="user")
    check(token)
    user = form.save()
    nonce_file().unlink(missing_ok=True)
    return user


__all__ = ["BadSignature", "Gone", "check", "has_administrator", "make_administrator", "one_time_address"]
