"""Accounts: people are invited by e-mail, forget their passwords, and are switched off rather than deleted."""

import re
import threading
from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.links import INVITATION, RESET
from institution.models import SiteDetails
from publications.editorial.roles import Role, role_of
from tests.desk import errors_on, fields_of, said, send
from tests.factory import make_draft, make_member, make_superuser

pytestmark = pytest.mark.django_db
ADD = "/admin/auth/user/add/"
LIST = "/admin/auth/user/"
FORGOTTEN = "/admin/password/forgotten/"
PASSWORD = "correct horse battery staple"
WANDA = {"first_name": "Wanda", "last_name": "Ruiz", "email": "wanda@example.org", "role": "Writers"}


@pytest.fixture
def desk(client):
    client.force_login(make_superuser())
    return client


def form_of(user):
    return reverse("admin:auth_user_change", args=[user.pk])


def invite(desk, **typed):
    """The account that an invitation has made."""
    send(desk, ADD, press="_save", **WANDA | typed)
    return User.objects.get(email=(WANDA | typed)["email"].lower())


def address_in(letter):
    return re.search(r"http://testserver(/admin/(?:invitation|password)/\S+)", letter.body)[1]


def choose(address, password=PASSWORD):
    """What somebody without an account in this browser comes to: the client and its last answer."""
    client = Client()
    page = client.get(address, follow=True)
    if page.status_code != 200:
        return client, page
    typed = {"new_password1": password, "new_password2": password}
    return client, client.post(page.redirect_chain[-1][0], typed, follow=True)


def wait_for_letters():
    for thread in threading.enumerate():
        if thread.name == "letters":
            thread.join()


def forget(email):
    answer = Client().post(FORGOTTEN, {"email": email})
    wait_for_letters()
    return answer


# Inviting


@pytest.mark.parametrize(
    ("role", "becomes"),
    [("Writers", Role.WRITER), ("Editors", Role.EDITOR), ("Publishers", Role.PUBLISHER)],
)
def test_somebody_is_invited_with_a_role_and_chooses_a_password(desk, mailoutbox, role, becomes):
    wanda = invite(desk, role=role)
    assert (wanda.is_active, wanda.is_staff, wanda.is_superuser) == (True, True, False)
    assert not wanda.has_usable_password()
    answer = choose(address_in(mailoutbox[0]))[1]
    assert answer.redirect_chain[-1][0] == "/admin/"
    assert said(answer) == ["Welcome, Wanda Ruiz. Your password is set, and you are signed in."]
    assert role_of(User.objects.get(pk=wanda.pk)) == becomes
    assert User.objects.get(pk=wanda.pk).check_password(PASSWORD)


def test_an_administrator_is_invited_like_anybody(desk):
    assert invite(desk, role="administrator").is_superuser


def test_an_invitation_says_who_invites_to_what_and_until_when(desk, mailoutbox, settings):
    settings.SITE_URL = "https://example.org"
    SiteDetails(name="Institute of Water").save()
    invite(desk)
    letter = mailoutbox[0]
    assert (letter.to, letter.subject) == (["wanda@example.org"], "Your account at Institute of Water")
    assert letter.from_email == "Institute of Water <pressmark@localhost>"
    assert "alice has made an account for you" in letter.body
    assert "https://example.org/admin/invitation/" in letter.body
    assert "within seven days" in letter.body


def test_a_host_that_the_site_does_not_know_gets_into_no_letter(desk, mailoutbox, settings):
    settings.ALLOWED_HOSTS = ["testserver"]
    make_member(Role.WRITER, "paula", password="x")
    for address, typed in [(ADD, WANDA), (FORGOTTEN, {"email": "paula@example.org"})]:
        assert desk.post(address, typed, HTTP_HOST="evil.example").status_code == 400
    wait_for_letters()
    assert mailoutbox == []


def test_an_address_works_once_and_for_seven_days(desk, mailoutbox):
    invite(desk)
    address = address_in(mailoutbox[0])
    with time_machine.travel(timezone.now() + timedelta(days=7, minutes=1)):
        assert choose(address)[1].status_code == 410
    with time_machine.travel(timezone.now() + timedelta(days=6, hours=23)):
        assert choose(address)[1].status_code == 200
    assert choose(address, "another horse battery")[1].status_code == 410
    assert User.objects.get(email="wanda@example.org").check_password(PASSWORD)


