"""Every door by which text comes into the database: of no known attack is anything stored that runs."""

from itertools import cycle, islice

import pytest
from django.apps import apps
from django.core import serializers
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from authors.models import Author
from institution.models import Page
from interchange.importers.items import Refused, read_publication
from publications.editorial import versions
from publications.editorial.roles import Role
from publications.models import Authorship, Report, Typed
from tests.attacks import ATTACKS, BY_TECHNIQUE, faults_of, left_in_text, running_in_desk
from tests.crawl import parse
from tests.desk import ADD, fields_of, form_of, rows, send
from tests.factory import make_author, make_draft, make_member, make_superuser, make_type
from tests.importing import counts, publication, take_rows
from tests.word import docx, link, note, paragraph, run, table
from text.cleaning import clean_text
from text.fields import RichField
from text.word import from_docx

pytestmark = pytest.mark.django_db

RICH = ["lead", "summary", "body", "about", "acknowledgement"]
PLAIN = ["subtitle", "teaser", "cover_alt", "cover_credit", "rights", "funders", "press_contact"]
OF_AUTHORS = ["position", "affiliation", "location"]
COLUMNS = [
    (model, field.name) for model in apps.get_models() for field in model._meta.fields if isinstance(field, RichField)
]


def stored():
    """All rich text that is in the database, as it is there."""
    for model, name in COLUMNS:
        yield from model.objects.order_by().values_list(name, flat=True).distinct()


def faults():
    return [(html[:300], found) for html in stored() if (found := faults_of(html))]


def test_rich_text_is_stored_where_these_tests_look():
    assert {(model.__name__, name) for model, name in COLUMNS} == {
        *(("Report", name) for name in RICH),
        ("Author", "biography"),
        ("Authorship", "biography"),
        ("Page", "body"),
    }


# What is pasted


def test_sanitise_leaves_nothing_of_an_attack_that_is_pasted(client):
    client.force_login(make_member(Role.WRITER))
    for attack in ATTACKS:
        answer = client.post(reverse("admin:pasted"), {"html": attack})
        assert answer["Content-Type"] == "application/json"
        assert faults_of(answer.json()["html"]) == [], attack


@pytest.mark.parametrize(
    "encoded", [b"%C0%BCscript%C0%BEx", b"%FF%FE%3C%00s%00", b"+ADw-script+AD4-", b"%ED%A0%80%3Cb%3E"]
)
def test_sanitise_leaves_nothing_of_bytes_that_are_no_text(client, encoded):
    client.force_login(make_member(Role.WRITER))
    kind = "application/x-www-form-urlencoded"
    answer = client.generic("POST", reverse("admin:pasted"), b"html=" + encoded, content_type=kind)
    assert left_in_text(answer.json()["html"]) == []


# Word files


def word_file(attacks):
    """With each of them as title, heading, words, item, cell, note, and as words and address of a link."""
    attacks = [clean_text(attack) for attack in attacks]
    blocks = [paragraph(run(attacks[0]), style="Title")]
    for number, attack in enumerate(attacks, 1):
        blocks += [paragraph(run(attack), style="Heading1"), paragraph(run(attack, "b"), note(number), style="Quote")]
        blocks += [paragraph(link(number, run(attack)), item=(1, 0)), table(["Year", attack], [attack, "2019"])]
    return docx(*blocks, notes=attacks, links=attacks, name=f"{attacks[0]}.docx")


@pytest.mark.parametrize("technique", BY_TECHNIQUE)
def test_sanitise_leaves_nothing_of_an_attack_in_a_docx(client, technique):
    client.force_login(make_member(Role.WRITER))
    client.post(reverse("admin:new-from-word"), {"file": word_file(BY_TECHNIQUE[technique])})
    report = Report.objects.get()
    assert report.title
    assert "<foot-note>" in report.body
    assert "<th>" in report.body
    assert faults() == []


def test_sanitise_leaves_nothing_of_an_attack_in_a_docx_laid_beside(client):
    report = make_draft("Wells")
    client.force_login(make_member(Role.PUBLISHER))
    answer = client.post(reverse("admin:word", args=[report.pk]), {"file": word_file(ATTACKS[::9])}, follow=True)
    version = report.versions.get(set_aside=True)
    assert faults_of(version.content["fields"]["body"]) == []
    assert running_in_desk(parse(answer.content)) == []


@pytest.mark.once
def test_sanitise_leaves_nothing_of_all_attacks_in_one_docx():
    assert faults_of(from_docx(word_file(ATTACKS)).pasted.html) == []


# Imports


