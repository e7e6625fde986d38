"""The two columns of a report page in a real browser: neither leaves a hole in the other."""

import pytest

from publications import relating
from tests.factory import attach, make_report, make_topic

pytestmark = pytest.mark.django_db(transaction=True)
# The last of the text, but for the citation, which paper alone shows.
LAST = "#report > .text > :nth-last-child(1 of :not(.citation))"
SELECTORS = ["main", "#report > .lead", "#report > .text", LAST, "#related", ".files"]
EDGES = """selectors => Object.fromEntries(selectors.map(selector => {
  const box = document.querySelector(selector)?.getBoundingClientRect();
  return [selector, box && [box.top, box.bottom]];
}))"""


@pytest.fixture
def edges(site, page):
    """{selector: [top, bottom]} of a report's page."""

    def of(report):
        page.set_viewport_size({"width": 1280, "height": 900})
        page.goto(site + report.get_absolute_url())
        return page.evaluate(EDGES, SELECTORS)

    return of


def surrounded(leads, paragraphs, annexes):
    water, words = make_topic("Water"), "<p>A sentence of some length.</p>"
    report = make_report("Wells", topics=[water], lead=words * leads, body=words * paragraphs)
    for number in range(6):
        make_report(f"Neighbour {number}", topics=[water], lead="<p>Words. </p>" * 20)
    for number in range(annexes):
        attach(report, f"Annex {number}")
    relating.rebuild()
    return report


@pytest.mark.parametrize("annexes", [0, 1, 12])
@pytest.mark.parametrize(("leads", "paragraphs"), [(30, 2), (1, 2), (30, 80), (1, 80)])
def test_columns_of_any_height_leave_no_hole(edges, leads, paragraphs, annexes):
    found = edges(surrounded(leads, paragraphs, annexes))
    lead, text, related = (found[name] for name in ("#report > .lead", "#report > .text", "#related"))
    # The box of the text reaches down as far as its row; what stands in it may not.
    end = max(found[LAST][1], related[1])
    assert 0 <= found["main"][1] - end < 120
    assert 0 <= text[0] - lead[1] < 60 or annexes == 12
    above = found[".files"][1] if annexes else lead[0] - 30
    assert 0 <= related[0] - above < 60