def test_inviting_again_ends_the_address_before(desk, mailoutbox):
    wanda = invite(desk)
    assert "Invite again" in desk.get(form_of(wanda)).content.decode()
    answer = desk.post(reverse("admin:invite", args=[wanda.pk]), follow=True)
    assert said(answer) == ["An invitation is on its way to wanda@example.org. It is good for seven days."]
    first, second = map(address_in, mailoutbox)
    assert choose(first)[1].status_code == 410
    assert choose(second)[1].status_code == 200
    assert "Invite again" not in desk.get(form_of(wanda)).content.decode()
    answer = desk.post(reverse("admin:invite", args=[wanda.pk]), follow=True)
    assert said(answer) == ["Wanda Ruiz has a password already or is switched off, so nothing was sent."]
    assert User.objects.get(pk=wanda.pk).check_password(PASSWORD)
    assert len(mailoutbox) == 2


def test_an_address_of_one_kind_opens_no_door_of_the_other(desk):
    wanda = invite(desk)
    reset = RESET.address(wanda).replace("/password/", "/invitation/")
    invitation = INVITATION.address(wanda).replace("/invitation/", "/password/")
    assert [choose(address)[1].status_code for address in (reset, invitation)] == [410, 410]


@pytest.mark.parametrize(
    "address", ["/admin/invitation/MQ/x-y/", "/admin/invitation/!!/x/", "/admin/password/AAAA/1-2/"]
)
def test_an_address_that_was_made_up_is_no_longer_good(db, address):
    page = choose(address)[1]
    assert page.status_code == 410
    assert "no longer good" in page.content.decode()


def test_a_page_with_an_address_is_private_and_hides_the_token(desk, mailoutbox):
    invite(desk)
    page = Client().get(address_in(mailoutbox[0]), follow=True)
    token = address_in(mailoutbox[0]).split("/")[-2]
    assert token not in page.redirect_chain[-1][0] + page.content.decode()
    assert page["Referrer-Policy"] == "same-origin"
    assert page["X-Robots-Tag"] == "noindex"
    assert "no-store" in page["Cache-Control"]


def test_a_weak_password_is_refused_with_a_sentence(desk, mailoutbox):
    invite(desk)
    page = choose(address_in(mailoutbox[0]), "wanda")[1]
    assert "too short" in page.content.decode()
    assert not User.objects.get(email="wanda@example.org").has_usable_password()


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("email", ""),
        ("email", "nobody"),
        ("email", "ALICE@Example.org"),
        ("first_name", " "),
        ("role", ""),
        ("role", "Readers"),
    ],
)
def test_an_invitation_that_cannot_be_meant_is_refused_and_nobody_is_made(desk, mailoutbox, field, typed):
    answer = desk.post(ADD, WANDA | {field: typed})
    assert errors_on(answer, field)
    assert (User.objects.count(), mailoutbox) == (1, [])


def test_an_address_is_nobody_elses_whatever_its_letters(desk):
    assert invite(desk, email="Wanda@Example.org").username == "wanda@example.org"
    answer = desk.post(ADD, WANDA | {"email": "WANDA@EXAMPLE.ORG"})
    assert errors_on(answer, "email") == ["Somebody has an account with this address already. Look in the list."]


def test_an_invitation_that_could_not_be_sent_says_so_and_keeps_the_account(desk, settings):
    settings.EMAIL_BACKEND = "tests.test_notices.Broken"
    answer = send(desk, ADD, press="_save", **WANDA)
    assert "could not be sent" in said(answer)[0]
    assert User.objects.filter(email="wanda@example.org").exists()


@pytest.mark.parametrize("role", [Role.READER, Role.WRITER, Role.EDITOR, Role.PUBLISHER])
def test_only_administrators_touch_accounts(client, mailoutbox, role):
    user = make_member(role)
    client.force_login(user)
    other = make_member(Role.WRITER, "wanda")
    addresses = [LIST, ADD, form_of(other), reverse("admin:auth_user_delete", args=[other.pk])]
    assert {client.get(address).status_code for address in addresses} == {403}
    assert client.post(ADD, WANDA | {"email": "new@example.org"}).status_code == 403
    assert client.post(form_of(other), WANDA | {"role": "administrator"}).status_code == 403
    assert client.post(reverse("admin:invite", args=[other.pk])).status_code == 403
    assert (User.objects.filter(is_superuser=True).exists(), mailoutbox) == (False, [])


# Changing


