"""Every kind of page in a real browser, from a server as production runs it: does it serve every reader?

Whatever a page writes to the console, or asks of another host, fails these tests too (`complaints`).
"""

import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.request import urlopen

import pytest

from bench import payload
from tests.conftest import violations
from tests.showcase import ERRORS, LONG, PAGES

HERE = Path(__file__).parent
KINDS = [*PAGES, *ERRORS]
# The phone, the smallest tablet, the width at which the sidebar comes, the laptop, the screen.
WIDTHS = [320, 768, 1024, 1280, 1920]
FAULTS = (HERE / "layout.js").read_text(encoding="utf-8")
FILL = "from tests import factory, showcase; showcase.make_showcase(); factory.make_superuser()"
# Everything, best practice and the size of targets included; a scheme changes colours alone.
# (Without `preload`, for which axe would write a style element, which the policy refuses.)
EVERYTHING = {"resultTypes": ["violations"], "preload": False, "rules": {"target-size": {"enabled": True}}}
COLOURS = {"resultTypes": ["violations"], "preload": False, "runOnly": ["color-contrast", "link-in-text-block"]}
# Colours of the desk pass from one scheme to the other by degrees.
SETTLED = "document.getAnimations().forEach(animation => animation.finish())"
# WCAG 2.2, success criterion 1.4.12.
SPACED = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`
    * { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important }
    p { margin-bottom: 2em !important }`);
  document.adoptedStyleSheets = [sheet];
}"""


@pytest.fixture(scope="session")
def showcase(tmp_path_factory):
    """The address of a server with the showcase, started by the command that production uses."""
    port = free_port()
    own = {"DATA_DIR": str(tmp_path_factory.mktemp("showcase")), "PORT": str(port), "DEMO": "0"}
    run = {"cwd": HERE.parent, "env": os.environ | own, "stdout": subprocess.DEVNULL}
    manage = [sys.executable, "manage.py"]
    subprocess.run([*manage, "prepare"], check=True, **run)
    subprocess.run([*manage, "shell", "-v", "0", "-c", FILL], check=True, **run)
    server = subprocess.Popen([*manage, "prepare", "--serve"], **run)
    try:
        yield answering(f"http://localhost:{port}", server)
    finally:
        server.terminate()
        server.wait(timeout=30)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def answering(address, server):
    for _ in range(600):
        try:
            urlopen(f"{address}/healthz").close()
            return address
        except OSError:
            assert server.poll() is None, "The server has stopped."
            time.sleep(0.1)
    pytest.fail("The server does not answer.")


def show(page, showcase, kind):
    """Open a page of this kind, and make sure that it is one."""
    path, status = ERRORS[kind] if kind in ERRORS else (PAGES[kind], 200)
    assert page.goto(showcase + path).status == status


def resize(page, width, height=900):
    page.set_viewport_size({"width": width, "height": height})


def found_by_axe(page, scheme, options):
    page.emulate_media(color_scheme=scheme)
    page.evaluate(SETTLED)
    found = violations(page, options=options)
    return [f"{rule['id']}: {node['target']} {node['html']}" for rule in found for node in rule["nodes"]]


@pytest.mark.parametrize("kind", KINDS)
def test_axe_finds_nothing_in_any_width_or_scheme(kind, page, showcase):
    show(page, showcase, kind)
    found = {}
    for width in (320, 768, 1280):
        resize(page, width)
        found[width, "light"] = found_by_axe(page, "light", EVERYTHING)
        found[width, "dark"] = found_by_axe(page, "dark", COLOURS)
    assert {where: what for where, what in found.items() if what} == {}


DESK = [
    "/",
    "/publications/report/",
    "/publications/report/add/",
    "/institution/sitedetails/1/change/",
    "/publications/homefeature/",
    "/publications/homefeature/add/",
    "/topics/topic/1/change/",
    "/authors/author/1/change/",
    "/authors/author/merge/?authors=1&into=2&look=1",
]


def test_axe_finds_nothing_in_the_desk(page, showcase):
    page.goto(showcase + "/admin/")
    found = {}
    found["sign-in"] = found_in_the_desk(page)
    page.get_by_label("Username").fill("alice")
    page.get_by_label("Password").fill("correct horse battery")
    page.keyboard.press("Enter")
    page.wait_for_selector("#user-tools")
    for path in DESK:
        page.goto(f"{showcase}/admin{path}")
        found[path] = found_in_the_desk(page)
    page.goto(f"{showcase}/admin/publications/report/?q=falling")
    page.locator("#result_list a[href*='/change/']").first.click()
    page.wait_for_url("**/change/**")
    found["change"] = found_in_the_desk(page)
    assert {where: what for where, what in found.items() if what} == {}


def found_in_the_desk(page):
    """In a window that holds the whole page, so that the bar at its lower edge covers nothing."""
    found = []
    for width in (320, 1280):
        resize(page, width, 15_000)
        found += found_by_axe(page, "light", EVERYTHING) + found_by_axe(page, "dark", COLOURS)
    # The editor's own: a table in it scrolls with the cursor that stands in it.
    return [finding for finding in found if not finding.startswith("scrollable-region-focusable: ['.tableWrapper")]


@pytest.mark.parametrize("kind", KINDS)
def test_text_stays_on_the_page_and_apart(kind, page, showcase):
    show(page, showcase, kind)
    faults = {}
    for width in WIDTHS:
        resize(page, width)
        faults[width] = page.evaluate(FAULTS)
    # 1280 by 1024 pixels at 400 %.
    resize(page, 320, 256)
    faults["zoomed"] = page.evaluate(FAULTS)
    assert {where: what for where, what in faults.items() if what} == {}


@pytest.mark.parametrize("kind", KINDS)
def test_text_of_twice_the_size_or_set_wider_is_not_cut_off(kind, page, showcase):
    show(page, showcase, kind)
    faults = {}
    for width in (640, 1280):
        resize(page, width)
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        faults[width, "twice the size"] = page.evaluate(FAULTS)
        page.evaluate("document.documentElement.style.fontSize = ''")
        page.evaluate(SPACED)
        faults[width, "set wider"] = page.evaluate(FAULTS)
        page.evaluate("document.adoptedStyleSheets = []")
    assert {where: what for where, what in faults.items() if what} == {}


def test_without_scripts_every_page_says_the_same(page, new_context, showcase):
    texts = {}
    for each in (page, new_context(java_script_enabled=False).new_page()):
        for kind in KINDS:
            show(each, showcase, kind)
            # An empty line holds what will be said of suggestions.
            texts.setdefault(kind, set()).add(" ".join(each.locator("body").inner_text().split()))
    assert [kind for kind, found in texts.items() if len(found) != 1] == []


FOCUSABLE = """() => {
  const links = "a[href]:not([tabindex='-1'])";
  const all = document.querySelectorAll(`${links}, button, input, select, textarea, summary, [tabindex='0']`);
  window.stops = [...all].filter(element => element.checkVisibility() && element.type !== "hidden");
  return window.stops.length;
}"""
FOCUSED = """() => {
  const element = document.activeElement, style = getComputedStyle(element), box = element.getBoundingClientRect();
  return {
    stop: window.stops.indexOf(element), text: element.innerText,
    ring: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
    seen: box.bottom > 0 && box.top < window.innerHeight && box.right > 0 && box.left < window.innerWidth,
  };
}"""


WALKED = [
    "home", "list", "empty list", "misspelt search", "suggestions", "long report", "Arabic report", "authors", "topics",
    "not found",
]  # fmt: skip


@pytest.mark.parametrize("kind", WALKED)
@pytest.mark.parametrize("width", [320, 1280])
def test_the_keyboard_reaches_everything_in_order_and_shows_where_it_is(kind, width, page, showcase):
    page.emulate_media(reduced_motion="reduce")
    resize(page, width)
    show(page, showcase, kind)
    stops = page.evaluate(FOCUSABLE)
    assert stops > 8
    for stop in range(stops):
        page.keyboard.press("Tab")
        focused = page.evaluate(FOCUSED)
        assert focused["stop"] == stop, focused
        assert focused["ring"], focused
        assert focused["seen"], focused


def test_the_first_stop_skips_to_the_text(page, showcase):
    page.goto(showcase + LONG)
    page.keyboard.press("Tab")
    assert page.evaluate(FOCUSED.replace("window.stops.indexOf(element)", "0"))["text"] == "Skip to the text"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


def test_nothing_moves_for_readers_who_asked_for_less_motion(page, showcase):
    page.emulate_media(reduced_motion="reduce")
    page.goto(showcase + LONG)
    moving = """() => [document.documentElement, ...document.querySelectorAll("*")].filter(element => {
      const style = getComputedStyle(element);
      return style.scrollBehavior !== "auto" || style.animationName !== "none" || style.transitionDuration !== "0s";
    }).length"""
    assert page.evaluate(moving) == 0


def test_both_schemes_have_a_ground_of_their_own(page, showcase):
    page.goto(showcase)
    grounds = set()
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        grounds.add(page.evaluate("getComputedStyle(document.documentElement).backgroundColor"))
    assert len(grounds) == 2
    assert "rgba(0, 0, 0, 0)" not in grounds


def test_a_printed_report_has_no_navigation_and_names_its_links(page, showcase):
    page.emulate_media(media="print")
    page.goto(showcase + LONG)
    for unprinted in (".masthead nav", ".colophon nav", ".skip", ".files", ".contents", ".to-part", "#related"):
        assert page.locator(unprinted).first.is_hidden(), unprinted
    assert page.locator("#report h1").is_visible()
    after = "element => getComputedStyle(element, '::after').content"
    for place in (".lead a", ".body p > a"):
        assert "https://" in page.locator(place).first.evaluate(after)
    # A link within the page, or to the site itself, prints as its words.
    assert page.locator(".report-line a").first.evaluate(after) == "none"


def test_a_first_visit_to_a_report_is_light(page, showcase):
    visit = payload.visit(page, showcase + LONG)
    assert visit.bytes["cover"] > 0
    assert visit.total <= 110_000, visit
    assert visit.without_fonts <= 40_000, visit
    assert visit.requests.total() <= 12, visit


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("path", ["/", "/publications/", LONG])
def test_nothing_moves_while_a_page_loads(path, width, page, showcase):
    resize(page, width)
    assert payload.visit(page, showcase + path).shift == 0
    assert payload.visit_with_late_fonts(page, showcase + path).shift < 0.005
