"""What the form says of the related publications: the sidebar to be, and why a report is not in it."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from publications import relating, sidebars
from publications.desk import standing
from publications.editorial import previewing, versions, workflow
from publications.editorial.roles import Role
from publications.models import Candidates, RelatedPublication, Report, ReportTerms
from publications.related.explaining import significant
from tests.crawl import parse
from tests.desk import ADD, fields_of, form_of, publish_edit, rows, send
from tests.factory import (
    editing,
    make_author,
    make_draft,
    make_many,
    make_member,
    make_report,
    make_scheduled,
    make_superuser,
    make_topic,
    make_type,
    make_withdrawn,
    relate,
)
from topics.models import Topic

pytestmark = pytest.mark.django_db
WORDS = ["dams", "and", "wells", "salt", "pumps", "rain", "rivers", "hold", "water"]
TYPED_NEW = "/admin/publications/report/add/preview/"


@pytest.fixture
def desk(client):
    client.force_login(make_superuser())
    return client


def asked(client, report, why=None, **typed):
    """What the form is told once these fields are typed over."""
    data = fields_of(client.get(form_of(report))) | typed | {"wants": "beside"} | ({"why": why.pk} if why else {})
    return client.post(reverse("admin:preview-typed", args=[report.pk]), data).json()


def entries(html):
    """The titles in the list, as a form shows it or as an answer has it."""
    found = parse(html.encode()).all("ol", class_="beside-entries")
    return [row.all("a")[0].text for row in found[0].all("li")] if found else []


def opened(client, report=None):
    """The panel of the form as it is opened."""
    page = parse(client.get(form_of(report) if report else ADD).content)
    return page.one("section", id="beside")


def words(html):
    return parse(html.encode()).text


def near(title, *topics, **fields):
    return make_report(title, topics=topics, **{"date": date(2024, 5, 1)} | fields)


@pytest.fixture
def water():
    return make_topic("Water")


def beside_as_read(client, report):
    page = parse(client.get(report.get_absolute_url()).content).one("aside", id="related")
    return [entry.all("a")[0].text for entry in page.all("article")]


# What it shows


def test_it_shows_the_sidebar_as_readers_see_it_with_score_and_reason(desk, client, water):
    peace = make_topic("Peace", kind="keyword")
    report = make_report("Mine", topics=[peace, water], date=date(2024, 3, 1))
    both = near("Both", water, peace)
    near("French", water, language="fr", date=date(2021, 3, 2))
    relate(report, make_report("By hand"))
    relating.rebuild()
    panel = opened(desk, report)
    titles = [row.all("a")[0].text for row in panel.all("li")]
    assert titles == beside_as_read(client, report) == ["By hand", "Both", "French"]
    first, second, third = (row.one("p", class_="facts").text for row in panel.all("li"))
    score = report.related_entries.get(related=both).score
    assert first.endswith("· Pinned by hand")
    assert second == f"May 1, 2024 · Water, Peace; two months apart · score {significant(score)}"
    assert "Water; three years apart; in French · score" in third
    link = panel.all("li")[1].all("a")[0]
    assert (link["href"], link["target"]) == (form_of(both), "_blank")
    assert "the higher the score" in panel.text
    assert "score" not in opened(desk, make_report("Alone")).text


@pytest.mark.parametrize("make", [make_report, make_scheduled])
def test_what_is_computed_of_a_form_as_it_stands_is_what_is_stored(desk, make):
    for _ in range(3):
        make_many(8)
    report = make("Mine", topics=[row.tag for row in Report.objects.first().report_topics.all()])
    relating.rebuild()
    stored = words(str(opened(desk, report).text))
    assert len(sidebars.sidebar(report).entries) == 6
    assert words(asked(desk, report)["beside"]) == stored.partition("see them ")[2].partition(" Why is")[0]


@pytest.mark.parametrize("make", [make_report, make_draft, make_scheduled])
def test_what_the_form_promises_is_what_readers_get_once_it_is_published(desk, client, make):
    """Though topics and words weigh something else then."""
    topics = [make_topic() for _ in range(4)]
    for number in range(20):
        lead = f"<p>{' '.join(WORDS[number % 3 : number % 7 + 2])}</p>"
        near(f"Other {number}", *topics[number % 4 : number % 5 + 1], lead=lead, date=date(2024 - number % 6, 5, 1))
    report = make("Mine", topics=topics[:1], lead="<p>rain</p>")
    relating.rebuild()
    for chosen, words in [(topics[1:3], "dams and wells"), (topics[3:], "salt and pumps"), (topics, "rain")]:
        typed = {"topics": [topic.pk for topic in chosen], "lead": f"<p>{words}</p>"}
        promised = parse(asked(desk, report, **typed)["beside"].encode()).all("li")
        send(desk, form_of(report), **typed)
        workflow.publish_edit(report) if report.state == "published" else workflow.move(report, "published")
        report = Report.objects.get(pk=report.pk)
        stored = report.related_entries.order_by("position")[: len(promised)]
        assert [row.all("a")[0].text for row in promised] == [entry.related.title for entry in stored]
        told = [row.one("span", class_="score").text for row in promised]
        assert told == [f"score {significant(entry.score)}" for entry in stored]


def test_it_follows_what_is_typed_and_nothing_is_kept(desk, water):
    report, peace, other = make_draft("Mine", topics=[water]), make_topic("Peace"), near("Pinned")
    near("Near", water), near("Peaceful", peace)
    relating.rebuild()
    before = list(RelatedPublication.objects.values_list())
    assert entries(asked(desk, report)["beside"]) == ["Near"]
    assert entries(asked(desk, report, topics=[peace.pk])["beside"]) == ["Peaceful"]
    assert set(entries(asked(desk, report, topics=[peace.pk, water.pk])["beside"])) == {"Near", "Peaceful"}
    by_hand = rows("related_entries", {"origin": "pinned", "related": other.pk})
    assert entries(asked(desk, report, **by_hand)["beside"]) == ["Pinned", "Near"]
    assert list(RelatedPublication.objects.values_list()) == before
    assert not report.versions.exists()


def test_a_text_or_a_date_that_is_typed_moves_the_entries(desk, water):
    report = make_draft("Mine", topics=[water], date=date(2024, 1, 1), lead="")
    near("Of dams", water, lead="<p>Dams hold rivers back.</p>", date=date(2022, 1, 1))
    near("Of wells", water, lead="<p>Wells hold deep water.</p>", date=date(2024, 1, 1))
    near("Of dams too", make_topic(), lead="<p>Dams hold rivers back.</p>")
    near("Of wells too", make_topic(), lead="<p>Wells hold deep water.</p>")
    relating.rebuild()
    assert entries(asked(desk, report)["beside"]) == ["Of wells", "Of dams"]
    assert entries(asked(desk, report, lead="<p>Dams hold rivers back.</p>")["beside"]) == ["Of dams", "Of wells"]
    assert entries(asked(desk, report, date="2021-12-30")["beside"]) == ["Of dams", "Of wells"]


def test_a_new_report_has_it_too(desk, water):
    near("Near", water)
    relating.rebuild()
    assert "Choose topics" in opened(desk).text
    data = fields_of(desk.get(ADD)) | {"title": "New", "topics": [water.pk], "wants": "beside"}
    assert entries(desk.post(TYPED_NEW, data).json()["beside"]) == ["Near"]
    assert "Look at Title" in desk.post(TYPED_NEW, data | {"title": ""}).json()["refused"]
    assert Report.objects.count() == 1


def test_one_answer_holds_the_page_and_the_list_where_both_are_asked_for(desk, water):
    report = make_draft("Mine", topics=[water])
    data = fields_of(desk.get(form_of(report)))
    address = reverse("admin:preview-typed", args=[report.pk])
    assert set(desk.post(address, data).json()) == {"page"}
    assert set(desk.post(address, data | {"wants": ["page", "beside"]}).json()) == {"page", "beside", "why"}


def test_what_stands_in_an_empty_sidebars_place_is_named(desk, water):
    author = make_author()
    report = make_draft("Mine", authors=[author], type=make_type("Brief"))
    assert "This report has no topics: nothing stands beside it." in opened(desk, report).text
    near("Of hers", authors=[author])
    assert "This report has no topics. Readers see “More from this author” instead:" in opened(desk, report).text
    said = asked(desk, report, topics=[water.pk])["beside"]
    assert "No live report shares a topic with this one. Readers see" in words(said)
    assert entries(said) == ["Of hers"]


def test_the_panel_opens_with_the_edit_that_waits_and_readers_see_what_is_public(desk, client, water):
    peace, report = make_topic("Peace"), make_report("Mine", topics=[water])
    near("Near", water), near("Peaceful", peace)
    relating.rebuild()
    with editing(report):
        report.report_topics.all().delete()
        report.report_topics.create(tag=peace)
    assert [row.all("a")[0].text for row in opened(desk, report).all("li")] == ["Peaceful"]
    assert beside_as_read(client, report) == ["Near"]


def test_what_the_panel_showed_is_what_readers_get_once_it_is_published(desk, client, water):
    peace, report = make_topic("Peace"), make_report("Mine", topics=[water])
    for number in range(8):
        near(f"Of both {number}", water, peace, date=date(2024 - number, 1, 1))
    relating.rebuild()
    out, late = (Report.objects.get(title=f"Of both {number}") for number in (0, 7))
    typed = {"topics": [peace.pk, water.pk]} | rows(
        "related_entries",
        {"origin": "excluded", "related": out.pk, "position": 0},
        {"origin": "pinned", "related": make_draft("Waits").pk, "position": 1},
        {"origin": "pinned", "related": late.pk, "position": 2},
    )
    shown = entries(asked(desk, report, **typed)["beside"])
    publish_edit(desk, report, **typed)
    assert beside_as_read(client, report) == shown
    assert shown[0] == "Of both 7"
    assert len(shown) == 6


# Pins that wait, exclusions, links


def test_a_pin_that_is_not_live_waits_for_the_editor_and_is_not_there_for_readers(desk, client, water):
    report = make_report("Mine", topics=[water])
    hidden = [
        make_draft("Draft"),
        make_draft("Reviewed", state="in_review"),
        make_scheduled("Soon"),
        make_withdrawn("Gone"),
    ]
    for position, other in enumerate(hidden):
        relate(report, other, position=position)
    near("Near", water)
    relating.rebuild()
    said = opened(desk, report).text
    for sentence in ["Draft is a draft", "Reviewed is in review", "Soon goes live on", "Gone was withdrawn on"]:
        assert sentence in said
    assert beside_as_read(client, report) == ["Near"]
    page = client.get(report.get_absolute_url()).content.decode()
    assert not any(other.title in page.partition('id="related"')[2] for other in hidden)


def test_a_pin_for_which_no_place_is_left_is_told_of(desk):
    report = make_draft("Mine")
    for position in range(7):
        relate(report, near(f"Pinned {position}"), position=position)
    panel = opened(desk, report)
    assert "Pinned 6 no place is left for it" in panel.text


def test_links_are_said_in_words_with_the_side_on_which_they_show(desk):
    report, other, draft = make_report("Mine"), near("Other"), make_draft("Draft")
    relate(report, near("Older"), "updates"), relate(other, report, "responds_to"), relate(draft, report, "part_of")
    panel = opened(desk, report)
    assert "This report updates Older; there it is said “Updated by”." in panel.text
    assert "Other responds to this report; here it is said “Responses”. set there" in panel.text
    assert "Draft is part of this report; here it is said “Contains”. is a draft · set there" in panel.text
    assert form_of(other) in [link["href"] for link in panel.all("a")]
    assert "Superseded by (there: Supersedes)" in desk.get(form_of(report)).content.decode()


def test_what_is_excluded_stands_below_the_list(desk, water):
    report, out = make_draft("Mine", topics=[water]), near("Out", water)
    near("Near", water)
    relate(report, out, "excluded")
    relating.rebuild()
    panel = opened(desk, report)
    assert "Excluded by hand Out" in panel.text
    assert [row.all("a")[0].text for row in panel.one("ol").all("li")] == ["Near"]


# Why a report is not there


def why(client, report, other, **typed):
    return asked(client, report, other, **typed)["why"]


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (make_draft, "Readers cannot see it: it is a draft."),
        (lambda *title, **fields: make_draft(*title, state="in_review", **fields), "it is in review."),
        (make_withdrawn, "Readers cannot see it: it was withdrawn on "),
        (make_scheduled, "Readers cannot see it yet: it goes live on "),
        (lambda *title, **fields: make_draft(*title, binned_at=timezone.now(), **fields), "it lies in the bin."),
    ],
)
def test_what_is_not_live_is_said_to_be_so(desk, water, make, sentence):
    report, other = make_draft("Mine", topics=[water]), make("Other", topics=[water])
    relating.rebuild()
    assert sentence in why(desk, report, other)
    relate(report, other)
    assert why(desk, report, other).startswith("It is pinned, and waits.")
    assert sentence in why(desk, report, other)
    RelatedPublication.objects.update(origin="excluded")
    assert why(desk, report, other).startswith("It is excluded by hand.")


def test_what_an_editor_has_decided_is_said(desk, water):
    report, other, linking = make_draft("Mine", topics=[water]), near("Other", water), near("Linking", water)
    relate(linking, report, "updates")
    relating.rebuild()
    assert why(desk, report, report) == "This is the report itself."
    assert why(desk, report, other) == "It is there, at place 1."
    own = "linked reports stand in a list of their own."
    assert why(desk, report, linking) == f"It updates this report: {own}"
    for origin, sentence in [
        ("excluded", "It is excluded by hand."),
        ("part_of", f"This report is part of it: {own}"),
        ("pinned", "It is there, at place 1."),
    ]:
        typed = rows("related_entries", {"origin": origin, "related": other.pk})
        assert why(desk, report, other, **typed).startswith(sentence)


def test_that_six_pins_stand_before_it_is_said(desk, water):
    report, seventh, other = make_draft("Mine", topics=[water]), near("Seventh"), near("Other", water)
    for position in range(6):
        relate(report, near(f"Pinned {position}"), position=position)
    relate(report, seventh, position=6)
    relating.rebuild()
    assert why(desk, report, seventh) == "It is pinned, but 6 pins stand before it."
    assert "It stands at place 7: its score is" in why(desk, report, other)
    assert "and pins take all 6 places." in why(desk, report, other)


def test_that_no_topic_is_shared_is_said(desk, water):
    report, other = make_draft("Mine"), near("Other", water, type=make_type("Brief"))
    relating.rebuild()
    assert why(desk, report, other) == "This report has no topics, and only reports that share one stand here."
    typed = {"topics": [make_topic("Peace").pk]}
    assert why(desk, report, other, **typed).startswith("It shares no topic with this report")
    assert why(desk, report, other, topics=[water.pk]) == "It is there, at place 1."


def test_the_place_of_what_comes_after_the_sixth_is_said_with_what_its_score_is_made_of(desk, water):
    report = make_draft("Mine", topics=[water], date=date(2024, 5, 1))
    others = [near(f"Other {number}", water, date=date(2024 - number, 5, 1)) for number in range(9)]
    relating.rebuild()
    reading = previewing.as_if_live(report, versions.snapshot(report))
    found = previewing.order_beside(reading)
    share, last = found.shares_of(others[8].pk), found.entries[5]
    assert why(desk, report, others[8]) == (
        f"It stands at place 9: its score is {significant(found.entries[8].score)}, and place 6 has "
        f"{significant(last.score)}. Its topics bring {significant(share.topics)} of that, its words "
        f"{significant(share.words)}. In common: Water; eight years apart."
    )
    relate(report, near("Pinned"))
    found = previewing.order_beside(previewing.as_if_live(report, versions.snapshot(report)))
    assert why(desk, report, others[8]).startswith("It stands at place 10:")
    assert f"and place 6 has {significant(found.entries[4].score)}." in why(desk, report, others[8])


def test_that_another_language_comes_after_is_said(desk, water):
    report = make_draft("Mine", topics=[water])
    french = near("Autre", water, language="fr-CA")
    for number in range(7):
        near(f"Other {number}", water)
    relating.rebuild()
    said = why(desk, report, french)
    assert said.startswith("Reports in English come first, and this one is in French. It stands at place 8:")


def test_that_it_is_not_among_those_compared_is_said(desk, water, monkeypatch):
    monkeypatch.setattr(relating, "POOL", 3)
    monkeypatch.setattr(relating, "SLACK", 1)
    monkeypatch.setattr(relating, "PLACES", 2)
    monkeypatch.setattr(standing, "POOL", 3)
    report = make_draft("Mine", topics=[water], lead="", date=date(2024, 5, 1))
    others = [near(f"Number {number}", water, lead="", date=date(2024 - number, 5, 1)) for number in range(8)]
    relating.rebuild()
    assert why(desk, report, others[7]).startswith(
        "Of 8 reports that share a topic with this one it has place 8 by its topics and no place by its words; only "
        "the first 3 by either are compared further."
    )
    assert "In common: Water; seven years apart." in why(desk, report, others[7])


# Of what this person may know


def test_leak_a_writer_learns_nothing_of_others_hidden_reports(client, water):
    writer = make_member(Role.WRITER)
    mine = make_draft("Mine", topics=[water], made_by=writer)
    hidden = [
        make(f"Zqhidden {make.__name__}", topics=[water]) for make in (make_draft, make_scheduled, make_withdrawn)
    ]
    near("Near", water)
    client.force_login(writer)
    relating.rebuild()
    before, own = opened(client, mine).text, make_draft("Also mine", made_by=writer)
    relate(mine, own)
    for other in hidden:
        relate(mine, other), relate(other, mine, "updates"), relate(mine, other, "part_of")
    relating.rebuild()
    pinned = opened(client, mine).text
    assert "Also mine is a draft" in pinned
    assert "Zqhidden" not in pinned
    assert before in pinned.replace(" Pinned, and not shown to readers Also mine is a draft Unpin", "")
    assert "Zqhidden" not in asked(client, mine)["beside"]
    never = rows("related_entries", {"origin": "responds_to", "related": 10_000_000})
    sentence = "Select a valid choice. That choice is not one of the available choices."
    for other in hidden:
        assert why(client, mine, other) == why(client, mine, Report(pk=10_000_000)) == "There is no such report."
        form = rows("related_entries", {"origin": "responds_to", "related": other.pk})
        assert asked(client, mine, **form) == asked(client, mine, **never)
        said = [send(client, form_of(mine), **typed).content.decode() for typed in (form, never)]
        assert said[0].count(sentence) == said[1].count(sentence) == 2
        assert "Zqhidden" not in said[0]
    assert why(client, mine, own).startswith("It is pinned, and waits.")


@pytest.mark.parametrize("key", ["", "x", "-1", "9" * 30, "1 or 1=1", "\x00"])
def test_hostile_keys_are_answered_with_a_sentence(desk, key):
    report = make_draft("Mine")
    data = fields_of(desk.get(form_of(report))) | {"wants": "beside", "why": key}
    answer = desk.post(reverse("admin:preview-typed", args=[report.pk]), data)
    assert answer.json()["why"] in {"", "There is no such report."}


def test_titles_and_topics_are_escaped(desk):
    topic = make_topic("<i>Water</i>")
    report, other = make_draft("Mine", topics=[topic]), near('<script>"x"</script>', topic)
    relate(report, make_draft("<b>Waits</b>"))
    relating.rebuild()
    said = asked(desk, report, other)
    for unescaped in ["<script>", "<i>Water", "<b>Waits"]:
        assert unescaped not in said["beside"]


def test_who_may_only_read_the_form_has_no_buttons_there(client, water):
    report = make_report("Mine", topics=[water])
    near("Near", water)
    relating.rebuild()
    client.force_login(make_member(Role.READER))
    panel = opened(client, report)
    assert "Near" in panel.text
    assert panel.all("button") == panel.all("select") == []


# Costs


def queries(act):
    with CaptureQueriesContext(connection) as caught:
        act()
    return len(caught)


def test_the_form_and_the_list_ask_as_little_beside_many_reports_as_beside_few(desk):
    make_many(200)
    topics = [row.tag.pk for row in Report.objects.first().report_topics.all()]
    report = make_draft("Mine", topics=make_topics(topics))
    relating.rebuild()
    other = Report.objects.live().newest().last()

    def acts():
        return queries(lambda: opened(desk, report)), queries(lambda: why(desk, report, other, topics=topics))

    acts()
    before = acts()
    make_many(600)
    relating.rebuild()
    assert acts() == before
    assert before[0] < 65


def make_topics(keys):
    return list(Topic.objects.filter(pk__in=keys))


@pytest.mark.parametrize("make", [make_draft, make_report])
def test_saving_a_draft_or_an_edit_does_no_relating_work(desk, water, monkeypatch, make):
    report, other = make("Mine", topics=[water]), near("Other", water)
    relating.rebuild()
    before = relating_rows()

    def worked(*args, **kwargs):
        raise AssertionError("Relating has worked.")

    monkeypatch.setattr(relating, "compute", worked)
    monkeypatch.setattr(relating, "hold", worked)
    typed = rows("related_entries", {"origin": "excluded", "related": other.pk})
    answer = send(desk, form_of(report), title="Typed", topics=[make_topic().pk], **typed)
    assert versions.standing(Report.objects.get(pk=report.pk))["fields"]["title"] == "Typed", answer.content.decode()
    assert relating_rows() == before


def relating_rows():
    computed = RelatedPublication.objects.filter(origin="computed")
    return [list(rows.order_by("pk").values()) for rows in (computed, Candidates.objects, ReportTerms.objects)]
