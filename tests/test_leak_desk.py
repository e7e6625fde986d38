"""The desk as limited staff meet it: for them, what is not theirs to know does not exist, in no page, count or order.

The whole desk is crawled before anything is hidden and after it, and must be the same. (What each role may do to one
report, at each address of it, is walked in test_desk_roles.py.)
"""

import re
from datetime import timedelta
from urllib.parse import quote

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from django.test import Client, override_settings
from django.utils import timezone

from publications import relating
from publications.desk import base, pickers
from publications.desk.relating_filter import NARROWED
from publications.desk.reports import ReportAdmin
from publications.editorial import versions
from publications.editorial.roles import Role
from publications.models import Event, Report
from publications.query import ReportQuerySet
from tests.conftest import storages
from tests.crawl import ask, crawl, few_filters
from tests.desk import form_of, send
from tests.factory import (
    attach,
    figure_of,
    give_cover,
    make_author,
    make_draft,
    make_image,
    make_member,
    make_report,
    make_scheduled,
    make_topic,
    make_type,
    make_withdrawn,
    relate,
)

pytestmark = pytest.mark.django_db

STEM = "zqhiddenxy"
# Tokens, moments, and lengths that follow from those of a key.
NEVER_THE_SAME = re.compile(
    rb'name="(?:csrfmiddlewaretoken|typed|typist)" value="[^"]+"|'
    rb'csrftoken=\w+|sessionid=\w+|expires=[^;]+|nonce="[^"]+"|'
    rb"^(?:Expires|Last-Modified|Date|Content-Length): .*$",
    re.MULTILINE | re.IGNORECASE,
)
# What changes something, ends the session, leads out of the desk, or is the same page again.
AVOIDED = re.compile(
    r"^(?!/admin/)|calendar/\d|logout|/jsi18n/|password_change|typed|_changelist_filters|_popup|[?&](o|all)="
)
READERS = {
    "a reader": lambda: make_member(Role.READER, "reader"),
    "a writer": lambda: make_member(Role.WRITER, "writer"),
    "staff without rights": lambda: User.objects.create(username="nobody", is_staff=True),
}


class Desk:
    """What limited staff may see, crawled; then `hidden`: a report of somebody else's in each state."""

    def __init__(self):
        self.clients = {name: client_of(make()) for name, make in READERS.items()}
        self.shared = {
            "authors": [make_author("Ada Author")],
            "topics": [make_topic("Water")],
            "type": make_type("Brief"),
            "language": "cy",
        }
        self.writer = User.objects.get(username="writer")
        self.picture = make_image(name="seen.png", uploaded_by=self.writer)
        self.live = make_report("Seen by All", **self.shared)
        make_report("Beside it", **self.shared)
        own = {"made_by": self.writer} | self.shared
        make_draft("My Own", **own), make_draft("In Review", state="in_review", **own), make_scheduled("Soon", **own)
        relating.rebuild()
        self.before = {name: self.crawled(name) for name in READERS}
        self.hidden = list(self.hide())
        relating.rebuild()

    def crawled(self, name):
        of_topic = f"/admin/publications/report/?topic={self.shared['topics'][0].pk}"
        pages = crawl(*starts(), of_topic, client=self.clients[name], follow=is_followed)
        return {address: NEVER_THE_SAME.sub(b"", answer.bytes) for address, answer in pages}

    def hide(self):
        owner = make_member(Role.WRITER, "owner")
        for make, fields in {
            make_draft: {"public_from": timezone.now() - timedelta(days=3)},
            make_scheduled: {},
            make_withdrawn: {"withdrawal_reason": f"{STEM} reason"},
        }.items():
            yield self.filled(make, owner, **fields)
        yield self.filled(make_draft, owner, state="in_review")
        yield self.filled(make_draft, owner, binned_at=timezone.now())

    def filled(self, make, owner, **fields):
        """Everything that hangs on a report says the stem, but for the authors and topics that all may know."""
        words = {name: f"{STEM} {name}" for name in ("subtitle", "teaser", "rights", "funders", "press_contact")}
        rich = {name: f"<p>{STEM} {name}</p>" for name in ("lead", "summary", "body", "about", "acknowledgement")}
        # One that is known to the writer, and one that is not.
        rich["body"] += figure_of(self.picture) + figure_of(make_image(name=f"{STEM}.png", uploaded_by=owner))
        report = make(
            f"{STEM} title", made_by=owner, review_on=timezone.localdate(), **self.shared | words | rich | fields
        )
        attach(report, f"{STEM} annex")
        give_cover(report, f"{STEM} alt")
        relate(report, self.live)
        relate(self.live, report, "updates")
        versions.add(report, versions.snapshot(report), by=owner, said=f"{STEM} said")
        report.events.create(what=Event.What.NOTED, by=owner, words=f"{STEM} note")
        return report


