"""Hostile names and characters at the doors of the models: each gets an address, is cleaned, or is refused in words."""

import pytest
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from authors.models import Author, AuthorLink
from institution.models import Page, SiteDetails
from publications.models import Attachment, Authorship, PublicationType, Report
from tests.crawl import ask, page
from tests.factory import attach, make_author, make_pdf, make_report, make_topic, make_type
from text.cleaning import holds_forbidden
from text.fields import Cleaning, RichField
from text.slugs import SLUG, SlugField
from topics.models import Topic, TopicSynonym

pytestmark = pytest.mark.django_db
MODELS = [Report, Author, AuthorLink, Topic, TopicSynonym, PublicationType, Attachment, Authorship, SiteDetails, Page]


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
