"""The care of topics in the desk: its pages say what will change, it comes true, and the log undoes it."""

import pytest
from django.urls import reverse

from publications import relating, sidebars
from publications.editorial import bulk
from publications.editorial.roles import Role
from publications.models import TopicsApart, TopicStep
from publications.topic_care.merging import merge
from tests.desk import fields_of, form_of, picked, said, send
from tests.factory import editing, make_draft, make_member, make_report, make_superuser, make_topic
from topics.models import Topic, TopicSynonym

pytestmark = pytest.mark.django_db
LIST = "/admin/topics/topic/"
MERGE = "/admin/topics/topic/merge/"


@pytest.fixture
def desk(client):
    client.force_login(make_member(Role.EDITOR, "edith"))
    return client


def page(name, row):
    return reverse(f"admin:{name}", args=[row.pk])


def look(client, address, **asked):
    return client.get(address, asked | {"look": "1"})


def foretold(response):
    return " ".join(response.context["preview"].sentences)


def listed(client, **asked):
    return [row.name for row in client.get(LIST, asked).context["cl"].result_list]


def test_a_merge_is_foretold_and_comes_true(desk):
    old, new = make_topic("Peace-building"), make_topic("Peacebuilding")
    one, other = make_report("One", topics=[old]), make_report("Other", topics=[new])
    draft = make_draft(topics=[old])
    waits = make_report("Waits", topics=[])
    with editing(waits):
        waits.report_topics.create(tag=old)
    relating.rebuild()
    shown = look(desk, MERGE, topics=[old.pk], into=new.pk)
    assert "3 reports that carry “Peace-building” will carry “Peacebuilding”, 1 of them in an edit" in foretold(shown)
    assert "beside 2 live reports change" in foretold(shown)
    assert [str(report) for report in shown.context["preview"].sidebars] == ["One", "Other"]
    assert "/topics/peace-building/ and its feeds will lead to /topics/peacebuilding/" in foretold(shown)
    assert Topic.objects.filter(pk=old.pk).exists()
    answer = desk.post(MERGE, fields_of(shown) | {"topics": [old.pk]}, follow=True)
    assert "3 reports changed" in said(answer)[0]
    step = TopicStep.objects.get()
    assert (step.reports, step.by.username) == (3, "edith")
    assert [entry.report.pk for entry in sidebars.sidebar(one).entries] == [other.pk]
    assert draft.topics.get() == new


def test_of_many_reports_no_sidebar_is_computed_only_to_be_told(desk, monkeypatch):
    monkeypatch.setattr("publications.topic_care.foreseeing.MOST_CHANGED", 1)
    old, new, water = make_topic("Old"), make_topic("New"), make_topic("Water")
    make_report(topics=[old]), make_report(topics=[old, water]), make_report(topics=[water]), make_report(topics=[new])
    words = foretold(look(desk, MERGE, topics=[old.pk], into=new.pk))
    assert "it can be any of 3 live reports" in words


def test_the_chosen_of_the_list_go_into_one_of_them(desk):
    few, many, other = make_topic("Few"), make_topic("Many"), make_topic("Other")
    make_report(topics=[many]), make_report(topics=[many]), make_report(topics=[few])
    chosen = desk.post(LIST, {"action": "merge_chosen", "_selected_action": [few.pk, many.pk, other.pk]}, follow=True)
    assert [topic.name for topic, _ in chosen.context["keepable"]] == ["Many", "Few", "Other"]
    shown = desk.get(MERGE + chosen.context["keepable"][0][1])
    assert "2 reports" not in foretold(shown)
    assert [str(one) for one in shown.context["form"].cleaned_data["topics"]] == ["Few", "Other"]
    desk.post(MERGE, dict(shown.context["form"].data.lists()))
    assert list(Topic.objects.values_list("name", flat=True)) == ["Many"]
    assert TopicStep.objects.count() == 2


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"topics": ["x"], "into": "y"}, "Choose the topic that is to go."),
        ({"topics": ["999999"], "into": "999999"}, "Select a valid choice"),
        ({}, "Choose the topic that stays."),
    ],
)
def test_a_merge_of_nothing_is_asked_again(desk, asked, words):
    assert words in look(desk, MERGE, **asked).content.decode()


def test_what_is_refused_is_said_before_and_after(desk):
    shown, keyword = make_topic("Shown"), make_topic("Keyword", kind="keyword")
    data = {"topics": [shown.pk], "into": keyword.pk}
    assert "is a keyword and has no page" in look(desk, MERGE, **data).content.decode()
    assert "is a keyword and has no page" in desk.post(MERGE, data).content.decode()
    assert "cannot be merged into itself" in look(desk, MERGE, topics=[shown.pk], into=shown.pk).content.decode()


