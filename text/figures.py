"""Figures in rich text: `<figure><img data-picture="KEY" alt="…"><small>Who made it</small><figcaption>…</figcaption>
</figure>`. The key is that of a picture (publications/models/images.py): the page that shows it knows its address.
"""

import re
from collections.abc import Iterable
from html import unescape

ATTRIBUTE = "data-picture"
KEY = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
FIGURE = re.compile(r"<figure>.*?</figure>", re.DOTALL)
NAMED = re.compile(rf"{ATTRIBUTE}\s*=\W*({KEY})", re.IGNORECASE)
IMAGE = re.compile(rf'<img {ATTRIBUTE}="({KEY})" alt="([^"]*)">')


def key_in(attributes: dict[str, str]) -> str | None:
    """The key that an image names, in one form."""
    key = attributes.get(ATTRIBUTE, "").strip().lower()
    return key if re.fullmatch(KEY, key) else None


def keys_in(html: str) -> list[str]:
    """The keys of its pictures, each once, in their order."""
    return list(dict.fromkeys(key for key, _ in IMAGE.findall(html)))


def keys_of(texts: Iterable[str]) -> set[str]:
    return {key for text in texts for key in keys_in(text)}


def named_in(html: str) -> set[str]:
    """The keys of its pictures, however they are written: of text that is not cleaned yet."""
    return {key.lower() for key in NAMED.findall(html)}


def with_another(html: str, key, by) -> str:
    """With the picture `by` wherever that with `key` stands, its words unchanged; what only reads so stays."""
    return IMAGE.sub(
        lambda image: image[0].replace(f'"{key}"', f'"{by}"', 1) if image[1] == str(key) else image[0], html
    )


def unsaid_in(html: str) -> int:
    """How many of its pictures have no alternative text."""
    return sum(not unescape(alternative).strip() for _, alternative in IMAGE.findall(html))


def without_figures(html: str) -> str:
    return FIGURE.sub("", html)