def test_sanitise_leaves_nothing_of_an_attack_in_an_import(tmp_path):
    """As HTML, as Markdown, and in every field that a source may fill."""
    named = [f"{number} {attack[:80]}" for number, attack in enumerate(ATTACKS)]
    publications = [
        publication(
            f"attack-{number}",
            title=f"{number} {attack[:280]}",
            subtitle=attack,
            type=named[number % 20],
            authors=[named[number], "Ada"],
            topics=[{"name": named[number], "kind": "subject"}, {"name": attack[:80], "kind": attack}],
            summary=attack,
            body=attack,
            body_format=["html", "markdown"][number % 2],
            source_url=f"https://source.example/{number}",
            extra={"x": attack},
        )
        for number, attack in enumerate(ATTACKS)
    ]
    authors = [
        {
            "name": named[number],
            "first_name": attack[:80],
            "bio": attack,
            "affiliation": attack[:90],
            "location": attack[:90],
        }
        for number, attack in enumerate(ATTACKS)
    ]
    topics = [
        {
            "name": named[number],
            "kind": "subject",
            "description": attack,
            "long_description": attack,
            "aliases": [attack],
        }
        for number, attack in enumerate(ATTACKS)
    ]
    outcome = take_rows(tmp_path, publications=publications, authors=authors, topics=topics)
    for kind in ("publications", "authors", "topics"):
        assert counts(outcome, kind)["created"] == len(ATTACKS), kind
    assert faults() == []


@pytest.mark.once
@pytest.mark.parametrize("name", ["source_url", "external_url"])
def test_no_address_that_runs_is_taken_from_an_import(name):
    taken = [address for attack in ATTACKS if (address := address_taken(name, attack))]
    assert [address for address in taken if not address.startswith(("http://", "https://"))] == []


def address_taken(name, attack):
    try:
        return getattr(read_publication(publication(**{name: attack})), name)
    except Refused:
        return ""


# Forms of the desk


def test_sanitise_leaves_nothing_of_an_attack_that_is_typed_into_a_report(client):
    client.force_login(make_superuser())
    empty, authors, kind = fields_of(client.get(ADD)), [make_author() for _ in range(11)], make_type("Brief")
    attacks = cycle(ATTACKS)
    number_of_reports = len(ATTACKS) // (len(RICH) + len(authors)) + 1
    for number in range(number_of_reports):
        biographies = [{"author": one.pk, "role": "author", "biography": next(attacks)} for one in authors]
        rich = {name: next(attacks) for name in RICH}
        plain = dict(zip(PLAIN, [*rich.values(), *(row["biography"] for row in biographies)], strict=False))
        data = empty | rich | plain | {"title": f"{number} {rich['lead'][:250]}", "type": kind.pk, "_continue": "Save"}
        assert client.post(ADD, data | rows("authorships", *biographies)).status_code == 302, data
    assert Report.objects.count() == number_of_reports
    assert Authorship.objects.count() == number_of_reports * len(authors)
    assert faults() == []
    send(client, form_of(Report.objects.latest("pk")), body="".join(ATTACKS))
    assert faults() == []


def test_sanitise_leaves_nothing_of_an_attack_that_is_typed_of_people_and_pages(client):
    client.force_login(make_superuser())
    about = Page.objects.create(slug="about", title="About", body="<p>x</p>")
    address = reverse("admin:institution_page_change", args=[about.pk])
    empty, form = fields_of(client.get("/admin/authors/author/add/")), fields_of(client.get(address))
    for number, attack in enumerate(ATTACKS[::8]):
        typed = {"name": f"{number} {attack[:90]}", "biography": attack} | dict.fromkeys(OF_AUTHORS, attack[:90])
        assert client.post("/admin/authors/author/add/", empty | typed).status_code == 302, attack
        assert client.post(address, form | {"title": attack[:90], "body": f"<p>x</p>{attack}"}).status_code == 302, (
            attack
        )
        assert faults_of(Page.objects.get().body) == []
    assert faults() == []


@pytest.mark.once
@pytest.mark.parametrize(("model", "name"), COLUMNS)
def test_sanitise_is_the_last_word_of_every_field_of_rich_text(model, name):
    column = model._meta.get_field(name)
    field = column.formfield()
    for attack in ATTACKS:
        cleaned = [
            column.clean(field.clean(attack) or "", None),
            column.to_python(attack),
            column.get_prep_value(attack),
        ]
        assert len(set(cleaned)) == 1
        assert left_in_text(cleaned[0]) == [], attack