def test_a_name_is_foretold_and_changed(desk):
    topic = make_topic("Peace-building")
    make_report(topics=[topic])
    data = {"name": "Peacebuilding", "slug": "peacebuilding", "keep_old": "on"}
    words = foretold(look(desk, page("rename-topic", topic), **data))
    assert "1 report will show “Peacebuilding”" in words
    assert "/topics/peace-building/ and its feeds will lead to /topics/peacebuilding/" in words
    assert not TopicStep.objects.exists()
    answer = desk.post(page("rename-topic", topic), data, follow=True)
    assert "is renamed" in said(answer)[0]
    assert Topic.objects.get().slug == "peacebuilding"
    assert picked(desk, "publications.reporttopic.tag", "peace-b") == ["Peacebuilding · subject"]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"name": "WATER", "slug": "water-2"}, "has this name already"),
        ({"name": "Rivers", "slug": "Not an address"}, "Use lower-case letters"),
        ({"name": "?", "slug": "rivers"}, "at least one letter"),
        ({"name": "Rivers", "slug": "water"}, "Another topic lives at this address. Choose a different one."),
        ({"name": "", "slug": "rivers"}, "required"),
    ],
)
def test_a_name_that_is_refused_changes_nothing(desk, typed, words):
    make_topic("Water")
    topic = make_topic("Rivers")
    for answer in (look(desk, page("rename-topic", topic), **typed), desk.post(page("rename-topic", topic), typed)):
        assert words in answer.content.decode()
        assert not answer.context["preview"]
    assert Topic.objects.get(pk=topic.pk).name == "Rivers"
    assert not TopicStep.objects.exists()


def test_a_topic_is_retired_and_offered_again(desk):
    topic = make_topic("Water")
    assert "It keeps its page and its 0 reports" in foretold(desk.get(page("retire-topic", topic)))
    desk.post(page("retire-topic", topic))
    assert picked(desk, "publications.reporttopic.tag", "wat") == []
    assert "will offer “Water” again" in foretold(desk.get(page("offer-topic", topic)))
    desk.post(page("offer-topic", topic))
    assert picked(desk, "publications.reporttopic.tag", "wat") == ["Water · subject"]
    assert TopicStep.objects.count() == 2


def test_topics_below_a_retired_one_are_named_where_there_are_any(desk):
    topic = make_topic("Water")
    assert "below it" not in foretold(desk.get(page("retire-topic", topic)))
    make_topic("Rivers", parent=topic)
    assert "1 topic below it will be offered as before." in foretold(desk.get(page("retire-topic", topic)))


def test_each_page_of_care_says_in_its_head_which_topic_it_is_about(desk):
    topic = make_topic("Water")
    for name, head in {
        "rename-topic": "Rename “Water”",
        "retire-topic": "Retire “Water”",
        "offer-topic": "Offer “Water” again",
        "topic-synonyms": "Other words for “Water”",
        "topic-family": "Parent and children of “Water”",
        "topics_topic_change": "Water",
    }.items():
        assert f"<h1>{head}</h1>" in desk.get(page(name, topic)).content.decode(), name


def test_the_form_of_a_topic_leads_to_its_reports(desk):
    topic = make_topic("Water")
    make_report("One", topics=[topic]), make_draft("Two", topics=[topic]), make_report("Other")
    address = f"/admin/publications/report/?topic={topic.pk}"
    html = desk.get(page("topics_topic_change", topic)).content.decode()
    assert f'<a href="{address}">Its 2 reports</a>' in html
    assert sorted(map(str, desk.get(address).context["cl"].result_list)) == ["One", "Two"]


def test_other_words_are_one_a_line(desk):
    topic = make_topic("Elections")
    TopicSynonym.objects.create(topic=topic, name="Voting")
    shown = desk.get(page("topic-synonyms", topic))
    assert fields_of(shown)["synonyms"] == "Voting"
    words = foretold(look(desk, page("topic-synonyms", topic), synonyms="Polls\n\nBallots\n"))
    assert "“Polls” will lead to “Elections”" in words
    assert "“Voting” will lead nowhere" in words
    desk.post(page("topic-synonyms", topic), {"synonyms": "Polls\r\nBallots\r\n"})
    assert [str(row) for row in topic.synonyms.all()] == ["Ballots", "Polls"]


def test_parent_and_children_are_set_together(desk):
    topic, wide, narrow = make_topic("Topic"), make_topic("Wide"), make_topic("Narrow")
    make_report(topics=[narrow])
    data = {"parent": wide.pk, "children": [narrow.pk]}
    assert "the 1 report of “Narrow”" in foretold(look(desk, page("topic-family", topic), **data))
    desk.post(page("topic-family", topic), data)
    assert Topic.objects.get(pk=topic.pk).parent == wide
    assert Topic.objects.get(pk=narrow.pk).parent == topic


