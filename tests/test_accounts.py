"""The first administrator: a one-time address, good for an hour and for one person."""

import threading

import pytest
import time_machine
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client

from accounts.first import one_time_address

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery staple"


def typed(name="alice", **fields):
    email = f"{name}@example.org"
    return {"username": name, "email": email, "password1": PASSWORD, "password2": PASSWORD} | fields


@pytest.fixture
def address():
    return one_time_address()


def test_the_first_administrator_is_made_signed_in_and_led_to_the_desk(client, address):
    assert client.get(address).status_code == 200
    response = client.post(address, typed(), follow=True)
    alice = User.objects.get()
    assert (alice.is_superuser, alice.is_staff, alice.email) == (True, True, "alice@example.org")
    assert alice.check_password(PASSWORD)
    assert response.redirect_chain[-1][0] == "/admin/"
    assert "Welcome, alice" in response.content.decode()


def test_the_address_works_once(client, address):
    client.post(address, typed())
    for answer in [Client().get(address), Client().post(address, typed("mallory"))]:
        assert answer.status_code == 410
        assert "There is an administrator already" in answer.content.decode()
    assert User.objects.count() == 1


def test_there_is_no_address_once_there_is_an_administrator(client, address):
    client.post(address, typed())
    assert one_time_address() is None


def test_an_administrator_made_elsewhere_ends_the_address(client, address):
    User.objects.create(username="bob", is_superuser=True)
    assert client.post(address, typed()).status_code == 410


def test_a_newer_address_ends_the_older(client, address):
    newer = one_time_address()
    assert client.get(address).status_code == 410
    assert client.get(newer).status_code == 200


def test_the_address_is_good_for_an_hour(client):
    with time_machine.travel("2027-05-03T09:00:00Z", tick=False) as clock:
        address = one_time_address()
        clock.shift(3599)
        assert client.get(address).status_code == 200
        clock.shift(2)
        answer = client.post(address, typed())
    assert answer.status_code == 410
    assert "it prints a new one" in answer.content.decode()
    assert not User.objects.exists()


@pytest.mark.parametrize(
    "change", [lambda a: a[:-2] + "/", lambda a: "/admin/welcome/nonsense/", lambda a: a.replace(":", "-")]
)
def test_a_wrong_address_is_not_found(client, address, change):
    answer = client.get(change(address))
    assert answer.status_code == 404
    assert "it prints a new one" in answer.content.decode()


def test_an_address_whose_nonce_is_lost_is_gone(client, address, settings):
    (settings.DATA_DIR / "first-administrator").unlink()
    assert client.get(address).status_code == 410


def test_the_nonce_is_for_nobody_elses_eyes(address, settings):
    assert (settings.DATA_DIR / "first-administrator").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("fields", "field", "word"),
    [
        ({"username": ""}, "username", "required"),
        ({"email": "nobody"}, "email", "valid email"),
        ({"email": ""}, "email", "required"),
        ({"password2": "another horse"}, "password2", "match"),
        ({"password1": "12345678", "password2": "12345678"}, "password2", "numeric"),
        ({"username": "al\x00ice"}, "username", "Null"),
    ],
)
def test_what_does_not_do_is_refused_and_the_address_stays_good(client, address, fields, field, word):
    response = client.post(address, typed(**fields))
    assert any(word in sentence for sentence in response.context["form"].errors[field])
    assert not User.objects.exists()
    assert client.get(address).status_code == 200


def test_the_page_is_kept_nowhere_and_leaks_to_nobody(client, address):
    for answer in [client.get(address), client.get("/admin/welcome/x/"), client.post(address, typed(email=""))]:
        assert "no-store" in answer["Cache-Control"]
        assert answer["Referrer-Policy"] == "same-origin"
        assert answer["X-Robots-Tag"] == "noindex"
        assert "http" not in answer.content.decode().split("<body")[1].replace("http://www.w3.org/2000/svg", "")


def test_the_form_is_guarded_against_other_sites(address):
    assert Client(enforce_csrf_checks=True).post(address, typed()).status_code == 403
    assert not User.objects.exists()


def test_other_methods_are_not_answered(client, address):
    assert client.put(address).status_code == 405


@pytest.mark.django_db(transaction=True)
def test_of_six_at_once_one_becomes_the_administrator(address):
    answers, start = [], threading.Barrier(6)

    def post(number):
        start.wait()
        try:
            answers.append(Client().post(address, typed(f"person{number}")).status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=post, args=[number]) for number in range(6)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert sorted(answers) == [302] + [410] * 5
    assert User.objects.count() == 1
