"""Who may do what: each role, with its own report and with another's, however it stands, at the desk's real addresses.

What is expected is written here in words of its own and compared with the table in publications/editorial/roles.py.
"""

from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module

import pytest
from django.apps import apps
from django.contrib.auth.models import Group
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from publications.editorial import versions
from publications.editorial.roles import PERMISSIONS, TABLE, Action, Role, may, permissions_of
from publications.models import Report, Typed
from tests.desk import fields_of, form_of
from tests.factory import (
    attach,
    give_cover,
    make_author,
    make_draft,
    make_member,
    make_report,
    make_scheduled,
    make_topic,
    make_type,
    make_withdrawn,
)
from tests.word import docx, paragraph, run

pytestmark = pytest.mark.django_db

SITUATIONS = {
    "draft": make_draft,
    "in review": lambda title, **fields: make_draft(title, state="in_review", **fields),
    "scheduled": make_scheduled,
    "live": make_report,
    "withdrawn": make_withdrawn,
    "in the bin": lambda title, **fields: make_draft(title, binned_at=timezone.now(), **fields),
}
HIDDEN = set(SITUATIONS) - {"live"}
NEVER_PUBLIC = {"draft", "in review"}
PUBLIC = {"scheduled", "live", "withdrawn"}


def expected(role, own, situation):
    """What the brief says of a role, as a set of actions."""
    if role == Role.NOBODY or (role <= Role.WRITER and not own and situation in HIDDEN):
        return set()
    actions = {Action.SEE} | ({Action.SEE_EDITS} if own or role >= Role.EDITOR else set())
    if situation == "in the bin":
        actions |= {Action.TAKE_OUT} if role >= Role.WRITER else set()
        return actions | ({Action.PURGE} if role == Role.PUBLISHER else set())
    if role >= Role.EDITOR or (role == Role.WRITER and own):
        actions |= {Action.NOTE}
        actions |= {Action.EDIT} if situation != "in review" or role >= Role.EDITOR else set()
        actions |= {Action.SUBMIT} if situation != "in review" else {Action.SEND_BACK}
        actions |= {Action.BIN} if situation == "draft" else set()
    if role >= Role.EDITOR:
        actions |= {Action.ASSIGN, Action.SHARE, Action.RETAG}
        actions |= {Action.SEND_BACK} if situation in PUBLIC else {Action.RETYPE}
        actions |= {Action.BIN} if situation in NEVER_PUBLIC else set()
    if role == Role.PUBLISHER:
        actions |= {Action.PUBLISH, Action.RETYPE}
        actions |= {Action.SCHEDULE} if situation != "withdrawn" else set()
        actions |= {Action.UNSCHEDULE} if situation == "scheduled" else set()
        actions |= {Action.WITHDRAW} if situation == "live" else set()
        actions |= {Action.SUPPRESS} if situation in {"live", "withdrawn"} else set()
    return actions


@dataclass
class Case:
    client: object
    user: object
    report: Report
    allowed: set

    def form(self):
        return fields_of(self.client.get(form_of(self.report)))

    def post_form(self, **typed):
        seen = self.form() if Action.SEE in self.allowed else {"title": "Typed over"}
        return self.client.post(form_of(self.report), seen | typed)

    def fresh(self):
        return Report.objects.get(pk=self.report.pk)


WALK = [
    (role, own, situation)
    for role in Role
    for own in ("made", "assigned", "another's")
    for situation in SITUATIONS
    if role > Role.NOBODY or own == "another's"
]


@pytest.fixture
def case(client, request):
    role, own, situation = request.param
    user = make_member(role)
    report = SITUATIONS[situation]("Unguessable", made_by=user if own == "made" else make_member(Role.WRITER))
    if own == "assigned":
        report.assigned.add(user)
    content = versions.snapshot(report)
    versions.add(report, content, by=None, said="Kept")
    if situation in PUBLIC:
        edit = content | {"fields": content["fields"] | {"subtitle": "Of the edit"}}
        versions.add(report, edit, by=None, said="Edited", pending=True)
    client.force_login(user)
    return Case(client, user, report, expected(role, own != "another's", situation))