def test_the_form_of_a_topic_leads_to_its_care_and_changes_the_rest(desk):
    topic = make_topic("Water", parent=make_topic("Wide"))
    address = page("topics_topic_change", topic)
    html = desk.get(address).content.decode()
    for name in ("rename-topic", "retire-topic", "topic-synonyms", "topic-family"):
        assert page(name, topic) in html
    send(desk, address, name="Rivers", kind="place", description="Of rivers.", retired="on")
    topic.refresh_from_db()
    assert (topic.name, topic.kind, topic.description, topic.retired) == ("Water", "place", "Of rivers.", False)


def test_whoever_edits_meanwhile_saves_what_they_typed(desk):
    old, new, water = make_topic("Old"), make_topic("New"), make_topic("Water")
    report = make_draft("Draft", topics=[old])
    send(desk, form_of(report), title="Saved once")
    opened = fields_of(desk.get(form_of(report)))
    merge([old], new)
    answer = desk.post(
        form_of(report), opened | {"topics": [old.pk, water.pk], "title": "Typed", "_continue": "x"}, follow=True
    )
    report.refresh_from_db()
    assert report.title == "Typed", said(answer)
    assert sorted(topic.name for topic in report.topics.all()) == ["New", "Water"]
    assert not report.versions.filter(set_aside=True).exists()


# The log


def test_undoing_is_foretold_comes_true_and_lists_the_rest(desk):
    old, new, water = make_topic("Old"), make_topic("New"), make_topic("Water")
    make_report("Kept", topics=[old])
    changed = make_report("Changed", topics=[old])
    (step,) = merge([old], new)
    bulk.retag(changed, [water], [])
    shown = desk.get(page("topic-step", step))
    assert "“Old” will be there again, with its address, and on 1 report." in foretold(shown)
    assert "1 report retagged since will be left alone" in foretold(shown)
    answer = desk.post(page("topic-step", step), follow=True)
    assert said(answer) == ["Undone: “Old” is there again, and 1 of 2 reports carry it."]
    assert f'href="{page("publications_report_change", changed)}"' in answer.content.decode()
    log = desk.get(reverse("admin:topic-log")).content.decode()
    assert "Undone: “Old” was merged into “New”" in log


def test_what_blocks_undoing_is_said_with_a_link(desk):
    old, new = make_topic("Old"), make_topic("New")
    (step,) = merge([old], new)
    TopicSynonym.objects.all().delete()
    other = make_topic("old")
    shown = desk.get(page("topic-step", step)).content.decode()
    assert "There is a topic “old” by now." in shown
    assert page("topics_topic_change", other) in shown
    assert "There is a topic “old” by now." in said(desk.post(page("topic-step", step), follow=True))[0]


def test_a_topic_has_a_log_of_its_own(desk):
    one, two, other = make_topic("One"), make_topic("Two"), make_topic("Other")
    merge([one], two)
    desk.post(page("retire-topic", other))
    rows = desk.get(reverse("admin:topic-log"), {"topic": two.pk}).context["rows"]
    assert [sentence for _, sentence in rows] == ["“One” was merged into “Two”"]
    for asked in ("x", "9" * 30, "²"):
        assert len(desk.get(reverse("admin:topic-log"), {"topic": asked}).context["rows"]) == 2


# What wants care


def test_topics_are_listed_by_what_wants_care(desk):
    broad, once, alike, _ = (make_topic(name) for name in ("Broad", "Once", "Onces", "Unused"))
    for number in range(6):
        make_report(topics=[broad, *([once] if number == 0 else []), *([alike] if number in {1, 2, 3} else [])])
    for _ in range(8):
        make_report()
    assert listed(desk, care="once") == ["Once"]
    assert listed(desk, care="unused") == ["Unused"]
    assert listed(desk, care="broad") == ["Broad"]
    assert listed(desk, care="alike") == ["Once", "Onces"]
    assert len(listed(desk, care="nonsense")) == 4


def test_look_alikes_are_merged_or_said_to_be_different(desk):
    one, other = make_topic("Peace-building"), make_topic("Peacebuilding")
    make_report(topics=[other])
    html = desk.get(reverse("admin:topic-suggestions")).content.decode()
    assert f"{MERGE}?topics={one.pk}&amp;into={other.pk}&amp;look=1" in html
    desk.post(reverse("admin:topics-apart"), {"topics": [one.pk, other.pk]})
    assert TopicsApart.objects.get().by.username == "edith"
    assert "No two topics look alike" in desk.get(reverse("admin:topic-suggestions")).content.decode()
    assert desk.post(reverse("admin:topics-apart"), {"topics": ["x", "9"]}).status_code == 302


