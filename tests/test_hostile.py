"""Hostile input at the doors of the models and the importer: nothing executable is stored or served."""

import io
import json
from urllib.parse import urlsplit

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import models, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from authors.models import Author, AuthorLink
from institution.models import Page, SiteDetails
from publications.models import Attachment, Authorship, PublicationType, Report
from tests.attacks import ATTACKS, running
from tests.crawl import ask, page, parse
from tests.factory import attach, make_author, make_pdf, make_report, make_topic, make_type
from text.cleaning import holds_forbidden
from text.fields import Cleaning, RichField
from text.richtext import declared, sanitise
from text.slugs import SLUG, SlugField
from topics.models import Topic, TopicSynonym

pytestmark = pytest.mark.django_db
MODELS = [Report, Author, AuthorLink, Topic, TopicSynonym, PublicationType, Attachment, Authorship, SiteDetails, Page]
ALLOWED = declared()


# Scripts


def faults(html):
    """What sanitised HTML holds beyond the declaration."""
    for element in parse(html).walk():
        if element.tag not in ALLOWED["tags"]:
            yield element.tag
        for name, value in element.attributes.items():
            if name not in ALLOWED["attributes"].get(element.tag, ()):
                yield f"{element.tag} {name}"
            if name == "href" and urlsplit(value).scheme not in {"", "http", "https", "mailto", "tel"}:
                yield value


@pytest.mark.parametrize("attack", ATTACKS)
def test_the_sanitiser_leaves_nothing_of_an_attack(attack):
    for html in (attack, f"<p>{attack}</p>", f"<ul><li>{attack}</li></ul>", f"<a href='/x'>{attack}</a>", attack * 3):
        once = str(sanitise(html))
        assert not list(faults(once)), once
        assert sanitise(once) == once


pieces = st.one_of(st.sampled_from(ATTACKS), st.text(max_size=6), st.sampled_from(["<p>", "</p>", "<", ">", "'", '"']))


@given(st.lists(pieces, max_size=5).map("".join), st.integers(0, 60), st.integers(0, 60))
def test_the_sanitiser_leaves_nothing_of_cut_and_mixed_attacks(html, start, end):
    once = str(sanitise(html[start : len(html) - end]))
    assert not list(faults(once))
    assert sanitise(once) == once


RICH = ["lead", "summary", "body", "about", "acknowledgement"]
PLAIN = ["subtitle", "teaser", "number", "cover_alt", "cover_credit", "rights", "funders", "press_contact"]
DESCRIPTIONS = ["position", "affiliation", "location"]


def everything_is(attack, number):
    """A report with the attack in every field of it and of all that hangs on it."""
    # Some differ in nothing by which names compare.
    name = f"{number} {attack[:90]}"
    author = make_author(f"A {name}", biography=attack, **dict.fromkeys(DESCRIPTIONS, name))
    topic, parent = make_topic(f"T {name}", description=attack), make_topic(f"P {name}")
    Topic.objects.filter(pk=topic.pk).update(parent=parent)
    report = make_report(
        f"R {attack[:250]}",
        type=make_type(f"Y {name}", plural=name, description=attack, is_numbered=True),
        authors=[author],
        topics=[topic, make_topic(f"K {name}", kind="keyword")],
        **dict.fromkeys(RICH, attack),
        **dict.fromkeys(PLAIN, name[:40]),
    )
    report.authorships.update(biography=sanitise(attack))
    attach(report, name)
    SiteDetails(**dict.fromkeys(["name", "tagline", "description", "address", "telephone", "footer"], name[:60])).save()
    Page.objects.update_or_create(slug="about", defaults={"title": name, "body": sanitise(attack) or "<p>x</p>"})
    return report, author, topic


def test_no_page_runs_what_stands_in_its_fields():
    for number, attack in enumerate(ATTACKS):
        rows = everything_is(attack, number)
        # An author's page and a topic's hold little of it, and look alike.
        for row in rows if number % 4 == 0 else rows[:1]:
            assert not running(page(row.get_absolute_url())), attack
    for address in ["/", "/publications/", "/publications/?page=3", "/authors/", "/topics/", "/about/"]:
        assert not running(page(address)), address


def test_what_is_seen_to_run_is_what_runs():
    for html in [
        "<script></script>",
        "<p onclick='x'></p>",
        "<img src='//evil.example/x'>",
        "<a href='javascript:x'></a>",
    ]:
        assert running(parse(html))
    assert not running(page("/publications/"))


