"""The health of Related Publications: each find is what brute force finds, and one click from its cure."""

import random
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from playwright.sync_api import expect

from publications import relating
from publications.desk import health as page_of_health
from publications.desk import relating_filter
from publications.desk.health_sections import SECTIONS
from publications.editorial.roles import Role
from publications.models import RelatedPublication, RelatingWeights, Report
from publications.relating import health
from tests import oracle
from tests.desk import fields_of, form_of, said
from tests.factory import (
    editing,
    make_draft,
    make_member,
    make_report,
    make_scheduled,
    make_superuser,
    make_topic,
    make_withdrawn,
    relate,
)
from topics.models import Topic

pytestmark = pytest.mark.django_db
HEALTH = "/admin/relating/"
REPORTS = "/admin/publications/report/"
WORDS = ["dams", "wells", "rain", "treaties", "pumps", "canals", "salt"]


@pytest.fixture
def desk(client):
    client.force_login(make_member(Role.EDITOR, "edith"))
    return client


def found(client):
    """{anchor: what was found}, and the anchors of what is in order."""
    context = client.get(HEALTH).context
    return {one.section.anchor: one for one in context["found"]}, {section.anchor for section in context["fine"]}


def titles(client, anchor):
    return [row.title for row in found(client)[0][anchor].rows]


def listed(client, address):
    return sorted(str(row) for row in client.get(address).context["cl"].result_list)


# What is found, against brute force


def make_corpus(chance, count=36):
    """Reports in all states with no topic to four, pins and exclusions among them, three that many pin."""
    topics = [make_topic() for _ in range(12)]
    makers = [make_report] * 6 + [make_scheduled, make_draft, make_withdrawn]
    reports = []
    for _ in range(count):
        make = chance.choice(makers)
        when = {"days": chance.choice([1, 3])} if make is make_scheduled else {}
        carried = {topics[int(12 ** chance.random()) - 1] for _ in range(chance.randint(0, 3))}
        lead = f"<p>{' '.join(chance.sample(WORDS, 3))}</p>"
        reports.append(make(topics=sorted(carried, key=lambda topic: topic.pk), lead=lead, **when))
    for _ in range(count * 2):
        one, other = chance.choice(reports), chance.choice(reports[:3] if chance.random() < 0.6 else reports)
        by_hand = RelatedPublication.objects.filter(report=one, related=other)
        if one != other and not by_hand.exists():
            relate(one, other, chance.choice(["pinned", "pinned", "pinned", "excluded"]), position=chance.randint(0, 9))
    relating.rebuild()


class Truth:
    """The same, found by looking at everything."""

    def __init__(self, at):
        shot = self.shot = oracle.snapshot()
        self.live = {one.pk: one for one in oracle.live_ones(shot, at)}
        self.sidebars = {pk: oracle.sidebar(shot, pk, at) for pk in self.live}
        self.shown = [related for entries in self.sidebars.values() for related in entries]

    def times(self, pk):
        return self.shown.count(pk)

    def carrying(self, topic):
        return sum(topic in one.topics for one in self.live.values())

    def waiting(self):
        pins = [row for row in self.shot.rows if row.origin == "pinned" and row.report in self.live]
        return {(row.report, row.related) for row in pins if row.related not in self.live}


def keys(found):
    return {row["pk"] for row in found}


