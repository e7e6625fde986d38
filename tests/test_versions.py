"""A report as one thing: taken, read, put back and kept as versions."""

import copy
import json
from datetime import date

import pytest
from django.db.models import ProtectedError

from publications.editorial import versions
from publications.editorial.versions import Outcome, digest, read, save, snapshot
from publications.models import Report
from tests.factory import (
    attach,
    give_cover,
    make_author,
    make_draft,
    make_report,
    make_superuser,
    make_topic,
    make_type,
    make_withdrawn,
    relate,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice():
    return make_superuser()


@pytest.fixture
def whole():
    """A live report with something of every kind."""
    report = make_report(
        "Whole",
        authors=[make_author("Amina"), make_author("Bo")],
        topics=[make_topic("Water"), make_topic("Peace")],
        date=date(2024, 5, 3),
        body="<p>Body.</p>",
        doi="10.5555/whole",
        type=make_type("Brief", is_numbered=True),
        number="7",
    )
    give_cover(report)
    attach(report, "The report", position=0)
    attach(report, "An annex", kind="annex", position=1)
    relate(report, make_report("Pinned"))
    relate(report, make_report("Older"), "updates", position=1)
    relate(report, make_report("Computed"), "computed", score=1.0)
    return Report.objects.get(pk=report.pk)


def edited(report, **fields):
    """The content of the report with some of its own fields typed over."""
    content = snapshot(report)
    return content | {"fields": content["fields"] | fields}


def fresh(report):
    return Report.objects.get(pk=report.pk)


# Taking and putting back


def test_what_was_taken_is_json_and_putting_it_back_changes_nothing(whole):
    before = json.loads(json.dumps(snapshot(whole)))
    assert versions.put(whole, before) == []
    assert snapshot(fresh(whole)) == before
    assert not whole.former_slugs.exists()


def test_an_older_version_brings_back_fields_authors_topics_files_and_pins_under_their_keys(whole):
    before = snapshot(whole)
    whole.title, whole.slug, whole.cover = "Other", "other", ""
    whole.save()
    for rows in (whole.authorships, whole.report_topics, whole.attachments):
        rows.first().delete()
    whole.attachments.update(title="Renamed")
    whole.related_entries.filter(origin="pinned").update(origin="excluded")
    assert versions.put(fresh(whole), before) == []
    assert snapshot(fresh(whole)) == before
    assert fresh(whole).title_key == "whole"
    assert whole.related_entries.filter(origin="computed").count() == 1


def test_rows_that_change_places_do_not_stand_in_each_others_way(whole):
    content = snapshot(whole)
    one, two = content["authorships"]
    one["author_id"], two["author_id"] = two["author_id"], one["author_id"]
    files = content["attachments"]
    files[0]["slug"], files[1]["slug"] = files[1]["slug"], files[0]["slug"]
    versions.put(whole, content)
    assert [str(row) for row in fresh(whole).authorships.all()] == ["Bo", "Amina"]
    assert [row["slug"] for row in snapshot(fresh(whole))["attachments"]] == ["an-annex", "the-report"]


def test_a_date_that_follows_the_moment_is_no_content(whole):
    report = make_report("Follows")
    content = snapshot(report)
    assert content["fields"]["date"] is None
    versions.put(report, content)
    assert fresh(report).date_follows
    assert fresh(report).date == report.date


# Reading


def test_reading_writes_nothing_and_asks_nothing_more_of_the_database(whole, django_assert_num_queries):
    content = edited(whole, title="Read", language="fr")
    content["report_topics"].pop()
    shown = read(whole, content).report
    with django_assert_num_queries(0):
        assert shown.title == "Read"
        assert [row.author.name for row in shown.byline] == ["Amina", "Bo"]
        assert [topic.name for topic in shown.topics.all()] == [topic.name for topic in shown.shown_topics]
        assert [row.shown_title for row in shown.attachments.all()] == ["The report", "An annex"]
        assert shown.attachments.exists()
        assert (shown.label, shown.cover.name) == ("Brief 7", whole.cover.name)
    assert fresh(whole).title == "Whole"


def test_what_is_gone_is_named_and_the_rest_is_read(whole):
    content = snapshot(whole)
    amina, water = make_author("Gone Author"), make_topic("Gone Topic")
    content["authorships"][0] |= {"author_id": amina.pk, "name": str(amina)}
    content["report_topics"][0] |= {"tag_id": water.pk, "name": str(water)}
    amina.delete(), water.delete()
    content["fields"] |= {"type": 10**6, "type_name": "Gone Type", "doi": "no DOI"}
    reading = read(whole, content)
    assert len(reading.lost) == 4
    for word in ("Gone Author", "Gone Topic", "Gone Type", "no DOI"):
        assert any(word in sentence for sentence in reading.lost)
    assert [row.author.name for row in reading.report.byline] == ["Bo"]
    assert (reading.report.type, reading.report.doi) == (whole.type, "10.5555/whole")


def test_html_is_sanitised_again(whole):
    content = edited(whole, body="<p>Kept</p><script>alert(1)</script>")
    content["authorships"][0]["biography"] = '<p onclick="x()">Writes</p>'
    reading = read(whole, content)
    assert reading.report.body == "<p>Kept</p>"
    assert reading.report.byline[0].biography == "<p>Writes</p>"


def test_a_version_outlives_the_models_it_was_taken_from(whole):
    """A column that is no more, one that was not yet, a part that was not yet."""
    content = edited(whole, colour="red")
    del content["fields"]["funders"], content["related_entries"]
    for row in content["authorships"]:
        row["colour"] = row.pop("biography")
    reading = read(whole, content)
    assert reading.lost == []
    assert reading.report.title == "Whole"
    assert [row.author.name for row in reading.report.byline] == ["Amina", "Bo"]
    assert reading.parts["related_entries"] == []


def test_the_digest_knows_content_and_not_what_authors_and_topics_are_called(whole):
    before = digest(snapshot(whole))
    whole.authorships.first().author.__class__.objects.update(name="Renamed")
    topic = whole.report_topics.first().tag
    topic.name = "Zzz"
    topic.save()
    assert digest(snapshot(fresh(whole))) == before
    assert digest(edited(whole, title="Other")) != before
    content = copy.deepcopy(snapshot(whole))
    content["authorships"][0]["position"] = 9
    assert digest(content) != before


# Keeping


def test_a_drafts_rows_follow_at_once(alice):
    draft = make_draft("Draft", authors=[make_author()])
    before = snapshot(draft)
    outcome, version = save(draft, edited(draft, title="Better"), by=alice, said="Changed title.")
    assert (outcome, version.number, version.by) == (Outcome.SAVED, 2, alice)
    assert fresh(draft).title == "Better"
    first = draft.versions.get(number=1)
    assert (first.content, first.by) == (before, None)


@pytest.mark.parametrize("make", [make_report, make_withdrawn])
def test_an_edit_of_what_was_live_waits_and_its_rows_stand(alice, make):
    report = make("Live", authors=[make_author()])
    save(report, edited(report, title="Better"), by=alice)
    outcome, version = save(report, edited(report, title="Best"), by=alice)
    assert outcome == Outcome.SAVED
    assert fresh(report).title == "Live"
    assert versions.pending(report) == version
    assert [row.number for row in report.versions.all()] == [3, 2, 1]


def test_nothing_changed_makes_no_version(alice):
    report = make_report()
    assert save(report, snapshot(report), by=alice) == (Outcome.UNCHANGED, None)
    assert not report.versions.exists()


def test_an_edit_of_an_older_version_is_a_conflict_and_set_aside(alice):
    draft = make_draft("Draft")
    base = digest(snapshot(draft))
    save(draft, edited(draft, title="Theirs"), by=alice, base=base)
    outcome, version = save(draft, edited(draft, title="Mine"), by=alice, base=base)
    assert outcome == Outcome.SET_ASIDE
    assert (version.set_aside, version.content["fields"]["title"]) == (True, "Mine")
    assert fresh(draft).title == "Theirs"


def test_what_another_has_taken_meanwhile_stays_as_it_is(alice):
    draft = make_draft("Draft", doi="10.5555/mine")
    content = edited(draft, slug="wanted", doi="10.5555/wanted", title="Put back")
    make_report("Other", slug="wanted", doi="10.5555/wanted")
    lost = versions.put(draft, content)
    assert len(lost) == 2
    assert (fresh(draft).slug, fresh(draft).doi, fresh(draft).title) == ("draft", "10.5555/mine", "Put back")


def test_versions_go_with_their_draft_and_stay_with_whoever_saved_them(alice):
    draft = make_draft()
    save(draft, edited(draft, title="Better"), by=alice)
    with pytest.raises(ProtectedError):
        alice.delete()
    draft.delete()
    alice.delete()


def test_a_version_from_before_a_column_was_there_says_the_same_as_its_default():
    report = make_report("Wells")
    content = versions.snapshot(report)
    before = content | {"fields": {name: value for name, value in content["fields"].items() if name != "cover_focus"}}
    assert versions.digest(before) == versions.digest(content)
    assert versions.read(report, before).report.cover_focus == ""
    chosen = content | {"fields": content["fields"] | {"cover_focus": "top"}}
    assert versions.digest(chosen) != versions.digest(content)
    versions.put(report, chosen)
    assert report.cover_focus == "top"
