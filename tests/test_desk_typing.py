"""What is typed and not saved: kept while one types, had again afterwards, and nobody else's."""

import json
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from publications.editorial import typing, versions
from publications.editorial.roles import Role
from publications.models import Report, Typed
from tests.desk import ADD, errors_on, fields_of, form_of, rows, said, send
from tests.factory import make_author, make_draft, make_member, make_report, make_superuser, make_topic, relate

pytestmark = pytest.mark.django_db
ADD_TYPED = "/admin/publications/report/add/typed/"


@pytest.fixture
def alice():
    return make_superuser("alice")


@pytest.fixture
def desk(client, alice):
    client.force_login(alice)
    return client


def typed_address(report):
    return reverse("admin:typed", args=[report.pk])


def type_into(client, report, **typed):
    """Open the form, type over some fields, and let the script send it: the values that were sent."""
    data = fields_of(client.get(form_of(report) if report else ADD)) | typed
    answer = client.post(typed_address(report) if report else ADD_TYPED, data)
    assert answer.json()["kept"].startswith("What you type is kept")
    return data


def take_up(client, report, key=None):
    address = form_of(report) if report else ADD
    return client.get(f"{address}?typed={key or Typed.objects.latest('at').pk}")


def values_on(response):
    """The fields of the page, without those that a form carries for itself."""
    return {name: value for name, value in fields_of(response).items() if name not in {"typed", "typist"}}


# Kept while one types


def test_what_is_typed_is_kept_and_changes_nothing_else(desk, alice):
    report = make_draft("Water")
    type_into(desk, report, title="Rivers")
    row = Typed.objects.get()
    assert (row.user, row.report, row.data["title"]) == (alice, report, ["Rivers"])
    report.refresh_from_db()
    assert report.title == "Water"
    assert not report.versions.exists()
    assert not report.events.exists()


def test_a_form_keeps_one_row_however_often_it_is_sent(desk):
    report = make_draft("Water")
    data = type_into(desk, report, title="Rivers")
    desk.post(typed_address(report), data | {"title": "Rivers and lakes"})
    assert Typed.objects.get().data["title"] == ["Rivers and lakes"]


def test_two_forms_left_open_do_not_take_each_others_place(desk):
    report = make_draft("Water")
    type_into(desk, report, title="Rivers")
    type_into(desk, report, title="Lakes")
    assert {row.data["title"][0] for row in Typed.objects.all()} == {"Rivers", "Lakes"}


def test_of_many_forms_left_open_the_oldest_are_forgotten(desk, alice, monkeypatch):
    monkeypatch.setattr(typing, "MOST", 3)
    for number in range(5):
        typing.keep(alice, None, {"title": [f"Water {number}"]})
    assert {row.data["title"][0] for row in Typed.objects.all()} == {"Water 2", "Water 3", "Water 4"}


def test_no_token_password_button_or_pattern_row_is_kept():
    names = ["title", "csrfmiddlewaretoken", "_publish", "old_password", "authorships-__prefix__-author"]
    assert typing.plain((name, ["x"]) for name in names) == {"title": ["x"]}


def test_control_characters_in_what_is_typed_are_dropped(desk):
    report = make_draft("Water")
    type_into(desk, report, title="Ri\x00ve\x01rs", **{"a\x00b": "x"})
    assert Typed.objects.get().data["title"] == ["Rivers"]


def test_too_much_is_refused_with_a_sentence(desk, monkeypatch):
    monkeypatch.setattr(typing, "LIMIT", 5000)
    report = make_draft("Water")
    data = fields_of(desk.get(form_of(report)))
    answer = desk.post(typed_address(report), data | {"body": "x" * 5000})
    assert answer.status_code == 413
    assert answer.json()["said"] == typing.TOO_LONG
    assert not Typed.objects.exists()


def test_what_is_taken_back_is_forgotten(desk):
    report = make_draft("Water")
    data = type_into(desk, report, title="Rivers")
    assert desk.post(typed_address(report), {"typed": data["typed"], "nothing": "1"}).json() == {"kept": ""}
    assert not Typed.objects.exists()


# Had again