def test_the_importer_stores_nothing_that_runs(tmp_path):
    rows = [
        {
            "id": f"attack-{number}",
            "title": f"Number {number} {attack}"[:300],
            "type": "Brief",
            "date": "2020-01-02",
            "authors": [f"A {number} {attack}"[:100]],
            "topics": [{"name": f"T {number} {attack}"[:90], "kind": "subject"}],
            "summary": attack,
            "body": attack,
            "body_format": ["html", "markdown"][number % 2],
            "language": "en",
            "source_url": f"https://source.example/{number}",
        }
        for number, attack in enumerate(ATTACKS)
    ]
    (tmp_path / "publications.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    call_command("import_publications", str(tmp_path), stdout=io.StringIO())
    assert Report.objects.count() == len(ATTACKS)
    for report in Report.objects.all():
        for field in RICH:
            assert not list(faults(getattr(report, field))), report.title
    for report in Report.objects.all()[::6]:
        assert not running(page(report.get_absolute_url())), report.title


# Names


@pytest.mark.parametrize("name", ["!!!", "…", "—", "«»", "?!", "•", "$", "🌊", "\u200b", "_", "٪"])
def test_a_topic_of_bare_punctuation_is_refused_with_a_sentence(name):
    for row in (Topic(name=name), TopicSynonym(name=name, topic=make_topic("Water"))):
        with pytest.raises(ValidationError) as refusal:
            row.full_clean()
        sentence = " ".join(refusal.value.message_dict["name"])
        assert "letter or digit" in sentence or "cannot be blank" in sentence


NAMES = [
    "عمر الخيّام",
    "王小明",
    "हिन्दी राजनीति",
    "🌊 🌊",
    "Þóra Ångström",
    "ไทย",
    "የኢትዮጵያ",
    "ქართული",
    "₿",
    "ﷺ",
    "Ǆ",
    "ß",
]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("make", [make_report, make_author, make_topic, make_type])
def test_a_name_in_any_script_has_an_address_that_leads_to_it(make, name):
    rows = [make(name), make(f"{name} ") if make in (make_report, make_author) else make(f"{name}²")]
    assert rows[0].slug != rows[1].slug
    for row in rows:
        if make is not make_report:
            fields = {make_author: "authors", make_topic: "topics", make_type: "type"}
            make_report(**{fields[make]: row if make is make_type else [row]})
        assert SLUG.fullmatch(row.slug)
        assert page(row.get_absolute_url()).one("h1").text


@given(st.lists(st.text(min_size=1, max_size=8), min_size=2, max_size=5))
def test_slugs_are_never_empty_and_never_clash(names):
    with transaction.atomic():
        slugs = [Author.objects.create(name=f"{name}x").slug for name in names]
        transaction.set_rollback(True)
    assert all(SLUG.fullmatch(slug) for slug in slugs)
    assert len(set(slugs)) == len(slugs)


# Characters that no text holds

DIRTY = "a\x00b\x0bc\x1fd\x7fe\x85f\ud800g\ufffeh\U0001ffffi\u2028j\u202ek"


def text_fields(model):
    return [field for field in model._meta.fields if isinstance(field, Cleaning)]


def uncleaned(model):
    """Text columns that can be typed into and are not cleaned."""
    texts = [field for field in model._meta.fields if isinstance(field, models.CharField | models.TextField)]
    typed = [field for field in texts if field.editable and not field.choices]
    return {field.name for field in typed if not isinstance(field, Cleaning | SlugField)}


def test_every_text_that_can_be_typed_is_cleaned():
    # E-mail addresses and slugs of such characters are refused instead.
    assert {name for model in MODELS for name in uncleaned(model)} == {"email"}


@pytest.mark.parametrize("bad", ["\x00", "\x01", "\x0b", "\ud800", "\ufffe", " "])
def test_slugs_and_email_addresses_of_bad_characters_are_refused_with_a_sentence(bad):
    for row, field in [
        (Report(title="Rivers", slug=f"riv{bad}ers"), "slug"),
        (Topic(name="Water", slug=f"wat{bad}er"), "slug"),
        (Author(name="Ada", slug=f"ada{bad}"), "slug"),
        (SiteDetails(name="Site", email=f"a{bad}b@c.example"), "email"),
    ]:
        with pytest.raises(ValidationError) as refusal:
            row.full_clean()
        assert refusal.value.message_dict[field][0].endswith((".", "”"))


def dirty(model, **fields):
    """A row with such characters in every text that takes free words."""
    free = [field for field in text_fields(model) if not hasattr(field, "normalise")]
    words = {field.name: f"<p>{DIRTY}</p>" if isinstance(field, RichField) else DIRTY for field in free}
    return model(**words | fields)


def test_characters_that_no_text_holds_are_neither_stored_nor_served():
    topic, author, kind = dirty(Topic), dirty(Author), dirty(PublicationType)
    for row in (topic, author, kind, dirty(SiteDetails), dirty(Page, slug="about")):
        row.save()
    live = {"state": "published", "public_from": timezone.now(), "language": "en"}
    addresses = dict.fromkeys(["external_url", "source_url"], f"https://a.example/{DIRTY}")
    report = dirty(Report, type=kind, withdrawal_reason="", **live, **addresses)
    report.save()
    dirty(TopicSynonym, topic=topic, name=f"{DIRTY} other").save()
    dirty(Authorship, report=report, author=author).save()
    author.links.create(url=f"https://a.example/{DIRTY}")
    report.report_topics.create(tag=topic)
    attach(report, DIRTY, content=make_pdf())
    for model in MODELS:
        for row in model.objects.all():
            for field in text_fields(model):
                assert not holds_forbidden(getattr(row, field.name)), (model, field.name)
    for row in (report, author, topic, kind):
        answer = ask(row.get_absolute_url())
        assert answer.status == 200
        assert not holds_forbidden(answer.body.decode().replace("\n", ""))


def test_line_separators_become_line_breaks_and_blanks():
    report = make_report("One\x0btwo\u2028three", rights="One\x0btwo\u2028three", lead="<p>One\x0btwo</p>")
    report.refresh_from_db()
    assert report.title == "One two three"
    assert report.rights == "One\ntwo\nthree"
    assert "One" in report.lead
    assert "\x0b" not in report.lead


def test_identifiers_of_bad_characters_are_refused_with_a_sentence():
    for field, value in {
        "doi": "10.5555/\x00",
        "isbn": "12\ud8003",
        "licence": "CC\x00 BY",
        "language": "e\x0bn",
    }.items():
        with pytest.raises(ValidationError) as refusal:
            Report(title="Rivers", **{field: value}).full_clean()
        assert field in refusal.value.message_dict, field
