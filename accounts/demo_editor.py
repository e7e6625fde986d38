"""The demo's editor: a user with a password made at random here, kept in a file and said at each start."""

from pathlib import Path

from django.conf import settings
from django.contrib.auth.models import User

from text.secrets import kept_secret

USERNAME = "editor"
PASSWORD_LENGTH = 12


def make() -> None:
    """Unless somebody has that name already."""
    if not User.objects.filter(username=USERNAME).exists():
        password = kept_secret(password_file(), PASSWORD_LENGTH)
        User.objects.create_superuser(USERNAME, "", password, first_name="Demo", last_name="Editor")


def password_file() -> Path:
    return settings.DATA_DIR / "demo-password"


def sign_in() -> tuple[str, str] | None:
    """User name and password, as long as both are right."""
    user = User.objects.filter(username=USERNAME, is_active=True).first()
    if user and password_file().exists() and user.check_password(password := password_file().read_text().strip()):
        return USERNAME, password
    return None
