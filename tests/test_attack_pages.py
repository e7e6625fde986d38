"""Everything that is served, full of known attacks: no page of readers and none of the desk runs anything of them."""

from datetime import timedelta
from urllib.parse import quote
from xml.etree import ElementTree

import pytest
from django.db import transaction
from django.test import Client, override_settings
from django.urls import reverse

from authors.models import Author
from institution.models import Page, SiteDetails
from publications import relating
from publications.editorial import notes, sharing, versions
from publications.editorial.roles import Role
from publications.finding import following
from publications.models import Authorship, PublicationType, Report, ReportTopic
from tests.attacks import ATTACKS, running, running_in_desk
from tests.conftest import storages
from tests.crawl import SITE, page, parse
from tests.desk import form_of
from tests.factory import (
    attach,
    correct,
    make_draft,
    make_member,
    make_report,
    make_superuser,
    make_topic,
    make_type,
    make_withdrawn,
    relate,
)
from text.cleaning import clean_text
from text.richtext import sanitise
from topics.models import Topic

pytestmark = pytest.mark.django_db

RICH = ["lead", "summary", "body", "about", "acknowledgement"]
PLAIN = ["subtitle", "teaser", "cover_alt", "cover_credit", "rights", "funders", "press_contact"]
# So many attacks meet on the page of a report: each as the biography of an author, and most in the report's own fields.
TOGETHER = 8
GROUPS = [ATTACKS[start : start + TOGETHER] for start in range(0, len(ATTACKS), TOGETHER)]
EVERYTHING = "".join(str(sanitise(attack)) for attack in ATTACKS)


def fields_with(number, attacks):
    """Each text of one attack or another, the plain ones one place behind."""
    rich = {name: attacks[place % len(attacks)] for place, name in enumerate(RICH)}
    plain = {name: attacks[(place + 1) % len(attacks)] for place, name in enumerate(PLAIN)}
    return {"title": f"{number} {attacks[0]}"[:300]} | rich | plain


def named(number, attack):
    return f"{number} {attack}"[:90]