def ids(case):
    return f"{case[0].name.lower()}-{case[1]}-{case[2]}".replace(" ", "-")


walk = pytest.mark.parametrize("case", WALK, indirect=True, ids=ids)


@walk
def test_the_table_lets_each_role_do_what_the_brief_says(case):
    assert {action for action in Action if may(case.user, action, case.report)} == case.allowed


@walk
def test_a_role_sees_a_report_everywhere_or_nowhere(case):
    """Form, history, versions, files, cover and list; what is not there answers as what never was."""
    report, sees = case.report, Action.SEE in case.allowed
    follows = Action.SEE_EDITS in case.allowed
    file = attach(report, "Annex")
    versions.drop_edit(report)
    give_cover(report)
    addresses = {
        form_of(report): 200,
        reverse("admin:publications_report_history", args=[report.pk]): 302,
        reverse("admin:versions", args=[report.pk]): 200 if follows else 403,
        reverse("admin:version", args=[report.pk, 1]): 200 if follows else 403,
        reverse("admin:version", args=[report.pk, 1]) + "?with=readers": 200 if follows else 403,
        reverse("admin:compare", args=[report.pk]) + "?version=1": 302 if follows else 403,
        reverse("admin:typed", args=[report.pk]): 200,
        reverse("admin:attachment", args=[report.pk, file.pk]): 200,
        reverse("admin:picture", args=["publications", "report", report.pk, "cover"]): 200,
    }
    for address, status in addresses.items():
        answer = case.client.get(address)
        words = answer.getvalue()
        assert answer.status_code in ({status} if sees else {302, 403, 404}), address
        if not sees:
            assert b"Unguessable" not in words
            assert answer.get("Location", "/admin/login/").startswith("/admin/login/")
    for term in ("unguess", ""):
        picker = reverse("admin:autocomplete")
        answer = case.client.get(
            f"{picker}?app_label=publications&model_name=relatedpublication&field_name=related&term={term}"
        )
        is_offered = "Unguessable" in answer.content.decode()
        assert is_offered == (sees and report.binned_at is None)
    listed = [
        case.client.get(reverse("admin:publications_report_changelist") + query).content.decode()
        for query in ("", "?state=binned", "?q=unguess", f"?state={report.situation()}")
    ]
    assert any("Unguessable" in html for html in listed) == sees
    assert "Unguessable" not in case.client.get("/admin/").content.decode() or sees


@walk
def test_an_edit_that_waits_is_seen_by_those_alone_who_may_follow_it(case):
    """Its words in the form, its cover and its file."""
    if not (edit := versions.pending(case.report)):
        return
    content = edit.content | {"attachments": versions.snapshot(attached(case.report))["attachments"]}
    versions.drop_edit(case.report)
    versions.add(case.report, content, by=None, said="", pending=True)
    case.report.attachments.all().delete()
    follows = Action.SEE_EDITS in case.allowed
    assert (b"Of the edit" in case.client.get(form_of(case.report)).content) == follows
    file = reverse("admin:attachment", args=[case.report.pk, content["attachments"][0]["id"]])
    answer = case.client.get(file)
    answer.getvalue()
    assert (answer.status_code == 200) == follows


def attached(report):
    attach(report, "Annex")
    return report


@walk
def test_a_role_edits_what_it_may_and_nothing_else(case):
    answer = case.post_form(title="Typed over", _continue="x")
    standing = versions.standing(case.fresh())["fields"]["title"]
    if Action.EDIT in case.allowed:
        assert (answer.status_code, standing) == (302, "Typed over")
    else:
        assert answer.status_code in {302, 403, 404}
        assert answer.get("Location", "/admin/login/").startswith("/admin/login/")
        assert standing == "Unguessable"


BUTTONS = {
    "_review": Action.SUBMIT,
    "_back": Action.SEND_BACK,
    "_draft": Action.UNSCHEDULE,
    "_publish": Action.PUBLISH,
    "_schedule": Action.SCHEDULE,
    "_publish_edit": Action.PUBLISH,
    "_withdraw": Action.WITHDRAW,
}


