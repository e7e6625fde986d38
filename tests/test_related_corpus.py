"""Sidebars on whole corpora: one made by a seed, and a real one where it is at hand."""

import json
from io import StringIO
from itertools import pairwise

import pytest
from django.core.management import call_command
from django.utils import timezone

from publications import relating, sidebars
from publications.editorial.workflow import move
from publications.models import RelatedPublication, RelatingWeights, Report, ReportTopic
from tests import oracle
from tests.corpora import DIGITALGOV
from tests.corpus import write_corpus

pytestmark = pytest.mark.django_db


def take(folder):
    call_command("import_publications", str(folder), stdout=StringIO())


def assert_right(pks):
    """The sidebars of these reports, the fallbacks too, are what brute force finds."""
    shot, now = oracle.snapshot(), timezone.now()
    for report in Report.objects.live().filter(pk__in=pks):
        sidebar = sidebars.sidebar(report)
        expected = oracle.sidebar(shot, report.pk, now) or oracle.fallback(shot, report.pk, now)[1]
        assert [entry.report.pk for entry in sidebar.entries] == expected, report.slug


def everyone():
    return list(Report.objects.order_by("pk").values_list("pk", flat=True))


def test_every_sidebar_of_a_made_up_corpus_is_right(tmp_path):
    take(write_corpus(tmp_path / "acme", reports=150, seed=5).folder)
    assert_right(everyone())


def test_every_sidebar_stays_right_when_the_weights_do_not_move(tmp_path, monkeypatch):
    take(write_corpus(tmp_path / "acme", reports=80, seed=6).folder)
    monkeypatch.setattr(relating, "WEIGHED_AT_ONCE", 10)
    edit_a_few(everyone()[::9])
    assert_right(everyone())


def edit_a_few(pks):
    """Withdraw, retag, date, publish again."""
    reports = list(Report.objects.filter(pk__in=pks))
    for report in reports:
        move(report, "withdrawn", reason="Wrong.")
    for report, other in pairwise(reports):
        theirs = set(other.report_topics.values_list("tag", flat=True))
        ours = set(report.report_topics.values_list("tag", flat=True))
        ReportTopic.objects.bulk_create(ReportTopic(content_object=report, tag_id=tag) for tag in theirs - ours)
        report.date, report.date_follows = other.date, False
        report.lead = report.lead or "<p>Without a lead it could not be published again.</p>"
        report.save()
    for report in reports[:-1:2]:
        move(report, "published")


@pytest.mark.corpus
@pytest.mark.skipif(not DIGITALGOV.exists(), reason="The corpus is not here.")
def test_the_sidebars_of_a_real_corpus_are_right_and_stay_so(tmp_path):
    take(without_bodies(DIGITALGOV, tmp_path / "digitalgov"))
    sample = everyone()[::120]
    assert_right(sample)
    number = RelatingWeights.objects.get().number
    edited = everyone()[7::600]
    neighbours = RelatedPublication.objects.filter(related__in=edited).values_list("report", flat=True)
    beside_them = set(neighbours)
    edit_a_few(edited)
    assert RelatingWeights.objects.get().number == number
    assert_right({*sample, *edited, *beside_them, *neighbours.all()})


def without_bodies(source, folder):
    """The same publications for relating, and in a tenth of the time."""
    folder.mkdir()
    with (
        open(source / "publications.jsonl", encoding="utf-8") as lines,
        open(folder / "publications.jsonl", "w") as slim,
    ):
        slim.writelines(json.dumps(json.loads(line) | {"body": ""}) + "\n" for line in lines)
    return folder
