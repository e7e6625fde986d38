"""The motifs of the demo covers, each a pair of plates: one in dark ink, one in an accent.

A plate is what a printer makes of one ink: a grey image in which 255 is full ink. A motif takes
a source of chance, draws from it all that varies, and returns its two plates.
"""

import math
from itertools import pairwise

from PIL import Image, ImageChops, ImageDraw

WIDTH, HEIGHT = 1600, 1067
SCALE = 3  # plates are drawn larger and reduced, which smooths their edges


class Plate:
    """One ink's share of the picture, in the coordinates of the finished cover."""

    def __init__(self, ink=0):
        self.image = Image.new("L", (WIDTH * SCALE, HEIGHT * SCALE), ink)
        self.pen = ImageDraw.Draw(self.image)

    def line(self, points, width=2.0, ink=255):
        self.pen.line(_scaled(points), fill=ink, width=max(1, round(width * SCALE)), joint="curve")

    def fill(self, points, ink=255):
        self.pen.polygon(_scaled(points), fill=ink)

    def dot(self, x, y, radius, ink=255):
        box = [(x - radius, y - radius), (x + radius, y + radius)]
        self.pen.ellipse(_scaled(box), fill=ink)

    def ring(self, x, y, radius, width):
        box = [(x - radius, y - radius), (x + radius, y + radius)]
        self.pen.ellipse(_scaled(box), outline=255, width=round(width * SCALE))

    def keep(self, mask):
        """Leave ink only where the other plate has it."""
        self.image = ImageChops.multiply(self.image, mask.image)
        self.pen = ImageDraw.Draw(self.image)
        return self

    def add(self, other):
        self.image = ImageChops.lighter(self.image, other.image)
        self.pen = ImageDraw.Draw(self.image)


def _scaled(points):
    return [(x * SCALE, y * SCALE) for x, y in points]


# Terrain

LEVELS = 34


def contours(rng):
    """A hill country with its contour lines; the ground above one height is tinted."""
    step, field = 10, _hills(rng)
    columns, rows = WIDTH // step + 2, HEIGHT // step + 2
    grid = [[field(x * step, y * step) for x in range(columns)] for y in range(rows)]
    low, high = min(map(min, grid)), max(map(max, grid))
    dark, tint = Plate(), Plate()
    for index in range(1, LEVELS):
        width = 4 if index % 5 == 0 else 1.8
        for segment in _level_segments(grid, step, low + (high - low) * index / LEVELS):
            dark.line(segment, width)
            dark.dot(*segment[0], width / 2)
    _tint_above(tint, grid, step, low + (high - low) * 20 / LEVELS)
    return dark, tint


def _hills(rng):
    """A smooth height for every point: the sum of some round or stretched hills and hollows."""
    hills = [
        (
            rng.uniform(-100, WIDTH + 100),
            rng.uniform(-100, HEIGHT + 100),
            rng.uniform(130, 360),
            rng.uniform(110, 260),
            rng.uniform(-0.7, 1.0),
        )
        for _ in range(22)
    ]

    def height(x, y):
        return sum(
            tall * math.exp(-(((x - cx) / wide) ** 2) - ((y - cy) / deep) ** 2) for cx, cy, wide, deep, tall in hills
        )

    return height


def _cells(grid, step):
    """Each square of the grid: its place, and its corners' heights clockwise from top left."""
    for row, (upper, lower) in enumerate(pairwise(grid)):
        for column in range(len(upper) - 1):
            corners = upper[column], upper[column + 1], lower[column + 1], lower[column]
            yield column * step, row * step, corners


def _level_segments(grid, step, level):
    """The line at one height, as short pieces: marching squares without the saddles."""
    for left, top, corners in _cells(grid, step):
        if min(corners) < level <= max(corners):
            points = [_crossing(corners, side, level) for side in range(4)]
            points = [(left + x * step, top + y * step) for x, y in filter(None, points)]
            yield from zip(points[::2], points[1::2], strict=True)


CORNERS = [(0, 0), (1, 0), (1, 1), (0, 1)]