@walk
def test_a_button_works_for_those_alone_who_may_press_it(case):
    """Pressed by a form that was made up, where the page does not offer it. Each button finds what the first found."""
    before = case.fresh()
    seen = case.form() if Action.SEE in case.allowed else {"title": "Typed over"}
    for button, action in BUTTONS.items():
        with undone():
            typed = {button: "x", "public_from": before.public_from or "2100-01-01T09:00"}
            case.client.post(form_of(case.report), seen | typed)
            after = case.fresh()
            if action not in case.allowed or Action.EDIT not in case.allowed:
                assert after.situation() == before.situation(), button
                assert after.edit_submitted_at == before.edit_submitted_at, button


@contextmanager
def undone():
    """What happens within has not happened after it."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@walk
def test_the_form_offers_the_buttons_that_the_role_may_press(case):
    if Action.SEE not in case.allowed:
        return
    html = case.client.get(form_of(case.report)).content.decode()
    offered = {action for button, action in BUTTONS.items() if f'name="{button}"' in html}
    assert offered <= case.allowed
    if Action.EDIT in case.allowed:
        never = set() if case.report.edit_submitted_at or case.report.state == "in_review" else {Action.SEND_BACK}
        live = {Action.SCHEDULE} if case.report.state == "published" else set()
        assert offered == case.allowed & set(BUTTONS.values()) - never - live


PAGES = {
    "withdraw": (Action.WITHDRAW, "withdrawn"),
    "send-back": (Action.SEND_BACK, "draft"),
    "bin": (Action.BIN, "binned"),
    "take-out": (Action.TAKE_OUT, "draft"),
}


@walk
@pytest.mark.parametrize("page", PAGES)
def test_a_page_acts_for_those_alone_who_may(case, page):
    action, becomes = PAGES[page]
    before = case.fresh().situation()
    address = reverse(f"admin:{page}", args=[case.report.pk])
    case.client.get(address)
    assert case.fresh().situation() == before
    case.client.post(address, {"reason": "Because."})
    applies = action in case.allowed and not (page == "send-back" and case.report.state != "in_review")
    assert case.fresh().situation() == (becomes if applies else before)


@walk
def test_a_note_is_written_by_those_alone_who_may(case):
    answer = case.client.post(reverse("admin:notes", args=[case.report.pk]), {"note": "Unguessable"})
    assert case.report.events.filter(words="Unguessable").exists() == (Action.NOTE in case.allowed)
    assert Action.NOTE in case.allowed or answer.status_code in {302, 403, 404}


@walk
def test_a_version_is_restored_by_those_alone_who_may_edit(case):
    content = versions.snapshot(case.report)
    versions.add(case.report, content | {"fields": content["fields"] | {"title": "Older"}}, by=None, said="")
    number = case.report.versions.first().number
    address = reverse("admin:restore", args=[case.report.pk, number])
    for name, *key in (["versions"], ["version", number]):
        listed = case.client.get(reverse(f"admin:{name}", args=[case.report.pk, *key])).content.decode()
        assert (address in listed) == (Action.EDIT in case.allowed), name
    answer = case.client.post(address)
    restored = versions.standing(case.fresh())["fields"]["title"] == "Older"
    assert restored == (Action.EDIT in case.allowed)
    assert restored or answer.status_code in {302, 403, 404}


@walk
def test_a_word_file_is_laid_beside_it_by_those_alone_who_may_edit(case):
    answer = case.client.post(reverse("admin:word", args=[case.report.pk]), {"file": docx(paragraph(run("Words.")))})
    laid = case.report.versions.filter(set_aside=True).exists()
    assert laid == (Action.EDIT in case.allowed)
    assert laid or answer.status_code in {302, 403, 404}


@walk
def test_what_is_typed_is_kept_for_those_alone_who_may_edit(case):
    answer = case.client.post(reverse("admin:typed", args=[case.report.pk]), {"title": "Typed"})
    assert Typed.objects.exists() == (Action.EDIT in case.allowed)
    assert answer.status_code in ({200} if Action.EDIT in case.allowed else {302, 403, 404})


@walk
def test_what_will_stand_beside_it_is_told_to_those_alone_who_may_edit(case):
    """And why another report does not, where it exists for them."""
    hidden = make_draft("Of a colleague", made_by=make_member(Role.WRITER))
    address = reverse("admin:preview-typed", args=[case.report.pk])
    seen = case.form() if Action.SEE in case.allowed else {"title": "Typed over"}
    answer = case.client.post(address, seen | {"wants": "beside", "why": hidden.pk})
    assert answer.status_code in ({200} if Action.EDIT in case.allowed else {302, 403, 404})
    if Action.EDIT in case.allowed:
        knows = may(case.user, Action.SEE, hidden)
        assert (answer.json()["why"] == "Readers cannot see it: it is a draft.") == knows
        assert (answer.json()["why"] == "There is no such report.") != knows
    if Action.SEE in case.allowed:
        assert ("data-act" in case.client.get(form_of(case.report)).content.decode()) <= (Action.EDIT in case.allowed)


@walk
def test_an_edit_is_dropped_by_those_alone_who_may_edit(case):
    had = versions.pending(case.report) is not None
    case.client.post(reverse("admin:drop-edit", args=[case.report.pk]))
    assert (versions.pending(case.report) is not None) == (had and Action.EDIT not in case.allowed)


@walk
def test_an_edit_is_published_with_a_note_by_those_alone_who_may(case):
    edit, before = versions.pending(case.report), case.fresh()
    address = reverse("admin:publish-edit", args=[case.report.pk])
    opened = case.client.get(address)
    assert case.fresh().subtitle == before.subtitle
    case.client.post(address, {"shown": edit.digest if edit else "", "kind": "update", "note": "With more of it."})
    done = Action.PUBLISH in case.allowed and before.is_live()
    assert (opened.status_code == 200) == done
    assert (case.fresh().subtitle == "Of the edit") == done
    assert case.report.earlier_versions.exists() == done
    assert done or b"Of the edit" not in opened.content


@walk
def test_a_withdrawn_report_is_published_again_by_those_alone_who_may(case):
    was_withdrawn = case.fresh().state == "withdrawn"
    address = reverse("admin:publish-again", args=[case.report.pk])
    opened = case.client.get(address)
    case.client.post(address, {"shown": versions.digest(versions.standing(case.report))})
    done = Action.PUBLISH in case.allowed and was_withdrawn
    assert (opened.status_code == 200) == done
    assert (was_withdrawn and case.fresh().is_live()) == done
    assert done or b"Of the edit" not in opened.content


@walk
def test_an_earlier_version_is_suppressed_by_those_alone_who_may(case):
    now = timezone.now()
    facts = {"kind": "update", "note": "With more of it.", "public_from": now, "public_until": now}
    earlier = case.report.earlier_versions.create(number=1, version=case.report.versions.last(), **facts)
    address = reverse("admin:suppress", args=[case.report.pk, 1])
    listed = case.client.get(reverse("admin:versions", args=[case.report.pk])).content.decode()
    assert (address in listed) == (Action.SUPPRESS in case.allowed)
    assert ("With more of it." in listed) == (Action.SEE_EDITS in case.allowed)
    opened = case.client.get(address)
    assert (opened.status_code == 200) == (Action.SUPPRESS in case.allowed)
    case.client.post(address, {"reason": "Because."})
    earlier.refresh_from_db()
    assert (earlier.suppressed_at is not None) == (Action.SUPPRESS in case.allowed)


@walk
def test_a_report_is_deleted_by_publishers_alone_and_from_the_bin_alone(case):
    case.client.post(reverse("admin:publications_report_delete", args=[case.report.pk]), {"post": "yes"})
    assert Report.objects.filter(pk=case.report.pk).exists() == (Action.PURGE not in case.allowed)


@walk
def test_who_works_on_it_and_when_it_goes_live_are_set_by_those_alone_who_may(case):
    other = make_member(Role.WRITER)
    moment = case.report.public_from
    case.post_form(assigned=[other.pk], review_on="2030-05-03", public_from="1999-01-01T09:00", _continue="x")
    after, edits = case.fresh(), Action.EDIT in case.allowed
    assert (after.assigned.filter(pk=other.pk).exists()) == (edits and Action.ASSIGN in case.allowed)
    assert (after.review_on is not None) == (edits and Action.ASSIGN in case.allowed)
    if not (edits and Action.SCHEDULE in case.allowed):
        assert after.public_from == moment


def test_every_action_has_its_line_in_the_table():
    assert set(TABLE) == set(Action)


@pytest.mark.parametrize("role", [Role.READER, Role.WRITER, Role.EDITOR, Role.PUBLISHER])
def test_the_rest_of_the_desk_is_open_as_the_role_says(client, role):
    client.force_login(make_member(role))
    topic = make_topic("Water")
    for name, least in {
        "publications_report_changelist": Role.READER,
        "publications_report_add": Role.WRITER,
        "authors_author_changelist": Role.WRITER,
        "authors_author_add": Role.EDITOR,
        "topics_topic_changelist": Role.WRITER,
        "publications_image_changelist": Role.WRITER,
        "publications_attachment_changelist": Role.WRITER,
        "topics_topic_add": Role.EDITOR,
        "relating-health": Role.EDITOR,
        "merge-authors": Role.EDITOR,
        "author-log": Role.EDITOR,
        "publications_homefeature_changelist": Role.PUBLISHER,
        "publications_homefeature_add": Role.PUBLISHER,
    }.items():
        assert (client.get(reverse(f"admin:{name}")).status_code == 200) == (role >= least), name
    client.post(reverse("admin:topics_topic_change", args=[topic.pk]), {"name": "Rivers"})
    for name in ("auth_user", "institution_page", "publications_publicationtype"):
        assert client.get(reverse(f"admin:{name}_add")).status_code == 403, name


def test_migrations_make_the_groups_as_the_table_of_permissions_says():
    Group.objects.all().delete()
    import_module("publications.migrations.0004_groups").make_groups(apps, None)
    for name in ("0015_topic_features", "0016_home_features", "0017_author_merges"):
        import_module(f"publications.migrations.{name}").give_permissions(apps, None)
    for name in PERMISSIONS:
        held = Group.objects.get(name=name).permissions.values_list("content_type__app_label", "codename")
        assert {f"{app}.{codename}" for app, codename in held} == set(permissions_of(name))


def test_a_writer_does_not_learn_of_anothers_hidden_report_by_counts(client):
    """Neither in the lists of authors, topics and types nor in filters."""
    author, topic, kind = make_author("Amina"), make_topic("Water"), make_type("Brief")
    make_draft("Hidden", authors=[author], topics=[topic], type=kind, language="mi")
    client.force_login(make_member(Role.WRITER))
    html = client.get(reverse("admin:publications_report_changelist")).content.decode()
    assert "Māori" not in html
    for name in ("authors_author", "topics_topic"):
        page = client.get(reverse(f"admin:{name}_changelist")).content.decode()
        assert '<td class="field-report_count">0</td>' in page


def test_a_writer_reads_what_is_in_review_as_text_and_can_take_it_back(client):
    writer = make_member(Role.WRITER)
    client.force_login(writer)
    authors = [make_author("Amina")]
    report = make_draft("Water", state="in_review", made_by=writer, body="<p>Of <b>wells</b>.</p>", authors=authors)
    report.authorships.update(biography="<p>Writes on water.</p>")
    html = client.get(form_of(report)).content.decode()
    assert "This is in review." in html
    assert "<p>Writes on water.</p>" in html
    assert "<p>Of " in html
    assert "&lt;p&gt;" not in html
    assert "Tags" not in html
    page = reverse("admin:send-back", args=[report.pk])
    assert f'href="{page}"' in html
    client.post(page, {"reason": ""})
    report.refresh_from_db()
    assert report.state == "draft"


def test_a_reader_of_the_form_is_shown_no_markup_of_others_fields(client):
    client.force_login(make_member(Role.READER))
    report = make_report("<i>Water</i>", subtitle="<script>alert(1)</script>")
    assert "<script>alert" not in client.get(form_of(report)).content.decode()
