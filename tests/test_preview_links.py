"""Links to what is not public: what they show to whom has one, for how long, and that nobody else learns of them."""

import logging
from datetime import timedelta

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.core.signing import Signer
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from publications import relating
from publications.editorial import sharing, versions, workflow
from publications.editorial.roles import Role
from publications.models import Event, PreviewLink, RelatedPublication, Report
from tests.crawl import ask, crawl
from tests.desk import form_of, pdf, rows, said, send
from tests.factory import (
    attach,
    give_cover,
    make_author,
    make_draft,
    make_member,
    make_picture,
    make_report,
    make_scheduled,
    make_superuser,
    make_topic,
    make_withdrawn,
    relate,
)

pytestmark = pytest.mark.django_db
WEEK = timedelta(days=7)
STEM, OTHER_STEM = "zqsharedx", "zqsecretx"


def share(report, lasts=WEEK, by=None):
    by = by or make_member(Role.EDITOR)
    return sharing.share(report, by=by, for_whom="Amina", lasts=lasts)


def address_of(link):
    return reverse("preview", args=[sharing.token_of(link)])


def make_hidden(stem, **fields):
    """A draft with a stem in every part, and something live beside it."""
    topic = make_topic(f"{stem} topic")
    make_report(f"Beside {topic.pk}", topics=[topic])
    author = make_author(f"{stem} author", biography=f"<p>{stem}biography</p>")
    report = make_draft(
        f"{stem} title", slug=stem, lead=f"<p>{stem}lead</p>", authors=[author], topics=[topic], **fields
    )
    attach(report, f"{stem} annex", slug=f"{stem}-annex")
    return give_cover(report, f"{stem}alt")


def files_below(address, stem=STEM):
    return [f"{address}{stem}-annex.pdf", f"{address}cover-480.webp"]


# What it shows


def test_a_draft_is_read_by_whom_it_was_shared_with(client):
    report = make_hidden(STEM)
    address = address_of(share(report))
    answer = ask(address)
    assert answer.status == 200
    document = answer.page
    assert document.one("article", id="report").one("h1").text == f"{STEM} title"
    assert document.one("p", class_="preview").text.startswith("Preview: not published.")
    found = [each["href"] for each in document.one("section", id="files").all("a")]
    found.append(document.one("figure").one("img")["src"])
    assert len(found) == 2
    for each in found:
        assert each.startswith(address)
        assert ask(each).status == 200


def test_it_shows_the_report_as_it_stands_in_the_desk_at_that_moment(client):
    client.force_login(make_superuser())
    report = make_report("Water")
    send(
        client, form_of(report), title="Rivers", **rows("attachments", {"file": pdf(), "title": "New", "kind": "annex"})
    )
    address = address_of(share(report))
    assert ask(address).page.one("h1").text == "Rivers"
    assert ask(f"{address}new.pdf").status == 200
    send(client, form_of(report), title="Brooks")
    assert ask(address).page.one("h1").text == "Brooks"
    assert ask(report.get_absolute_url()).page.one("h1").text == "Water"


def test_the_photograph_of_an_author_whom_the_report_names_is_shown_and_no_other():
    named, other = make_author("Amina"), make_author("Bo")
    for author in (named, other):
        author.photo.save("photo.webp", content=ContentFile(make_picture()))
    address = address_of(share(make_draft("Water", authors=[named])))
    named.refresh_from_db()
    assert ask(f"{address}authors/amina-480.webp").status == 200
    assert ask(f"{address}authors/amina-481.webp").status == 404
    assert ask(f"{address}authors/bo-480.webp").status == 404
    assert ask("/authors/amina/photo-480.webp").status == 404


# When it leads on


def test_once_readers_have_the_same_it_leads_to_the_page_that_stays():
    report = make_hidden(STEM)
    address = address_of(share(report))
    workflow.move(report, Report.State.PUBLISHED)
    for each in (address, *files_below(address)):
        answer = ask(each)
        assert (answer.status, answer.location) == (302, report.get_absolute_url())
        assert dict(answer.headers)["Cache-Control"] == "no-store, private"


