"""The charts of the demo reports, in the inks of the covers."""

from PIL import Image, ImageDraw, ImageFont

WIDTH, HEIGHT = 1800, 1000
LEFT, RIGHT, TOP, BOTTOM = 190, 1730, 60, 880
SCALE = 2  # drawn larger and reduced, which smooths the edges
PAPER, INK, ACCENT, PALE = "#f3ede0", "#1d4b73", "#d9694a", "#cfc8b8"

# The share of its meetings that the Lowani Basin Council spent on disputes about measurement, in hundredths.
DISPUTES = {
    2001: 29, 2002: 33, 2003: 31, 2004: 30, 2005: 34, 2006: 32, 2007: 31, 2008: 24, 2009: 13, 2010: 6,
    2011: 5, 2012: 4, 2013: 5, 2014: 5, 2015: 4, 2016: 7, 2017: 6, 2018: 4, 2019: 5, 2020: 4,
    2021: 6, 2022: 5, 2023: 5, 2024: 4, 2025: 5,
}  # fmt: skip
HIGHEST, STEP = 40, 10
JOINT = 2008  # from then on the gauges were read together


def disputes() -> Image.Image:
    """A column a year, those before the joint readings in the accent."""
    sheet = Sheet()
    for share in range(0, HIGHEST + 1, STEP):
        sheet.rule(share)
    room = (RIGHT - LEFT) / len(DISPUTES)
    for place, (year, share) in enumerate(DISPUTES.items()):
        left = LEFT + place * room
        sheet.column(left + room * 0.16, left + room * 0.84, share, ACCENT if year < JOINT else INK)
        if year % 4 == 1:
            sheet.words(left + room / 2, BOTTOM + 20, str(year), "ma")
    return sheet.finished()


class Sheet:
    """In the coordinates of the finished chart, and shares of `HIGHEST`."""

    def __init__(self):
        self.image = Image.new("RGB", (WIDTH * SCALE, HEIGHT * SCALE), PAPER)
        self.pen = ImageDraw.Draw(self.image)
        self.font = ImageFont.load_default(52 * SCALE)

    def rule(self, share):
        y = height_of(share)
        self.pen.line([LEFT * SCALE, y * SCALE, RIGHT * SCALE, y * SCALE], PALE if share else INK, 3 * SCALE)
        self.words(LEFT - 20, y, f"{share} %" if share == HIGHEST else str(share), "rm")

    def column(self, left, right, share, ink):
        box = (left, height_of(share), right, BOTTOM)
        self.pen.rectangle([place * SCALE for place in box], ink)

    def words(self, x, y, said, anchor):
        self.pen.text((x * SCALE, y * SCALE), said, INK, self.font, anchor)

    def finished(self):
        return self.image.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)


def height_of(share):
    return BOTTOM - (BOTTOM - TOP) * share / HIGHEST
