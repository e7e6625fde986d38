"""Links in texts to pages of this site, as readers get them: they lead to where the pages are by now."""

import pytest

from institution.models import Page
from publications.author_care.merging import merge as merge_authors
from publications.editorial import checks
from publications.models import Report
from publications.pointing import with_present_addresses
from publications.reading import read
from publications.topic_care.merging import merge as merge_topics
from tests.crawl import ask
from tests.factory import (
    make_author,
    make_draft,
    make_report,
    make_scheduled,
    make_superuser,
    make_topic,
    make_type,
    make_withdrawn,
)

pytestmark = pytest.mark.django_db


def moved(row, slug):
    row.slug = slug
    row.save()


def linking(*addresses):
    return "".join(f'<p><a href="{address}">words</a></p>' for address in addresses)


def links_of(report):
    page = ask(report.get_absolute_url()).page
    return [link["href"] for link in page.one(id="report").all("a", href=True) if link.text == "words"]


@pytest.fixture
def targets():
    """A page of each kind whose slug may change."""
    topic, author, kind = make_topic("Water"), make_author("Ann"), make_type("Brief")
    report = make_report("Wells", topics=[topic], authors=[author], type=kind)
    return {"report": report, "topic": topic, "author": author, "type": kind}


@pytest.mark.parametrize("kind", ["report", "topic", "author", "type"])
def test_a_link_leads_to_the_present_address_after_each_change_of_slug(targets, kind):
    row = targets[kind]
    first = row.get_absolute_url()
    reader = make_report("Reader", body=linking(first))
    for slug in ["second", "third"]:
        moved(row, slug)
        assert links_of(reader) == [row.get_absolute_url()]
        redirect = ask(first)
        assert (redirect.status, redirect.location) == (301, row.get_absolute_url())
    assert Report.objects.get(pk=reader.pk).body == linking(first)
    moved(row, first.strip("/").split("/")[1])
    assert links_of(reader) == [first]


def test_a_link_to_what_was_merged_leads_to_where_it_went(targets):
    topic, author = make_topic("Watering"), make_author("A. Ann")
    make_report("Other", topics=[topic], authors=[author])
    reader = make_report("Reader", body=linking(topic.get_absolute_url(), author.get_absolute_url()))
    merge_topics([topic], targets["topic"], by=make_superuser())
    merge_authors([author], targets["author"])
    assert links_of(reader) == [targets["topic"].get_absolute_url(), targets["author"].get_absolute_url()]


def test_what_stands_behind_a_slug_is_kept_and_other_addresses_are_as_they_are_stored(targets, settings):
    settings.SITE_URL = "https://institute.example"
    moved(targets["report"], "springs")
    moved(targets["topic"], "rivers")
    stored = [
        "/publications/wells/annex.pdf?x=1&amp;y=2#page=3", "https://institute.example/publications/wells",
        "/topics/water/feed.rss", "/publications/?topic=water", "/publications/wells-2/", "https://other.example/topics/water/",
        "/authors/wells/", "mailto:a@b.example", "#wells", "/publications/never/",
    ]  # fmt: skip
    (text,) = with_present_addresses([linking(*stored)])
    assert text == linking(
        "/publications/springs/annex.pdf?x=1&amp;y=2#page=3", "https://institute.example/publications/springs",
        "/topics/rivers/feed.rss", *stored[3:],
    )  # fmt: skip


@pytest.mark.parametrize("make", [make_draft, make_scheduled, make_withdrawn])
def test_a_link_to_what_is_not_live_is_as_it_is_stored_without_a_hint(make):
    """No leak of a slug that a hidden report has by now."""
    hidden = make("Hidden")
    reader = make_report("Reader", body=linking("/publications/hidden/"))
    before = ask(reader.get_absolute_url()).bytes
    moved(hidden, "found-out")
    assert ask(reader.get_absolute_url()).bytes == before
    assert b"found-out" not in before


def test_a_keyword_and_an_author_without_anything_live_stay_hidden_behind_their_former_slugs(targets):
    keyword, nobody = make_topic("Keyword", kind="keyword"), make_author("Nobody")
    targets["report"].topics.add(keyword)
    stored = [keyword.get_absolute_url(), nobody.get_absolute_url()]
    reader = make_report("Reader", body=linking(*stored))
    moved(keyword, "found-out"), moved(nobody, "found-out")
    assert links_of(reader) == stored


def test_notes_biographies_and_plain_pages_lead_there_too(targets):
    first = targets["report"].get_absolute_url()
    link = f'<a href="{first}">words</a>'
    author = make_author("Bo", biography=f"<p>{link}</p>")
    reader = make_report("Reader", body=f"<p>Pumps<foot-note>See {link}.</foot-note></p>", authors=[author])
    Page.objects.create(slug="about", title="About", body=f"<p>{link}</p>")
    moved(targets["report"], "springs")
    for address, times in [(reader.get_absolute_url(), 2), (author.get_absolute_url(), 1), ("/about/", 1)]:
        page = ask(address).bytes.decode()
        assert page.count('<a href="/publications/springs/">words</a>') == times, address
        assert first not in page


def test_texts_without_links_to_pages_cost_no_query_and_others_one_for_each_kind(django_assert_num_queries):
    plain = linking("https://other.example/", "/publications/?q=x", "#here", "mailto:a@b.example")
    with django_assert_num_queries(0):
        read([plain, "<p>Words.</p>"])
    for count in (1, 50):
        reports = [f"/publications/r{number}/" for number in range(count)]
        with django_assert_num_queries(2):
            read([linking(*reports), linking("/topics/water/")])


def test_many_former_addresses_cost_no_more_queries_than_one(django_assert_num_queries):
    first = []
    for _ in range(20):
        report = make_report()
        first.append(report.get_absolute_url())
        moved(report, f"{report.slug}-by-now")
    for count in (1, 20):
        with django_assert_num_queries(2):
            (prose,), _ = read([linking(*first[:count])])
        assert prose.html.count("-by-now/") == count


def test_the_checks_before_publishing_tell_of_no_former_address_but_of_the_desk_and_of_previews(targets):
    stored = [row.get_absolute_url() for row in targets.values()]
    for row in targets.values():
        moved(row, f"{row.slug}-by-now")
    closed = ["/admin/", "/admin/publications/report/1/change/", "/preview/abc/"]
    report = make_draft("Reader", body=linking(*stored, *closed), topics=[targets["topic"]])
    told = [each.sentence for each in checks.findings(report, make_superuser()) if each.field == "body"]
    assert told == [f"A link leads to {address}, where readers find nothing." for address in closed]
