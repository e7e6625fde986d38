"""The report page: everything the institute's page has, in its order, with the marks that others rely on."""

from datetime import date

import pytest

from institution.models import SiteDetails
from publications import relating
from publications.models import Authorship, RelatedPublication
from tests.crawl import ask, page
from tests.factory import (
    attach,
    give_cover,
    make_author,
    make_draft,
    make_report,
    make_topic,
    make_type,
    relate,
)

pytestmark = pytest.mark.django_db
Origin = RelatedPublication.Origin
BIOGRAPHY = "<p>She teaches government and writes on the sharing of rivers.</p>"


@pytest.fixture
def peace():
    return make_topic("Conflict Analysis & Prevention")


@pytest.fixture
def policy():
    return make_topic("Global Policy")


@pytest.fixture
def neighbour(peace, policy):
    """What stands beside the report."""
    return make_report(
        "The High Stakes of a Shared River",
        type=make_type("Analysis and Commentary"),
        date=date(2021, 4, 7),
        authors=[make_author("Lauren Baillie"), make_author("Rachel Vandenbrink")],
        topics=[peace, policy],
        teaser="The outcome will affect a range of countries, but none more than the one upstream.",
        lead="<p>Not shown beside another.</p>",
    )


@pytest.fixture
def report(peace, neighbour):
    return make_report(
        "A Training Ground in the North",
        subtitle="What five years of patrols have taught",
        type=make_type("Special Report", is_numbered=True),
        number="432",
        date=date(2021, 10, 13),
        authors=[make_author("Jean-Pierre Cabestan", biography=BIOGRAPHY)],
        topics=[peace],
        lead="<p>Troops have been stationed there for half a decade.</p>",
        summary="<ul><li>It is only the second time.</li><li>It tests equipment.</li></ul>",
        body="<p>The body of the matter.</p>",
        about="<p>This report rests on interviews.</p>",
        acknowledgement="<p>Thanks to all who spoke.</p>",
        doi="10.5555/training-432",
        isbn="9781601278654",
        licence="CC-BY-4.0",
        rights="All rights shared.",
        funders="The River Fund",
        press_contact="press@institute.example",
        source_url="https://elsewhere.example/first",
    )


def shown(report):
    relating.rebuild()
    return page(report.get_absolute_url())


def test_the_page_has_every_part_in_the_order_of_the_institutes_own_page(report, neighbour):
    words = shown(report).one("main").text
    parts = [
        "Special Report 432",
        report.title,
        report.subtitle,
        "Wednesday, October 13, 2021",
        "By: Jean-Pierre Cabestan",
        "Conflict Analysis & Prevention",
        "Troops have been stationed",
        "Summary",
        "It is only the second time.",
        "The body of the matter.",
        "About the Report",
        "This report rests on interviews.",
        "Acknowledgement",
        "Thanks to all who spoke.",
        "About the Author",
        "She teaches government",
        "10.5555/training-432",
        "9781601278654",
        "CC BY 4.0",
        "All rights shared.",
        "The River Fund",
        "press@institute.example",
        "elsewhere.example",
        "Related Publications",
        neighbour.title,
        "View All Publications",
    ]
    places = [words.index(part) for part in parts]
    assert places == sorted(places)


def test_an_entry_beside_it_has_title_date_authors_teaser_type_and_topics_in_this_order(report, neighbour):
    entry = shown(report).one("aside", id="related").one("article")
    words = entry.text
    parts = [
        "The High Stakes of a Shared River",
        "Wednesday, April 7, 2021",
        "By: Lauren Baillie; Rachel Vandenbrink",
        "The outcome will affect",
        "Type: Analysis and Commentary",
        "Conflict Analysis & Prevention; Global Policy",
    ]
    places = [words.index(part) for part in parts]
    assert places == sorted(places)
    assert entry.all("a")[0]["href"] == neighbour.get_absolute_url()
    assert entry.all("time")[0]["datetime"] == "2021-04-07"
    assert "Not shown" not in words