def _crossing(corners, side, level):
    """Where the level crosses one side of a square, or None."""
    here, there = corners[side], corners[(side + 1) % 4]
    if (here < level) == (there < level):
        return None
    part = (level - here) / (there - here)
    (x0, y0), (x1, y1) = CORNERS[side], CORNERS[(side + 1) % 4]
    return x0 + (x1 - x0) * part, y0 + (y1 - y0) * part


def _tint_above(plate, grid, step, level):
    for left, top, corners in _cells(grid, step):
        outline = []
        for side in range(4):
            outline += [CORNERS[side]] if corners[side] >= level else []
            outline += filter(None, [_crossing(corners, side, level)])
        if outline:
            plate.fill([(left + x * step, top + y * step) for x, y in outline])


def strata(rng):
    """A cut through the ground: wavy layers, each with its own texture, and one fault."""
    dark, accent = Plate(), Plate()
    tops = _layer_tops(rng, 10)
    textures = [_solid, _rules, _stipple, _hatch, _blank, _dashes]
    lit = rng.randrange(3, 7)
    order = rng.sample(textures, len(textures)) * 2
    for index, (top, bottom) in enumerate(pairwise(tops)):
        layer = Plate()
        layer.fill(top + bottom[::-1])
        if index == lit:
            accent.add(layer)
        else:
            dark.add(order[index](rng).keep(layer))
        dark.line(top, 3)
    return dark, accent


def _layer_tops(rng, count):
    """Edges from above the sheet to below it, each repeating most of the one before."""
    fault, throw = rng.uniform(0.3, 0.7) * WIDTH, rng.choice([-1, 1]) * rng.uniform(50, 95)
    waves = [(rng.uniform(500, 1500), rng.uniform(0, 7), rng.uniform(14, 46)) for _ in range(4)]
    tilt = rng.uniform(-0.1, 0.1)
    tops = []
    y = HEIGHT * rng.uniform(0.16, 0.26)
    for _ in range(count):
        waves = [(w, p + rng.uniform(-0.35, 0.35), a * rng.uniform(0.86, 1.05)) for w, p, a in waves]
        tops.append([_fold(x, y, waves, tilt, fault, throw) for x in range(-20, WIDTH + 21, 8)])
        y += rng.uniform(46, 150)
    return [*tops, [(-20, HEIGHT + 400), (WIDTH + 20, HEIGHT + 400)]]


def _fold(x, y, waves, tilt, fault, throw):
    rise = sum(size * math.sin(x / length * math.tau + phase) for length, phase, size in waves)
    moved = throw if x > fault + (y - HEIGHT / 2) * 0.35 else 0
    return x, y + rise + (x - WIDTH / 2) * tilt + moved


def _solid(rng):
    return Plate(255)


def _blank(rng):
    return Plate()


def _rules(rng):
    plate = Plate()
    for y in range(0, HEIGHT + 1, 11):
        plate.line([(0, y), (WIDTH, y)], 2)
    return plate


def _hatch(rng):
    plate, lean = Plate(), rng.choice([-1, 1])
    for x in range(-HEIGHT, WIDTH + HEIGHT, 15):
        plate.line([(x, 0), (x + lean * HEIGHT, HEIGHT)], 2)
    return plate


def _stipple(rng):
    plate = Plate()
    for row, y in enumerate(range(0, HEIGHT + 14, 14)):
        for x in range(row % 2 * 8, WIDTH + 16, 16):
            plate.dot(x + rng.uniform(-2, 2), y + rng.uniform(-2, 2), 2.3)
    return plate


def _dashes(rng):
    plate = Plate()
    for y in range(0, HEIGHT + 1, 17):
        x = -rng.uniform(0, 60)
        while x < WIDTH:
            length = rng.uniform(18, 64)
            plate.line([(x, y), (x + length, y)], 2.4)
            x += length + rng.uniform(12, 26)
    return plate


# Water