def test_a_scheduled_report_is_shown_until_its_moment():
    report = make_scheduled("Soon", days=2)
    address = address_of(share(report))
    assert ask(address).status == 200
    with time_machine.travel(report.public_from, tick=False):
        assert ask(address).location == report.get_absolute_url()


def test_a_withdrawal_ends_what_was_shared_before_it_and_a_new_link_can_be_made():
    report = make_draft("Water")
    before = address_of(share(report))
    workflow.move(report, Report.State.PUBLISHED)
    workflow.move(report, Report.State.WITHDRAWN, reason="Its figures were wrong.")
    assert ask(before).status == 410
    assert b"Water" not in ask(before).body
    assert ask(address_of(share(report))).status == 200


# When it has ended


def end(link):
    sharing.end(link, by=link.made_by)


def expire(link):
    PreviewLink.objects.filter(pk=link.pk).update(expires_at=link.made_at + timedelta(microseconds=1))


def put_in_bin(link):
    workflow.put_in_bin(link.report, by=link.made_by)


def purge(link):
    link.report.delete()


def tampered(link):
    token = sharing.token_of(link)
    return reverse("preview", args=[("b" if token[0] == "a" else "a") + token[1:]])


def signed_for_another_purpose(link):
    return reverse("preview", args=[Signer(sep=".", salt="another").sign(link.pk.hex)])


def of_a_link_that_never_was(link):
    return reverse("preview", args=[sharing.token_of(PreviewLink())])


CLOSED = {
    "ended": (end, address_of, 410),
    "expired": (expire, address_of, 410),
    "in the bin": (put_in_bin, address_of, 404),
    "purged": (purge, address_of, 404),
    "forged": (None, tampered, 404),
    "signed for something else": (None, signed_for_another_purpose, 404),
    "never made": (None, of_a_link_that_never_was, 404),
}
WAYS = [
    ("get", {}),
    ("head", {}),
    ("get", {"range": "bytes=0-"}),
    ("get", {"if_none_match": "*"}),
    ("get", {"if_modified_since": "Mon, 01 Jan 2035 00:00:00 GMT"}),
]


@pytest.mark.parametrize("how", CLOSED)
def test_a_link_that_is_not_open_gives_nothing_of_a_report_in_no_way_of_asking(how):
    report = make_hidden(STEM)
    link = share(report)
    act, address_now, status = CLOSED[how]
    address, of_nobody = address_now(link), "/preview/nonsense/"
    if act:
        act(link)
    for each, nobodys in zip([address, *files_below(address)], [of_nobody, *files_below(of_nobody)], strict=True):
        for method, headers in WAYS:
            answer, like = ask(each, method=method, **headers), ask(nobodys, method=method, **headers)
            assert answer.status == status, (each, headers)
            assert STEM.encode() not in answer.bytes
            assert answer.headers == like.headers or status == 410
            assert answer.body == like.body or status == 410


def test_it_ends_to_the_moment():
    link = share(make_draft("Water"))
    with time_machine.travel(link.expires_at - timedelta(milliseconds=1), tick=False):
        assert ask(address_of(link)).status == 200
    with time_machine.travel(link.expires_at, tick=False):
        assert ask(address_of(link)).status == 410


@pytest.mark.parametrize("token", ["a", "a.b", "\x00", "%00", "٣.x", "x" * 3000, ":", ".", "%2e%2e", "é.é"])
def test_nonsense_in_place_of_a_token_is_no_preview(token):
    assert ask(f"/preview/{token}/").status in {400, 404}


# What leaves with it


def test_every_answer_is_kept_by_nobody_and_sets_no_cookie():
    report = make_hidden(STEM)
    address = address_of(share(report))
    for each in (address, *files_below(address), "/preview/nonsense/", f"{address}none.pdf"):
        for method, headers in WAYS:
            answer = dict(ask(each, method=method, **headers).headers)
            assert answer["Cache-Control"] == "no-store, private"
            assert answer["X-Robots-Tag"] == "noindex, nofollow"
            assert answer["Referrer-Policy"] == "no-referrer"
            assert answer["X-Frame-Options"] == "DENY"
            for name in ("Set-Cookie", "ETag", "Last-Modified"):
                assert name not in answer, (each, name)
            assert "cookie" not in answer.get("Vary", "").lower()
    for each in files_below(address):
        answer = dict(ask(each).headers)
        assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert answer["X-Content-Type-Options"] == "nosniff"
    assert "script-src 'none'" in dict(ask(address).headers)["Content-Security-Policy"]
    assert b"Disallow: /preview/" in ask("/robots.txt").body


