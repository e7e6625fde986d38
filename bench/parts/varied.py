"""The corpora of `bench find`: those of `bench related`, with authors, types, languages, families of topics and rare
words, and without what relating alone needs."""

import numpy as np
from django.utils.text import slugify

from authors.models import Author
from bench.parts.filling import Filler, insert
from publications.models import Authorship, PublicationType
from text.keys import name_key
from topics.models import Topic

TYPES = {
    "Policy Brief": 26, "Analysis": 22, "Special Report": 17, "Article": 13, "Working Paper": 9, "Commentary": 7,
    "Book": 4, "Event Note": 2,
}  # fmt: skip
LANGUAGES = {"en": 70, "fr": 11, "es": 8, "de": 5, "ar": 4, "pt": 2}
# By the last digit of a topic's number.
KINDS = ["subject"] * 5 + ["place"] * 3 + ["programme", "keyword"]
# Topics of these numbers have others below them; every fourth of the later ones is below one. None is a keyword.
PARENTS, EVERY = range(20, 60), 4
AUTHORS, A_FOURTH = 2, 4
AUTHORS_AT_ONCE = 2000
# How far down the first authors are on the curve of those who write: the first writes less than one in a hundred.
HEAD = 20
# Each of the rarest words stands in so many reports; their letters are in no other word.
RARE, SYLLABLES = 10, [consonant + vowel for consonant in "chjqwxy" for vowel in "aeiou"]
GIVEN = str.split(
    "Amina Beatriz Chidi Daniela Élodie Farid Grace Hannah Ibrahim Jürgen Kateryna Layla Miguel Noor Olena "
    "Priya Quentin Ruth Samuel Thandiwe Umar Valentina Wei Ximena Yusuf Zuzana Anselm Björn Carmen Dmitri "
    "Esther Felipe Goran Hye-jin"
)
FAMILY = str.split(
    "Ander Bal Ches Dom Elling Fair Gold Har Ibe Jack Kov Lind Mac Nov Oker Pet Quin Ros Stein Tor Um Vas Wil "
    "Xan Young Zim Aber Brad Cald Dray Eck Fos Gar Hald Iver Jor Kess Lam Mor Nys"
)
ENDS = str.split(
    "son man ford ley ton berg ov ová escu enko wicz sen ström dottir oğlu ian ez es i ini hardt feld stone "
    "well worth by low more wood nger mann elli aki opoulos ashvili uddin zai mba khel nath"
)


class Varied(Filler):
    def __init__(self, made):
        super().__init__(made)
        self.words = made.words
        self.types = {PublicationType.objects.get_or_create(name=name)[0].pk: share for name, share in TYPES.items()}
        self.authors = max(made.size // A_FOURTH, 20)
        shares = np.cumsum(1 / (np.arange(self.authors) + HEAD))
        self.author_shares = shares / shares[-1]
        self.write_authors()

    def write_authors(self):
        for first in range(1, self.authors + 1, AUTHORS_AT_ONCE):
            numbers = range(first, min(first + AUTHORS_AT_ONCE, self.authors + 1))
            Author.objects.bulk_create(map(author, numbers))

    def topic(self, number):
        name = f"{self.word(number * 3)} {self.word(number * 5 + 1)} {number}".capitalize()
        parent = PARENTS[number % len(PARENTS)] if number >= PARENTS.stop and not number % EVERY else None
        return Topic(pk=number, name=name, slug=slugify(name), kind=KINDS[number % 10], parent_id=parent)

    def word(self, number):
        """As texts hold them, beginning with the fiftieth most frequent."""
        return self.words[(number + 50) % len(self.words)]

    def write(self, made, chunk):
        size = len(chunk.days)
        chance = np.random.default_rng([made.seed, made.size, chunk.first, 11])
        rare = chance.integers(0, max(made.size // RARE, 1), size).tolist()
        self.drawn = dict(
            enumerate(
                zip(drawn(chance, self.types, size), drawn(chance, LANGUAGES, size), rare, strict=True), chunk.first + 1
            )
        )
        super().write(made, chunk)
        self.write_authorships(chance, self.drawn)

    def write_terms(self, made, chunk, keys):
        """Nothing is related here."""

    def own(self, key, days, texts):
        kind, language, rare = self.drawn[key]
        title, lead, body = texts
        row = super().own(key, days, (title, lead, f"{body} {rare_word(rare)}"))
        return row | {"type_id": kind, "language": language}

    def write_authorships(self, chance, keys):
        authors = np.searchsorted(self.author_shares, chance.random((len(keys), AUTHORS))) + 1
        rows = (
            [self.identity(), key, author, Authorship.Role.AUTHOR.value, place, ""]
            for key, some in zip(keys, authors.tolist(), strict=True)
            for place, author in enumerate(dict.fromkeys(some))
        )
        insert(Authorship, ["id", "report_id", "author_id", "role", "position", "biography"], rows)


def drawn(chance, shares, size):
    """So many of these, each as often as its share of a hundred says."""
    return chance.choice(list(shares), size, p=np.array(list(shares.values())) / 100).tolist()


def rare_word(number):
    base, letters = len(SYLLABLES), []
    for _ in range(4):
        number, syllable = divmod(number, base)
        letters.append(SYLLABLES[syllable])
    return "".join(letters)


def author(number):
    family = FAMILY[number % len(FAMILY)] + ENDS[number // len(FAMILY) % len(ENDS)]
    given, initial = GIVEN[number * 13 % len(GIVEN)], chr(65 + number * 7 % 26)
    name = f"{given} {initial}. {family}" if number % 3 else f"{given} {family}"
    slug = f"{slugify(name_key(name))}-{number}"
    return Author(pk=number, name=name, given_name=given, family_name=family, slug=slug)
