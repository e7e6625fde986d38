"""Earlier versions: nothing of one is seen unless its report is live, nothing of one that was suppressed, and at no
address of theirs anything of an edit."""

from datetime import timedelta
from functools import cache

import pytest
from django.utils import timezone

from publications import relating
from publications.editorial import corrections, workflow
from publications.models import Report
from publications.views import earlier
from tests.crawl import ask, crawl
from tests.factory import attach, correct, editing, give_cover, make_author, make_pdf, make_report, make_topic
from tests.hidden import CONDITIONS

pytestmark = pytest.mark.django_db

# As long as the slug, and nobody’s.
NEVER = "wader"
FIRST, SECOND, EDIT = "zqfirstone", "zqsecondon", "zqpendingx"
RICH = ["lead", "summary", "body", "about", "acknowledgement"]
PLAIN = ["title", "subtitle", "teaser", "cover_credit", "rights", "funders", "press_contact"]
RESTS = ["", "annex.pdf", "other.pdf", "cover-480.webp"]


def words(stem):
    return {name: f"<p>{stem} {name}</p>" for name in RICH} | {name: f"{stem} {name}" for name in PLAIN}


def fill(report, stem):
    """Everything that a reader can see of it is of this stem now: text, author, topic, file and cover."""
    report.attachments.all().delete()
    report.authorships.all().delete()
    report.report_topics.all().delete()
    Report.objects.filter(pk=report.pk).update(**words(stem))
    report.refresh_from_db()
    attach(report, f"{stem} annex", slug="annex", content=make_pdf(f"{stem} content"))
    give_cover(report, f"{stem} alt", colour=f"#{len(stem) * 7 % 10}{ord(stem[2]) % 10}5")
    report.authorships.create(author=make_author(f"{stem} author", biography=f"<p>{stem} life</p>"))
    report.report_topics.create(tag=make_topic(f"{stem} topic"))


@pytest.fixture
def report():
    """Live, corrected twice, with another edit pending: three of four stems are public, each at its own address."""
    report = make_report("Water", slug="water")
    make_report("Beside")
    fill(report, FIRST)
    for stem in (SECOND, "today"):
        with editing(report):
            fill(report, stem)
        workflow.publish_edit(report, kind="correction", note="It was wrong.")
    with editing(report):
        fill(report, EDIT)
    relating.rebuild()
    return report


def addresses(slug="water"):
    for number in (0, 1, 2, 3, 99999999999, "9" * 5000, "-1", "x", "%D9%A1"):
        yield from (f"/publications/{slug}/versions/{number}/{rest}" for rest in RESTS)
    yield from (f"/publications/{slug}/versions{rest}" for rest in ("", "/", "/1", "/1/x/", "/1/annex.PDF"))


def answers(slug="water"):
    """(address, method and headers), answer: in every way to ask."""
    for address in addresses(slug):
        for method, headers in [("get", {}), ("head", {}), *(("get", condition) for condition in CONDITIONS)]:
            yield (address, method, *headers), ask(address, method=method, **headers)


def of(number, rest=""):
    return f"/publications/water/versions/{number}/{rest}"


def put(report, **fields):
    """As the clock or somebody has moved it, whatever workflow says."""
    fields = {"withdrawn_at": None, "withdrawal_reason": "", "binned_at": None} | fields
    Report.objects.filter(pk=report.pk).update(**fields)


def test_what_is_live_shows_its_earlier_versions_and_their_files(report):
    for number, stem in ((1, FIRST), (2, SECOND)):
        body = ask(of(number)).body.decode()
        for name in [*words(stem), "author", "topic", "alt"]:
            assert f"{stem} {name}" in body, name
        assert f"% {stem} content".encode() in ask(of(number, "annex.pdf")).body
        assert ask(of(number, "cover-480.webp")).status == 200
    covers = {ask(address).body for address in (of(1, "cover-480.webp"), of(2, "cover-480.webp"))}
    assert len(covers | {ask("/publications/water/cover-480.webp").body}) == 3


def test_nothing_of_an_edit_shows_at_any_address(report):
    found = [key for key, answer in answers() if EDIT in answer.bytes.decode("latin-1")]
    found += [address for address, answer in crawl("/") if EDIT in answer.bytes.decode("latin-1")]
    assert not found
    edited = report.versions.get(pending=True).content["attachments"][0]
    assert ask(of(3, f"{edited['slug']}.pdf")).status == 404


def test_no_stem_of_one_version_shows_at_another(report):
    for number, others in ((1, (SECOND, EDIT, "today")), (2, (FIRST, EDIT, "today"))):
        for rest in RESTS:
            said = ask(of(number, rest)).bytes.decode("latin-1")
            assert not [stem for stem in others if f"{stem} " in said]


def test_no_list_search_or_other_page_has_a_word_of_an_earlier_version(report):
    for address, answer in crawl("/", f"/publications/?q={FIRST}"):
        if not address.startswith(of(1)) and "?q=" not in address:
            assert FIRST not in answer.bytes.decode("latin-1"), address
    assert b'data-count="0"' in ask(f"/publications/?q={FIRST}").body