def river(rng):
    """A winding river and its tributaries, with water lines as on an engraved map."""
    courses = _courses(rng)
    dark, accent = Plate(255), Plate()
    for gap in range(9, -1, -1):
        _channel(dark, courses, 15 + gap * 17 + gap * 0.4, 0)
        _channel(dark, courses, 12 + gap * 17, 255)
    _channel(dark, courses, 10, 0)
    _channel(accent, courses[:1], 11, 255)
    for town in range(5):
        x, y = courses[0][0][22 + town * 33 + rng.randrange(18)]
        dark.dot(x, y, 26, 255)
        dark.dot(x, y, 21, 0)
        accent.dot(x, y, 21)
    return dark, accent


def _courses(rng):
    """Each course is its points and its breadth: the main river, then what joins it."""
    tilt = rng.uniform(-0.35, 0.35)
    main = _meander(rng, (-80, HEIGHT * (0.5 - tilt)), tilt, 340)
    courses = [(main, 1.0)]
    for share in (0.22, 0.45, 0.66):
        mouth = main[int(len(main) * share)]
        side = rng.choice([-1, 1])
        branch = _meander(rng, mouth, side * rng.uniform(1.0, 1.5), 150)
        courses.append((branch, 0.55))
    return courses


def _meander(rng, start, heading, steps):
    """A sine-generated curve, the shape that rivers take on flat ground."""
    (x, y), points = start, [start]
    swing, length, phase = rng.uniform(0.75, 1.15), rng.uniform(34, 52), rng.uniform(0, 7)
    for step in range(steps):
        swell = swing * (0.75 + 0.25 * math.sin(step / 61 + phase))
        angle = heading + swell * math.sin(step / length * math.tau + phase)
        x, y = x + 9 * math.cos(angle), y + 9 * math.sin(angle)
        points.append((x, y))
    return points


def _channel(plate, courses, width, ink):
    """Stroke each course with round joints of its own: Pillow's leave cracks in wide lines."""
    for points, breadth in courses:
        points = points[:: 2 if width > 30 else 1]
        plate.pen.line(_scaled(points), fill=ink, width=round(2 * width * breadth * SCALE))
        for x, y in points:
            plate.dot(x, y, width * breadth, ink)