def is_followed(address):
    """A list is asked one thing at a time: filters can be put together without end."""
    return address in STARTS or (not AVOIDED.search(address) and few_filters(address, most=1))


def client_of(user):
    client = Client()
    client.force_login(user)
    return client


def starts():
    """The front page, lists by whatever they can be asked for, and what pickers ask."""
    reports = "/admin/publications/report/"
    yield from ("/admin/", reports, f"{reports}?q={STEM}", f"{reports}?state=binned", f"{reports}?all=")
    yield from (f"{reports}?state={state}" for state in Report.Situation.values)
    yield from (f"{reports}?o={column}" for column in (1, 2, -3, 4))
    yield from (f"{reports}?{lookup}={STEM}" for lookup in ("body__contains", "title__startswith", "made_by__username"))
    yield f"{reports}?language=cy"
    yield f"{reports}?made_by__username=owner"
    yield f"{reports}?_facets=True"
    yield from (f"{reports}?relating={value}" for value in NARROWED)
    yield from ("/admin/calendar/", "/admin/relating/")
    pictures, files = "/admin/publications/image/", "/admin/publications/attachment/"
    yield from (f"{page}{asked}" for page in (pictures, files) for asked in ("", f"?q={STEM}", "?use=nowhere", "?o=1"))
    yield from (f"/admin/pictures/found/?q={words}" for words in ("", STEM[:4], "seen"))
    yield from (f"{files}?report__title_key__contains=zq", f"{pictures}?uses__report__title__contains=zq")
    picker = "/admin/autocomplete/?app_label=publications&model_name="
    for model, field in (("relatedpublication", "related"), ("authorship", "author"), ("reporttopic", "tag")):
        yield from (f"{picker}{model}&field_name={field}&term={term}" for term in ("", STEM[:4], "zq", "seen"))
    words = ("", STEM[:4], "zq", "seen", "water", f"{STEM} title", f"/publications/{STEM}-title/")
    yield from (f"/admin/links/?q={quote(each)}" for each in words)


STARTS = set(starts())


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("files")


@pytest.fixture
def files(folder, settings):
    settings.STORAGES = storages(folder)
    return folder


@pytest.fixture(scope="module")
def desk(folder, django_db_setup, django_db_blocker):
    stored = override_settings(STORAGES=storages(folder))
    with django_db_blocker.unblock(), transaction.atomic(), stored:
        yield Desk()
        transaction.set_rollback(True)


def leaks(desk, name):
    """Every page of the desk that is not what it was for this person before anything was hidden."""
    after = desk.crawled(name)
    for address, said in after.items():
        if STEM not in address and STEM.encode() in said:
            yield f"{address} says it"
        if said != desk.before[name].get(address):
            yield f"{address} has changed"
    yield from (f"{address} is no longer reached" for address in desk.before[name].keys() - after.keys())


@pytest.mark.parametrize("name", READERS)
def test_the_desk_of_limited_staff_shows_no_leak_of_what_is_hidden_from_them(desk, name):
    found = list(leaks(desk, name))
    assert not found, "\n".join(found)


def test_the_crawl_meets_what_they_may_see(desk):
    assert len(desk.before["a writer"]) > 60
    pages = b"".join(desk.before["a writer"].values())
    assert b"My Own" in pages
    assert b"Seen by All" in pages


