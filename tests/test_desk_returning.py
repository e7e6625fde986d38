"""Signing in again in the middle of a report: what was typed goes over, to its typist and to nobody else."""

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from publications.editorial import typing
from publications.editorial.roles import Role
from publications.models import Report, Typed
from tests.desk import ADD, fields_of, form_of, pdf, said
from tests.factory import make_draft, make_member, make_superuser

pytestmark = pytest.mark.django_db
LOGIN = "/admin/login/"
PASSWORD = "correct horse battery"


@pytest.fixture
def alice():
    return make_superuser("alice")


@pytest.fixture
def desk(client, alice):
    client.force_login(alice)
    return client


def lose_session(client):
    del client.cookies["sessionid"]


def sign_in(client, page, name, password=PASSWORD, **typed):
    data = {"next": page.context["next"], "carried": page.context["carried"], "username": name, "password": password}
    return client.post(LOGIN, data | typed, follow=True)


def with_password(role, name):
    user = make_member(role, name)
    user.set_password(PASSWORD)
    user.save()
    return user


def save_signed_out(client, address, **typed):
    """Open the form, lose the session, and press Save: the page that answers."""
    data = fields_of(client.get(address)) | typed | {"_continue": "x"}
    lose_session(client)
    page = client.post(address, data)
    assert page.status_code == 200
    assert "You have been signed out" in page.content.decode()
    return page


# A session that has ended


def test_a_form_sent_after_the_session_ended_is_filled_again_after_signing_in(desk, alice):
    report = make_draft("Water")
    page = save_signed_out(desk, form_of(report), title="Rivers", body="<p>Kept &amp; \"read\".</p>\n<p>'Two'</p>")
    assert not Typed.objects.exists()
    response = sign_in(desk, page, "alice")
    assert response.redirect_chain[-1][0].startswith(form_of(report))
    assert said(response) == ["You are signed in again. What you typed is here; save it."]
    assert fields_of(response)["title"] == "Rivers"
    # In the form in which it will be stored: the editor reads nothing else.
    assert fields_of(response)["body"] == "<p>Kept &amp; \"read\".</p><p>'Two'</p>"
    desk.post(form_of(report), fields_of(response) | {"_continue": "x"})
    report.refresh_from_db()
    assert report.title == "Rivers"
    assert not Typed.objects.exists()


def test_a_new_report_goes_over_the_sign_in_too(desk):
    response = sign_in(desk, save_signed_out(desk, ADD, title="Water"), "alice")
    assert fields_of(response)["title"] == "Water"
    assert not Report.objects.exists()


def test_a_wrong_password_loses_nothing(desk):
    page = save_signed_out(desk, ADD, title="Water")
    again = sign_in(desk, page, "alice", "wrong")
    assert again.context["form"].errors
    assert not Typed.objects.exists()
    assert fields_of(sign_in(desk, again, "alice"))["title"] == "Water"


def test_files_cannot_go_over_and_the_pages_say_so(desk):
    typed = {"title": "Water", "attachments-TOTAL_FORMS": 1, "attachments-0-file": pdf("annex.pdf")}
    page = save_signed_out(desk, ADD, **typed)
    assert "choose again “<bdi>annex.pdf</bdi>”" in page.content.decode()
    assert "choose again “<bdi>annex.pdf</bdi>”" in sign_in(desk, page, "alice").content.decode()


def test_the_sign_in_page_shows_markup_as_words_and_is_stored_nowhere(desk):
    page = save_signed_out(desk, ADD, title='"><script>alert(1)</script>')
    assert "<script>alert" not in page.content.decode()
    assert "no-store" in page["Cache-Control"]


def test_somebody_else_who_signs_in_there_is_asked_first(desk):
    report, bob = make_draft("Water"), make_superuser("bob")
    page = save_signed_out(desk, form_of(report), title="Rivers")
    asked = sign_in(desk, page, "bob")
    html = asked.content.decode()
    assert "perhaps by somebody else" in html
    assert "signed in as <strong>bob</strong>" in html
    assert not Typed.objects.exists()
    response = desk.post(asked.context["typing_address"], {"carried": asked.context["carried"]}, follow=True)
    assert fields_of(response)["title"] == "Rivers"
    assert Typed.objects.get().user == bob


@pytest.mark.parametrize("typist", ["", "1:forged", "x"])
def test_a_form_that_does_not_prove_for_whom_it_was_opened_is_asked_about(desk, typist):
    page = save_signed_out(desk, ADD, title="Water", typist=typist)
    assert "perhaps by somebody else" in sign_in(desk, page, "alice").content.decode()
    assert not Typed.objects.exists()


def test_who_may_not_edit_the_report_gets_nothing_of_it(desk):
    hidden = make_draft("Hidden")
    with_password(Role.WRITER, "wendy"), with_password(Role.READER, "rudi")
    for address, name in [(form_of(hidden), "wendy"), (form_of(hidden), "rudi"), (ADD, "rudi")]:
        desk.force_login(User.objects.get(username="alice"))
        response = sign_in(desk, save_signed_out(desk, address, title="Unguessable"), name)
        assert response.redirect_chain[-1][0] == "/admin/"
        assert "this account may not edit" in said(response)[0]
        assert b"Unguessable" not in response.content
    assert not Typed.objects.exists()


