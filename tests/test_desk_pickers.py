"""What autocomplete fields offer, and in which order."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from authors.models import Author
from publications.editorial.roles import Role
from tests.desk import answer_to, picked
from tests.factory import make_author, make_member, make_report, make_superuser, make_topic
from topics.models import Topic, TopicSynonym

pytestmark = pytest.mark.django_db
TOPICS, AUTHORS = "publications.reporttopic.tag", "publications.authorship.author"


@pytest.fixture
def desk(client):
    client.force_login(make_superuser())
    return client


def topics_for(desk, term, **asked):
    return [text.removesuffix(" · subject") for text in picked(desk, TOPICS, term, **asked)]


def test_topics_that_begin_so_come_first_then_words_that_do_then_the_rest(desk):
    for name in ["Backwater", "Ground water", "WATER rights", "Water", "Back-water", "Wells"]:
        make_topic(name)
    expected = ["Water", "WATER rights", "Back-water", "Ground water", "Backwater"]
    assert topics_for(desk, "wAtér") == expected


def test_another_word_for_a_topic_counts_a_little_less_than_its_name(desk):
    for name, synonym in [
        ("Ballots", "Voting"),
        ("Advance voting", ""),
        ("Voting rights", ""),
        ("Apathy", "Non-voting"),
    ]:
        topic = make_topic(name)
        if synonym:
            TopicSynonym.objects.create(topic=topic, name=synonym)
    assert topics_for(desk, "voti") == ["Voting rights", "Ballots", "Advance voting", "Apathy"]


def test_a_topic_found_by_another_word_says_which_where_its_name_lacks_what_is_typed(desk):
    topic = make_topic("Sea ice")
    for name in ["Ice pack", "Frozen sea"]:
        TopicSynonym.objects.create(topic=topic, name=name)
    found_by = [answer_to(desk, TOPICS, typed)["results"][0]["found_by"] for typed in ["ice", "pack", "Fróz", ""]]
    assert found_by == ["", "Ice pack", "Frozen sea", ""]


def test_a_topic_with_many_synonyms_is_offered_once(desk):
    topic = make_topic("Voting")
    for name in ["Voting day", "Voters", "Vote"]:
        TopicSynonym.objects.create(topic=topic, name=name)
    assert topics_for(desk, "vot") == ["Voting"]


def test_authors_whose_names_begin_so_come_first_whichever_is_typed_first(desk):
    for name in ["Jo Spiderweb", "Ann Weber-Jones", "Webster Ali", "Jonas Weber"]:
        make_author(name)
    assert picked(desk, AUTHORS, "web") == ["Webster Ali", "Jonas Weber", "Ann Weber-Jones", "Jo Spiderweb"]
    assert picked(desk, AUTHORS, "web jo") == ["Jonas Weber", "Ann Weber-Jones", "Jo Spiderweb"]


@pytest.mark.parametrize(("typed", "stored"), [("T. Newbury", "Tomás Newbury"), ("Tomás A. Newbury", "T. Newbury")])
def test_who_is_called_so_but_for_a_first_name_is_offered_before_somebody_is_added_twice(desk, typed, stored):
    for name in [stored, "Ann Newbury", "Tomás Newberry"]:
        make_author(name)
    assert picked(desk, AUTHORS, typed) == [stored]
    assert answer_to(desk, AUTHORS, typed)["add"]


@pytest.mark.parametrize("term", ["%", "_", "\\", "-", "50%", "a_", "(", "x" * 500, "’ ’", " "])
def test_signs_are_looked_for_as_they_are(desk, term):
    make_author("Zoë Dupont")
    assert picked(desk, AUTHORS, term) == (["Zoë Dupont"] if not term.strip() else [])


def test_what_is_chosen_is_not_offered_again(desk):
    rivers, _ = make_topic("Rivers"), make_topic("Riverbeds")
    assert topics_for(desk, "river") == ["Riverbeds", "Rivers"]
    assert topics_for(desk, "river", chosen=f"{rivers.pk},") == ["Riverbeds"]
    assert topics_for(desk, "river", chosen=f"x,-,{'9' * 30},1.5,{2**62}") == ["Riverbeds", "Rivers"]


@pytest.mark.parametrize(("model", "source"), [(Topic, TOPICS), (Author, AUTHORS)])
def test_the_pages_of_an_offer_hold_every_row_once(desk, model, source):
    names = [f"{'Lake' if number % 3 else 'Great lake'} {number}" for number in range(70)]
    model.objects.bulk_create(
        model(name=name, slug=f"s{number}", **{"family_name": "Lake"} if model is Author else {})
        for number, name in enumerate(names)
    )
    offered = [text.split(" · ")[0] for page in [1, 2, 3, 4] for text in picked(desk, source, "lake", page=page)]
    assert sorted(offered) == sorted(names)
    assert [text.startswith("Lake") for text in offered] == [True] * 46 + [False] * 24


@pytest.mark.parametrize(("model", "source", "queries"), [(Topic, TOPICS, 4), (Author, AUTHORS, 4)])
def test_an_offer_asks_once_for_its_rows_for_their_number_for_the_name_itself_and_for_other_words(
    desk, model, source, queries
):
    make_report("Water", authors=[make_author("Lake Person")], topics=[make_topic("Lakes")])
    for most in [1, 30]:
        model.objects.bulk_create(
            model(name=f"Lake {most}.{number}", slug=f"{most}-{number}") for number in range(most)
        )
        with CaptureQueriesContext(
            connection,
        ) as caught:
            picked(desk, source, "lake")
        assert len([query for query in caught if "name_key" in query["sql"]]) == queries


# A name that is not offered


def way_on(client, source, term, **asked):
    answer = answer_to(client, source, term, **asked)
    return answer["said"], answer["add"]


@pytest.mark.parametrize(("source", "kind"), [(TOPICS, "topic"), (AUTHORS, "author")])
def test_of_a_name_that_nobody_bears_it_is_said_and_its_adding_offered(desk, source, kind):
    said = (f"No {kind} is called “Ada <b>”.", f"Add “Ada <b>” as a new {kind}…")
    assert way_on(desk, source, " Ada <b> ") == said
    make_topic("Ada"), make_author("ÁDA")
    assert way_on(desk, source, "ad")[1] == f"Add “ad” as a new {kind}…"
    assert way_on(desk, source, "ada") == ("", "")
    assert way_on(desk, source, " ") == ("", "")


def test_a_topic_that_is_chosen_already_is_named_also_by_another_word_for_it(desk):
    china = make_topic("China")
    TopicSynonym.objects.create(topic=china, name="Middle Kingdom")
    chosen = {"chosen": str(china.pk)}
    assert way_on(desk, TOPICS, "china", **chosen) == ("“China” is chosen already.", "")
    said = "“middle kingdom” is another word for “China”, which is chosen already."
    assert way_on(desk, TOPICS, "middle kingdom", **chosen) == (said, "")


def test_a_retired_topic_is_not_offered_to_be_added_again(desk):
    make_topic("Détente", retired=True)
    assert way_on(desk, TOPICS, "detente") == ("“Détente” is retired, and no longer offered.", "")


def test_who_may_not_add_a_topic_is_told_who_may(client):
    client.force_login(make_member(Role.WRITER))
    said = "No topic is called “Rivers”. Editors can add one: tell them in a note."
    assert way_on(client, TOPICS, "Rivers") == (said, "")


def test_a_report_is_not_added_from_a_picker(desk):
    source = "publications.relatedpublication.related"
    assert way_on(desk, source, "Rivers") == ("No report is called “Rivers”.", "")
    make_report("Rivers of peace")
    assert way_on(desk, source, "Rivers") == ("", "")