@pytest.mark.parametrize("days", [0, 2, 4])
@pytest.mark.parametrize("seed", range(6))
def test_every_find_is_what_brute_force_finds(monkeypatch, seed, days):
    """Now, and once some of what is scheduled has come."""
    monkeypatch.setattr(health, "MANY", 7)
    make_corpus(random.Random(seed))
    at = timezone.now() + timedelta(days=days)
    truth = Truth(at)
    assert keys(health.without_topics(at)) == {pk for pk, one in truth.live.items() if not one.topics}
    few = Report.objects.filter(pk__in=health.with_few_entries(at)).annotate(entries=health.entries_beside_it(at))
    assert dict(few.values_list("pk", "entries")) == {
        pk: len(entries) for pk, entries in truth.sidebars.items() if len(entries) < 3
    }
    assert keys(health.shown_nowhere(at)) == truth.live.keys() - set(truth.shown)
    everywhere = health.shown_everywhere(at).values_list("related", "sidebars", "pinned")
    pinned = [pk for one in truth.live for pk in oracle.pins(truth.shot, truth.shot.publications[one], at)]
    assert set(everywhere) == {
        (pk, truth.times(pk), pinned.count(pk)) for pk in truth.live if truth.times(pk) > health.MANY
    }
    assert set(health.waiting_pins(at).values_list("report", "related")) == truth.waiting()
    broad = health.broad_topics(at, len(truth.live)).values_list("tag", "count")
    counts = {topic: truth.carrying(topic) for topic in Topic.objects.values_list("pk", flat=True)}
    assert dict(broad) == {topic: count for topic, count in counts.items() if count > len(truth.live) / 4}


def test_the_corpora_hold_some_of_each(monkeypatch):
    """Else the comparison above would prove little."""
    monkeypatch.setattr(health, "MANY", 7)
    make_corpus(random.Random(1))
    at = timezone.now()
    sections = {section.anchor: section.find(at, Report.objects.live(at).count()) for section in SECTIONS}
    assert [anchor for anchor, rows in sections.items() if not rows] == []
    assert health.beside_live_reports(at).count() > health.shown(at).count()


def test_a_topic_used_once_is_so_whatever_the_state_of_its_report():
    once, on_draft, retired, twice, _ = (make_topic(name) for name in ("Once", "Draft", "Retired", "Twice", "Unused"))
    Topic.objects.filter(pk=retired.pk).update(retired=True)
    make_report(topics=[once, retired, twice]), make_draft(topics=[on_draft, twice])
    assert sorted(map(str, health.topics_used_once())) == ["Draft", "Once"]


# The page


def test_where_all_is_well_each_section_says_so_in_one_line(desk):
    finds, fine = found(desk)
    assert (finds, len(fine)) == ({}, len(SECTIONS))
    html = desk.get(HEALTH).content.decode()
    assert "Of 0 live reports and their topics, nothing wants care." in html
    assert "Every live report has a topic." in html


@pytest.mark.parametrize("most_named", [0, 1000])
def test_each_number_is_that_of_the_list_to_which_it_leads(desk, monkeypatch, most_named):
    """Whether its keys are too many to be named or not."""
    monkeypatch.setattr(health, "MANY", 7)
    monkeypatch.setattr(relating_filter, "MOST_NAMED", most_named)
    monkeypatch.setattr(page_of_health, "MOST", 2)
    make_corpus(random.Random(1), count=60)
    finds, fine = found(desk)
    assert not fine
    for anchor, one in finds.items():
        total = desk.get(one.section.address).context["cl"].result_count
        by_report = health.waiting_pins(timezone.now()).values("report").distinct()
        assert total == (by_report.count() if anchor == "pins" else one.total), anchor
        assert len(one.rows) <= 2
        assert one.all in {f"All {one.total}", "See it"}


def test_what_has_no_topic_is_named_once_and_counted_wherever_it_belongs(desk):
    make_report("Bare"), make_report("Lonely", topics=[make_topic()])
    relating.rebuild()
    finds, _ = found(desk)
    assert titles(desk, "no-topics") == ["Bare"]
    for anchor in ("few", "nowhere"):
        assert (finds[anchor].total, titles(desk, anchor)) == (2, ["Lonely"])
        assert "1 of them has no topic: see above." in finds[anchor].explains
    Report.objects.filter(title="Lonely").delete()
    assert found(desk)[0]["few"].explains == "None of these has a topic: see above."


def test_an_edit_that_waits_is_said(desk):
    bare = make_report("Bare")
    with editing(bare):
        bare.report_topics.create(tag=make_topic())
    assert "an edit of it waits" in found(desk)[0]["no-topics"].rows[0].said