def test_an_entry_says_which_topics_both_share(report, neighbour):
    keyword = make_topic("peacekeeping", kind="keyword")
    report.report_topics.create(tag=keyword)
    neighbour.report_topics.create(tag=keyword)
    entry = shown(report).one("aside", id="related").one("article")
    assert entry["data-topics"] == "conflict-analysis-prevention peacekeeping"
    assert entry.one("p", class_="why").text.endswith("Conflict Analysis & Prevention, peacekeeping")


def test_a_keyword_is_not_shown_on_its_report(report):
    report.report_topics.create(tag=make_topic("peacekeeping", kind="keyword"))
    assert "peacekeeping" not in shown(report).one("main").text


def test_view_all_publications_leads_to_the_list(report):
    link = shown(report).one("aside", id="related").all("a")[-1]
    assert (link.text, link["href"]) == ("View All Publications →", "/publications/")


def test_the_marks_that_others_rely_on_are_there(report):
    document = shown(report)
    article = document.one("article", id="report")
    assert document.one("h1").text == report.title
    assert document.one("main")["id"] == "main"
    assert document.one("link", rel="canonical")["href"] == f"http://testserver{report.get_absolute_url()}"
    body = document.one("body")
    assert body.all("a")[0].get("href") == "#main"
    assert not article.all("aside")


def test_a_typed_link_stands_outside_the_sidebar_under_its_words(report, neighbour):
    relate(report, neighbour, Origin.UPDATES)
    links = shown(report).one("nav", id="linked-reports")
    assert links.text.startswith("Updates The High Stakes")
    assert links.one("a")["href"] == neighbour.get_absolute_url()
    assert neighbour.title not in shown(report).one("aside", id="related").text
    assert shown(neighbour).one("nav", id="linked-reports").text.startswith("Updated by A Training Ground")


def test_without_typed_links_there_is_no_place_for_them(report):
    assert not shown(report).all(id="linked-reports")


@pytest.mark.parametrize(
    ("precision", "long", "machine"),
    [("day", "Monday, March 5, 2001", "2001-03-05"), ("month", "March 2001", "2001-03"), ("year", "2001", "2001")],
)
def test_a_date_is_shown_as_exactly_as_it_is_known(precision, long, machine):
    report = make_report(date=date(2001, 3, 5), date_precision=precision)
    time = shown(report).one("article", id="report").one("time")
    assert (time.text, time["datetime"]) == (long, machine)


def test_a_report_without_authors_has_no_byline():
    report = make_report("An Unsigned Report")
    document = shown(report)
    assert "By:" not in document.text
    assert "About the Author" not in document.text


def test_editors_stand_in_the_byline_where_there_are_no_authors():
    report = make_report()
    Authorship.objects.create(report=report, author=make_author("Ede Editor"), role="editor")
    Authorship.objects.create(report=report, author=make_author("Cora Contributor"), role="contributor")
    assert shown(report).one("span", class_="byline").text == "By: Ede Editor (ed.)"


def test_contributors_are_not_in_the_byline_beside_an_author():
    report = make_report(authors=[make_author("Ada Author")])
    Authorship.objects.create(report=report, author=make_author("Ede Editor"), role="editor", position=1)
    assert shown(report).one("span", class_="byline").text == "By: Ada Author"


def test_two_authors_are_introduced_together_each_once_with_the_biography_of_then():
    ada = make_author("Ada Author", biography="<p>Is a minister today.</p>")
    ben = make_author("Ben Author", biography="<p>Is a fisherman.</p>")
    report = make_report(authors=[ada, ben])
    Authorship.objects.create(report=report, author=ben, role="editor", position=2)
    report.authorships.filter(author=ada).update(biography="<p>Was a student then.</p>")
    about = shown(report).one("section", class_="authors").text
    assert about.startswith("About the Authors")
    assert about.count("Is a fisherman.") == 1
    assert "Was a student then." in about
    assert "minister" not in about


def test_an_author_of_whom_nothing_is_known_has_no_place_below():
    assert "About the Author" not in shown(make_report(authors=[make_author("Ada Author")])).text