def test_the_form_says_that_more_was_typed_and_gives_it_back(desk):
    report = make_draft("Water")
    assert "You typed more" not in desk.get(form_of(report)).content.decode()
    type_into(desk, report, title="Rivers", lead="<p>Wells &amp; <strong>keys</strong></p>")
    html = desk.get(form_of(report)).content.decode()
    assert "You typed more than was saved here" in html
    assert "Rivers" not in html
    response = take_up(desk, report)
    assert fields_of(response)["title"] == "Rivers"
    assert fields_of(response)["lead"] == "<p>Wells &amp; <strong>keys</strong></p>"
    assert "You typed more" not in response.content.decode()
    report.refresh_from_db()
    assert report.title == "Water"


def test_rows_topics_and_choices_come_back_as_if_they_had_been_posted(desk):
    amina, bo, peace, other = make_author("Amina"), make_author("Bo"), make_topic("Peace"), make_report("Pinned")
    report = make_report("Water", authors=[amina, make_author("Gone")], topics=[make_topic("Wells")])
    relate(report, make_report("Was pinned"))
    typed = type_into(
        desk,
        report,
        title="",
        topics=[peace.pk],
        **{"authorships-TOTAL_FORMS": 3, "authorships-1-DELETE": "on", "authorships-2-author": bo.pk},
        **{"authorships-2-role": "editor", "authorships-2-biography": "<p>Of Bo.</p>", "authorships-2-id": ""},
        **{"authorships-2-report": report.pk, "authorships-2-position": ""},
        **rows("related_entries", {"origin": "excluded", "related": other.pk, "position": 0}),
    )
    again = values_on(take_up(desk, report))
    expected = {name: value for name, value in typed.items() if name not in {"typed", "typist"}}
    as_text = {name: str(value[0]) if isinstance(value, list) else str(value) for name, value in expected.items()}
    assert {name: str(value) for name, value in again.items() if not isinstance(value, list)} == as_text


def test_nothing_is_said_to_be_wrong_until_it_is_saved(desk):
    report = make_draft("Water", authors=[make_author()])
    type_into(desk, report, title="", date="nonsense", **{"authorships-0-author": ""})
    response = take_up(desk, report)
    assert "errorlist" not in response.content.decode()
    assert "errornote" not in response.content.decode()
    assert values_on(response)["date"] == "nonsense"
    answer = desk.post(form_of(report), fields_of(response) | {"_continue": "x"})
    assert errors_on(answer, "title")


def test_what_was_taken_up_is_saved_and_then_forgotten(desk):
    report = make_draft("Water", authors=[make_author("Amina")])
    type_into(desk, report, title="Rivers", **{"authorships-0-DELETE": "on"})
    desk.post(form_of(report), fields_of(take_up(desk, report)) | {"_continue": "x"})
    report.refresh_from_db()
    assert report.title == "Rivers"
    assert not report.authorships.exists()
    assert not Typed.objects.exists()


def test_rows_of_a_pending_edit_are_taken_up_too(desk):
    report, bo = make_report("Water"), make_author("Bo")
    send(desk, form_of(report), **rows("authorships", {"author": bo.pk, "role": "author"}))
    type_into(desk, report, **{"authorships-0-role": "editor"})
    response = take_up(desk, report)
    assert fields_of(response)["authorships-0-role"] == "editor"
    desk.post(form_of(report), fields_of(response) | {"_continue": "x"})
    assert [row["role"] for row in versions.pending(report).content["authorships"]] == ["editor"]


def test_a_row_whose_author_is_gone_meanwhile_is_taken_up_as_a_new_one(desk):
    report, gone, bo = make_report("Water"), make_author("Gone"), make_author("Bo")
    both = rows("authorships", {"author": gone.pk, "role": "author"}, {"author": bo.pk, "role": "author"})
    send(desk, form_of(report), **both)
    type_into(desk, report, **{"authorships-0-biography": "<p>First.</p>", "authorships-1-biography": "<p>Second.</p>"})
    gone.delete()
    again = fields_of(take_up(desk, report))
    assert again["authorships-INITIAL_FORMS"] == "1"
    assert [again[f"authorships-{number}-biography"] for number in (0, 1)] == ["<p>Second.</p>", "<p>First.</p>"]
    again |= {"authorships-1-author": make_author("Ines").pk, "_continue": "x"}
    assert desk.post(form_of(report), again).status_code == 302
    kept = versions.read(report, versions.pending(report).content)
    assert {str(row): row.biography for row in kept.parts["authorships"]} == {
        "Bo": "<p>Second.</p>",
        "Ines": "<p>First.</p>",
    }


