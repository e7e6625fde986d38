"""What a first visit to a page costs: bytes by kind, requests, and how far the layout moves.

`bin/bench payload http://localhost:8000/publications/…/` (any number of addresses; the site must be running).
"""

import os
import re
import shutil
import sys
from collections import Counter
from dataclasses import dataclass, field

from playwright.sync_api import sync_playwright

COVER = re.compile(r"/cover-\d+\.(?:webp|jpg)$")
FONT_DELAY = 500
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
SHIFT = """() => new Promise(resolve => {
  let total = 0;
  new PerformanceObserver(list => list.getEntries().forEach(entry => { total += entry.value }))
    .observe({type: "layout-shift", buffered: true});
  setTimeout(() => resolve(total), 300);
})"""


@dataclass
class Visit:
    """One first load. Sizes are bytes on the wire, headers included; a cover picture is a kind of its own."""

    bytes: Counter = field(default_factory=Counter)
    requests: Counter = field(default_factory=Counter)
    shift: float = 0.0

    @property
    def total(self):
        return self.bytes.total() - self.bytes["cover"]

    @property
    def without_fonts(self):
        return self.total - self.bytes["font"]


def visit(page, address):
    """Load the address as somebody who was never there, and wait until its fonts are in place."""
    found, kinds = Visit(), {}
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    session.on("Network.responseReceived", lambda event: kinds.update({event["requestId"]: kind_of(event)}))
    session.on("Network.loadingFinished", lambda event: count(found, kinds[event["requestId"]], event))
    page.goto(address, wait_until="networkidle")
    page.evaluate("document.fonts.ready")
    found.shift = page.evaluate(SHIFT)
    session.detach()
    return found


def visit_with_late_fonts(page, address):
    """The same on a line where every font comes half a second after it was asked for."""
    page.route("**/*.woff2", late)
    return visit(page, address)


def late(route):
    route.request.frame.page.wait_for_timeout(FONT_DELAY)
    route.continue_()


def kind_of(event):
    return "cover" if COVER.search(event["response"]["url"]) else event["type"].lower()


def count(found, kind, event):
    found.bytes[kind] += event["encodedDataLength"]
    found.requests[kind] += 1


def print_table(address, first, late_fonts):
    print(address)
    for kind, size in first.bytes.most_common():
        print(f"  {kind:<12}{first.requests[kind]:>4} requests {size:>9,} bytes")
    print(f"  {'all':<12}{first.requests.total():>4} requests {first.total:>9,} bytes without the cover")
    print(f"  {'':<12}{'':>4}          {first.without_fonts:>9,} bytes without cover and fonts")
    print(f"  layout shift {first.shift:.4f}; {late_fonts.shift:.4f} with fonts {FONT_DELAY} ms late")


def main(addresses):
    if not addresses:
        sys.exit("Give the addresses to visit: bin/bench payload http://localhost:8000/")
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        for address in addresses:
            print_table(address, visit(browser.new_page(), address), visit_with_late_fonts(browser.new_page(), address))
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1:])