def test_rows_lead_to_where_they_are_mended(desk):
    water = make_topic("Water")
    reports = [make_report(title, topics=[water]) for title in ("A", "B", "C", "D", "E")]
    relate(reports[0], make_scheduled("Soon"))
    relate(reports[0], make_withdrawn("Gone"), position=1)
    make_report("Alone", topics=[once := make_topic("Once")])
    make_topic("Below", parent=once)
    relating.rebuild()
    finds, _ = found(desk)
    assert [row.address for row in finds["few"].rows] == [form_of(Report.objects.get(title="Alone")) + "#id_topics"]
    pins = finds["pins"].rows
    assert [row.title for row in pins] == ["Soon", "Gone"]
    assert {row.address for row in pins} == {form_of(reports[0]) + "#related_entries-group"}
    assert pins[0].said.startswith("pinned beside “A” · scheduled for ")
    html = desk.get(form_of(reports[0])).content.decode()
    assert 'id="id_topics"' in html
    assert 'id="related_entries-group"' in html
    (broad,) = finds["broad"].rows
    assert broad.said == "Subject · on 5 live reports, 83 %"
    assert listed(desk, broad.deeds[0][1]) == ["A", "B", "C", "D", "E"]
    (used,) = finds["once"].rows
    assert (used.title, used.said) == ("Once", "Subject · others stand below it")
    assert [words for words, _ in used.deeds] == ["Merge…", "Retire…"]
    for _, address in used.deeds:
        assert desk.get(address).status_code == 200


def test_topics_are_changed_from_the_page_and_it_leads_back_to_the_row(desk):
    bare, other, water = make_report("Bare"), make_report("Other"), make_topic("Water")
    asked = desk.post(f"{HEALTH}?from=no-topics", {"_selected_action": bare.pk})
    assert [report.title for report in asked.context["reports"]] == ["Bare"]
    assert f'href="{HEALTH}">Cancel' in asked.content.decode()
    data = fields_of(asked) | {"add": [water.pk]}
    refused = desk.post(f"{HEALTH}?from=no-topics", data | {"add": []})
    assert "Choose a topic to add" in refused.content.decode()
    done = desk.post(f"{HEALTH}?from=no-topics", data)
    assert done.url == f"{HEALTH}#no-topics"
    assert said(desk.get(done.url)) == ["1 report was changed."]
    assert bare.topics.get() == water
    # To the top, where that is said, once nothing is left there.
    data = fields_of(desk.post(f"{HEALTH}?from=no-topics", {"_selected_action": other.pk})) | {"add": [water.pk]}
    assert desk.post(f"{HEALTH}?from=no-topics", data).url == HEALTH
    assert "no-topics" in found(desk)[1]


@pytest.mark.parametrize("data", [{}, {"_selected_action": "x"}, {"_selected_action": "999999"}])
def test_what_was_made_up_changes_nothing(desk, data):
    answer = desk.post(f"{HEALTH}?from=//evil.example", data, follow=True)
    assert answer.status_code == 200


def test_the_page_asks_the_database_as_often_however_much_it_finds(desk, monkeypatch):
    def asked():
        with CaptureQueriesContext(connection) as queries:
            desk.get(HEALTH)
        return len(queries)

    monkeypatch.setattr(health, "MANY", 7)
    none = asked()
    make_corpus(random.Random(1), count=20)
    few = asked()
    make_corpus(random.Random(2), count=60)
    assert none == few == asked()
    assert few < 20


# The weights


def weights_said(client):
    html = client.get(HEALTH).content.decode()
    return "run <code>manage.py rebuild_related</code>" in html


