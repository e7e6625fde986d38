"""The checks of PDFs before publishing: each finds the report whose file fails it; one that agrees passes them all."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from institution.models import SiteDetails
from publications.dates import last_day
from publications.editorial import checks, versions
from publications.models import FileText, Report
from tests.factory import attach, editing, make_author, make_draft, make_report, make_superuser, make_topic

pytestmark = pytest.mark.django_db
WHOLE = {
    "has_text": True, "is_tagged": True, "is_protected": False, "failure": "", "language": "en",
    "title": "Wells of the Upper Valley", "author": "Ada Lovelace", "made_on": date(2021, 4, 7),
}  # fmt: skip


@pytest.fixture
def user():
    return make_superuser()


@pytest.fixture
def report():
    authors = [make_author("Ada Lovelace"), make_author("Charles Babbage")]
    day = {"date": date(2021, 4, 9), "date_follows": False}
    return make_draft("Wells of the upper valley", language="en", authors=authors, topics=[make_topic("Wells")], **day)


@pytest.fixture
def told(report, user):
    """What is said of a PDF of which this was read; `of` is the row of the file."""

    def sentences(of=None, **read):
        one = attach(report, **{"title": ""} | (of or {}))
        FileText.objects.filter(pk=one.sha256).update(**WHOLE | read)
        found = checks.findings(Report.objects.get(pk=report.pk), user)
        report.attachments.all().delete()
        assert {(each.field, each.is_error) for each in found if each.sentence.startswith("“Wells of")} <= {
            ("attachments", False)
        }
        return [each.sentence for each in found if each.field == "attachments"]

    return sentences


def test_a_whole_pdf_that_agrees_passes(told):
    assert told() == []


def test_a_pdf_without_text_is_told_of(told):
    (sentence,) = told(has_text=False, is_tagged=False)
    assert sentence.startswith("“Wells of the upper valley” holds no text, perhaps because it was scanned")


def test_an_untagged_pdf_is_told_of(told):
    (sentence,) = told(is_tagged=False)
    assert "is not tagged, so screen readers cannot tell its headings" in sentence


def test_a_protected_pdf_is_told_of(told):
    (sentence,) = told(is_protected=True)
    assert "opens without a password: readers’ programs may refuse to copy from it" in sentence


@pytest.mark.parametrize(
    ("failure", "words"), [("slow", "could not be read in 20 seconds"), ("broken", "took more than 1 GB of memory")]
)
def test_a_pdf_that_could_not_be_read_is_told_of_and_nothing_else_is_said(told, failure, words):
    unknown = {"language": "", "title": "", "author": "", "made_on": None, "is_protected": None}
    (sentence,) = told(failure=failure, has_text=False, is_tagged=None, **unknown)
    assert words in sentence


def test_a_pdf_that_is_read_later_is_told_of(told):
    unknown = {"language": "", "title": "", "author": "", "made_on": None, "is_protected": None}
    (sentence,) = told(failure="busy", has_text=False, is_tagged=None, **unknown)
    assert "is not read yet" in sentence


def test_a_file_that_was_never_read_is_not_judged(report, user):
    attach(report)
    FileText.objects.all().delete()
    assert checks.findings(Report.objects.get(pk=report.pk), user) == []


def test_a_pdf_in_another_language_is_told_of(told):
    (sentence,) = told(language="fr-CA")
    assert "says that it is in French (CA), and here it is in English" in sentence
    assert told(language="en-US") == []
    assert told(language="") == []
    assert told(of={"language": "fr", "kind": "translation"}, language="fr-CA", title="Puits") == []
    assert len(told(of={"language": "fr"})) == 1


def test_a_pdf_with_another_title_is_told_of(told):
    (sentence,) = told(title="Annual budget of the ministry")
    assert "calls itself “Annual budget of the ministry”" in sentence


@pytest.mark.parametrize(
    "title",
    [
        "WELLS OF THE UPPER VALLEY",
        "Special Report 12: Wells of the upper valley (2021)",
        "Wells, of the Ùpper  Valley.",
        "Wells of the upper valley: how pumps fail",
    ],
)
def test_a_title_written_otherwise_is_the_same(told, title):
    assert told(title=title) == []


@pytest.mark.parametrize(
    "title",
    ["", "Microsoft Word - wells v3 FINAL.docx", "untitled", "Untitled-2.indd", "Document1", "wells_final.pdf", "Date:",
     "2021-04", "Microsoft Office Outlook - Memo Style", "Title"],
)  # fmt: skip
def test_a_title_that_nobody_gave_is_none(told, title):
    (sentence,) = told(title=title)
    assert "does not say how it is called" in sentence


def test_an_annex_has_its_own_title_author_and_date(told):
    of = {"kind": "annex", "title": "Wells of the upper valley in numbers"}
    assert told(of=of, title="Wells in numbers", author="Somebody Else", made_on=date(2001, 1, 1)) == []
    assert "calls itself “Budget”" in told(of=of, title="Budget")[0]


def test_a_pdf_by_somebody_else_is_told_of(told):
    (sentence,) = told(author="Grace Hopper")
    assert "says that it is by Grace Hopper, and the report by Ada Lovelace, Charles Babbage" in sentence
    assert len(told(author="Ada Lovelace and Grace Hopper")) == 1


@pytest.mark.parametrize(
    "author",
    ["", "LOVELACE, Ada", "Charles Babbage; Ada Lovelace", "Ada Lovelace, Ph.D.", "admin", "Microsoft Office User",
     "Institute of Water", "Babbage & Lovelace"],
)  # fmt: skip
def test_authors_written_otherwise_are_the_same_and_a_machines_are_none(told, author):
    SiteDetails.objects.create(name="The Institute of Water")
    assert told(author=author) == []


def test_a_report_without_authors_has_none_to_agree_with(report, told):
    report.authorships.all().delete()
    (sentence,) = told()
    assert "says that it is by Ada Lovelace, and the report names no author" in sentence


def test_a_pdf_of_another_time_is_told_of(report, told):
    (sentence,) = told(made_on=date(2019, 4, 9))
    assert "was made on April 9, 2019, and the report is dated April 9, 2021" in sentence
    assert told(made_on=date(2021, 9, 30)) == told(made_on=None) == []
    Report.objects.filter(pk=report.pk).update(date_precision="year")
    assert told(made_on=date(2022, 6, 1)) == []
    assert "the report is dated 2021" in told(made_on=date(2022, 8, 1))[0]


@pytest.mark.parametrize(
    ("precision", "last"), [("day", (2024, 2, 3)), ("month", (2024, 2, 29)), ("year", (2024, 12, 31))]
)
def test_the_last_day_of_a_date(precision, last):
    assert last_day(date(2024, 2, 3), precision) == date(*last)


def test_many_files_take_no_more_queries_than_one(report, user):
    def queries():
        with CaptureQueriesContext(connection) as run:
            assert len(checks.findings(Report.objects.get(pk=report.pk), user)) >= 3
        return len(run)

    attach(report, "Annex")
    FileText.objects.update(author="Grace Hopper")
    few = queries()
    for number in range(4):
        attach(report, f"Annex {number}")
    FileText.objects.update(author="Grace Hopper")
    assert queries() == few


def test_the_files_of_a_pending_edit_are_checked(user):
    report = make_report("Wells", authors=[make_author("Ada Lovelace")], topics=[make_topic()])
    with editing(report):
        one = attach(report, "Annex")
    FileText.objects.filter(pk=one.sha256).update(**WHOLE | {"author": "Grace Hopper", "title": "Wells"})
    reading = versions.read(report, versions.pending(report).content)
    told = [each.sentence for each in checks.findings(reading.report, user) if each.field == "attachments"]
    assert "“Annex” says that it is by Grace Hopper, and the report by Ada Lovelace" in told[0]


def test_the_form_leads_to_the_files(client, report, user):
    client.force_login(user)
    attach(report)
    form = client.get(reverse("admin:publications_report_change", args=[report.pk])).content.decode()
    assert 'href="#attachments-group">Files</a>: “Wells of the upper valley” holds no text' in form
