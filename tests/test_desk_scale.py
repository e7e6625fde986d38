"""The report form beside very many authors and topics. (bin/bench desk_form says what it costs.)"""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from authors.models import Author
from publications.models import Report
from tests.desk import fields_of, form_of
from tests.factory import attach, make_author, make_report, make_superuser, make_topic, relate
from topics.models import Topic

pytestmark = pytest.mark.django_db
MANY = 3_000


@pytest.fixture
def desk(client):
    client.force_login(make_superuser())
    return client


@pytest.fixture
def broad():
    return make_report(
        authors=[make_author(biography="<p>Writes.</p>") for _ in range(20)],
        topics=[make_topic() for _ in range(30)],
        body="<p>Forty words of a paragraph on wells and on those who keep their keys.</p>" * 2_700,
    )


def make_others():
    for model in (Author, Topic):
        model.objects.bulk_create(model(name=f"Other {number}", slug=f"other-{number}") for number in range(MANY))


def queries(act):
    with CaptureQueriesContext(connection) as caught:
        answer = act()
    return len(caught), answer


def test_the_form_asks_as_little_and_says_as_much_beside_many_authors_and_topics_as_beside_none(desk, broad):
    assert len(broad.body) > 200_000
    desk.get(form_of(broad))
    before, alone = queries(lambda: desk.get(form_of(broad)))
    make_others()
    after, among = queries(lambda: desk.get(form_of(broad)))
    assert (after, len(among.content)) == (before, len(alone.content))
    assert before < 45


def test_the_form_asks_as_little_with_twenty_rows_of_a_kind_as_with_one(desk):
    def with_rows(count):
        report = make_report(authors=[make_author() for _ in range(count)], topics=[make_topic() for _ in range(count)])
        for place in range(count):
            attach(report, f"Annex {place}", position=place)
            relate(report, make_report(), "pinned", position=place)
            relate(report, make_report(), "updates", position=place)
        return queries(lambda: desk.get(form_of(report)))

    with_rows(1)
    few, _ = with_rows(1)
    many, answer = with_rows(20)
    assert many == few
    assert answer.content.count(b"selected>Author ") == 20
    assert answer.content.count(b"selected>Report ") == 40


def test_saving_asks_as_little_beside_many_authors_and_topics_as_beside_none(desk, broad):
    def save(title):
        data = fields_of(desk.get(form_of(broad))) | {"title": title, "_continue": "x"}
        return queries(lambda: desk.post(form_of(broad), data))

    save("Warm")
    before, _ = save("One")
    make_others()
    after, answer = save("Two")
    assert (after, answer.status_code) == (before, 302)
    assert Report.objects.get().versions.count() > 2