def addresses_of(report):
    page = f"/admin/publications/report/{report.pk}/"
    yield from (page, f"{page}change/", f"{page}history/", f"{page}delete/", f"{page}versions/", f"{page}versions/1/")
    yield from (f"{page}versions/1/?with=readers", f"{page}withdraw/", f"{page}send-back/", f"{page}bin/")
    yield f"{page}versions/compare/?version=1&with=1"
    yield from (f"{page}files/{row.pk}/" for row in report.attachments.all())
    yield f"/admin/picture/publications/report/{report.pk}/cover/"
    yield from (
        f"{page}{name}/" for name in ("preview", "sharing", "notes", "typed", "publish-edit", "look-again", "word")
    )
    yield f"/admin/links/?q={quote(f'{page}change/')}"


@pytest.mark.parametrize("name", READERS)
def test_a_guessed_key_is_answered_like_one_that_never_was(desk, name):
    client, never = desk.clients[name], Report(pk=10_000_000)
    for report in desk.hidden:
        file = str(report.attachments.get().pk)
        keys = {str(report.pk): str(never.pk), file: file.replace(file[:8], "0" * 8)}
        for address in addresses_of(report):
            answer, of_nobody = ask(address, client), ask(renamed(address, keys), client)
            assert STEM not in answer.bytes.decode("latin-1"), address
            assert answer.status == of_nobody.status, address
            assert without_what_varies(renamed(answer.bytes.decode(), keys)) == without_what_varies(
                of_nobody.bytes.decode()
            ), address


def renamed(text, keys):
    """The keys of a path replaced, also where it stands quoted in another; of the longer ones, every beginning."""
    for old, new in keys.items():
        text = re.sub(rf"(/|%2F){old}(/|%2F)", rf"\g<1>{new}\g<2>", text)
        if "-" in old:
            text = text.replace(old[:8], new[:8])
    return text


def without_what_varies(text):
    return NEVER_THE_SAME.sub(b"", text.encode())


def test_what_a_colleague_linked_to_a_hidden_report_leaks_to_nobody_and_is_kept(desk):
    """Neither in the form of one's own report nor in its history; and saving it takes nothing away."""
    writer, hidden = User.objects.get(username="writer"), desk.hidden[0]
    mine = make_draft("Mine", made_by=writer)
    relate(mine, hidden), relate(mine, desk.live, "updates")
    send(desk.clients["a writer"], form_of(mine), subtitle="Typed")
    mine.refresh_from_db()
    assert mine.subtitle == "Typed"
    assert {row.related_id for row in mine.related_entries.all()} == {hidden.pk, desk.live.pk}
    for address in [*addresses_of(mine), form_of(mine), f"/admin/publications/report/{mine.pk}/versions/2/?with=1"]:
        if "delete" not in address:
            assert STEM not in ask(address, desk.clients["a writer"]).bytes.decode("latin-1"), address


# The check above finds leaks: each of these is put in on purpose


def everything_in_the_desk(patch):
    patch.setattr(ReportQuerySet, "in_desk_of", lambda self, user: self.all())


def counts_of_everything(patch):
    patch.setattr(base, "role_of", lambda user: Role.EDITOR)


def pickers_of_everything(patch):
    patch.setattr(pickers.Picker, "get_queryset", lambda self: Report.objects.order_by("pk"))


def list_of_everything(patch):
    patch.setattr(ReportAdmin, "get_queryset", lambda self, request: Report.objects.all())


@pytest.mark.parametrize(
    ("plant", "name"),
    [
        pytest.param(everything_in_the_desk, "a writer", id="the desk shows all"),
        pytest.param(everything_in_the_desk, "a reader", id="the desk shows all to readers"),
        pytest.param(list_of_everything, "a writer", id="the list shows all"),
        pytest.param(pickers_of_everything, "a writer", id="pickers offer all"),
        pytest.param(counts_of_everything, "a writer", id="counts of authors and topics"),
    ],
)
def test_a_leak_that_is_put_into_the_desk_is_found(desk, monkeypatch, plant, name):
    plant(monkeypatch)
    assert next(leaks(desk, name), None)
