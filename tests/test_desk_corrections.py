"""In the desk: publishing an edit after a look at it, suppressing an earlier version, withdrawing for another."""

import pytest
from django.urls import reverse

from publications.editorial import versions, workflow
from publications.editorial.roles import Role
from publications.models import EarlierVersion, RelatedPublication, Report
from tests.crawl import ask
from tests.desk import fields_of, form_of, publish_again, publish_edit, rows, said, send
from tests.factory import (
    attach,
    correct,
    editing,
    make_draft,
    make_member,
    make_report,
    make_scheduled,
    make_superuser,
    relate,
)

pytestmark = pytest.mark.django_db

SUPERSEDED_BY = RelatedPublication.Origin.SUPERSEDED_BY


@pytest.fixture
def desk(client):
    client.force_login(make_superuser())
    return client


def page(name, report, *key):
    return reverse(f"admin:{name}", args=[report.pk, *key])


def errors(response):
    form = response.context["form"]
    return {name: [str(sentence) for sentence in found] for name, found in form.errors.items()}


# Publishing an edit


def test_the_button_leads_to_what_the_edit_changes_and_publishes_nothing_yet(desk):
    report = make_report("Water")
    shown = send(desk, form_of(report), press="_publish", title="Wells")
    assert shown.redirect_chain[-1][0] == page("publish-edit", report)
    html = shown.content.decode()
    assert "<del>Water</del><ins>Wells</ins>" in html
    assert "kind" not in fields_of(shown)  # nothing is chosen beforehand
    report.refresh_from_db()
    assert report.title == "Water"


def test_who_brings_an_earlier_version_back_is_shown_what_readers_were_told_of_it(desk):
    report = make_report("Nine bridges")
    assert "They are told already" not in asked_to_publish(desk, report, "Ten bridges")
    workflow.publish_edit(report, kind="correction", note="It is ten, not nine.")
    html = asked_to_publish(desk, report, "Nine bridges")
    assert "This is version 1 again." in html
    assert "It is ten, not nine." in html.partition("They are told already")[2]
    html = asked_to_publish(desk, report, "Eleven bridges")
    assert "They are told already" in html
    assert "again." not in html


def asked_to_publish(desk, report, title):
    with editing(report):
        Report.objects.filter(pk=report.pk).update(title=title)
    return desk.get(page("publish-edit", report)).content.decode()


def test_who_corrects_the_text_alone_is_reminded_of_the_files(desk):
    with_file, without = make_report("Water"), make_report("Wells")
    attach(with_file)
    for report, reminded in [(with_file, True), (without, False)]:
        with editing(report):
            Report.objects.filter(pk=report.pk).update(subtitle="Typed")
        assert ("The files stay as they are" in desk.get(page("publish-edit", report)).content.decode()) == reminded


def test_a_minor_edit_is_published_without_a_word(desk):
    report = make_report("Water")
    answer = publish_edit(desk, report, title="Wells")
    assert "shows readers the edit now" in said(answer)[0]
    assert answer.redirect_chain[-1][0] == form_of(report)
    report.refresh_from_db()
    assert report.title == "Wells"
    assert not report.earlier_versions.exists()


@pytest.mark.parametrize("kind", ["correction", "update"])
def test_a_correction_and_an_update_are_published_with_a_note(desk, kind):
    report = make_report("Water")
    publish_edit(desk, report, kind, "It was\nten.\x01", title="Wells")
    earlier = report.earlier_versions.get()
    assert (earlier.kind, earlier.note, earlier.by.username) == (kind, "It was ten.", "alice")
    assert ask("/publications/water/versions/1/").status == 200


@pytest.mark.parametrize(
    ("kind", "note", "field", "words"),
    [
        ("correction", " \x01", "note", "Say in a sentence"),
        ("update", "", "note", "Say in a sentence"),
        ("minor", "It was ten.", "note", "Readers see no note on a minor edit"),
        ("", "", "kind", "Choose what kind"),
        ("rewrite", "Words.", "kind", "not one of the available"),
        ("correction", "x" * 601, "note", "at most 600"),
    ],
)
def test_what_does_not_fit_is_refused_and_publishes_nothing(desk, kind, note, field, words):
    report = make_report("Water")
    answer = publish_edit(desk, report, kind, note, title="Wells")
    assert words in errors(answer)[field][0]
    assert len(errors(answer)) == 1
    assert "<ins>Wells</ins>" in answer.content.decode()
    report.refresh_from_db()
    assert (report.title, report.earlier_versions.count()) == ("Water", 0)


def test_an_edit_that_somebody_has_changed_meanwhile_is_shown_before_it_is_published(desk):
    report = make_report("Water")
    shown = send(desk, form_of(report), press="_publish", title="Wells")
    with editing(report):
        Report.objects.filter(pk=report.pk).update(title="Springs")
    typed = fields_of(shown) | {"kind": "correction", "note": "Renamed."}
    answer = desk.post(page("publish-edit", report), typed)
    html = answer.content.decode()
    assert "Somebody else has changed this edit" in html
    assert "<ins>Springs</ins>" in html
    report.refresh_from_db()
    assert (report.title, report.earlier_versions.count()) == ("Water", 0)
    again = fields_of(answer)
    assert (again["kind"], again["note"]) == ("correction", "Renamed.")
    desk.post(page("publish-edit", report), again)
    report.refresh_from_db()
    assert (report.title, report.earlier_versions.get().note) == ("Springs", "Renamed.")


