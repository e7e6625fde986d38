"""Everything that the editor can produce goes through every door, and comes out as it was, byte for byte."""

import json
from datetime import timedelta
from html.parser import HTMLParser

import pytest
from django.urls import reverse

from publications.editorial import sharing, versions
from publications.models import Report
from tests.desk import fields_of, form_of, send
from tests.everything import blocks, everything
from tests.factory import correct, make_author, make_draft, make_image, make_report, make_superuser
from tests.importing import counts, publication, take_rows
from text.richtext import declared, sanitise

pytestmark = pytest.mark.django_db
RICH = ("lead", "summary", "body", "about", "acknowledgement")
# Readers' tables alone have a head of its own.
OF_READERS = {"thead"}


class Tags(HTMLParser):
    def __init__(self, html):
        super().__init__()
        self.tags, self.attributes = set(), {}
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        if attrs:
            self.attributes.setdefault(tag, set()).update(name for name, _ in attrs)


@pytest.fixture
def images():
    return [make_image(), make_image()]


def make_whole(images, make=make_report, **fields):
    """A report in all of whose texts there is everything."""
    author = make_author("Amina Diallo")
    report = make("Wells", authors=[author], **dict.fromkeys(RICH, everything(*images)) | fields)
    report.authorships.update(biography=everything())
    return Report.objects.get(pk=report.pk)


def texts_of(report):
    return [getattr(report, field) for field in RICH] + [row.biography for row in report.authorships.all()]


def fresh(report):
    return texts_of(Report.objects.get(pk=report.pk))


def test_everything_that_is_declared_stands_in_it(images):
    rules, found = declared(), Tags(everything(*images))
    assert found.tags == rules["tags"] - OF_READERS
    assert found.attributes == rules["attributes"]


def test_everything_is_sanitised_to_itself(images):
    for html in (everything(), everything(*images), *everything_alone(images)):
        assert sanitise(html) == html


def everything_alone(images):
    """Its blocks by themselves, but for the headings that come below another, and for lines without words."""
    return [block for block in blocks(*images) if not block.startswith(("<h3", "<h4", "<hr"))]


@pytest.mark.parametrize(("form", "joint"), [("html", ""), ("html", "\n\n  "), ("markdown", "\n\n")])
def test_everything_is_imported_as_it_was_and_again_without_a_change(tmp_path, images, form, joint):
    author = {"slug": "amina", "name": "Amina Diallo", "bio": "\n\n".join(blocks())}
    lead, body = "\n\n".join(blocks(*images)), joint.join(blocks(*images))
    row = publication("wells", summary=lead, body=body, body_format=form, authors=["Amina Diallo"])
    assert not take_rows(tmp_path, publications=[row], authors=[author]).notes
    report = Report.objects.get()
    assert {report.lead, report.body} == {everything(*images)}
    assert report.authorships.get().author.biography == everything()
    assert counts(take_rows(tmp_path, publications=[row], authors=[author])) == {"unchanged": 1}


def test_everything_is_the_same_once_it_was_taken_and_put_back(images):
    report = make_whole(images)
    before = texts_of(report)
    taken = json.loads(json.dumps(versions.snapshot(report)))
    correct(report, **dict.fromkeys(RICH, "<p>Other.</p>"))
    assert fresh(report) != before
    assert versions.put(Report.objects.get(pk=report.pk), taken) == []
    assert fresh(report) == before


@pytest.mark.parametrize("make", [make_draft, make_report])
def test_everything_is_the_same_once_its_version_was_restored(client, images, make):
    client.force_login(make_superuser())
    report = make_whole(images, make)
    before = texts_of(report)
    send(client, form_of(report), **dict.fromkeys(RICH, "<p>Other.</p>"), **{"authorships-0-biography": ""})
    restored = client.post(reverse("admin:restore", args=[report.pk, 1]), follow=True)
    form = fields_of(restored)
    assert [form[name] for name in (*RICH, "authorships-0-biography")] == before
    assert fresh(report) == before
    assert versions.pending(report) is None


def test_everything_is_read_alike_wherever_a_report_is_read(client, images):
    report = make_whole(images)
    place = report.get_absolute_url()
    found = shown(client, place)
    assert any("<thead>" in html and 'id="note-1-number"' in html for html in found)
    correct(report, title="Rivers", body="<p>Other.</p>")
    assert shown(client, f"{place}versions/1/") == found
    link = preview_of(make_whole(images, make_draft, slug="draft"))
    assert shown(client, link) == found


def preview_of(draft):
    link = sharing.share(draft, by=make_superuser(), for_whom="Ada", lasts=timedelta(days=1))
    return reverse("preview", args=[sharing.token_of(link)])


def shown(client, place):
    """The HTML of its texts and notes without the addresses of its pictures, all of which stands on the page."""
    response = client.get(place)
    html = response.content.decode()
    texts = [prose.html for prose in response.context["texts"].values()]
    texts += [note.html for note in response.context["footnotes"]]
    assert all(text in html for text in texts)
    return [text.replace(f"{place}figures/", "figures/") for text in texts]


@pytest.mark.once
def test_the_checker_finds_nothing_on_the_page_of_everything(client, images, vnu):
    assert vnu({"everything": client.get(make_whole(images).get_absolute_url()).content.decode()}) == []