def test_old_weights_are_said_with_what_to_do(desk, monkeypatch):
    water = make_topic("Water")
    for _ in range(4):
        make_report(topics=[water])
    assert "is not counted yet" in desk.get(HEALTH).content.decode()
    relating.rebuild()
    assert "when 4 reports were live; 4 are now." in desk.get(HEALTH).content.decode()
    monkeypatch.setattr(relating, "WEIGHED_AT_ONCE", 3)
    assert not weights_said(desk)
    make_report(topics=[water])
    assert weights_said(desk)
    assert "when 4 reports were live; 5 are now." in desk.get(HEALTH).content.decode()
    relating.rebuild()
    assert not weights_said(desk)
    assert RelatingWeights.objects.get().live_reports == 5


# Who may


@pytest.mark.parametrize("role", list(Role))
def test_it_is_for_those_who_look_after_every_report(client, role):
    make_report("Bare")
    client.force_login(make_member(role))
    may = role >= Role.EDITOR
    for answer in (client.get(HEALTH), client.post(HEALTH, {"_selected_action": Report.objects.get().pk})):
        assert (answer.status_code == 200) == may
        assert may or answer.status_code in {302, 403}
    assert (f'href="{HEALTH}"' in client.get("/admin/").content.decode()) == may
    if role >= Role.WRITER:
        assert (f'href="{HEALTH}"' in client.get("/admin/topics/topic/").content.decode()) == may


def test_a_superuser_may_too(client):
    client.force_login(make_superuser())
    assert client.get(HEALTH).status_code == 200


def test_a_writer_learns_of_no_hidden_report_by_narrowing_the_list(client):
    """Neither by a pin that waits, nor by a topic."""
    water = make_topic("Water")
    shown = make_report("Shown", topics=[water])
    relate(shown, make_draft("Hidden", topics=[water]))
    relating.rebuild()
    client.force_login(make_member(Role.WRITER))
    make_report("Another")
    page = client.get(REPORTS).content.decode()
    assert "relating=" not in page
    for value in ("pins", "few", "no-topics"):
        assert listed(client, f"{REPORTS}?relating={value}") == ["Another", "Shown"]
    assert listed(client, f"{REPORTS}?topic={water.pk}") == ["Shown"]
    for strange in ("x", "-1", "9" * 18, "9" * 30):
        assert client.get(f"{REPORTS}?topic={strange}", follow=True).status_code == 200


# In a browser


@pytest.fixture
def browser(desk_of):
    return desk_of(make_member(Role.EDITOR, "edith"))


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_report_without_topics_gets_one_and_its_row_is_gone(browser, site):
    make_report("Bare"), make_report("Bald"), make_topic("Water")
    browser.goto(site + "/admin/")
    browser.get_by_role("link", name="The health of Related Publications").click()
    section = browser.get_by_role("region", name="Reports without topics")
    expect(section.get_by_role("listitem")).to_have_count(2)
    section.get_by_role("button", name="Change topics… of “Bare”").click()
    browser.get_by_role("combobox").first.click()
    browser.keyboard.type("wat")
    browser.get_by_role("option", name="Water").click()
    browser.get_by_role("button", name="Change topics", exact=True).click()
    expect(browser.locator(".messagelist")).to_contain_text("1 report was changed.")
    expect(browser).to_have_url(site + HEALTH + "#no-topics")
    expect(section.get_by_role("listitem")).to_have_count(1)
    expect(section).not_to_contain_text("Bare")
    section.get_by_role("link", name="Bald").click()
    expect(browser.locator(".field-topics")).to_be_in_viewport()


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (1280, "dark")])
def test_the_page_is_easy_to_read(browser, site, axe, complaints, monkeypatch, width, scheme):
    monkeypatch.setattr(health, "MANY", 7)
    make_corpus(random.Random(1), count=60)
    make_report("A title of which the name is long enough to need more than one line " * 2)
    browser.set_viewport_size({"width": width, "height": 900})
    browser.emulate_media(color_scheme=scheme)
    browser.goto(site + HEALTH)
    browser.wait_for_load_state("networkidle")
    assert not complaints
    assert axe(browser) == []
    # axe tries styles of its own, which the policy refuses.
    complaints.clear()
    assert browser.evaluate("document.documentElement.scrollWidth") <= width