def test_numbers_that_are_guessed_are_404(report):
    for address in addresses():
        number = "".join(address.split("/")[4:5])
        if number not in {"1", "2"}:
            answer = ask(address)
            assert ask(answer.location or address).status == 404, address


@pytest.mark.parametrize(
    "fields",
    [
        {"state": "draft"},
        {"state": "in_review"},
        {"public_from": timezone.now() + timedelta(days=3)},
        {"state": "draft", "binned_at": timezone.now()},
    ],
    ids=["draft", "in review", "scheduled", "in the bin"],
)
def test_where_the_report_is_not_live_no_version_ever_was(report, fields):
    put(report, **fields)
    report.former_slugs.create(slug="once")
    assert not next(told_apart(), None)
    assert ask("/publications/once/versions/1/annex.pdf").status == 404


def test_a_leak_that_is_put_in_is_found(report, monkeypatch):
    class Careless:
        objects = type("Everything", (), {"live": staticmethod(Report.objects.all)})

    put(report, state="draft")
    monkeypatch.setattr(earlier, "Report", Careless)
    assert next(told_apart(), None)


def told_apart():
    """Every way to ask that is answered otherwise than for a report that never was."""
    never = answers_for_nobody()
    for (address, *how), answer in answers():
        of_nobody = never[address.replace("/water/", f"/{NEVER}/"), *how]
        if renamed(answer) != (of_nobody.status, of_nobody.headers, of_nobody.body):
            yield address, how


@cache
def answers_for_nobody():
    return dict(answers(NEVER))


def renamed(answer):
    headers = tuple((name, value.replace("water", NEVER)) for name, value in answer.headers)
    return answer.status, headers, answer.body.replace(b"water", NEVER.encode())


def test_where_the_report_is_withdrawn_the_tombstone_answers_for_every_number_alike(report):
    put(report, state="withdrawn", withdrawn_at=timezone.now(), withdrawal_reason="Wrong.")
    for rest in RESTS:
        found = {(ask(of(number, rest)).status, ask(of(number, rest)).body) for number in (0, 1, 2, 3, 99999999999)}
        assert len(found) == 1
        ((status, body),) = found
        assert status == 410
        assert b"Wrong." in body
    for key, answer in answers():
        said = answer.bytes.decode("latin-1")
        assert not [stem for stem in (FIRST, SECOND, EDIT) if stem in said], key
        assert answer.status in {404, 410, 301}, key


def test_a_suppressed_version_shows_no_word_and_no_byte(report):
    file, picture = ask(of(1, "annex.pdf")), ask(of(1, "cover-480.webp"))
    corrections.suppress(report.earlier_versions.get(number=1), by=None, reason="zqsecretwhy")
    etags = [dict(answer.headers)["ETag"] for answer in (file, picture)]
    for rest in RESTS:
        for headers in ({}, *CONDITIONS, *({"if_none_match": etag} for etag in etags)):
            for method in ("get", "head"):
                answer = ask(of(1, rest), method=method, **headers)
                assert answer.status == 410
                said = answer.bytes.decode("latin-1")
                assert FIRST not in said
                assert "zqsecretwhy" not in said
    for address, answer in crawl("/", of(1)):
        said = answer.bytes.decode("latin-1")
        assert FIRST not in said, address
        assert "zqsecretwhy" not in said, address
        assert not {file.body, picture.body} & {answer.body}, address
    assert of(1) not in ask("/publications/water/").body.decode()
    assert ask(of(2)).status == 200


def test_a_condition_that_was_met_is_asked_again_once_the_report_is_withdrawn(report):
    etag = dict(ask(of(1, "annex.pdf")).headers)["ETag"]
    assert ask(of(1, "annex.pdf"), if_none_match=etag).status == 304
    workflow.move(report, Report.State.WITHDRAWN, reason="Wrong.")
    assert ask(of(1, "annex.pdf"), if_none_match=etag).status == 410


def test_a_file_that_was_replaced_is_read_at_the_earlier_versions_address_alone(report):
    old = f"% {FIRST} content".encode()
    found = {address for address, answer in crawl("/") if old in answer.body}
    assert found == {of(1, "annex.pdf")}


def test_an_author_of_an_earlier_version_alone_is_nowhere_listed(report):
    assert ask(f"/authors/{FIRST}-author/").status == 404
    assert FIRST not in ask("/authors/").body.decode()
    body = ask(of(1)).body.decode()
    assert f"{FIRST} author" in body
    assert f"/authors/{FIRST}" not in body
    assert f"/topics/{FIRST}" not in body
    assert f"{FIRST} life" not in body


def test_a_correction_of_another_report_is_no_version_of_this_one(report):
    other = make_report("Other")
    for number in range(3):
        correct(other, body=f"<p>{number}</p>")
    assert ask("/publications/other/versions/3/").status == 200
    assert ask(of(3)).status == 404