def test_a_page_that_was_made_up_without_the_edit_it_shows_publishes_nothing(desk):
    report = make_report("Water")
    send(desk, form_of(report), title="Wells")
    desk.post(page("publish-edit", report), {"kind": "minor"})
    report.refresh_from_db()
    assert report.title == "Water"


def test_the_page_sent_twice_publishes_once(desk):
    report = make_report("Water")
    shown = send(desk, form_of(report), press="_publish", title="Wells")
    typed = fields_of(shown) | {"kind": "correction", "note": "Renamed."}
    desk.post(page("publish-edit", report), typed)
    answer = desk.post(page("publish-edit", report), typed, follow=True)
    assert said(answer)[-1] == workflow.NO_EDIT
    assert report.earlier_versions.count() == 1


def test_an_edit_that_can_no_longer_be_published_says_why_and_shows_what_readers_have(desk):
    report = make_report("Water")
    with editing(report):
        Report.objects.filter(pk=report.pk).update(title="Wells", lead="")
    shown = desk.get(page("publish-edit", report))
    answer = desk.post(page("publish-edit", report), fields_of(shown) | {"kind": "minor"})
    html = answer.content.decode()
    assert "every report opens with one of them" in html
    assert "<del>Water</del><ins>Wells</ins>" in html


def test_where_there_is_no_edit_the_page_says_so(desk):
    report = make_report("Water")
    answer = send(desk, form_of(report), press="_publish")
    assert answer.redirect_chain[-1][0] == form_of(report)
    assert said(answer) == [workflow.NO_EDIT]
    assert [message.level_tag for message in answer.context["messages"]] == ["info"]


@pytest.mark.parametrize("make", [make_report, make_scheduled])
def test_where_nothing_was_changed_nothing_is_sent_to_review_and_no_fault_is_found(desk, make):
    report = make("Water")
    answer = send(desk, form_of(report), press="_review")
    assert [(message.level_tag, str(message)) for message in answer.context["messages"]] == [("info", workflow.NO_EDIT)]
    assert "asked=" not in answer.redirect_chain[-1][0]
    report.refresh_from_db()
    assert not report.edit_submitted_at


@pytest.mark.parametrize("make", [make_draft, make_scheduled])
def test_an_edit_of_what_nobody_reads_has_no_such_page(desk, make):
    answer = desk.get(page("publish-edit", make("Water")), follow=True)
    assert said(answer) == ["“Water” is not live."]


def test_an_edit_of_a_scheduled_report_is_taken_over_at_once(desk):
    report = make_scheduled("Water")
    send(desk, form_of(report), press="_publish_edit", title="Wells")
    report.refresh_from_db()
    assert (report.title, report.earlier_versions.count()) == ("Wells", 0)


def test_withdrawn_while_the_page_was_open_nothing_is_published(desk):
    report = make_report("Water")
    shown = send(desk, form_of(report), press="_publish", title="Wells")
    desk.post(page("withdraw", report), {"reason": "Wrong."})
    answer = desk.post(page("publish-edit", report), fields_of(shown), follow=True)
    assert said(answer)[-1] == "“Water” is not live."
    report.refresh_from_db()
    assert report.title == "Water"


# Suppressing


def test_the_history_lists_what_readers_can_open_and_leads_to_suppressing(desk):
    report = make_report("Water")
    correct(report, "It was ten.", title="Wells")
    html = desk.get(page("versions", report)).content.decode()
    for words in ("Correction: It was ten.", "/publications/water/versions/1/", page("suppress", report, 1)):
        assert words in html


def test_suppressing_asks_for_the_reason_and_says_it_in_the_history_alone(desk):
    report = make_report("Water")
    correct(report, title="Wells")
    assert "no longer reach" in desk.get(page("suppress", report, 1)).content.decode()
    assert errors(desk.post(page("suppress", report, 1), {"reason": " \x01"}))["reason"]
    assert ask("/publications/water/versions/1/").status == 200
    answer = desk.post(page("suppress", report, 1), {"reason": "It named a source."}, follow=True)
    assert answer.redirect_chain[-1][0] == page("versions", report)
    html = answer.content.decode()
    assert "It named a source." in html
    assert page("suppress", report, 1) not in html
    assert ask("/publications/water/versions/1/").status == 410
    again = desk.post(page("suppress", report, 1), {"reason": "Again."}, follow=True)
    assert said(again)[-1] == "Version 1 is suppressed already."
    assert EarlierVersion.objects.get().suppressed_because == "It named a source."