def test_whoever_comes_from_the_suggestions_goes_on_there(desk):
    one, other, third = make_topic("Peace-building"), make_topic("Peacebuilding"), make_topic("Peacebuildings")
    suggestions = reverse("admin:topic-suggestions")
    html = desk.get(suggestions).content.decode()
    assert f"{MERGE}?topics={one.pk}&amp;into={other.pk}&amp;look=1&amp;then=alike" in html
    shown = desk.get(MERGE, {"topics": one.pk, "into": other.pk, "look": 1, "then": "alike"})
    assert f'href="{suggestions}">Leave it' in shown.content.decode()
    assert dict(shown.context["posted"])["then"] == "alike"
    assert desk.post(MERGE, fields_of(shown) | {"topics": [one.pk]}).url == suggestions
    retire = desk.get(page("retire-topic", third), {"then": "alike"})
    assert desk.post(page("retire-topic", third), fields_of(retire)).url == suggestions
    assert desk.post(page("offer-topic", third), {"then": "//evil.example"}).url == page("topics_topic_change", third)


def test_many_look_alikes_are_counted_and_shown_in_parts(desk, monkeypatch):
    monkeypatch.setattr("publications.desk.topics.PAIRS", 1)
    for name in ("Peace-building", "Peacebuilding", "U.S.", "United States"):
        make_topic(name)
    first, second = (desk.get(reverse("admin:topic-suggestions"), {"p": number}) for number in (1, 2))
    assert "2 pairs, the surest first" in first.content.decode()
    assert "Page 1 of 2" in first.content.decode()
    assert [answer.context["suggestions"][0].one.name for answer in (first, second)] == [
        "Peacebuilding",
        "United States",
    ]


def test_the_list_says_retired_where_it_is_so_and_nothing_else(desk):
    wide = make_topic("Wide")
    make_topic("Narrow", parent=wide), make_topic("Old", retired=True)
    html = desk.get(LIST).content.decode()
    assert html.count('<td class="field-is_retired">Retired</td>') == 1
    assert html.count('<td class="field-is_retired"></td>') == 2
    assert html.count('<td class="field-parent_name">Wide</td>') == 1
    assert "icon-no" not in html


def test_the_chosen_of_the_list_are_retired(desk):
    one, other = make_topic("One"), make_topic("Other", retired=True)
    answer = desk.post(LIST, {"action": "retire_chosen", "_selected_action": [one.pk, other.pk]}, follow=True)
    assert said(answer) == ["1 topic was retired. The log undoes it."]


# Who may


@pytest.mark.parametrize("role", [Role.READER, Role.WRITER, Role.EDITOR, Role.PUBLISHER])
def test_editors_and_those_above_care_for_topics(client, role):
    client.force_login(make_member(role))
    topic, other = make_topic("One"), make_topic("Other")
    (step,) = merge([make_topic("Gone")], other)
    ones = ["rename-topic", "retire-topic", "offer-topic", "topic-synonyms", "topic-family"]
    addresses = [page(name, topic) for name in ones] + [page("topic-step", step), MERGE]
    addresses += [reverse(f"admin:{name}") for name in ("topic-log", "topic-suggestions")]
    wanted = 200 if role >= Role.EDITOR else 403
    assert {address: client.get(address).status_code for address in addresses} == dict.fromkeys(addresses, wanted)
    if role < Role.EDITOR:
        for address in [*addresses, reverse("admin:topics-apart")]:
            assert client.post(address, {"topics": [topic.pk], "into": other.pk}).status_code == 403
        client.post(LIST, {"action": "retire_chosen", "_selected_action": [topic.pk]})
        assert TopicStep.objects.count() == 1
    if role == Role.WRITER:
        assert "Retire…" not in client.get(page("topics_topic_change", topic)).content.decode()


def test_what_wants_care_tells_a_writer_of_no_hidden_report(client):
    once = make_topic("Once")
    make_draft("Hidden", topics=[once])
    client.force_login(make_member(Role.WRITER))
    assert listed(client, care="once") == []
    assert listed(client, care="unused") == ["Once"]


def test_names_are_escaped(desk):
    old, new = make_topic("<i>Old</i>"), make_topic("New <b>")
    step = merge([old], new)[0]
    for address in (page("topic-step", step), reverse("admin:topic-log"), f"{MERGE}?topics={new.pk}"):
        assert "<i>" not in desk.get(address).content.decode()


def test_a_superuser_may_all(client):
    client.force_login(make_superuser())
    assert client.get(reverse("admin:topic-log")).status_code == 200