def test_a_report_with_nothing_but_its_title_is_a_page():
    report = make_report("Nothing But a Title", lead="")
    article = shown(report).one("article", id="report")
    assert article.one("h1").text == "Nothing But a Title"
    assert not article.all("h2")
    assert not article.all("section")
    assert not article.all("div", class_="lead")


def test_arabic_is_read_from_right_to_left_and_its_english_labels_from_left_to_right():
    report = make_report("نهر النيل", language="ar", date=date(2020, 1, 2))
    document = shown(report)
    article = document.one("article", id="report")
    assert (article["lang"], article["dir"]) == ("ar", "rtl")
    line = article.one("p", class_="report-line")
    assert (line["lang"], line["dir"]) == ("en", "ltr")
    assert document.one("html")["lang"] == "en"
    title = page("/publications/").one("ol", id="results").all("a")[0]
    assert (title["lang"], title["dir"]) == ("ar", "rtl")


def test_titles_and_names_are_kept_from_turning_the_words_around_them():
    report = make_report("Safe \u202etitle", authors=[make_author("Ada \u202eAuthor")])
    document = shown(report)
    assert any("title" in each.text for each in document.one("h1").all("bdi"))
    assert any("Author" in each.text for each in document.one("span", class_="byline").all("bdi"))


def test_a_long_body_gets_a_list_of_its_contents():
    body = "".join(f"<h2>Part {number}</h2><p>Words.</p><h3>Detail</h3><p>More.</p>" for number in "ABC")
    contents = shown(make_report(body=body)).one("nav", class_="contents")
    assert [link.text for link in contents.all("a")] == ["Part A", "Detail", "Part B", "Detail", "Part C", "Detail"]


def test_every_entry_of_the_contents_leads_to_its_own_heading():
    body = "<h2>Related</h2><p>x</p><h2>Summary</h2><p>x</p><h2>Summary</h2><p>x</p><h2>!!!</h2><p>x</p>"
    document = shown(make_report(body=body, summary="<ul><li>One</li></ul>"))
    ids = [element["id"] for element in document.all(id=True)]
    assert len(ids) == len(set(ids))
    headings = {element.get("id"): element.text for element in document.one("div", class_="body").all("h2")}
    links = document.one("nav", class_="contents").all("a")
    assert [headings[link["href"][1:]] for link in links] == ["Related", "Summary", "Summary", "!!!"]


@pytest.mark.parametrize("words", ["Acknowledgement", "Imprint", "Related heading", "Contents", "Authors"])
def test_no_heading_of_a_body_takes_an_address_that_the_page_uses_itself(words):
    report = make_report(
        body="".join(f"<h2>{heading}</h2><p>Words.</p>" for heading in (words, "One", "Two", "Three")),
        acknowledgement="<p>Thanks.</p>",
        doi="10.5555/x",
    )
    ids = [element["id"] for element in page(report.get_absolute_url()).all(id=True)]
    assert len(ids) == len(set(ids))


def test_a_link_within_the_text_leads_to_a_heading_or_is_its_words_alone():
    body = '<h2>One &amp; all</h2><p><a href="#one-all">There</a> <a href="#fn1">1</a> <a href="/x/">Out</a></p>'
    text = page(make_report(body=body).get_absolute_url()).one("div", class_="body")
    assert [(link["href"], link.text) for link in text.one("p").all("a")] == [("#one-all", "There"), ("/x/", "Out")]
    assert text.one("p").text == "There 1 Out"


def test_two_headings_are_too_few_for_a_list_of_contents():
    assert not shown(make_report(body="<h2>One</h2><p>x</p><h2>Two</h2><p>x</p>")).all("nav", class_="contents")


