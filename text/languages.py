"""Languages by their BCP 47 tags: validity, direction, and the name that a reader sees."""

import re

from django.conf.locale import LANG_INFO
from django.core.exceptions import ValidationError

# RFC 5646, section 2.1: language, script, region, variants; extensions and private use are of no use here.
TAG = re.compile(
    r"(?P<language>[a-z]{2,3})(?:-(?P<script>[a-z]{4}))?(?:-(?P<region>[a-z]{2}|\d{3}))?"
    r"(?P<variants>(?:-(?:[a-z0-9]{5,8}|\d[a-z0-9]{3}))*)",
    re.IGNORECASE | re.ASCII,
)
# RFC 5646, section 4.4.1: what every program has room for.
LONGEST = 35
RIGHT_TO_LEFT = {"ar", "arc", "ckb", "dv", "fa", "he", "ks", "ps", "sd", "syr", "ug", "ur", "yi"}
RIGHT_TO_LEFT_SCRIPTS = {"Arab", "Hebr", "Syrc", "Thaa", "Nkoo", "Adlm"}
NAMES = {
    "zh": "Chinese",
    "no": "Norwegian",
    "ps": "Pashto",
    "so": "Somali",
    "am": "Amharic",
    "ku": "Kurdish",
    "yi": "Yiddish",
}


def normalise_language(tag: str) -> str:
    """The tag in its usual case (`pt-br` → `pt-BR`); ValidationError for what is no tag."""
    match = TAG.fullmatch(tag.strip().replace("_", "-"))
    if not match:
        raise ValidationError(
            "“%(tag)s” is not a language tag. Give one such as en, fr, pt-BR or zh-Hant.", params={"tag": tag[:60]}
        )
    parts = [match["language"].lower(), (match["script"] or "").title(), (match["region"] or "").upper()]
    return "-".join(part for part in parts if part) + match["variants"].lower()


def as_tag(value: str) -> str:
    """The same, and empty for what is no tag, or longer than any in use."""
    try:
        tag = normalise_language(value)
    except ValidationError:
        return ""
    return tag if len(tag) <= LONGEST else ""


def validate_language(tag: str) -> None:
    normalise_language(tag)


def is_language(tag: str) -> bool:
    """Whether this is a tag at all, known or not."""
    return bool(TAG.fullmatch(tag))


def direction(tag: str) -> str:
    """`rtl` or `ltr`, by the script where the tag names one and by the language otherwise."""
    match = TAG.fullmatch(tag)
    if not match:
        return "ltr"
    if match["script"]:
        return "rtl" if match["script"].title() in RIGHT_TO_LEFT_SCRIPTS else "ltr"
    return "rtl" if match["language"].lower() in RIGHT_TO_LEFT else "ltr"


def language_name(tag: str) -> str:
    """The English name, with the region or script in brackets; the tag itself where none is known."""
    known = LANG_INFO.get(tag.lower())
    if known and "name" in known:
        return known["name"]
    primary, _, rest = tag.partition("-")
    name = NAMES.get(primary.lower()) or LANG_INFO.get(primary.lower(), {}).get("name")
    if not name:
        return tag
    return f"{name} ({rest})" if rest else name


# {a name in small letters: its tag}
TAGS = {facts["name"].casefold(): normalise_language(tag) for tag, facts in LANG_INFO.items() if "name" in facts}
TAGS |= {name.casefold(): tag for tag, name in NAMES.items()}


def tag_named(words: str) -> str:
    """The tag of the language that `language_name` calls so, in any case; other words as they are."""
    if known := TAGS.get(words.casefold()):
        return known
    name, _, rest = words.partition(" (")
    primary = TAGS.get(name.casefold())
    return f"{primary}-{rest.removesuffix(')')}" if primary and rest else words


def typed_language(words: str) -> str:
    """The tag of what an editor types, a name or a tag; ValidationError for what is neither."""
    try:
        return normalise_language(tag_named(words))
    except ValidationError:
        raise ValidationError(
            "“%(words)s” is neither a language known here by that name nor a language tag. Type a name such as French, "
            "or a tag such as pt-BR.",
            params={"words": words[:60]},
        ) from None


def as_typed(tag: str) -> str:
    """The name that an editor sees and types for this tag; the tag where no name leads back to it."""
    name = language_name(tag)
    return name if tag_named(name) == tag else tag
