"""`manage.py demo`: all of the demo content or nothing, and out again without a trace of it."""

import stat
from datetime import timedelta
from io import StringIO

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.utils import timezone
from PIL import Image

from accounts import demo_editor
from authors.models import Author
from institution.models import Page, SiteDetails
from interchange import demo_loader, demo_removal
from interchange.demo.pdfs import write_pdf
from interchange.demo_content import pieces, sections_of, table
from interchange.demo_files import CHARTS
from interchange.models import ImportRecord
from publications import relating, sidebars
from publications.files import examine
from publications.models import (
    Attachment,
    Authorship,
    Event,
    HomeFeature,
    PublicationType,
    RelatedPublication,
    Report,
    ReportTopic,
    TopicFeature,
)
from publications.models import Image as Picture
from publications.renditions import WIDTHS, rendition
from tests.factory import make_draft, make_report, make_superuser, make_topic
from text.figures import keys_in
from topics.models import Topic

pytestmark = pytest.mark.django_db
MADE = [
    Report,
    Author,
    Topic,
    PublicationType,
    Attachment,
    Authorship,
    ReportTopic,
    RelatedPublication,
    ImportRecord,
    Page,
    Picture,
]

PDF = write_pdf("Title", "", "Author", "Institute", [("", "Words")], "en")


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    return tmp_path


@pytest.fixture
def quick(monkeypatch):
    """Covers and PDFs in no time, where nobody looks at them."""
    monkeypatch.setattr("interchange.demo_files.draw_cover", lambda slug, title: Image.new("RGB", (600, 20)))
    monkeypatch.setattr("interchange.demo_files.write_pdf", lambda *parts: PDF)


@pytest.fixture
def demo(quick):
    return demo_loader.load()


@pytest.fixture
def remove(django_capture_on_commit_callbacks):
    def remove():
        with django_capture_on_commit_callbacks(execute=True):
            return demo_removal.remove()

    return remove


def stored(folder):
    return [path for path in (folder / "files").rglob("*") if path.is_file()]


def test_everything_that_the_content_says_is_there_and_valid(demo):
    assert len(demo.reports) == len(pieces()) == Report.objects.count() >= 40
    assert Author.objects.count() == len(table("authors")["authors"]) >= 15
    assert Topic.objects.count() == len(table("topics")["topics"]) >= 30
    for model in (Report, Author, Topic, PublicationType, Page, SiteDetails, Authorship):
        for row in model.objects.all():
            row.full_clean()


def test_every_feature_is_seen(demo):
    assert {report.state for report in Report.objects.all()} == set(Report.State.values)
    assert Report.objects.scheduled().exists()
    assert set(RelatedPublication.objects.values_list("origin", flat=True)) == set(RelatedPublication.Origin.values)
    assert {"ar", "zh"} <= {report.language[:2] for report in Report.objects.all()}
    assert set(Report.objects.values_list("date_precision", flat=True)) == set(Report.Precision.values)
    assert set(Authorship.objects.values_list("role", flat=True)) == set(Authorship.Role.values)
    assert {kind for (kind,) in Topic.objects.values_list("kind")} == set(Topic.Kind.values)
    assert Topic.objects.filter(retired=True).exists()
    assert Author.objects.filter(is_organisation=True).exists()
    assert Author.objects.filter(is_former=True).exists()
    assert HomeFeature.objects.filter(report__in=Report.objects.live()).count() > 1
    assert TopicFeature.objects.filter(report__in=Report.objects.live()).exists()
    assert any("<foot-note>" in report.body and report.image_uses.exists() for report in Report.objects.live())
    for field in ("cover", "summary", "about", "acknowledgement", "doi", "isbn", "funders", "press_contact"):
        assert Report.objects.live().exclude(**{field: ""}).exists(), field


def test_withdrawn_and_scheduled_reports_have_their_moments(demo):
    withdrawn = Report.objects.get(state=Report.State.WITHDRAWN)
    assert (withdrawn.withdrawn_at.year, withdrawn.public_from.year) == (2020, 2019)
    scheduled = Report.objects.scheduled().get()
    assert scheduled.date_follows
    assert 29 <= (scheduled.public_from - demo.now).days <= 30


