"""Covers for the demo reports: two inks overprinted on paper, in a motif that suits the title.

Everything random comes from the slug, so a report always gets the same cover.
"""

import hashlib
import random

from PIL import Image, ImageChops

from .motifs import (
    HEIGHT,
    WIDTH,
    Plate,
    contours,
    halftone,
    hydrograph,
    ledger,
    parcels,
    ripples,
    river,
    strata,
    tracks,
)

PAPERS = ["#f3ede0", "#efe9dc", "#f1ece4", "#ece8dd"]
INKS = [  # the dark ink that draws, the second ink that accents
    ("#1d4b73", "#d9694a"),
    ("#23503f", "#dba53c"),
    ("#2b2e35", "#d5543a"),
    ("#43294a", "#83aebf"),
    ("#0f4f57", "#e79a78"),
    ("#1c2f4d", "#d8ac35"),
    ("#5b2b26", "#8fb0a3"),
]

SUBJECTS = [  # a word of the title, and the motif that suits it; the first that fits is taken
    ("river waters bac delta", river),
    ("gauge gauges flow years dry", hydrograph),
    ("mile corridor road roads crossings window", tracks),
    ("money budget finance annual", ledger),
    ("water maintenance ground below", strata),
    ("ward land city councils", parcels),
    ("quiet rooms mediator dialogue", ripples),
    ("ferries sea warnings", halftone),
    ("moving choice survey", contours),
]

REVERSIBLE = (hydrograph, tracks, contours, ledger)


def draw_cover(slug: str, title: str) -> Image.Image:
    """Return a picture of 1600 by 1067 pixels; the title's words choose a fitting motif."""
    rng = random.Random(hashlib.sha256(slug.encode()).digest())
    paper, inks = rng.choice(PAPERS), rng.choice(INKS)
    motif = _motif(slug, title)
    dark, accent = motif(rng)
    if motif in REVERSIBLE and rng.random() > 0.55:
        dark, accent = _reversed(dark, accent)
    return _print(paper, zip(inks, (dark, accent), strict=True))


def _motif(slug, title):
    words = set(title.lower().replace(",", " ").replace(":", " ").split())
    for subject, motif in SUBJECTS:
        if words & set(subject.split()):
            return motif
    motifs = [motif for _, motif in SUBJECTS]
    return motifs[hashlib.sha256(slug.encode()).digest()[0] % len(motifs)]


def _reversed(dark, accent):
    """Paper-coloured lines on a ground of dark ink, with the accent kept clear of the dark."""
    ground, lit = Plate(), Plate()
    ground.image = ImageChops.invert(ImageChops.lighter(dark.image, accent.image))
    lit.image = ImageChops.subtract(accent.image, dark.image)
    return ground, lit


def _print(paper, layers):
    """Lay each ink over what is there; multiplying lets the inks mix as real ones do."""
    sheet = Image.new("RGB", (WIDTH, HEIGHT), paper)
    for ink, plate in layers:
        mask = plate.image.resize(sheet.size, Image.Resampling.LANCZOS)
        inked = ImageChops.multiply(sheet, Image.new("RGB", sheet.size, ink))
        sheet = Image.composite(inked, sheet, mask)
    return sheet