def make_library():
    """A live report of each group, with its own authors and topic; a page of every other kind."""
    types = [make_type(named(n, attack), plural=attack[:90]) for n, attack in enumerate(ATTACKS[:5])]
    authors = [Author(name=named(n, attack), slug=f"a-{n}", biography=attack) for n, attack in enumerate(ATTACKS)]
    topics = [
        Topic(name=named(n, some[0]), slug=f"t-{n}", description="\n".join(some)) for n, some in enumerate(GROUPS)
    ]
    Author.objects.bulk_create(authors)
    Topic.objects.bulk_create(topics)
    reports = [make_report(**fields_with(n, some), slug=f"r-{n}", type=types[n % 5]) for n, some in enumerate(GROUPS)]
    # Each second with a biography of the report's own.
    Authorship.objects.bulk_create(
        Authorship(report=reports[n // TOGETHER], author=author, position=n, biography=["", ATTACKS[n - 1]][n % 2])
        for n, author in enumerate(authors)
    )
    ReportTopic.objects.bulk_create(
        ReportTopic(content_object=report, tag=topic)
        for report, own in zip(reports, topics, strict=True)
        for topic in {own, topics[0]}
    )
    attach(reports[0], ATTACKS[0])
    words = dict.fromkeys(["name", "tagline", "description", "address", "telephone", "footer"], ATTACKS[1])
    SiteDetails(**words).save()
    Page.objects.create(slug="about", title=ATTACKS[2][:100], body=EVERYTHING)
    following.note(None)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("files")


@pytest.fixture
def files(folder, settings):
    settings.STORAGES = storages(folder)
    return folder


@pytest.fixture(scope="module", autouse=True)
def library(folder, django_db_setup, django_db_blocker):
    stored = override_settings(STORAGES=storages(folder))
    with django_db_blocker.unblock(), transaction.atomic(), stored:
        make_library()
        yield
        transaction.set_rollback(True)


def check(addresses):
    found = {address: running(page(address)) for address in addresses}
    assert found
    assert {address: what for address, what in found.items() if what} == {}


def test_no_page_of_a_report_runs_what_it_holds():
    check(report.get_absolute_url() for report in Report.objects.live())


def test_a_page_of_all_attacks_runs_none():
    whole = make_report("All of them", body=EVERYTHING, lead=EVERYTHING, topics=[make_topic("Water")])
    relate(whole, Report.objects.live().last())
    relating.rebuild()
    check([whole.get_absolute_url(), "/about/"])


def test_no_earlier_version_and_no_tombstone_runs_what_it_holds():
    report = make_report("Before", body=EVERYTHING, summary=ATTACKS[3])
    correct(report, note="\n".join(ATTACKS[:20]), body="<p>Now.</p>")
    gone = make_withdrawn("Gone", withdrawal_reason="\n".join(ATTACKS), body=EVERYTHING)
    relate(gone, report, "superseded_by")
    check([report.get_absolute_url(), f"{report.get_absolute_url()}versions/1/"])
    answer = Client().get(gone.get_absolute_url())
    assert (answer.status_code, running(parse(answer.content))) == (410, [])


def test_no_preview_runs_what_it_shows(client):
    user = make_superuser()
    client.force_login(user)
    for start in range(3):
        draft = make_draft("Draft", body=EVERYTHING, **dict(zip(PLAIN, ATTACKS[start::3], strict=False)))
        versions.add(draft, versions.snapshot(draft), by=user, said=ATTACKS[start])
        shared = sharing.share(draft, by=user, for_whom=ATTACKS[start][:80], lasts=timedelta(days=7))
        check([reverse("preview", args=[sharing.token_of(shared)])])
        for name, *key in [("preview",), ("preview-version", 1)]:
            shown = client.get(reverse(f"admin:{name}", args=[draft.pk, *key]))
            assert running(parse(shown.content)) == []


def test_no_list_runs_what_it_shows():
    pages = len(GROUPS) // 20 + 1
    check(f"/publications/?page={number}" for number in range(1, pages + 1))
    check(["/", "/authors/", "/authors/?page=2", "/topics/"])
    check(row.get_absolute_url() for row in PublicationType.objects.filter(reports__slug__startswith="r-").distinct())


def test_no_page_of_an_author_or_a_topic_runs_what_it_holds():
    # They look alike: some of each technique will do.
    check(author.get_absolute_url() for author in Author.objects.order_by("pk")[::13])
    check(topic.get_absolute_url() for topic in Topic.objects.order_by("pk")[::4])


@pytest.mark.parametrize("words", ["alert", "Click", "<script>", '"words"', "onclick alert", "xyzzy <b>"])
def test_no_search_runs_what_it_finds(words):
    query = f"?q={quote(words)}"
    check([f"/publications/{query}", f"/publications/{query}&sort=title", f"/suggest/{query}"])


@pytest.mark.parametrize("form", ["rss", "atom"])
@pytest.mark.parametrize("feed", ["/feeds/publications.", "/topics/t-0/feed.", "/authors/a-3/feed.", "/types/{}/feed."])
def test_no_feed_holds_anything_that_runs(feed, form):
    answer = Client().get(feed.format(PublicationType.objects.earliest("pk").slug) + form)
    document = ElementTree.fromstring(answer.content)
    assert "script" not in {element.tag.rpartition("}")[2] for element in document.iter()}
    assert all(link.get("href", SITE).startswith(SITE) for link in document.iter("{*}link"))
    # What readers of feeds take for HTML.
    taken = [*document.iterfind(".//{*}item/description"), *document.iterfind(".//{*}entry/{*}summary")]
    assert taken
    assert [words.text for words in taken if parse(words.text or "").all()] == []


def test_no_data_for_search_engines_can_be_broken_out_of():
    """Whatever JSON-LD a page holds, `running` reads it; here it is read as a browser reads a script."""
    for report in Report.objects.live()[::9]:
        html = Client().get(report.get_absolute_url()).content.decode()
        for script in html.split("<script")[1:]:
            assert "<" not in script.partition(">")[2].partition("</script>")[0]


# The desk


@pytest.fixture
def desk(client):
    client.force_login(make_superuser())
    return client


def check_desk(desk, addresses):
    found = {address: running_in_desk(page(address, desk)) for address in addresses}
    assert found
    assert {address: what for address, what in found.items() if what} == {}


def test_no_form_of_the_desk_runs_what_stands_in_it(desk):
    check_desk(desk, (form_of(report) for report in Report.objects.all()[::30]))
    whole = make_draft("Whole", **dict.fromkeys(RICH, EVERYTHING), **dict.fromkeys(PLAIN, " ".join(ATTACKS[::9])))
    check_desk(desk, [form_of(whole)])
    for model in (Author, Topic, PublicationType, Page, SiteDetails):
        rows = model.objects.order_by("pk")[:600:150]
        change = f"admin:{model._meta.app_label}_{model._meta.model_name}_change"
        check_desk(desk, (reverse(change, args=[row.pk]) for row in rows))


def test_no_form_that_may_only_be_read_runs_what_stands_in_it(client):
    """Whoever may not edit is shown the text itself."""
    reader = make_member(Role.READER)
    client.force_login(reader)
    whole = make_report("Whole", **dict.fromkeys(RICH, EVERYTHING), **dict.fromkeys(PLAIN, " ".join(ATTACKS[::9])))
    shown = page(form_of(whole), client)
    assert shown.all("foot-note")
    assert running_in_desk(shown) == []


def test_no_list_of_the_desk_runs_what_it_shows(desk):
    lists = [
        "publications/report",
        "authors/author",
        "topics/topic",
        "publications/publicationtype",
        "institution/page",
    ]
    check_desk(desk, [f"/admin/{name}/{query}" for name in lists for query in ("", "?q=alert", "?p=2")])
    check_desk(desk, ["/admin/", "/admin/calendar/", "/admin/relating/", "/admin/topics/topic/suggestions/"])
    check_desk(desk, ["/admin/topics/topic/log/", "/admin/authors/author/log/", "/admin/authors/author/merge/"])


def test_no_history_runs_what_was_written(desk):
    report = make_draft(**fields_with(0, ATTACKS[:4]))
    user = make_superuser("bob")
    for number in range(4):
        content = versions.snapshot(report)
        fields = dict(zip([*RICH, *PLAIN], ATTACKS[number::5], strict=False)) | {"body": "".join(ATTACKS[number::4])}
        cleaned = {name: clean_text(words) for name, words in fields.items()}
        content["fields"] |= cleaned | {"title": f"{number} {ATTACKS[number]}"}
        versions.save(report, content, by=user, said=ATTACKS[number])
        notes.write(report, "\n".join(ATTACKS[number::4]), by=user)
    numbers = report.versions.values_list("number", flat=True)
    at = reverse("admin:versions", args=[report.pk])
    check_desk(desk, [at, reverse("admin:notes", args=[report.pk]), *(f"{at}{number}/" for number in numbers)])
    check_desk(desk, [f"{at}{numbers[0]}/?with={number}" for number in numbers])