def test_what_was_typed_before_somebody_else_saved_is_a_conflict_and_set_aside(desk):
    report, bo = make_draft("Water", authors=[make_author("Amina")]), make_author("Bo")
    type_into(desk, report, subtitle="Mine", **{"authorships-0-biography": "<p>Of Amina.</p>"})
    send(desk, form_of(report), subtitle="Theirs", **rows("authorships", {"author": bo.pk, "role": "author"}))
    response = desk.post(form_of(report), fields_of(take_up(desk, report)) | {"_continue": "x"}, follow=True)
    assert "nothing of theirs was overwritten" in said(response)[0]
    aside = report.versions.get(set_aside=True).content
    assert aside["fields"]["subtitle"] == "Mine"
    assert [(row["name"], row["biography"]) for row in aside["authorships"]] == [("Amina", "<p>Of Amina.</p>")]
    report.refresh_from_db()
    assert report.subtitle == "Theirs"


def test_what_is_typed_into_a_new_report_is_kept_and_taken_up(desk):
    topic = make_topic("Wells")
    typed = rows("authorships", {"author": make_author("Amina").pk, "role": "author"})
    type_into(desk, None, title="Water", topics=[topic.pk], **typed)
    assert "have not saved it, “<bdi>Water</bdi>”, at" in desk.get(ADD).content.decode()
    response = take_up(desk, None)
    assert fields_of(response)["title"] == "Water"
    desk.post(ADD, fields_of(response) | {"_continue": "x"})
    report = Report.objects.get()
    assert [str(row) for row in report.authorships.all()] == ["Amina"]
    assert [*report.topics.all()] == [topic]
    assert not Typed.objects.exists()


def test_what_another_form_says_too_is_saved_with_the_first(desk):
    report = make_draft("Water")
    type_into(desk, report, title="Rivers")
    type_into(desk, report, title="Lakes")
    send(desk, form_of(report), title="Rivers")
    assert [row.data["title"] for row in Typed.objects.all()] == [["Lakes"]]


def test_who_types_is_told_who_else_does(desk, client, alice):
    report, bob = make_draft("Water"), make_superuser("bob")
    data = type_into(desk, report, title="Rivers")
    assert "typing here too" not in desk.get(form_of(report)).content.decode()
    typing.keep(bob, report, {"title": ["Lakes"]})
    typing.keep(bob, make_draft("Other"), {"title": ["Lakes"]})
    assert "bob is typing here too." in desk.get(form_of(report)).content.decode()
    assert desk.post(typed_address(report), data).json()["kept"].endswith("). bob is typing here too.")
    Typed.objects.filter(user=bob).update(at=timezone.now() - typing.STILL_TYPING)
    assert "typing here too" not in desk.get(form_of(report)).content.decode()


def test_a_form_that_is_refused_is_kept(desk):
    report = make_draft("Water")
    for where in (report, None):
        send(desk, form_of(where) if where else ADD, title="", subtitle="Not lost")
        assert fields_of(take_up(desk, where))["subtitle"] == "Not lost"


def test_files_are_not_kept_and_the_form_says_which(desk):
    report = make_draft("Water")
    type_into(desk, report, title="Rivers", chosen_files=["annex<b>.pdf"])
    assert "choose again “<bdi>annex&lt;b&gt;.pdf</bdi>”" in take_up(desk, report).content.decode()


def test_what_was_typed_is_thrown_away_when_asked_to(desk):
    report = make_draft("Water")
    type_into(desk, report, title="Rivers")
    response = desk.post(typed_address(report), {"throw": str(Typed.objects.get().pk)}, follow=True)
    assert "discarded" in said(response)[0]
    assert not Typed.objects.exists()


@pytest.mark.parametrize("key", ["", "x", str(uuid4())])
def test_what_is_gone_cannot_be_taken_up(desk, key):
    report = make_draft("Water")
    response = desk.get(f"{form_of(report)}?typed={key}", follow=True)
    assert "saved or discarded already" in said(response)[0]
    assert fields_of(response)["title"] == "Water"
    assert desk.get(f"/admin/publications/report/nonsense/change/?typed={key}").status_code == 404