def test_the_page_names_neither_the_desk_nor_its_own_address_as_one_to_keep():
    address = address_of(share(make_hidden(STEM)))
    document = ask(address).page
    assert not document.all("link", rel="canonical")
    assert b"/admin/" not in ask(address).body
    assert document.one("meta", name="robots")["content"] == "noindex, nofollow"


@pytest.mark.parametrize("method", ["post", "put", "delete", "options", "patch"])
def test_nothing_but_reading_is_allowed(method):
    address = address_of(share(make_draft("Water")))
    strict = Client(enforce_csrf_checks=True)
    for each in (address, f"{address}annex.pdf", "/preview/nonsense/"):
        assert ask(each, strict, method).status == 405


def test_somebody_who_is_signed_in_is_shown_the_same():
    address = address_of(share(make_hidden(STEM)))
    staff = Client()
    staff.force_login(make_superuser())
    assert ask(address, staff) == ask(address)


# What nobody else learns


def test_a_link_gives_no_trace_of_another_hidden_report():
    """Not though it is pinned, linked both ways, and shares topic and author with it."""
    report, secret = make_hidden(STEM), make_draft(f"{OTHER_STEM} title", slug=OTHER_STEM)
    topic, author = report.topics.get(), report.authors.get()
    secret.report_topics.create(tag=topic)
    secret.authorships.create(author=author)
    attach(secret, f"{OTHER_STEM} annex", slug=f"{OTHER_STEM}-annex")
    give_cover(secret)
    address = address_of(share(report))
    relating.rebuild()
    before = ask(address)
    for origin in RelatedPublication.Origin:
        if origin != RelatedPublication.Origin.EXCLUDED:
            score = {"score": 9.0} if origin == RelatedPublication.Origin.COMPUTED else {}
            relate(report, secret, origin, **score)
            relate(secret, report, origin, **score)
    relating.rebuild()
    assert ask(address) == before
    assert OTHER_STEM.encode() not in before.bytes
    for name in (f"{OTHER_STEM}-annex.pdf", f"../{OTHER_STEM}/", f"authors/{OTHER_STEM}-480.webp"):
        assert ask(f"{address}{name}").status == 404


def test_a_token_opens_no_other_report():
    report, secret = make_hidden(STEM), make_hidden(OTHER_STEM)
    address = address_of(share(report))
    assert ask(f"{address}{OTHER_STEM}-annex.pdf").status == 404
    for each in (f"/publications/{OTHER_STEM}/", f"/publications/{STEM}/", f"/publications/{STEM}/{STEM}-annex.pdf"):
        assert ask(each).status == 404
    assert secret.pk != report.pk


def test_no_public_page_changes_by_a_link_or_by_its_being_read(caplog):
    report = make_hidden(STEM)
    make_report("Seen by All")
    relating.rebuild()
    starts = ["/", f"/publications/{STEM}/", "/nowhere/"]
    before = dict(crawl(*starts))
    with caplog.at_level(logging.DEBUG, logger="publications"):
        link = share(report)
        ask(address_of(link))
    after = dict(crawl(*starts))
    assert len(before) > 10
    assert after == before
    token = sharing.token_of(link).encode()
    assert not [address for address, answer in after.items() if token in answer.bytes]


def test_the_token_stands_in_no_log(caplog, capfd):
    """Also where what it names is missing, which Django's own log would write down; a site's console keeps errors."""
    link = share(make_hidden(STEM))
    ask(f"{address_of(link)}none.pdf")
    end(link)
    ask(address_of(link))
    assert sharing.token_of(link) not in "".join(capfd.readouterr())
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


# In the desk


@pytest.fixture
def desk(client):
    client.force_login(make_member(Role.EDITOR, "edith", first_name="Edith", last_name="Editor"))
    return client


def sharing_of(report):
    return reverse("admin:sharing", args=[report.pk])


def end_of(link):
    return reverse("admin:end-sharing", args=[link.report_id, link.pk])


