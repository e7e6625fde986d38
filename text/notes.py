"""Notes in rich text: each stands where its number will, within `<foot-note>`."""

import re

TAG = "foot-note"
NOTE = re.compile(rf"<{TAG}>(.*?)</{TAG}>", re.DOTALL)


def without_notes(html: str) -> str:
    return NOTE.sub("", html)


def notes_of(html: str) -> list[str]:
    """The HTML within each, in order."""
    return NOTE.findall(html)
