"""How a member of staff is called, and whether something names them."""

from django.contrib.auth.models import User
from django.db import DEFAULT_DB_ALIAS
from django.db.models import ProtectedError
from django.db.models.deletion import Collector


def name_of(user: User | None) -> str:
    """Nobody: a command did it."""
    return (user.get_full_name() or user.get_username()) if user else "A command"


def is_named(user: User) -> bool:
    """Whether reports or their histories name this person, who then cannot be deleted."""
    try:
        Collector(DEFAULT_DB_ALIAS, origin=user).collect([user])
    except ProtectedError:
        return True
    return False
