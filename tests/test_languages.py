"""Languages by their names and tags."""

import pytest
from django.core.exceptions import ValidationError

from publications.models import Report
from tests.desk import ADD, errors_on, fields_of, form_of, send
from tests.factory import make_draft, make_report, make_superuser
from text.languages import as_typed, typed_language


@pytest.mark.parametrize(
    ("words", "tag"),
    [
        ("French", "fr"),
        ("brazilian portuguese", "pt-BR"),
        ("Portuguese (pt)", "pt-PT"),
        ("Simplified Chinese", "zh-Hans"),
        ("Chinese (Hant-HK)", "zh-Hant-HK"),
        ("fr_ca", "fr-CA"),
        ("tet", "tet"),
        ("sl-rozaj", "sl-rozaj"),
    ],
)
def test_a_language_is_typed_by_its_name_or_its_tag(words, tag):
    assert typed_language(words) == tag


@pytest.mark.parametrize("words", ["Frensh", "French (France, the south)", "(", "x"])
def test_what_is_neither_a_name_nor_a_tag_is_refused(words):
    with pytest.raises(ValidationError, match="nor a language tag"):
        typed_language(words)


@pytest.mark.parametrize("tag", ["en", "pt-BR", "pt-PT", "zh-Hans", "zh-Hant-HK", "sr-Latn", "tet", "ckb", "de-1901"])
def test_what_a_form_shows_leads_back_to_the_tag(tag):
    assert typed_language(as_typed(tag)) == tag


@pytest.fixture
def desk(client, db):
    client.force_login(make_superuser())
    return client


def test_the_form_shows_the_name_of_a_language_and_takes_one(desk):
    report = make_draft("Water", language="fr")
    assert fields_of(desk.get(form_of(report)))["language"] == "French"
    send(desk, form_of(report), subtitle="Typed")
    assert Report.objects.get().language == "fr"
    send(desk, form_of(report), language=" brazilian\x0b portuguese ")
    assert Report.objects.get().language == "pt-BR"
    assert report.versions.first().said == "Changed: Language"


def test_a_language_that_is_not_known_keeps_what_was_typed(desk):
    answer = send(desk, ADD, title="Water", language="Frensh")
    assert "“Frensh” is neither a language known here" in errors_on(answer, "language")[0]
    assert fields_of(answer)["language"] == "Frensh"


def test_languages_in_use_are_suggested_first_and_those_of_drafts_are_not_in_use(desk):
    make_report(language="sw"), make_report(language="tet"), make_report(language="sw"), make_draft(language="cy")
    suggested = desk.get(ADD).context["adminform"].form.fields["language"].widget.suggestions
    assert list(suggested)[:3] == ["Swahili", "tet", "Arabic"]
    assert suggested["Swahili"] == "sw"
    assert "Welsh" not in suggested
