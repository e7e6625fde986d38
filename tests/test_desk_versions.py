"""Editing what is public, and two who edit at once, in the desk."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.urls import reverse

from publications.editorial import versions, workflow
from publications.models import Report
from tests.desk import fields_of, form_of, pdf, publish_again, publish_edit, rows, said, send
from tests.factory import (
    attach,
    give_cover,
    make_author,
    make_draft,
    make_report,
    make_scheduled,
    make_superuser,
    make_topic,
    make_withdrawn,
    relate,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client):
    client.force_login(make_superuser())
    return client


def page(name, report, *key):
    return reverse(f"admin:{name}", args=[report.pk, *key])


def read_on_site(client, report):
    return client.get(report.get_absolute_url()).content.decode()


# An edit of what readers see


def test_what_is_typed_into_a_live_report_waits_until_it_is_published(desk):
    report = make_report("Water", topics=[make_topic("Wells")], authors=[make_author("Amina")])
    bo, peace = make_author("Bo"), make_topic("Peace")
    response = send(
        desk,
        form_of(report),
        title="Rivers",
        topics=[peace.pk],
        **rows("authorships", {"author": bo.pk, "role": "author"}),
        **rows("attachments", {"file": pdf(), "title": "The report", "kind": "report"}),
    )
    assert "readers do not see yet" in response.content.decode()
    before = read_on_site(desk, report)
    for word in ["Rivers", "Bo", "Peace", "Download"]:
        assert word not in before
    shown = desk.get(form_of(report))
    assert shown.context["adminform"].form.initial["title"] == "Rivers"
    assert "Bo" in shown.content.decode()
    publish_edit(desk, report)
    after = read_on_site(desk, report)
    for word in ["Rivers", "Bo", "Peace", "Download"]:
        assert word in after
    assert versions.pending(report) is None
    assert "readers do not see yet" not in desk.get(form_of(report)).content.decode()


def test_an_edit_is_edited_again_and_again_without_touching_what_readers_see(desk):
    report = make_report("Water")
    amina, bo = make_author("Amina"), make_author("Bo")
    send(desk, form_of(report), **rows("authorships", {"author": amina.pk, "role": "author"}))
    typed = {"authorships-TOTAL_FORMS": 2, "authorships-1-author": bo.pk, "authorships-1-role": "author"}
    send(desk, form_of(report), **typed)
    send(desk, form_of(report), **{"authorships-0-DELETE": "on"})
    assert not report.authorships.exists()
    reading = versions.read(report, versions.pending(report).content)
    assert [str(row) for row in reading.report.authorships.all()] == ["Bo"]
    publish_edit(desk, report)
    assert [str(row) for row in report.authorships.all()] == ["Bo"]
    assert report.versions.filter(pending=True).count() == 0


def test_the_files_and_the_cover_of_an_edit_can_be_looked_at_in_the_desk_alone(desk, client):
    report = give_cover(make_report("Water"))
    send(desk, form_of(report), **rows("attachments", {"file": pdf(), "title": "Annex", "kind": "annex"}))
    (file,) = versions.pending(report).content["attachments"]
    address = reverse("admin:attachment", args=[report.pk, file["id"]])
    assert desk.get(address).getvalue().startswith(b"%PDF-")
    assert client.get(f"/publications/{report.slug}/{file['slug']}.pdf").status_code == 404


def test_an_edit_that_goes_back_to_what_readers_see_is_none(desk):
    report = make_report("Water")
    send(desk, form_of(report), title="Rivers")
    send(desk, form_of(report), title="Water")
    assert versions.pending(report) is None


def test_nothing_typed_is_no_version(desk):
    report = make_report("Water", authors=[make_author()], topics=[make_topic()])
    relate(report, make_report("Pinned"))
    attach(report, "Annex")
    send(desk, form_of(report))
    assert not report.versions.exists()


def test_a_form_that_is_refused_keeps_nothing_and_shows_what_was_typed(desk):
    report = make_report("Water")
    send(desk, form_of(report), title="Rivers")
    response = send(desk, form_of(report), title="", subtitle="Kept in the form")
    assert "Kept in the form" in response.content.decode()
    assert versions.pending(report).content["fields"]["title"] == "Rivers"


def test_a_withdrawn_report_is_revised_before_it_comes_back(desk, client):
    report = make_withdrawn("Water")
    send(desk, form_of(report), body="<p>Mended figures.</p>")
    assert "Mended" not in read_on_site(client, report)
    publish_again(desk, report)
    assert "Mended figures." in read_on_site(client, report)


# Two at once


def test_conflict_the_later_save_of_an_older_form_is_set_aside_and_shown_beside_the_other(desk):
    report = make_draft("Water")
    hers, his = (send_later(desk, report) for _ in range(2))
    hers(subtitle="Hers")
    response = his(subtitle="His")
    assert "nothing of theirs was overwritten" in said(response)[0]
    report.refresh_from_db()
    assert report.subtitle == "Hers"
    html = response.content.decode()
    assert "<ins>Hers" in html
    assert "<ins>His" in html
    number = report.versions.get(set_aside=True).number
    desk.post(page("restore", report, number))
    report.refresh_from_db()
    assert report.subtitle == "His"


def test_the_later_save_is_a_choice_between_the_two_and_says_whose_each_is(desk, client):
    report = make_draft("Water")
    his = send_later(desk, report)
    client.force_login(make_superuser("bob"))
    send(client, form_of(report), subtitle="Of Bob")
    client.force_login(User.objects.get(username="alice"))
    html = his(subtitle="Of Alice").content.decode()
    for words in ["What bob saved at", "What you wrote", "Take yours instead", "Keep theirs", "together by hand"]:
        assert words in html
    assert "Bring version" not in html
    client.force_login(User.objects.get(username="bob"))
    html = client.get(page("version", report, report.versions.get(set_aside=True).number)).content.decode()
    for words in ["What you saved at", "What alice wrote", "Take version 3 instead", "Keep what stands"]:
        assert words in html


def test_a_choice_made_on_an_older_page_overwrites_nothing(desk):
    report = make_draft("Water")
    his = send_later(desk, report)
    send(desk, form_of(report), subtitle="First")
    chosen = fields_of(his(subtitle="Second"))
    send(desk, form_of(report), subtitle="Third")
    number = report.versions.get(set_aside=True).number
    response = desk.post(page("restore", report, number), chosen, follow=True)
    assert "nothing was overwritten" in said(response)[0]
    report.refresh_from_db()
    assert report.subtitle == "Third"
    desk.post(page("restore", report, number), fields_of(response))
    report.refresh_from_db()
    assert report.subtitle == "Second"


def test_what_was_set_aside_and_what_was_saved_meanwhile_are_told_apart(desk):
    report = make_draft("Water", teaser="Of wells.")
    his = send_later(desk, report)
    send(desk, form_of(report), subtitle="Hers", rights="All hers.")
    shown = his(subtitle="His", teaser="Of pumps.")
    assert [one.heading for one in shown.context["written"]] == ["Subtitle", "Teaser"]
    assert [one.heading for one in shown.context["saved"]] == ["Subtitle", "Rights"]
    html = shown.content.decode()
    for words in ["What you changed", "What was saved meanwhile", "Changed on both sides: Subtitle."]:
        assert words in html
    aside = report.versions.get(set_aside=True)
    assert aside.said == "Changed: Subtitle, Teaser"
    between = desk.get(page("version", report, aside.number) + "?with=form")
    assert [one.heading for one in between.context["changes"]] == ["Subtitle", "Teaser", "Rights"]


def test_what_was_set_aside_on_what_is_not_on_record_is_compared_with_what_stands(desk):
    report = make_draft("Water")
    his = send_later(desk, report)
    send(desk, form_of(report), subtitle="Hers")
    his(teaser="Of pumps.")
    aside = report.versions.get(set_aside=True)
    report.versions.filter(digest=aside.content["base"]).delete()
    shown = desk.get(page("version", report, aside.number))
    assert {one.heading for one in shown.context["changes"]} == {"Subtitle", "Teaser"}
    assert "both started from" not in shown.content.decode()


def test_what_was_set_aside_and_is_taken_stands_like_any_other(desk):
    report = make_draft("Water")
    his = send_later(desk, report)
    send(desk, form_of(report), subtitle="Hers")
    his(teaser="Of pumps.")
    number = report.versions.get(set_aside=True).number
    desk.post(page("restore", report, number))
    html = desk.get(page("version", report, number)).content.decode()
    assert "This version says the same as what stands in the form." in html


def send_later(client, report):
    """A form that is opened now and sent later."""
    opened = fields_of(client.get(form_of(report)))
    return lambda **typed: client.post(form_of(report), opened | typed | {"_continue": "x"}, follow=True)


def test_a_form_sent_twice_saves_once(desk):
    report = make_draft("Water")
    again = send_later(desk, report)
    again(subtitle="Once")
    again(subtitle="Once")
    assert report.versions.filter(set_aside=True).count() == 0
    assert report.versions.count() == 2


def test_an_older_form_of_a_live_report_takes_nothing_from_its_edit(desk):
    report = make_report("Water")
    hers, his = (send_later(desk, report) for _ in range(2))
    hers(subtitle="Hers")
    his(subtitle="His")
    assert versions.pending(report).content["fields"]["subtitle"] == "Hers"
    assert report.versions.get(set_aside=True).content["fields"]["subtitle"] == "His"


def test_a_move_of_what_somebody_else_has_moved_meanwhile_undoes_nothing_though_an_edit_waits(desk):
    report = make_scheduled("Water")
    send(desk, form_of(report), title="Rivers")
    stale, moment = Report.objects.get(pk=report.pk), report.public_from + timedelta(days=3)
    Report.objects.filter(pk=report.pk).update(public_from=moment)
    for act in (lambda: workflow.move(stale, "draft"), lambda: workflow.publish_now(stale)):
        with pytest.raises(ValidationError, match="Somebody else"):
            act()
    report.refresh_from_db()
    assert (report.state, report.public_from, report.title) == ("published", moment, "Water")
    assert versions.pending(report).content["fields"]["title"] == "Rivers"
