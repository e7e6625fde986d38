"""The constants of the engine, moved one at a time, to see whether what it finds hangs on them."""

import sys
from contextlib import contextmanager
from dataclasses import dataclass

from publications import relating
from publications.models import ReportTerms
from publications.related import scoring

ENGINE = ("publications.related", "publications.relating")


@dataclass(frozen=True)
class Knob:
    name: str
    words: str
    values: tuple
    ours: float
    # Whether the texts must be read again.
    of_texts: bool = False


RANGES = [
    ("POOL", "pool of candidates", (20, 35, 50, 75, 100, 200), False),
    ("HEAD", "terms that look for candidates", (8, 16, 24, 32, 48, 64), False),
    ("HEAD_AT_MOST", "who uses a term, to look for it, at most", (50, 100, 300, 1000, 3000), False),
    ("TERMS", "terms compared", (80, 120, 160, 240, 320), False),
    ("TEXT", "weight of the cosine", (4, 8, 12, 16, 24, 32), False),
    ("DAYS", "days of the time constant", (180, 270, 365, 540, 730, 1500), False),
    ("FAR", "nearness of what is far away", (0.2, 0.3, 0.4, 0.5, 0.6, 0.8), False),
    ("PAIR", "weight of a pair of words", (0, 0.25, 0.5, 0.75, 1), False),
    ("TITLE", "times that the title counts", (1, 2, 3, 5, 8), True),
]


def knobs():
    """Those that the engine has."""
    for name, words, values, of_texts in RANGES:
        if modules := having(name):
            ours = getattr(modules[0], name)
            yield Knob(name, words, tuple(sorted({*values, ours})), ours, of_texts)


def having(name):
    modules = [module for key, module in sorted(sys.modules.items()) if key.startswith(ENGINE)]
    return [module for module in modules if hasattr(module, name)]


@contextmanager
def everything_with(knob, value):
    """Every sidebar computed so; afterwards the constant is as it was, and the sidebars are not."""
    try:
        set_to(knob, value)
        if knob.of_texts:
            ReportTerms.objects.all().delete()
        relating.rebuild()
        yield
    finally:
        set_to(knob, knob.ours)
        if knob.of_texts:
            ReportTerms.objects.all().delete()


def set_to(knob, value):
    for module in having(knob.name):
        setattr(module, knob.name, value)
    for module in having("NEARNESS"):
        module.NEARNESS = scoring.falling()