def test_nothing_runs_of_what_is_typed_and_not_saved(client):
    """What is kept while one types is kept as it was typed; what the editor is given of it is sanitised."""
    client.force_login(make_superuser())
    report = make_draft("Water")
    data = fields_of(client.get(form_of(report)))
    typed_at, preview = (reverse(f"admin:{name}", args=[report.pk]) for name in ("typed", "preview-typed"))
    for start in range(4):
        some = ATTACKS[start::4]
        typed = dict(zip([*RICH, *PLAIN], map("\n".join, (some[place::12] for place in range(12))), strict=True))
        client.post(typed_at, data | typed | {"title": some[0][:200]})
        shown = client.get(f"{form_of(report)}?typed={Typed.objects.latest('at').pk}")
        assert running_in_desk(parse(shown.content)) == []
        assert [found for name in RICH if (found := left_in_text(fields_of(shown).get(name, "")))] == []
        assert fields_of(shown)["rights"].split() == clean_text(typed["rights"]).split()
        assert running_in_desk(parse(client.get(typed_at).content)) == []
        answer = client.post(preview, data | typed | {"title": some[0][:200]}).json()
        assert running_in_desk(parse(answer["page"])) == []


# Doors that only programs use


def raw_rows():
    now = timezone.now()
    for number, attack in enumerate(ATTACKS):
        name, at = f"{number} {attack[:90]}", {"created_at": now, "changed_at": now}
        rich, plain = dict.fromkeys(RICH, attack), dict.fromkeys(PLAIN, attack)
        yield Author(slug=f"a-{number}", name=name, biography=attack, **dict.fromkeys(OF_AUTHORS, name), **at)
        yield Report(slug=f"r-{number}", title=name, **rich, **plain, **at)


def test_sanitise_leaves_nothing_of_an_attack_in_a_fixture(tmp_path):
    names = [*RICH, *PLAIN, *OF_AUTHORS, "name", "biography", "slug", "title", "created_at", "changed_at"]
    about = Page(slug="about", title="About", body="".join(ATTACKS), changed_at=timezone.now())
    written = serializers.serialize("json", [*raw_rows(), about], fields=names)
    path = tmp_path / "attacks.json"
    path.write_text(written)
    call_command("loaddata", path, verbosity=0)
    assert Report.objects.count() == Author.objects.count() == len(ATTACKS)
    assert faults() == []


WAYS = {
    "save": lambda row: row.save(),
    "saving some fields": lambda row: row.save(update_fields=["biography"]),
    "update": lambda row: Author.objects.filter(pk=row.pk).update(biography=row.biography),
    "bulk_update": lambda row: Author.objects.bulk_update([row], ["biography"]),
    "update_or_create": lambda row: Author.objects.update_or_create(
        slug=row.slug, defaults={"biography": row.biography}
    ),
    "bulk_create": lambda row: Author.objects.bulk_create([Author(name=row.slug, slug="new", biography=row.biography)]),
    "bulk_create over what is there": lambda row: Author.objects.bulk_create(
        [row], update_conflicts=True, unique_fields=["pk"], update_fields=["biography"]
    ),
}


@pytest.mark.parametrize("way", WAYS)
def test_sanitise_leaves_nothing_of_an_attack_whichever_way_a_program_writes(way):
    author = make_author("Ada")
    for attack in islice(ATTACKS, 0, None, 3):
        author.biography = attack
        WAYS[way](author)
        assert faults_of(Author.objects.order_by("pk").values_list("biography", flat=True).last()) == [], attack
        Author.objects.filter(slug="new").delete()


def test_sanitise_leaves_nothing_of_all_attacks_written_at_once():
    made = list(raw_rows())
    Author.objects.bulk_create(row for row in made if isinstance(row, Author))
    Report.objects.bulk_create(row for row in made if isinstance(row, Report))
    assert Report.objects.count() == Author.objects.count() == len(ATTACKS)
    assert faults() == []


def test_sanitise_leaves_nothing_of_an_attack_in_a_version_from_elsewhere():
    """A version is JSON, which no field has cleaned: it is sanitised whenever it is read."""
    report = make_draft("Wells", authors=[make_author("Ada")])
    content = versions.snapshot(report)
    attacks = cycle(ATTACKS)
    for _ in range(len(ATTACKS) // len(RICH) + 1):
        content["fields"] |= dict(zip(RICH, attacks, strict=False))
        content["authorships"][0]["biography"] = content["fields"]["body"]
        read = versions.read(report, content)
        texts = [getattr(read.report, name) for name in RICH] + [row.biography for row in read.parts["authorships"]]
        assert [found for html in texts if (found := left_in_text(html))] == []
    versions.put(report, content)
    assert faults() == []