def test_a_role_is_changed_and_other_groups_are_left_alone(desk):
    wanda = invite(desk)
    own = Group.objects.create(name="Own")
    wanda.groups.add(own)
    assert fields_of(desk.get(form_of(wanda)))["role"] == "Writers"
    send(desk, form_of(wanda), role="Publishers")
    assert sorted(wanda.groups.values_list("name", flat=True)) == ["Own", "Publishers"]
    send(desk, form_of(wanda), role="administrator")
    assert User.objects.get(pk=wanda.pk).is_superuser
    send(desk, form_of(wanda), role="Writers")
    wanda = User.objects.get(pk=wanda.pk)
    assert (wanda.is_superuser, role_of(wanda)) == (False, Role.WRITER)


def test_a_new_address_is_what_they_sign_in_with_and_ends_old_invitations(desk, mailoutbox):
    wanda = invite(desk)
    send(desk, form_of(wanda), email="ruiz@example.org")
    assert User.objects.get(pk=wanda.pk).username == "ruiz@example.org"
    assert choose(address_in(mailoutbox[0]))[1].status_code == 410
    alice = User.objects.get(username="alice")
    send(desk, form_of(alice), email="chief@example.org", first_name="Alice")
    assert User.objects.get(pk=alice.pk).username == "alice"


def test_the_last_administrator_stays_one(desk):
    alice = User.objects.get()
    alice.first_name = "Alice"
    alice.save()
    data = fields_of(desk.get(form_of(alice)))
    switched_off = {name: value for name, value in data.items() if name != "is_active"}
    for typed in (data | {"role": "Writers"}, switched_off):
        assert errors_on(desk.post(form_of(alice), typed), "role")
    assert User.objects.filter(is_superuser=True, is_active=True).exists()
    make_superuser("bob")
    desk.post(form_of(alice), data | {"role": "Writers"})
    assert not User.objects.get(pk=alice.pk).is_superuser


def test_the_list_says_name_address_role_and_last_sign_in(desk):
    invite(desk)
    html = desk.get(LIST).content.decode()
    for words in ("Wanda Ruiz", "wanda@example.org", "Writer", "never"):
        assert words in html
    assert [user.email for user in desk.get(f"{LIST}?q=ruiz").context["cl"].result_list] == ["wanda@example.org"]


def test_the_list_asks_as_often_however_many_there_are(desk, django_assert_num_queries):
    make_member(Role.WRITER)
    with django_assert_num_queries(7):
        desk.get(LIST)
    for _ in range(5):
        make_member(Role.EDITOR)
    with django_assert_num_queries(7):
        desk.get(LIST)


def test_whom_content_names_is_switched_off_and_not_deleted(desk):
    wanda = make_member(Role.WRITER, "wanda", first_name="Wanda")
    make_draft(made_by=wanda)
    delete = reverse("admin:auth_user_delete", args=[wanda.pk])
    for answer in (desk.get(delete, follow=True), desk.post(delete, {"post": "yes"}, follow=True)):
        assert "Reports and their histories name Wanda" in said(answer)[0]
        assert answer.redirect_chain[-1][0] == form_of(wanda)
    assert User.objects.filter(pk=wanda.pk).exists()
    assert "delete_selected" not in desk.get(LIST).content.decode()


def test_whom_nothing_names_can_be_deleted(desk):
    wanda = invite(desk)
    desk.post(reverse("admin:auth_user_delete", args=[wanda.pk]), {"post": "yes"})
    assert not User.objects.filter(pk=wanda.pk).exists()


def test_who_is_switched_off_can_neither_come_in_nor_choose_a_password(desk, mailoutbox):
    wanda = invite(desk)
    client, _ = choose(address_in(mailoutbox[0]))
    assert client.get("/admin/").status_code == 200
    reset = RESET.address(User.objects.get(pk=wanda.pk))
    data = fields_of(desk.get(form_of(wanda)))
    desk.post(form_of(wanda), {name: value for name, value in data.items() if name != "is_active"})
    assert client.get("/admin/").status_code == 302
    assert choose(reset)[1].status_code == 410
    forget("wanda@example.org")
    assert len(mailoutbox) == 1


def test_groups_and_permissions_are_not_shown(desk):
    html = desk.get(form_of(User.objects.get())).content.decode()
    assert "permission" not in html.lower()
    assert desk.get("/admin/auth/group/").status_code == 404


# Forgotten


def test_a_forgotten_password_is_chosen_anew_by_an_address_in_a_letter(client, mailoutbox):
    make_member(Role.WRITER, "wanda", password="x")
    assert FORGOTTEN in client.get("/admin/login/").content.decode()
    assert client.get(FORGOTTEN).status_code == 200
    forget("Wanda@Example.org")
    assert mailoutbox[0].to == ["wanda@example.org"]
    answer = choose(address_in(mailoutbox[0]))[1]
    assert answer.redirect_chain[-1][0] == "/admin/"
    assert User.objects.get().check_password(PASSWORD)
    assert choose(address_in(mailoutbox[0]))[1].status_code == 410