def test_its_files_pass_the_checks_of_an_upload():
    demo_loader.load()
    for attachment in Attachment.objects.all():
        with attachment.file.open() as file:
            facts = examine(file)
        assert (facts.extension, facts.size, facts.pages) == ("pdf", attachment.size, attachment.pages)
        assert facts.sha256 == attachment.sha256
    for report in Report.objects.exclude(cover=""):
        with report.cover.open() as file:
            assert examine(file).media_type == "image/webp"
            assert Image.open(file).width >= max(WIDTHS)
    texts = [words for report in Report.objects.all() for words in report.rich_texts]
    assert set(keys_in("".join(texts))) == {str(picture.pk) for picture in Picture.objects.all()}
    assert Picture.objects.count() == len(CHARTS)


def test_its_pages_open_and_its_sidebars_are_right(demo, client):
    for address in ("/", "/publications/", "/authors/", "/topics/", "/about/", "/privacy/"):
        assert client.get(address).status_code == 200, address
    for report in Report.objects.live():
        assert client.get(report.get_absolute_url()).status_code == 200, report.slug
    assert relating.rebuild().written == 0
    assert client.get(Report.objects.scheduled().get().get_absolute_url()).status_code == 404
    assert client.get(Report.objects.get(state=Report.State.WITHDRAWN).get_absolute_url()).status_code == 410


def test_links_between_its_pages_lead_to_pages(demo, client):
    texts = [report.lead + report.summary + report.body + report.about for report in Report.objects.live()]
    texts += [page.body for page in Page.objects.all()]
    addresses = {part.split('"')[0] for text in texts for part in text.split('href="')[1:] if part.startswith("/")}
    assert addresses
    for address in addresses:
        assert client.get(address).status_code == 200, address


def test_it_is_made_in_an_empty_database_alone(quick):
    make_draft("Ours")
    with pytest.raises(CommandError, match="There are reports in this database already"):
        call_command("demo")
    assert (Report.objects.count(), Author.objects.count(), User.objects.count()) == (1, 0, 0)


def test_a_picture_of_a_demo_text_that_stands_in_a_text_of_ours_stays(demo, remove):
    picture = Picture.objects.get()
    ours = make_draft("Ours", body=f'<figure><img data-picture="{picture.pk}" alt=""></figure>')
    remove()
    assert [use.report for use in picture.uses.all()] == [ours]
    assert picture.file.storage.exists(picture.file.name)


def test_the_pdf_sets_notes_and_leaves_figures_out():
    words = 'Said.[^1]\n\n<figure><img data-picture="x" alt="Not this"></figure>\n\n[^1]: Noted.\n'
    pdf = write_pdf("Title", "", "", "", [("", words)], "en")
    for shown in (b"(Said. [1])", b"(Notes)", b"(1.)", b"(Noted.)"):
        assert shown in pdf, shown
    assert b"Not this" not in pdf


def test_a_failure_leaves_neither_rows_nor_files(quick, folder, monkeypatch):
    def fail(stage):
        raise RuntimeError

    monkeypatch.setattr(demo_loader, "relate", fail)
    with pytest.raises(RuntimeError):
        demo_loader.load()
    assert not any(model.objects.exists() for model in [*MADE, SiteDetails, User])
    assert stored(folder) == []


def test_what_was_here_before_is_used_and_not_changed(quick):
    topic = make_topic("WATER governance", description="Ours.")
    SiteDetails(name="Ours").save()
    user = make_superuser("editor")
    stage = demo_loader.load()
    topic.refresh_from_db()
    assert stage.topics["water-governance"] == topic
    assert (topic.description, SiteDetails.current().name) == ("Ours.", "Ours")
    assert User.objects.get() == user
    assert demo_editor.sign_in() is None


def test_the_sign_in_is_kept_where_only_its_owner_reads_it(demo, client, folder):
    user, password = demo_editor.sign_in()
    assert client.login(username=user, password=password)
    assert User.objects.get().is_superuser
    assert stat.S_IMODE((folder / "demo-password").stat().st_mode) == 0o600
    editor = User.objects.get()
    editor.set_password("another one entirely")
    editor.save()
    assert demo_editor.sign_in() is None


def test_removing_takes_out_everything_that_was_made(demo, remove, folder):
    rendition(Report.objects.exclude(cover="").first().cover.name, WIDTHS[0])
    assert stored(folder)
    removal = remove()
    assert (removal.reports, removal.authors, removal.topics) == (
        len(demo.reports),
        len(demo.authors),
        len(demo.topics),
    )
    assert removal.kept == []
    assert not any(model.objects.exists() for model in [*MADE, SiteDetails, User])
    assert stored(folder) == []
    assert not (folder / "demo-password").exists()