def test_a_typist_who_may_edit_no_more_can_read_it_again(client):
    wendy = with_password(Role.WRITER, "wendy")
    report = make_draft("Water", made_by=wendy)
    client.force_login(wendy)
    page = save_signed_out(client, form_of(report), title="Rivers")
    Report.objects.filter(pk=report.pk).update(state="in_review")
    response = sign_in(client, page, "wendy")
    assert "You cannot edit this report at the moment" in response.content.decode()
    assert "Rivers" in response.content.decode()


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example/admin/", "/admin/auth/user/", "", "x"])
def test_signing_in_leads_nowhere_else(desk, target):
    page = save_signed_out(desk, ADD, title="Water")
    data = {"carried": page.context["carried"], "username": "alice", "password": PASSWORD, "next": target}
    answer = desk.post(LOGIN, data)
    assert answer.status_code == 302
    assert "evil" not in answer["Location"]
    assert not Typed.objects.exists()


@pytest.mark.parametrize("carried", ["", "x", "[]", "[" * 9999, '{"title": "x"}', '{"title": [1]}', "null"])
def test_what_is_carried_and_is_no_form_is_passed_over(desk, alice, carried):
    lose_session(desk)
    data = {"username": "alice", "password": PASSWORD, "next": ADD, "carried": carried}
    assert desk.post(LOGIN, data)["Location"] == ADD
    desk.force_login(alice)
    desk.post(reverse("admin:typed-new"), {"carried": carried})
    assert not any(row.data.get("title") for row in Typed.objects.all())


def test_what_is_too_long_goes_the_usual_way_with_a_sentence(desk, monkeypatch):
    monkeypatch.setattr(typing, "LIMIT", 5000)
    data = fields_of(desk.get(ADD)) | {"body": "x" * 5000}
    lose_session(desk)
    response = desk.post(ADD, data, follow=True)
    assert response.redirect_chain[0][0].startswith(LOGIN)
    assert "too long to be carried over" in said(response)[0]


def test_other_forms_lead_to_the_plain_sign_in(client):
    for address in ["/admin/topics/topic/add/", reverse("admin:bin", args=[1]), reverse("admin:typed-new")]:
        assert client.post(address, {"name": "x"})["Location"].startswith(LOGIN)


# A token that has grown old


@pytest.fixture
def strict(alice):
    """A browser of Alice's whose tokens are checked."""
    client = Client(enforce_csrf_checks=True, headers={"Origin": "http://testserver"})
    client.force_login(alice)
    return client


def test_a_form_with_an_old_token_is_gone_on_with_after_a_button_is_pressed(strict, alice):
    report = make_draft("Water")
    data = fields_of(strict.get(form_of(report))) | {"title": "Rivers", "csrfmiddlewaretoken": "a" * 64}
    page = strict.post(form_of(report), data)
    assert page.status_code == 403
    assert "Go on with what you typed" in page.content.decode()
    assert not Typed.objects.exists()
    token = page.context["csrf_token"]
    answer = strict.post(
        page.context["typing_address"], {"carried": page.context["carried"], "csrfmiddlewaretoken": str(token)}
    )
    assert fields_of(strict.get(answer["Location"]))["title"] == "Rivers"
    report.refresh_from_db()
    assert report.title == "Water"


def test_an_old_token_of_nobody_leads_to_the_sign_in(strict):
    data = fields_of(strict.get(ADD)) | {"title": "Water", "csrfmiddlewaretoken": "a" * 64}
    lose_session(strict)
    page = strict.post(ADD, data)
    assert "You have been signed out" in page.content.decode()
    token = {"csrfmiddlewaretoken": str(page.context["csrf_token"])}
    assert fields_of(sign_in(strict, page, "alice", **token))["title"] == "Water"


def test_a_sign_in_page_that_has_grown_old_itself_loses_nothing(strict, alice):
    data = fields_of(strict.get(ADD)) | {"title": "Water"}
    token = {"csrfmiddlewaretoken": strict.cookies["csrftoken"].value}
    lose_session(strict)
    page = strict.post(ADD, data | token)
    strict.force_login(alice)
    old = {"csrfmiddlewaretoken": "a" * 64}
    assert "Go on with what you typed" in sign_in(strict, page, "alice", **old).content.decode()


@pytest.mark.parametrize("origin", ["https://evil.example", "null", None])
def test_another_site_gets_none_of_its_words_before_an_editor(alice, origin):
    client = Client(enforce_csrf_checks=True, headers={"Origin": origin} if origin else {})
    client.force_login(alice)
    report = make_draft("Water")
    answer = client.post(form_of(report), {"title": "Planted", "csrfmiddlewaretoken": "a" * 64})
    assert answer.status_code == 403
    assert b"Planted" not in answer.content
    assert b"CSRF verification failed" in answer.content


def test_other_forms_answer_an_old_token_as_ever(strict):
    for address in ["/admin/topics/topic/add/", LOGIN]:
        answer = strict.post(address, {"name": "x", "carried": "x", "csrfmiddlewaretoken": "a" * 64})
        assert b"CSRF verification failed" in answer.content


def test_an_old_token_tells_the_script_what_to_do(strict):
    answer = strict.post(reverse("admin:typed-new"), {"title": "x", "csrfmiddlewaretoken": "a" * 64})
    assert answer.status_code == 403
    assert "you have signed in again in another window" in answer.json()["said"]


def test_an_old_token_gives_nobody_a_form_that_is_not_theirs(client):
    strict = Client(enforce_csrf_checks=True, headers={"Origin": "http://testserver"})
    strict.force_login(make_member(Role.WRITER))
    for address in [form_of(make_draft("Hidden")), "/admin/publications/report/nonsense/change/"]:
        answer = strict.post(address, {"title": "x", "csrfmiddlewaretoken": "a" * 64})
        assert b"CSRF verification failed" in answer.content