def test_a_link_is_made_listed_read_and_ended(desk):
    report = make_draft("Water")
    assert f'href="{sharing_of(report)}"' in desk.get(form_of(report)).content.decode()
    answer = send(desk, sharing_of(report), press="", for_whom=" Amina\u0000 Diallo ", days="7")
    link = report.preview_links.get()
    assert said(answer) == ["The link for Amina Diallo is made. Copy it from the list and send it."]
    assert link.expires_at - link.made_at == WEEK
    html = answer.content.decode()
    address = f"http://testserver{address_of(link)}"
    for words in ["Amina Diallo", "Edith Editor", "open until", f'value="{address}"']:
        assert words in html
    assert ask(address_of(link)).status == 200
    html = desk.post(end_of(link), follow=True).content.decode()
    assert ask(address_of(link)).status == 410
    assert address not in html
    events = report.events.values_list("what", "by__username", "words")
    assert [each[:2] for each in events] == [("unshared", "edith"), ("shared", "edith")]
    assert events[1][2].startswith("With Amina Diallo, until ")


def test_a_link_is_ended_once(desk):
    link = share(make_draft("Water"))
    desk.post(end_of(link), follow=True)
    assert "had ended already" in said(desk.post(end_of(link), follow=True))[0]
    assert Event.objects.filter(what="unshared").count() == 1


@pytest.mark.parametrize(("days", "lasts"), [("1", 1), ("7", 7), ("30", 30)])
def test_a_link_lasts_as_long_as_was_chosen(desk, days, lasts):
    report = make_draft("Water")
    send(desk, sharing_of(report), press="", for_whom="Amina", days=days)
    link = report.preview_links.get()
    assert link.expires_at - link.made_at == timedelta(days=lasts)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"for_whom": " "}, "Say for whom the link is"),
        ({"for_whom": "x" * 201}, "at most 200 characters"),
        ({"for_whom": "Amina", "days": "3650"}, "Select a valid choice"),
    ],
)
def test_what_is_missing_or_made_up_is_refused_in_a_sentence(desk, typed, sentence):
    report = make_draft("Water")
    assert sentence in send(desk, sharing_of(report), press="", **typed).content.decode()
    assert not report.preview_links.exists()


def test_what_is_typed_for_whom_is_shown_as_words(desk):
    report = make_draft("Water")
    answer = send(desk, sharing_of(report), press="", for_whom="<b>Amina</b>", days="1")
    assert "<b>Amina" not in answer.content.decode()


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("make", [make_draft, make_scheduled, make_report, make_withdrawn])
def test_links_are_made_and_ended_by_editors_alone(client, role, make):
    user = make_member(role)
    report = make("Water", made_by=user)
    link = share(report)
    client.force_login(user)
    may = role >= Role.EDITOR
    client.post(sharing_of(report), {"for_whom": "Bo", "days": "1"})
    assert report.preview_links.count() == (2 if may else 1)
    assert client.get(sharing_of(report)).status_code in ({200} if may else {302, 403})
    client.post(end_of(link))
    link.refresh_from_db()
    assert (link.ended_at is not None) == may
    if role > Role.NOBODY:
        assert ("/sharing/" in client.get(form_of(report)).content.decode()) == may


def test_a_link_is_ended_through_its_own_report_alone(desk):
    link, other = share(make_draft("Water")), make_draft("Other")
    assert desk.post(reverse("admin:end-sharing", args=[other.pk, link.pk])).status_code == 404
    assert desk.get(end_of(link)).status_code == 405
    assert link.is_open()


def test_a_report_in_the_bin_is_not_shared(desk):
    report = make_draft("Water", binned_at=timezone.now())
    assert desk.get(sharing_of(report)).status_code == 403


# Costs


def test_a_shared_page_takes_as_many_queries_for_twenty_authors_as_for_two():
    counts = []
    for number in (2, 20):
        report = make_draft(
            authors=[make_author() for _ in range(number)], topics=[make_topic() for _ in range(number)]
        )
        make_report(topics=[report.topics.first()])
        address = address_of(share(report))
        with CaptureQueriesContext(connection) as queries:
            assert ask(address).status == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] < 40
    assert versions.pending(report) is None