def hydrograph(rng):
    """Years of a river's flow, one line a year, the newest in front; one year stands out."""
    dark, accent = Plate(), Plate()
    years = rng.randrange(13, 22)
    lit, gap = rng.randrange(years // 3, years - 3), (HEIGHT - 200) / years
    floods = [[at + rng.uniform(0, 0.14), rng.uniform(0.55, 1.2)] for at in _season_starts(rng)]
    for year in range(years):
        base = 250 + year * gap
        floods = [[at + rng.uniform(-0.02, 0.02), size] for at, size in floods]
        curve = _smoothed([(x, base - _flow(rng, x, floods, 3.1 * gap)) for x in range(-10, WIDTH + 11, 5)])
        below = [(WIDTH + 20, HEIGHT + 20), (-20, HEIGHT + 20)]
        dark.fill(curve + below, 0)
        accent.fill(curve + below, 0)
        if year == lit:
            accent.fill([*curve, (WIDTH + 20, base + 6), (-20, base + 6)])
        dark.line(curve, 6 if year == lit else 3.2)
    return dark, accent


def _season_starts(rng):
    return rng.choice([(0.12, 0.58), (0.24, 0.66), (0.08, 0.36, 0.7)])


def _flow(rng, x, floods, height):
    """A flood rises fast and falls slowly, which gives a hydrograph its shark's fin."""
    flow = 0.03
    for at, size in floods:
        since = x / WIDTH - at
        spread = 0.035 if since < 0 else 0.11
        flow += size * math.exp(-((since / spread) ** 2)) * rng.uniform(0.8, 1.2)
    return height * flow


def _smoothed(curve):
    """Average each height with its neighbours, so that chance reads as weather."""
    heights = [y for _, y in curve]
    spans = (heights[max(0, i - 3) : i + 4] for i in range(len(heights)))
    return [(x, sum(span) / len(span)) for (x, _), span in zip(curve, spans, strict=True)]


def halftone(rng):
    """A sun or moon over water, in the coarse screen of newspaper printing."""
    dark, accent = Plate(), Plate()
    cx, cy = WIDTH * rng.uniform(0.26, 0.74), HEIGHT * rng.uniform(0.34, 0.5)
    horizon = HEIGHT * rng.uniform(0.54, 0.68)
    accent.dot(cx, cy, rng.uniform(200, 290))
    phase, pitch = rng.uniform(0, 7), rng.choice([14, 17, 20])
    dots = list(_screen(pitch, math.radians(rng.choice([30, 45, 60]))))
    for x, y in dots:
        if y > horizon - pitch:
            dark.dot(x, y, pitch * 0.72 * math.sqrt(_swell(x, y, cx, horizon, phase)))
    for plate, top, bottom in ((dark, 0, horizon), (accent, horizon, HEIGHT)):
        plate.fill([(0, top), (WIDTH, top), (WIDTH, bottom), (0, bottom)], 0)
    for x, y in dots:
        if y < horizon - pitch:
            dark.dot(x, y, pitch * 0.47 * (1 - y / horizon) ** 0.65)
    return dark, accent


def _screen(pitch, turn):
    """The dots of a halftone screen, turned by an angle, that fall on the sheet."""
    reach = int(math.hypot(WIDTH, HEIGHT) / pitch) + 2
    cos, sin = math.cos(turn), math.sin(turn)
    for row in range(-reach, reach):
        for column in range(-reach, reach):
            x, y = pitch * (column * cos - row * sin), pitch * (column * sin + row * cos)
            if -pitch < x < WIDTH + pitch and -pitch < y < HEIGHT + pitch:
                yield x, y


def _swell(x, y, cx, horizon, phase):
    """How dark the water is: waves that grow towards the viewer, and a path of light."""
    depth = max(0, y - horizon) / (HEIGHT - horizon)
    wave = math.sin(26 * depth**0.6 + 1.6 * math.sin(x / (120 + 260 * depth) + phase))
    light = math.exp(-(((x - cx) / (60 + 190 * depth)) ** 2))
    return min(1.0, max(0.0, 0.62 + 0.34 * wave - 0.75 * light * (0.6 + 0.4 * wave)))


# Works


def parcels(rng):
    """Fields, plots and lanes seen from above, ploughed in their several directions."""
    dark, accent = Plate(), Plate()
    turn = math.radians(rng.uniform(-24, 24))
    for plot in _split(rng, (-1300, -1100, 1300, 1100), 0):
        corners = [_turned(point, turn) for point in _corners(plot)]
        kind = rng.random()
        if kind < 0.13:
            accent.fill(corners)
        elif kind < 0.27:
            dark.fill(corners)
        elif kind < 0.86:
            _plough(rng, dark, plot, turn)
        dark.line(corners + corners[:2], 2.4)
    return _with_stream(rng, dark, accent)


def _split(rng, plot, depth):
    """Cut a plot across its longer side again and again, leaving lanes between the pieces."""
    left, top, right, bottom = plot
    wide, tall = right - left, bottom - top
    if max(wide, tall) < 250 or (depth > 5 and rng.random() < 0.25):
        return [plot]
    share, lane = rng.uniform(0.34, 0.66), max(3, 16 - 3 * depth)
    if wide > tall:
        cut = left + wide * share
        halves = (left, top, cut - lane, bottom), (cut + lane, top, right, bottom)
    else:
        cut = top + tall * share
        halves = (left, top, right, cut - lane), (left, cut + lane, right, bottom)
    return [piece for half in halves for piece in _split(rng, half, depth + 1)]


def _corners(plot):
    left, top, right, bottom = plot
    return [(left, top), (right, top), (right, bottom), (left, bottom)]


def _turned(point, turn):
    x, y = point
    cos, sin = math.cos(turn), math.sin(turn)
    return WIDTH / 2 + x * cos - y * sin, HEIGHT / 2 + x * sin + y * cos


def _plough(rng, plate, plot, turn):
    left, top, right, bottom = plot
    gap, across = rng.choice([9, 12, 16, 22]), rng.random() < 0.5
    start, stop = (left, right) if across else (top, bottom)
    place = start + gap
    while place < stop - 2:
        ends = [(place, top), (place, bottom)] if across else [(left, place), (right, place)]
        plate.line([_turned(point, turn) for point in ends], 1.6)
        place += gap


def _with_stream(rng, dark, accent):
    """Let a stream of bare paper run across the fields, banked by one line."""
    start = (-60, HEIGHT * rng.uniform(0.2, 0.8))
    course = _meander(rng, start, rng.uniform(-0.25, 0.25), 330)
    for plate in (dark, accent):
        plate.line(course, 64, 0)
    dark.line(course, 50, 255)
    dark.line(course, 44, 0)
    return dark, accent


def tracks(rng):
    """A bundle of roads or rails that bends, parts and stops at stations."""
    dark, accent = Plate(), Plate()
    lanes, gap, fall = rng.choice([9, 11, 13]), rng.choice([28, 34, 40]), rng.uniform(150, 330)
    back, flip, lit = rng.random() < 0.5, rng.random() < 0.5, rng.randrange(2, lanes - 2)
    bends = rng.uniform(0.2, 0.35) * WIDTH, rng.uniform(0.72, 0.86) * WIDTH
    for lane in range(lanes):
        path = _lane(lane - lanes // 2, gap, fall, bends)
        path = [(WIDTH - x if back else x, HEIGHT - y if flip else y) for x, y in path]
        (accent if lane == lit else dark).line(path, 24 if lane == lit else 10)
        _stations(rng, dark, accent, path, lane == lit)
    return dark, accent


def _lane(offset, gap, fall, bends):
    """One lane: level, down at 45 degrees, level again; then the lanes part, outermost first."""
    y = HEIGHT / 2 - fall / 2 + offset * gap
    first = bends[0] - offset * gap * math.tan(math.pi / 8)
    parting, spread = bends[1] - abs(offset) * 62, offset * gap * 0.9
    low = y + fall
    descent = [(-30, y), (first, y), (first + fall, low)]
    return [
        *descent,
        (parting, low),
        (parting + abs(spread), low + spread),
        (WIDTH + 30, low + spread),
    ]


def _stations(rng, dark, accent, path, lit):
    for (x0, y0), (x1, y1) in pairwise(path):
        left, right = max(0, min(x0, x1)) + 50, min(WIDTH, max(x0, x1)) - 50
        if y0 == y1 and right > left and rng.random() < (1 if lit else 0.5):
            x, size = rng.uniform(left, right), 22 if lit else 12
            for plate in (accent, dark):
                plate.dot(x, y0, size, 0)
            dark.ring(x, y0, size, 5 if lit else 4)


def ledger(rng):
    """A grid of sums: each square is as large as its share, a few of them are singled out."""
    dark, accent = Plate(), Plate()
    cell, columns, rows = 76, 19, 12
    left, top = (WIDTH - cell * (columns - 1)) / 2, (HEIGHT - cell * (rows - 1)) / 2
    weight = _hills(rng)
    values = {
        (c, r): weight(left + c * cell, top + r * cell) + rng.uniform(-0.12, 0.12)
        for c in range(columns)
        for r in range(rows)
    }
    low, high = min(values.values()), max(values.values())
    chosen = set(rng.sample(sorted(values, key=values.get)[-90:], 17))
    for (column, row), value in values.items():
        half = 3 + 32 * ((value - low) / (high - low)) ** 0.8
        plate = accent if (column, row) in chosen else dark
        _square(plate, left + column * cell, top + row * cell, half)
    return dark, accent


def _square(plate, x, y, half):
    plate.fill([(x - half, y - half), (x + half, y - half), (x + half, y + half), (x - half, y + half)])


def ripples(rng):
    """Two speakers, two sets of rings; where they cross, the inks make a third colour."""
    dark, accent = Plate(), Plate()
    y, apart = HEIGHT * rng.uniform(0.42, 0.58), rng.uniform(270, 350)
    lean, pitch = rng.uniform(-80, 80), rng.uniform(42, 54)
    for plate, side, broad in ((dark, -1, 0.3), (accent, 1, 0.55)):
        x = WIDTH / 2 + side * apart
        plate.dot(x, y + side * lean, pitch * 0.36)
        for index in range(1, 24):
            plate.ring(x, y + side * lean, index * pitch, pitch * broad * 0.91**index)
    return dark, accent
