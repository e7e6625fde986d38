"""Corrections and updates as readers meet them: the note, the version before at its address, and what is suppressed."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from publications import relating
from publications.editorial import corrections, versions, workflow
from publications.models import EarlierVersion, Report
from tests.crawl import ask, page
from tests.factory import (
    attach,
    correct,
    editing,
    give_cover,
    make_author,
    make_pdf,
    make_report,
    make_scheduled,
    make_superuser,
    make_topic,
    make_type,
)

pytestmark = pytest.mark.django_db

WATER = "/publications/water/"
FIRST = "/publications/water/versions/1/"


def notes_on(address):
    return [item.text for item in page(address).one("section", class_="corrections").all("li")]


# Publishing an edit


def test_a_correction_keeps_what_readers_had_as_a_version_with_a_number():
    report = make_report("Water", body="<p>Twelve wells.</p>")
    earlier = correct(report, "It was ten wells.", body="<p>Ten wells.</p>")
    assert (earlier.number, earlier.kind, earlier.note) == (1, "correction", "It was ten wells.")
    assert earlier.version.content["fields"]["body"] == "<p>Twelve wells.</p>"
    assert earlier.public_from == report.public_from
    assert report.body == "<p>Ten wells.</p>"
    event = report.events.first()
    assert (event.what, event.words) == ("edit_published", "Correction: It was ten wells.")


def test_numbers_go_on_and_minor_edits_make_none():
    report = make_report("Water")
    first = correct(report, title="Wells")
    with editing(report):
        Report.objects.filter(pk=report.pk).update(title="Springs")
    workflow.publish_edit(report)
    second = correct(report, "Now with 2025.", "update", title="Rivers")
    assert [row.number for row in report.earlier_versions.all()] == [2, 1]
    assert second.version.content["fields"]["title"] == "Springs"
    assert second.public_from == first.public_until
    assert report.events.filter(words="").count() == 1


def test_a_correction_without_a_note_is_refused_and_changes_nothing():
    report = make_report("Water")
    with editing(report):
        Report.objects.filter(pk=report.pk).update(title="Wells")
    with pytest.raises(ValidationError):
        workflow.publish_edit(report, kind="correction", note=" \x01 ")
    report.refresh_from_db()
    assert (report.title, report.earlier_versions.count()) == ("Water", 0)
    assert versions.pending(report)


def test_an_edit_that_is_refused_leaves_no_public_version():
    report = make_report("Water")
    with editing(report):
        Report.objects.filter(pk=report.pk).update(lead="")
    with pytest.raises(ValidationError):
        workflow.publish_edit(report, kind="correction", note="Shorter.")
    assert not report.earlier_versions.exists()


def test_what_nobody_has_read_is_not_corrected():
    report = make_scheduled("Water")
    with pytest.raises(ValidationError, match="Nobody has read"):
        correct(report, title="Wells")
    assert not report.earlier_versions.exists()


def test_another_edit_than_the_one_looked_at_is_not_published():
    report = make_report("Water")
    with editing(report):
        Report.objects.filter(pk=report.pk).update(title="Wells")
    seen = versions.pending(report).digest
    with editing(report):
        Report.objects.filter(pk=report.pk).update(title="Springs")
    with pytest.raises(ValidationError, match="Somebody else has changed this edit"):
        workflow.publish_edit(report, kind="correction", note="Renamed.", shown=seen)
    report.refresh_from_db()
    assert (report.title, report.earlier_versions.count()) == ("Water", 0)


@pytest.mark.parametrize(
    "wrong",
    [
        {"number": 0},
        {"number": 1},
        {"kind": "minor"},
        {"note": ""},
        {"suppressed_at": timezone.now()},
        {"suppressed_because": "Because."},
        {"public_until": timezone.now() - timedelta(days=900)},
    ],
)
def test_the_database_refuses_a_public_version_that_cannot_be(wrong):
    report = make_report("Water")
    correct(report, title="Wells")
    row = EarlierVersion.objects.values().get()
    with pytest.raises(IntegrityError), transaction.atomic():
        EarlierVersion.objects.create(**row | {"id": None, "number": 2} | wrong)


# The note


def test_readers_see_each_note_with_its_day_and_the_version_before(settings):
    settings.TIME_ZONE = "Asia/Tokyo"
    report = make_report("Water", public_from=datetime(2026, 1, 1, tzinfo=UTC))
    with time_machine.travel("2026-05-02T20:00Z", tick=False):
        correct(report, "The figure for 2024 was <wrong>.", body="<p>Ten.</p>")
    with time_machine.travel("2026-06-09T09:00Z", tick=False):
        correct(report, "With the figures of May.", "update", body="<p>Ten, and two.</p>")
    update, correction = notes_on(WATER)
    assert update.startswith("Updated June 9, 2026: With the figures of May. The version before")
    assert correction.startswith("Corrected May 3, 2026: The figure for 2024 was <wrong>. The version before")
    section = page(WATER).one("section", class_="corrections")
    assert [link["href"] for link in section.all("a")] == [f"{WATER}versions/2/", FIRST]


def test_a_report_without_corrections_says_nothing_of_them():
    report = make_report("Water")
    with editing(report):
        Report.objects.filter(pk=report.pk).update(title="Wells")
    workflow.publish_edit(report)
    assert not page(WATER).all("section", class_="corrections")


def test_of_many_notes_the_older_ones_are_folded():
    report = make_report("Water")
    for number in range(5):
        correct(report, f"Note {number}.", body=f"<p>{number}</p>")
    section = page(WATER).one("section", class_="corrections")
    assert [item.text.split(": ")[1][:7] for item in section.all("li")] == [f"Note {n}." for n in (4, 3, 2, 1, 0)]
    assert len(section.one("details").all("li")) == 2


def test_the_page_takes_as_many_queries_for_nine_versions_as_for_one():
    report = make_report("Water")
    correct(report, body="<p>0</p>")
    counted = []
    for number in range(1, 10):
        with CaptureQueriesContext(connection) as queries:
            assert page(WATER)
        counted.append(len(queries))
        correct(report, body=f"<p>{number}</p>")
    assert len(set(counted)) == 1


# The version before


@pytest.fixture
def whole():
    """A report of which everything was corrected: its authors, topics and type have nothing live any more."""
    report = make_report(
        "Water",
        type=make_type("Brief"),
        authors=[make_author("Amina", biography="<p>Her life.</p>"), make_author("Bo")],
        topics=[make_topic("Wells"), make_topic("Peace")],
        body="<p>Twelve wells.</p>",
    )
    attach(report, "Kept", position=1)
    attach(report, "Replaced")
    give_cover(report, "A well.")
    with editing(report):
        report.authorships.filter(author__name="Amina").delete()
        report.report_topics.filter(tag__name="Wells").delete()
        replace(report.attachments.get(title="Replaced"), make_pdf("new"))
        give_cover(report, "A spring.", colour="#642")
        Report.objects.filter(pk=report.pk).update(title="Springs", body="<p>Ten.</p>", type=make_type("Article"))
    workflow.publish_edit(report, kind="correction", note="It was ten.")
    relating.rebuild()
    return report


def replace(row, content):
    """Another file in the same place."""
    row.delete()
    attach(row.report, row.title, content=content, id=row.pk, slug=row.slug)


def test_an_earlier_version_is_the_report_as_it_was_under_a_banner(whole):
    shown = page(FIRST)
    assert shown.one("h1").text == "Water"
    assert "Twelve wells." in shown.one("article", id="report").text
    banner = shown.one(class_="superseded")
    assert banner.text.startswith("This is an earlier version, superseded on ")
    assert "It was ten." in banner.text
    assert [link["href"] for link in banner.all("a")] == [WATER]
    assert shown.one("link", rel="canonical")["href"].endswith(f"testserver{WATER}")
    assert "noindex" in shown.one("meta", name="robots")["content"]
    assert not shown.all(id="related")
    assert not shown.all(class_="corrections")


def test_no_link_of_it_leads_to_what_has_no_page_by_now(whole):
    shown = page(FIRST)
    for words in ("Amina", "Wells", "Brief", "Bo", "Peace"):
        assert words in shown.one("article", id="report").text
    linked = {link.text for link in shown.one("article", id="report").all("a")}
    assert {"Bo", "Peace"} <= linked
    assert not {"Amina", "Wells", "Brief"} & linked
    assert all(ask(each).status == 200 for each in internal(shown))


def internal(shown):
    return {link["href"] for link in shown.all("a") if link["href"].startswith("/")}


def test_of_whom_nothing_is_live_no_word_is_shown_but_those_of_the_version(whole):
    assert "Her life." not in page(FIRST).text
    earlier = whole.earlier_versions.get()
    row = next(row for row in earlier.version.content["authorships"] if row["name"] == "Amina")
    row["biography"] = "<p>Her life then.</p>"
    earlier.version.save()
    assert "Her life then." in page(FIRST).text


def test_a_file_that_readers_still_have_keeps_its_address(whole):
    files = {link.text: link["href"] for link in page(FIRST).one(id="files").all("a")}
    assert files["Kept"] == f"{WATER}kept.pdf"
    assert f"{FIRST}replaced.pdf" in files.values()


def test_a_replaced_file_and_cover_are_found_at_the_earlier_version_alone(whole):
    assert b"% Replaced" in ask(f"{FIRST}replaced.pdf").body
    assert b"% new" in ask(f"{WATER}replaced.pdf").body
    then, now = ask(f"{FIRST}cover-480.webp"), ask(f"{WATER}cover-480.webp")
    assert (then.status, now.status) == (200, 200)
    assert then.body != now.body
    headers = dict(ask(f"{FIRST}replaced.pdf").headers)
    assert headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Disposition"] == 'attachment; filename="replaced.pdf"'


def test_the_text_of_a_version_is_sanitised_again(whole):
    earlier = whole.earlier_versions.get()
    earlier.version.content["fields"]["body"] = "<p onclick='x()'>Twelve</p><script>alert(1)</script>"
    earlier.version.save()
    body = ask(FIRST).body.decode()
    assert "onclick" not in body
    assert "alert(1)" not in body


def test_a_former_address_leads_to_the_version_and_its_files(whole):
    whole.former_slugs.create(slug="once")
    for rest in ("versions/1/", "versions/1/replaced.pdf", "versions/1/cover-480.webp"):
        answer = ask(f"/publications/once/{rest}")
        assert (answer.status, answer.location) == (301, WATER + rest)


def test_an_earlier_version_from_before_a_new_address_stands_under_the_new_one():
    report = make_report("Water")
    give_cover(report)
    attach(report, "Old")
    with editing(report):
        report.attachments.all().delete()
        edited = Report.objects.get(pk=report.pk)
        edited.slug = "rivers"
        edited.save()
    workflow.publish_edit(report, kind="update", note="Renamed.")
    assert ask(FIRST).location == "/publications/rivers/versions/1/"
    body = ask("/publications/rivers/versions/1/").body.decode()
    assert "/publications/water/" not in body
    assert ask("/publications/rivers/versions/1/old.pdf").status == 200


# Suppressed


def test_a_suppressed_version_says_that_it_is_gone_and_nothing_else(whole):
    earlier = whole.earlier_versions.get()
    alice = make_superuser()
    corrections.suppress(earlier, by=alice, reason="It named a source.")
    answer = ask(FIRST)
    assert answer.status == 410
    assert answer.page.one("h1").text == "Springs"
    assert "no longer available" in answer.page.text
    for words in ("Twelve", "Amina", "Wells", "named a source"):
        assert words not in answer.page.text
    assert ask(f"{FIRST}replaced.pdf").status == ask(f"{FIRST}cover-480.webp").status == 410
    assert ask(f"{FIRST}kept.pdf").status == 410
    assert ask(f"{WATER}kept.pdf").status == 200
    (note,) = notes_on(WATER)
    assert note.endswith("It was ten.")
    event = whole.events.first()
    assert (event.what, event.words, event.by) == ("suppressed", "Version 1: It named a source.", alice)


def test_a_version_is_suppressed_once_and_not_without_a_reason():
    earlier = correct(make_report("Water"), title="Wells")
    with pytest.raises(ValidationError):
        corrections.suppress(earlier, by=None, reason=" ")
    corrections.suppress(earlier, by=None, reason="First.")
    with pytest.raises(ValidationError, match="suppressed this version meanwhile"):
        corrections.suppress(earlier, by=None, reason="Second.")
    earlier.refresh_from_db()
    assert earlier.suppressed_because == "First."


def test_a_number_is_never_given_again():
    report = make_report("Water")
    corrections.suppress(correct(report, title="Wells"), by=None, reason="Because.")
    assert correct(report, title="Rivers").number == 2


def test_reports_that_were_never_real_go_with_their_public_versions():
    """Demo content is taken out whole."""
    correct(make_report("Water"), title="Wells")
    Report.objects.all().delete()
    assert not EarlierVersion.objects.exists()