def test_a_demo_report_that_somebody_edited_goes_as_well(demo, remove):
    report = Report.objects.live().first()
    report.title = "Edited by hand"
    report.save()
    remove()
    assert not Report.objects.exists()


def test_what_others_rest_on_stays_and_is_named(demo, remove):
    author, child = demo.authors["lin-yuezhen"], demo.topics["mediation-and-dialogue"]
    shared = {"authors": [author], "topics": [child], "type": demo.types["special-report"]}
    ours, beside = make_report("Ours", **shared), make_report("Beside", **shared)
    relating.refresh([ours.pk, beside.pk])
    removal = remove()
    assert set(Report.objects.all()) == {ours, beside}
    assert list(Author.objects.all()) == [author]
    assert set(Topic.objects.all()) == {child, child.parent}
    assert list(PublicationType.objects.all()) == [demo.types["special-report"]]
    said = " ".join(removal.kept)
    for name in (author.name, child.name, child.parent.name, "Special Report"):
        assert f"“{name}” stays" in said
    assert [entry.report for entry in sidebars.sidebar(ours).entries] == [beside]
    assert relating.rebuild().written == 0


def test_what_was_kept_goes_at_the_next_removal_when_nobody_rests_on_it(demo, remove):
    ours = make_draft("Ours", authors=[demo.authors["lin-yuezhen"]])
    remove()
    ours.delete()
    assert remove().authors == 1
    assert not Author.objects.exists()


def test_site_details_pages_and_types_that_were_changed_stay(demo, remove):
    SiteDetails.objects.update(name="Ours")
    Page.objects.filter(slug="about").update(title="About us")
    PublicationType.objects.filter(slug="article").update(plural="Essays")
    removal = remove()
    assert SiteDetails.current().name == "Ours"
    assert [page.title for page in Page.objects.all()] == ["About us"]
    assert [kind.plural for kind in PublicationType.objects.all()] == ["Essays"]
    assert len(removal.kept) == 3


def test_an_editor_whom_the_history_names_stays_and_cannot_sign_in(demo, remove, client):
    user, password = demo_editor.sign_in()
    make_draft("Ours").events.create(what="noted", by=User.objects.get())
    removal = remove()
    assert "the history names them" in removal.kept[-1]
    assert not client.login(username=user, password=password)
    assert not User.objects.get().is_superuser
    assert Event.objects.exists()


@pytest.mark.parametrize("name", ["link", "owner"])
def test_an_editor_whom_a_report_that_stays_names_in_any_way_stays_too(demo, remove, name):
    report, user = make_draft("Ours"), User.objects.get()
    if name == "link":
        report.preview_links.create(made_by=user, made_at=timezone.now(), expires_at=timezone.now() + timedelta(days=1))
    else:
        Report.objects.filter(pk=report.pk).update(made_by=user)
    assert "the history names them" in remove().kept[-1]
    assert User.objects.exists()


def test_an_editor_with_another_password_stays(demo, remove):
    editor = User.objects.get()
    editor.set_password("another one entirely")
    editor.save()
    assert "their password is not the demo’s" in remove().kept[-1]
    assert User.objects.get().is_superuser


def test_removing_what_is_not_there_changes_nothing(remove):
    ours = make_report("Ours")
    removal = remove()
    assert (removal.reports, removal.authors, removal.topics, removal.types) == (0, 0, 0, 0)
    assert list(Report.objects.all()) == [ours]


def test_the_command_says_what_it_did_unless_told_to_be_quiet(quick):
    said = StringIO()
    call_command("demo", stdout=said)
    password = demo_editor.sign_in()[1]
    assert f"{len(pieces())} reports" in said.getvalue()
    assert f"Sign in as editor, with the password {password}" in said.getvalue()
    said = StringIO()
    call_command("demo", remove=True, stdout=said)
    assert f"Took out the demo content: {len(pieces())} reports" in said.getvalue()
    said = StringIO()
    call_command("demo", quiet=True, stdout=said)
    assert said.getvalue() == ""


def test_a_heading_that_is_no_section_stays_in_the_one_it_stands_in():
    assert sections_of("# Body\n\nOne\n\n# Not a section\n\nTwo\n\n# Lead\n\nThree\n") == {
        "Lead": "Three",
        "Summary": "",
        "Body": "One\n\n# Not a section\n\nTwo",
        "About the Report": "",
        "Acknowledgement": "",
    }
