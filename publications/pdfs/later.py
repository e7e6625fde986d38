"""PDFs that are read later, beside the server, and not in a request or before a start: when, and how often again.

The time of a file in DATA_DIR says when somebody last began to read them; delivery/daily.py looks at it.
"""

from datetime import timedelta
from pathlib import Path

from django.conf import settings

# What failed is read again so many times, and not twice within this: somewhat less than the day between two rounds.
MOST_AGAIN, APART = 3, timedelta(hours=20)


def mark() -> Path:
    return settings.DATA_DIR / "last-reading"


def ask() -> None:
    """Have them read soon, and not only when a day has passed."""
    mark().unlink(missing_ok=True)