@pytest.mark.parametrize("number", [0, 2, 99999999999])
def test_a_public_version_that_never_was_is_not_suppressed(desk, number):
    report = make_report("Water")
    correct(report, title="Wells")
    assert desk.post(page("suppress", report, number), {"reason": "Because."}).status_code == 404


# Withdrawing for another


def withdraw(client, report, replacement, reason="Its figures were wrong."):
    return client.post(page("withdraw", report), {"reason": reason, "replacement": replacement.pk}, follow=True)


def test_a_withdrawn_report_leads_to_the_one_that_replaces_it(desk):
    report, other = make_report("Water"), make_report("Wells <of> Water")
    withdraw(desk, report, other)
    answer = ask("/publications/water/")
    assert answer.status == 410
    line = answer.page.one("p", class_="instead")
    assert line.text == "Superseded by Wells <of> Water."
    assert line.one("a")["href"] == other.get_absolute_url()
    (link,) = report.related_entries.filter(origin=SUPERSEDED_BY)
    assert link.related == other


def test_the_tombstone_names_the_replacement_only_while_that_is_live(desk):
    report, other = make_report("Water"), make_report("Wells")
    withdraw(desk, report, other)
    withdraw(desk, other, make_report("Springs"))
    assert "Wells" not in ask("/publications/water/").page.text


def test_the_link_is_in_the_history_and_the_form_and_stays_when_the_report_comes_back(desk):
    report, other = make_report("Water"), make_report("Wells")
    withdraw(desk, report, other)
    newest = report.versions.first()
    assert newest.content["related_entries"][0]["related_id"] == other.pk
    assert newest.digest == versions.digest(versions.snapshot(Report.objects.get(pk=report.pk)))
    assert (newest.by.username, newest.said) == ("alice", "Superseded by “Wells”")
    assert fields_of(desk.get(form_of(report)))["related_entries-0-origin"] == SUPERSEDED_BY
    publish_again(desk, report)
    assert Report.objects.get(pk=report.pk).is_live()
    assert report.related_entries.filter(origin=SUPERSEDED_BY, related=other).exists()
    assert "Superseded by" in ask("/publications/water/").page.one(id="linked-reports").text


def test_an_edit_that_was_pending_keeps_the_link_when_it_is_published(desk):
    report, other, pinned = make_report("Water"), make_report("Wells"), make_report("Pinned")
    relate(report, pinned)
    send(desk, form_of(report), title="Springs")
    withdraw(desk, report, other)
    assert report.related_entries.filter(origin=SUPERSEDED_BY).exists()
    edit = versions.pending(report)
    assert edit.content["fields"]["title"] == "Springs"
    publish_again(desk, report)
    report.refresh_from_db()
    assert report.title == "Springs"
    found = set(report.related_entries.exclude(origin="computed").values_list("origin", "related"))
    assert found == {(SUPERSEDED_BY, other.pk), ("pinned", pinned.pk)}


def test_an_edit_that_only_added_the_same_link_is_none_any_more(desk):
    report, other = make_report("Water"), make_report("Wells")
    send(desk, form_of(report), **rows("related_entries", {"origin": SUPERSEDED_BY, "related": other.pk}))
    assert versions.pending(report)
    withdraw(desk, report, other)
    assert versions.pending(report) is None
    assert report.related_entries.filter(origin=SUPERSEDED_BY).count() == 1


def test_a_link_that_stands_already_is_not_stored_twice(desk):
    report, other = make_report("Water"), make_report("Wells")
    relate(report, other, SUPERSEDED_BY)
    withdraw(desk, report, other)
    assert report.related_entries.filter(origin=SUPERSEDED_BY).count() == 1
    assert report.versions.count() == 1


def test_a_withdrawal_that_is_refused_leaves_no_link(desk):
    report, other = make_report("Water"), make_report("Wells")
    withdraw(desk, report, other, reason=" ")
    report.refresh_from_db()
    assert report.is_live()
    assert not report.related_entries.filter(origin=SUPERSEDED_BY).exists()


@pytest.mark.parametrize("make", [make_draft, make_scheduled, lambda title: Report.objects.get(title="Water")])
def test_only_another_live_report_replaces_it(desk, make):
    report = make_report("Water")
    answer = withdraw(desk, report, make("Hidden"))
    assert "not live" in errors(answer)["replacement"][0]
    report.refresh_from_db()
    assert report.is_live()


def test_the_picker_offers_live_reports_alone(client):
    client.force_login(make_member(Role.PUBLISHER))
    report = make_report("Water")
    make_report("Unguessable live")
    make_draft("Unguessable draft")
    make_scheduled("Unguessable scheduled")
    html = client.get(page("withdraw", report)).content.decode()
    address = reverse("admin:autocomplete") + "?live"
    assert f'data-ajax--url="{address}"' in html
    asked = "&app_label=publications&model_name=relatedpublication&field_name=related&term=unguess"
    offered = client.get(address + asked).json()["results"]
    assert [row["text"].split(" · ")[0] for row in offered] == ["Unguessable live"]