def test_a_file_says_its_kind_its_size_its_pages_and_another_language():
    report = make_report("Rivers")
    attach(report, size=1_258_291, pages=34)
    attach(report, "Les rivières", language="fr", kind="translation", position=1)
    files = shown(report).one("section", id="files").all("li")
    assert files[0].text.replace("\xa0", " ") == "Download the special report PDF, 1.2 MB, 34 pages"
    assert files[1].text.startswith("Les rivières PDF, ")
    assert files[1].text.endswith("1 page, French")
    assert files[1].one("a")["hreflang"] == "fr"
    answer = ask(files[0].one("a")["href"])
    assert answer.body.startswith(b"%PDF-")
    assert dict(answer.headers)["Content-Type"] == "application/pdf"


def test_files_of_two_reports_may_have_one_name():
    addresses = [attach(make_report(title), "Annex").get_absolute_url() for title in ("Rivers", "Lakes")]
    assert addresses == ["/publications/rivers/annex.pdf", "/publications/lakes/annex.pdf"]
    assert [ask(address).status for address in addresses] == [200, 200]


def test_the_canonical_address_is_under_the_sites_own_where_it_is_set(report, settings):
    settings.SITE_URL = "https://institute.example"
    canonical = shown(report).one("link", rel="canonical")["href"]
    assert canonical == "https://institute.example/publications/a-training-ground-in-the-north/"


def test_what_stands_elsewhere_alone_is_linked():
    report = make_report(lead="", external_url="https://journal.example/article")
    assert shown(report).one("section", id="files").one("a")["href"] == "https://journal.example/article"


def test_the_cover_has_its_words_its_credit_and_its_size():
    report = give_cover(make_report(cover_credit="Photo: Amina Diallo"), "A river.", width=1200, height=800)
    figure = shown(report).one("figure", class_="cover")
    image = figure.one("img")
    assert (image["alt"], image["width"], image["height"]) == ("A river.", "1200", "800")
    assert figure.one("figcaption").text == "Photo: Amina Diallo"
    assert dict(ask(image["src"]).headers)["Content-Type"] == "image/jpeg"
    first = figure.one("source")["srcset"].split()[0]
    assert dict(ask(first).headers)["Content-Type"] == "image/webp"


def test_a_cover_whose_file_is_gone_is_not_found(report):
    give_cover(report)
    report.cover.storage.delete(report.cover.name)
    assert ask(f"{report.get_absolute_url()}cover-480.webp").status == 404


def test_the_description_for_search_engines_is_the_teaser(neighbour):
    assert shown(neighbour).one("meta", name="description")["content"] == neighbour.teaser


def test_a_teaser_that_was_not_written_is_cut_from_the_lead():
    report = make_report(lead=f"<p>{'Many words. ' * 60}</p>")
    teaser = page("/publications/").one("p", class_="row-teaser").text
    assert teaser == report.shown_teaser
    assert len(teaser) <= 300
    assert teaser.endswith("…")


def test_the_title_of_the_page_names_report_and_institution(report):
    SiteDetails(name="Institute of Rivers").save()
    assert shown(report).one("title").text == "A Training Ground in the North — Institute of Rivers"


def test_reports_without_a_common_topic_show_more_of_the_same_author():
    ada = make_author("Ada Author")
    report, other = make_report(authors=[ada]), make_report("Her Other One", authors=[ada])
    aside = shown(report).one("aside", id="related")
    assert aside.one("h2").text == "More from this author"
    assert aside.one("article").all("a")[0]["href"] == other.get_absolute_url()
    assert aside.one("article")["data-topics"] == ""


def test_a_report_all_alone_still_leads_to_the_list():
    aside = shown(make_report()).one("aside", id="related")
    assert not aside.all("article")
    assert aside.all("a")[-1].text.startswith("View All Publications")


def test_a_pinned_report_stands_first(report, neighbour):
    pinned = make_report("Chosen by Hand")
    relate(report, pinned)
    articles = shown(report).one("aside", id="related").all("article")
    assert [each.all("a")[0].text for each in articles][:1] == ["Chosen by Hand"]


def test_a_draft_is_not_found():
    draft = make_draft("A Secret Plan")
    answer = ask(draft.get_absolute_url())
    assert answer.status == 404
    assert b"A Secret Plan" not in answer.body
