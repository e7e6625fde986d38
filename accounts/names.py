"""How a member of staff is called."""

from django.contrib.auth.models import User


def name_of(user: User | None) -> str:
    """Nobody: a command did it."""
    return (user.get_full_name() or user.get_username()) if user else "A command"