def test_markup_in_what_was_typed_is_shown_as_words(desk):
    report = make_draft("Water")
    type_into(desk, report, title="</textarea><script>alert(1)</script>", lead="<p><script>alert(2)</script></p>")
    for html in (take_up(desk, report).content.decode(), desk.get(typed_address(report)).content.decode()):
        assert "<script>alert" not in html


# The one who typed it, as far as they may


def test_a_report_that_went_to_review_meanwhile_still_gives_back_what_was_typed(client):
    writer = make_member(Role.WRITER)
    client.force_login(writer)
    report = make_draft("Water", made_by=writer)
    data = type_into(client, report, body="<h2>One</h2><p>Kept & read.</p>", authors="x")
    Report.objects.filter(pk=report.pk).update(state="in_review")
    assert client.post(typed_address(report), data).status_code == 403
    answer = client.post(form_of(report), data | {"body": "<p>The last words.</p>", "_continue": "x"})
    assert answer.status_code == 403
    assert "The last words." in answer.content.decode()
    page = client.get(f"{form_of(report)}?typed={data['typed']}", follow=True).content.decode()
    assert "The last words." in page
    assert "You cannot edit this report at the moment" in page
    assert "Continue with it" not in page
    assert "Read it" in client.get(form_of(report)).content.decode()


def test_what_one_typed_is_nobody_elses(desk, client):
    report, mallory = make_draft("Water"), make_superuser("mallory")
    data = type_into(desk, report, title="Unguessable")
    client.force_login(mallory)
    for address in (form_of(report), typed_address(report), f"{form_of(report)}?typed={data['typed']}"):
        assert b"Unguessable" not in client.get(address, follow=True).content
    client.post(typed_address(report), {"throw": data["typed"]})
    client.post(typed_address(report), data | {"title": "Mine"})
    assert {row.user.username: row.data["title"] for row in Typed.objects.all()} == {
        "alice": ["Unguessable"],
        "mallory": ["Mine"],
    }


def test_what_one_may_not_edit_keeps_nothing(client):
    writer, report, live = make_member(Role.WRITER), make_draft("Hidden"), make_report("Live")
    client.force_login(writer)
    assert client.post(typed_address(report), {"title": "x"}).status_code == 404
    assert client.post(typed_address(live), {"title": "x"}).status_code == 403
    assert client.get(typed_address(report)).status_code == 404
    assert client.get(ADD_TYPED).status_code == 200
    client.force_login(make_member(Role.READER))
    assert client.post(typed_address(live), {"title": "x"}).status_code == 403
    assert client.post(form_of(live), {"title": "x"}).status_code == 403
    assert client.get(ADD_TYPED).status_code == client.post(ADD_TYPED, {"title": "x"}).status_code == 403
    assert not Typed.objects.exists()


def test_opening_the_form_asks_two_questions_more_however_much_was_typed(desk, django_assert_max_num_queries, alice):
    report = make_draft("Water")
    for number in range(5):
        type_into(desk, report, title=f"Rivers {number}")
    with django_assert_max_num_queries(500) as asked:
        desk.get(form_of(report))
    assert len([query for query in asked if "publications_typed" in query["sql"]]) == 2


def test_what_was_typed_on_an_earlier_day_says_so(desk):
    report = make_draft("Water")
    type_into(desk, report, title="Rivers")
    Typed.objects.update(at=timezone.now().replace(year=2020, month=5, day=3))
    assert "3 May 2020" in desk.get(form_of(report)).content.decode()


def test_a_page_of_what_was_typed_reads_as_words(desk):
    report, amina = make_draft("Water"), make_author("Amina")
    type_into(
        desk, report, topics=[make_topic("Wells").pk], **rows("authorships", {"author": amina.pk, "role": "author"})
    )
    html = desk.get(typed_address(report)).content.decode()
    for word in ["Amina", "Wells", "<dt>Title</dt>"]:
        assert word in html
    assert json.dumps(str(Typed.objects.get().pk))[1:-1] in html
