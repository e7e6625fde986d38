"""The one key by which names and titles compare: made here, kept in a column, the same on every database."""

import re
import unicodedata

from django.db import models

KEY_LENGTH = 400
# The accents of Latin, Greek and Cyrillic; vowel signs of other scripts carry meaning and stay.
ACCENTS = re.compile("[\u0300-\u036f]")
SPACE = re.compile(r"\s+")
# What joins the words of a name: “Jean-Pierre O’Neill”.
JOINTS = "-‐‑–/.,&(’'"
PARTED = str.maketrans(dict.fromkeys(JOINTS, " "))


def folded(text: str) -> str:
    """NFKC, casefold, accents stripped: how words compare."""
    lower = unicodedata.normalize("NFKC", text).casefold()
    return unicodedata.normalize("NFKC", ACCENTS.sub("", unicodedata.normalize("NFKD", lower)))


def name_key(name: str) -> str:
    """Folded, white space too; at most 400 characters."""
    return SPACE.sub(" ", folded(name)).strip()[:KEY_LENGTH].strip()


class CodePointOrder:
    """A column compared by code point on every database (SQLite does so anyway)."""

    def db_parameters(self, connection):
        parameters = super().db_parameters(connection)
        if connection.vendor == "postgresql":
            parameters["collation"] = "C"
        return parameters


class KeyField(CodePointOrder, models.CharField):
    """Holds a `name_key`; filled from the field named `of` whenever the row is saved."""

    def __init__(self, *args, of="name", **kwargs):
        self.of = of
        kwargs.setdefault("max_length", KEY_LENGTH)
        kwargs["editable"] = False
        super().__init__(*args, **kwargs)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, kwargs | {"of": self.of}

    def pre_save(self, instance, add):
        key = name_key(getattr(instance, self.of))
        setattr(instance, self.attname, key)
        return key


@KeyField.register_lookup
class HoldsWord(models.Lookup):
    """`name_key__holds_word=word`: whether some word of the key begins so. What joins words counts as a blank."""

    lookup_name = "holds_word"

    def as_sql(self, compiler, connection):
        words, params = self.process_lhs(compiler, connection)
        for joint in JOINTS:
            words, params = f"REPLACE({words}, %s, ' ')", [*params, joint]
        word = connection.ops.prep_for_like_query(self.rhs.translate(PARTED))
        return rf"(' ' || {words}) LIKE %s ESCAPE '\'", [*params, f"% {word}%"]
