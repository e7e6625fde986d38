"""One-time addresses at which somebody sets a password. Each dies when it is used, when that person signs in or gets
another e-mail address, and when its time is over."""

from datetime import UTC, datetime, timedelta

from django.contrib.auth.models import User
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import base36_to_int, urlsafe_base64_encode

# From here Django's tokens count their seconds.
START = datetime(2001, 1, 1, tzinfo=UTC)


class Link(PasswordResetTokenGenerator):
    """A kind of address, which opens no other kind's door. `name`: of its URL. Django itself lets none live longer than
    PASSWORD_RESET_TIMEOUT."""

    def __init__(self, name: str, valid_for: timedelta):
        super().__init__()
        self.name, self.valid_for = name, valid_for
        self.key_salt = f"accounts.links.{name}"

    def address(self, user: User) -> str:
        """The path of a new address."""
        key = urlsafe_base64_encode(force_bytes(user.pk))
        return reverse(self.name, args=[key, self.make_token(user)])

    def check_token(self, user: User | None, token: str | None) -> bool:
        return super().check_token(user, token) and datetime.now(UTC) - made_at(token) <= self.valid_for

    def _now(self) -> datetime:
        # Django asks the clock on the wall, which daylight saving moves by an hour.
        return datetime.now(UTC).replace(tzinfo=None)


def made_at(token: str) -> datetime:
    """Of a token whose signature is right."""
    return START + timedelta(seconds=base36_to_int(token.partition("-")[0]))


INVITATION = Link("invitation", timedelta(days=7))
RESET = Link("new-password", timedelta(hours=1))