def test_an_address_for_a_new_password_lives_an_hour(mailoutbox):
    make_member(Role.WRITER, "wanda", password="x")
    forget("wanda@example.org")
    address = address_in(mailoutbox[0])
    with time_machine.travel(timezone.now() + timedelta(minutes=61)):
        assert choose(address)[1].status_code == 410
    with time_machine.travel(timezone.now() + timedelta(minutes=59)):
        assert choose(address)[1].status_code == 200


def test_an_hour_is_an_hour_when_the_clocks_change(settings):
    settings.TIME_ZONE = "Europe/Paris"
    wanda = make_member(Role.WRITER, "wanda", password="x")
    with time_machine.travel("2027-03-28T00:59:00Z", tick=False) as clock:
        address = RESET.address(wanda)
        clock.shift(timedelta(minutes=59))
        assert choose(address)[1].status_code == 200
    with time_machine.travel("2027-10-31T00:59:00Z", tick=False) as clock:
        address = RESET.address(User.objects.get())
        clock.shift(timedelta(minutes=61))
        assert choose(address)[1].status_code == 410


def test_signing_in_ends_an_address_that_was_asked_for(mailoutbox):
    wanda = make_member(Role.WRITER, "wanda")
    wanda.set_password(PASSWORD)
    wanda.save()
    forget("wanda@example.org")
    Client().post("/admin/login/", {"username": "wanda", "password": PASSWORD})
    assert choose(address_in(mailoutbox[0]))[1].status_code == 410


def test_the_answer_is_the_same_whether_the_address_is_known_or_not(mailoutbox):
    make_member(Role.WRITER, "wanda", password="x")
    token = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]*"|nonce="[^"]*"')
    answers = [forget(email) for email in ("wanda@example.org", "nobody@example.org")]
    known, unknown = [token.sub(b"", answer.content) for answer in answers]
    assert known == unknown
    assert [answer.status_code for answer in answers] == [200, 200]
    assert len(mailoutbox) == 1


def test_the_answer_does_not_wait_for_the_mail_server(monkeypatch):
    """Nor does its time tell who has an account."""
    make_member(Role.WRITER, "wanda", password="x")
    may_send = threading.Event()
    monkeypatch.setattr("institution.letters.send", lambda letters: may_send.wait(10))
    assert Client().post(FORGOTTEN, {"email": "wanda@example.org"}).status_code == 200
    assert [thread for thread in threading.enumerate() if thread.name == "letters"]
    may_send.set()
    wait_for_letters()


def test_who_was_invited_and_has_not_come_gets_no_reminder(desk, mailoutbox):
    invite(desk)
    forget("wanda@example.org")
    assert len(mailoutbox) == 1


@pytest.mark.parametrize("email", ["", "nobody", "a\x00@example.org", "x" * 300 + "@example.org"])
def test_what_is_no_address_is_refused_with_a_sentence(db, email):
    assert "errorlist" in forget(email).content.decode()


# Signing in


@pytest.mark.parametrize("typed", ["wanda@example.org", "Wanda@Example.ORG", "wanda"])
def test_people_sign_in_by_name_or_address(client, typed):
    wanda = make_member(Role.WRITER, "wanda")
    wanda.set_password(PASSWORD)
    wanda.save()
    assert client.post("/admin/login/?next=/admin/", {"username": typed, "password": PASSWORD}).status_code == 302


def test_an_address_that_two_accounts_have_signs_nobody_in(client):
    for name in ("wanda", "other"):
        user = make_member(Role.WRITER, name)
        user.email = "both@example.org"
        user.set_password(PASSWORD)
        user.save()
    client.post("/admin/login/", {"username": "both@example.org", "password": PASSWORD})
    assert client.get("/admin/").status_code == 302


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("width", [320, 1280])
def test_the_pages_of_an_account_are_easy_to_reach_and_to_read(page, site, axe, complaints, width):
    wanda = make_member(Role.WRITER, "wanda", password="x", first_name="Wanda")
    page.set_viewport_size({"width": width, "height": 900})
    for address in (
        "/admin/login/",
        FORGOTTEN,
        INVITATION.address(wanda),
        RESET.address(wanda),
        "/admin/password/MQ/1-2/",
    ):
        page.goto(f"{site}{address}")
        found = axe(page)
        complaints.clear()
        assert found == [], address
        assert page.evaluate("document.documentElement.scrollWidth") <= width
