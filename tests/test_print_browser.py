"""A report on paper: read from the bytes that the browser prints."""

import re

import numpy as np
import pypdfium2
import pytest

from publications import relating
from tests.factory import attach, figure_of, make_author, make_image, make_report, make_topic, picture_bytes

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NOTES = ["See the annex.", "Amina Diallo told us so.", "Twice in March."]
PART = "<h2>Part {0}</h2><p>The <a href='https://datum.example/{0}'>survey</a> fails.<foot-note>{1}</foot-note></p>"
ROWS = "".join(f"<tr><th>Reach {row}</th><td>{row * 7}</td></tr>" for row in range(1, 61))
TABLE = f"<table><tbody><tr><th>Gauge</th><th>Flow</th></tr>{ROWS}</tbody></table>"


@pytest.fixture
def report():
    water, author = make_topic("Water"), make_author("Ada Osei", biography="<p>Keeps gauges.</p>")
    parts = "".join(PART.format(number, words) for number, words in enumerate(NOTES, start=1))
    bare = '<p><a href="https://bare.example/">https://bare.example/</a></p>'
    report = make_report(
        "Sharing a River",
        lead="<p>Lead.</p>",
        body=parts + TABLE + bare,
        topics=[water],
        authors=[author],
        doi="10.5555/1",
    )
    attach(report)
    make_report("A Neighbour", topics=[water])
    relating.rebuild()
    return report


def printed(page, paper):
    """The words of each page."""
    with pypdfium2.PdfDocument(page.pdf(format=paper)) as document:
        texts = [sheet.get_textpage().get_text_bounded() for sheet in document]
    return [re.sub(r"\s+", " ", text) for text in texts]


@pytest.mark.parametrize("paper", ["A4", "Letter"])
def test_all_that_is_to_be_read_is_printed_and_nothing_that_is_to_be_chosen(page, site, report, paper):
    page.goto(site + report.get_absolute_url())
    pages = printed(page, paper)
    words = " ".join(pages)
    assert "Sharing a River" in pages[0]
    for number, note in enumerate(NOTES, start=1):
        assert f"{number}. {note}" in words
        assert f"survey [https://datum.example/{number}]" in words
    assert words.count("https://bare.example/") == 1
    assert re.search(
        r"Ada Osei\. Sharing a River\. .*https://doi\.org/10\.5555/1", words[words.index("TO CITE THIS") :]
    )
    for unprinted in ("Publications Topics", "Download", "Contents", "A Neighbour", "View All", "Skip to", "§", "↩"):
        assert unprinted not in words, unprinted
    # The head of a table on each page that has a part of it, and the number of each page at its foot.
    pages = [text.replace(" ", "") for text in pages]
    assert ["GaugeFlow" in text for text in pages] == ["Reach" in text for text in pages]
    assert sum("Reach" in text for text in pages) > 1
    assert all(f"{number}/{len(pages)}" in text for number, text in enumerate(pages, start=1))


def test_no_heading_and_no_note_is_parted_from_what_it_belongs_to(page, site):
    filler = "<p>Every spring the pumps of the upper valley fail, and every spring they are repaired.</p>"
    body = "".join(f"<h2>Heading {number}</h2>{filler * (number % 5 + 3)}" for number in range(40))
    page.goto(site + make_report(body=body).get_absolute_url())
    for text in printed(page, "A4"):
        *_, last = text.rpartition("Heading ")
        assert "pumps" in last, text[-200:]


def test_a_report_without_a_doi_is_cited_by_its_address(page, site):
    report = make_report("Wells")
    page.goto(site + report.get_absolute_url())
    assert f"{site}{report.get_absolute_url()}" in "".join(printed(page, "A4")).replace(" ", "")


def test_a_small_picture_is_printed_no_larger_than_it_is_and_an_upright_one_keeps_its_shape(page, site):
    images = [make_image(content=picture_bytes(size=size)) for size in [(300, 200), (600, 1800)]]
    figures = "".join(figure_of(image) for image in images)
    page.goto(site + make_report("Gauges", body=figures).get_absolute_url())
    page.emulate_media(media="print")
    small, upright = page.locator("#report .picture img").all()
    box = small.bounding_box()
    assert (round(box["width"]), round(box["height"])) == (300, 200)
    assert upright.bounding_box()["height"] < 345
    assert upright.evaluate("image => getComputedStyle(image).objectFit") == "contain"


def filled(sheet):
    """How much of what is between the margins of a page has something on it, from its head down."""
    rows = sheet.render(scale=0.5).to_numpy().min(axis=(1, 2))
    margin = round(len(rows) * 20 / 297)
    (printed,) = np.nonzero(rows[margin:-margin] < 250)
    return printed.max() / (len(rows) - 2 * margin)


@pytest.mark.parametrize("paper", ["A4", "Letter"])
def test_no_picture_leaves_half_a_page_blank_before_it(page, site, paper):
    sizes = [(1600, 1000), (1200, 900), (900, 1500), (1500, 1500)]
    images = [make_image(content=picture_bytes(size=size, colour=(70, 90, 120))) for size in sizes]
    filler = "<p>Every spring the pumps of the upper valley fail, and every spring they are repaired.</p>" * 3
    caption = "The gauge at Lowani in May."
    body = "".join(
        filler * (number % 5 + 1) + figure_of(image, "x", "", caption) for number, image in enumerate(images * 4)
    )
    page.goto(site + make_report("Gauges", body=body).get_absolute_url())
    page.evaluate("document.querySelectorAll('img').forEach((image) => (image.loading = 'eager'))")
    page.wait_for_load_state("networkidle")
    with pypdfium2.PdfDocument(page.pdf(format=paper)) as document:
        shares = [filled(sheet) for sheet in document]
    assert len(shares) > 5
    assert min(shares[:-1]) > 0.5
