"""Preview in the desk: exactly what readers will get, for any version and for what is being typed."""

import re

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from publications import relating
from publications.editorial import versions, workflow
from publications.editorial.roles import Role
from publications.models import Attachment, Event, FormerSlug, RelatedPublication, Report, ReportVersion
from tests.crawl import parse
from tests.desk import ADD, fields_of, form_of, pdf, publish_edit, rows, send
from tests.factory import (
    attach,
    give_cover,
    make_author,
    make_draft,
    make_member,
    make_picture,
    make_report,
    make_scheduled,
    make_superuser,
    make_topic,
    make_type,
    make_withdrawn,
    relate,
)

pytestmark = pytest.mark.django_db
TYPED_NEW = "/admin/publications/report/add/preview/"


@pytest.fixture
def desk(client):
    client.force_login(make_superuser())
    return client


def page(name, report, *key):
    return reverse(f"admin:{name}", args=[report.pk, *key])


def full(make=make_draft, **fields):
    """A report with every part."""
    author = make_author("Amina Diallo", biography="<p>Writes on wells.</p>")
    author.photo.save("photo.webp", content=ContentFile(make_picture()))
    headings = "".join(f"<h2>Part {number}</h2><p>Words.</p>" for number in range(4))
    report = make(
        "Water & <Peace>",
        authors=[author, make_author("Jonas Weber")],
        topics=[make_topic("Wells"), make_topic("Mali", kind="place"), make_topic("pumps", kind="keyword")],
        type=make_type("Special Report", is_numbered=True),
        number="7",
        summary="<ul><li>A finding.</li></ul>",
        body=headings,
        about="<p>How it came about.</p>",
        doi="10.5555/wells",
        licence="CC-BY-4.0",
        **fields,
    )
    attach(report, "Annex", kind="annex")
    return give_cover(report)


def read(client, address, **headers):
    """The answer, its file read to the end and closed."""
    answer = client.get(address, headers={name.replace("_", "-"): value for name, value in headers.items()})
    answer.getvalue()
    return answer


def article(html, *places):
    """The report as a page has it, addresses below the page's own place made alike."""
    found = re.search(r'<article id="report".*?</article>', html, re.DOTALL).group()
    for place in places:
        found = found.replace(place, "PLACE/")
    found = re.sub(r"/admin/picture/authors/author/\d+/photo/", "PHOTO", found)
    return re.sub(r"/authors/[a-z-]+/photo-480\.webp", "PHOTO", found)


def sidebar(html):
    return re.search(r'<aside id="related".*?</aside>', html, re.DOTALL).group()


def everything():
    """All rows that a preview might have touched."""
    models = [Report, ReportVersion, Event, Attachment, FormerSlug, RelatedPublication]
    return {model: [*model.objects.order_by("pk").values()] for model in models}


# The same as readers get


def test_the_preview_of_a_draft_is_what_readers_get_once_it_is_published(desk, client):
    report = full()
    other = make_report("The neighbour", topics=[make_topic("Wells two")])
    relate(report, other, RelatedPublication.Origin.UPDATES)
    address = page("preview", report)
    before = desk.get(address).content.decode()
    workflow.move(report, Report.State.PUBLISHED)
    after = client.get(report.get_absolute_url()).content.decode()
    place = report.get_absolute_url()
    assert "The neighbour" in before
    assert article(before, address) == article(after, place)


def test_the_preview_of_an_edit_is_what_readers_get_once_it_is_published(desk, client):
    report = full(make_report)
    bo = make_author("Bo")
    typed = {"title": "Rivers", "lead": "<p>Of the edit.</p>", "topics": [make_topic("Peace").pk]}
    added = rows("authorships", {"author": bo.pk, "role": "author", "biography": "<p>Then.</p>"})
    files = rows("attachments", {"file": pdf(), "title": "New file", "kind": "report"})
    send(desk, form_of(report), **typed, **added, **files)
    number = versions.pending(report).number
    stands, version = page("preview", report), page("preview-version", report, number)
    pages = [desk.get(address).content.decode() for address in (stands, version)]
    assert "Of the edit." in pages[0]
    public = client.get(report.get_absolute_url()).content.decode()
    assert "Of the edit." not in public
    publish_edit(desk, report)
    report.refresh_from_db()
    after = article(client.get(report.get_absolute_url()).content.decode(), report.get_absolute_url())
    assert [article(pages[0], stands), article(pages[1], version)] == [after, after]


def test_an_older_version_is_shown_as_it_was(desk):
    report = make_draft("First", topics=[make_topic("Wells")])
    send(desk, form_of(report), title="Second", topics=[make_topic("Peace").pk])
    html = desk.get(page("preview-version", report, 1)).content.decode()
    assert "First" in article(html)
    assert "Wells" in article(html)
    assert "Peace" not in article(html)
    assert "Preview of version 1" in html


@pytest.mark.parametrize("make", [make_draft, make_scheduled, make_report, make_withdrawn])
def test_a_report_can_be_previewed_however_it_stands(desk, make):
    report = make("Water", type=make_type())
    answer = desk.get(page("preview", report))
    assert answer.status_code == 200
    same = "readers see the same" in answer.content.decode()
    assert same == (make is make_report)


def test_a_draft_without_type_date_or_text_can_be_previewed(desk):
    report = make_draft("Bare", type=None, lead="", language="")
    html = desk.get(page("preview", report)).content.decode()
    assert "Bare" in article(html)
    assert str(timezone.localdate().year) in article(html)


# The bar, and what keeps it private


def test_a_preview_says_that_it_is_one_and_is_kept_by_nobody(desk):
    report = make_report("Water")
    send(desk, form_of(report), title="Rivers")
    answer = desk.get(page("preview", report))
    document = parse(answer.content)
    assert document.one("p", class_="preview").text == "Preview: readers do not see this."
    assert document.one("title").text.startswith("Preview: ")
    assert document.one("meta", name="robots")["content"] == "noindex, nofollow"
    assert not document.all("link", rel="canonical")
    assert "no-store" in answer["Cache-Control"]
    assert "private" in answer["Cache-Control"]
    assert answer["X-Robots-Tag"] == "noindex, nofollow"
    assert answer["Referrer-Policy"] == "no-referrer"
    assert "script-src 'none'" in answer["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]
    assert "ETag" not in answer
    assert "Last-Modified" not in answer
    again = desk.get(
        page("preview", report), headers={"if-none-match": "*", "if-modified-since": timezone.now().ctime()}
    )
    assert again.status_code == 200


# Files


def test_the_files_and_the_cover_of_a_version_are_served_below_its_preview_alone(desk, client):
    report = full(make_report)
    files = rows("attachments", {"file": pdf(), "title": "New file", "kind": "annex"})
    send(
        desk,
        form_of(report),
        **files,
        cover=SimpleUploadedFile("c.webp", make_picture(700, 500)),
    )
    document = parse(desk.get(page("preview", report)).content)
    found = [each["href"] for each in document.one("section", id="files").all("a")]
    found += [document.one("figure").one("img")["src"]]
    assert len(found) == 3
    for address in found:
        assert address.startswith(page("preview", report))
        answer = read(desk, address)
        assert answer.status_code == 200
        assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert "no-store" in answer["Cache-Control"]
        assert read(desk, address, if_none_match="*", range="bytes=0-").status_code == 200
    assert client.get(f"{report.get_absolute_url()}new-file.pdf").status_code == 404
    for name in ("none.pdf", "cover-481.webp", "annex.exe"):
        assert desk.get(page("preview", report) + name).status_code == 404
    assert desk.get(page("preview-version", report, 99)).status_code == 404


def test_the_photograph_of_an_author_with_nothing_live_is_shown_to_the_desk(desk, client):
    report = full()
    photo = parse(desk.get(page("preview", report)).content).one("img", class_="portrait")["src"]
    assert read(desk, photo)["Content-Type"] == "image/webp"
    client.logout()
    assert client.get(photo).status_code == 302


# What stands beside it


def test_the_sidebar_follows_the_version_and_holds_what_is_live_alone(desk):
    wells, peace = make_topic("Wells"), make_topic("Peace")
    make_report("Near", topics=[wells])
    pinned, excluded = make_report("Pinned"), make_report("Out", topics=[wells])
    make_draft("Hidden", topics=[wells])
    make_scheduled("Soon", topics=[wells])
    hidden_pin = make_draft("Hidden pin")
    relating.rebuild()
    report = make_draft("Water", topics=[wells])
    for other, origin in {pinned: "pinned", hidden_pin: "pinned", excluded: "excluded"}.items():
        relate(report, other, origin)
    html = sidebar(desk.get(page("preview", report)).content.decode())
    entries = parse(html).all("article")
    assert [entry.all("a")[0].text for entry in entries] == ["Pinned", "Near"]
    assert entries[1]["data-topics"] == "wells"
    assert "Hidden" not in html
    assert "Soon" not in html
    send(desk, form_of(report), topics=[peace.pk])
    assert "Near" not in sidebar(desk.get(page("preview", report)).content.decode())


def test_the_sidebar_of_a_preview_is_what_readers_get_once_it_is_published(desk, client):
    topics = [make_topic(f"T{number}") for number in range(4)]
    for number in range(9):
        make_report(f"Other {number}", topics=topics[number % 4 :])
    report = make_draft("Water", topics=topics)
    relate(report, Report.objects.get(title="Other 5"))
    relating.rebuild()
    before = sidebar(desk.get(page("preview", report)).content.decode())
    workflow.move(report, Report.State.PUBLISHED)
    after = sidebar(client.get(report.get_absolute_url()).content.decode())
    assert len(parse(after).all("article")) == 6
    assert before == after


def test_without_topics_a_preview_falls_back_as_the_page_does(desk):
    author = make_author("Amina")
    make_report("By her", authors=[author])
    html = sidebar(desk.get(page("preview", make_draft("Water", authors=[author]))).content.decode())
    assert "More from this author" in html
    assert "By her" in html


def test_the_links_of_others_are_shown_when_both_are_live_alone(desk):
    report = make_draft("Water")
    relate(make_report("Live answer"), report, RelatedPublication.Origin.RESPONDS_TO)
    relate(make_draft("Hidden answer"), report, RelatedPublication.Origin.RESPONDS_TO)
    html = desk.get(page("preview", report)).content.decode()
    assert "Live answer" in html
    assert "Hidden answer" not in html


# While typing


def typed(desk, report, **fields):
    data = fields_of(desk.get(form_of(report))) | fields
    return desk.post(page("preview-typed", report), data).json()


@pytest.mark.parametrize("make", [make_draft, make_report, make_withdrawn])
def test_what_is_typed_is_shown_and_nothing_of_it_is_written(desk, make, files):
    report = full(make)
    before, stored = everything(), sorted(files.rglob("*"))
    data = typed(
        desk,
        report,
        title="Typed over",
        body="<p>Now typed.</p><script>alert(1)</script>",
        topics=[make_topic("Peace").pk],
        slug="typed-over",
        **rows("authorships", {"author": make_author("Bo").pk, "role": "author"}),
        **rows("related_entries", {"origin": "pinned", "related": make_report("Pinned").pk}),
        _publish="x",
    )
    html = data["page"]
    for words in ["Typed over", "Now typed.", "Peace", "Bo", "readers do not see this"]:
        assert words in html
    assert "Pinned" in sidebar(html)
    assert "<script" not in html
    assert "Wells" not in article(html)
    after = everything()
    after[Report] = [row for row in after[Report] if row["title"] != "Pinned"]
    assert after == before
    assert sorted(files.rglob("*")) == stored
    assert "_messages" not in desk.session
    assert "messages" not in desk.cookies


def test_while_typing_an_edit_that_waits_is_not_what_readers_see(desk):
    report = make_report("Water")
    assert "readers see the same" in typed(desk, report)["page"]
    send(desk, form_of(report), title="Rivers")
    assert "readers do not see this" in typed(desk, report)["page"]
    assert "readers see the same" in typed(desk, report, title="Water")["page"]


def test_the_files_of_a_typed_preview_are_those_that_are_stored(desk):
    report = full()
    html = typed(desk, report, title="Typed over")["page"]
    address = parse(html).one("figure").one("img")["src"]
    assert read(desk, address).status_code == 200


def test_an_upload_leaves_nothing_behind_in_a_preview(desk, files):
    report = make_draft("Water")
    data = rows("attachments", {"file": pdf(), "title": "Annex", "kind": "annex"})
    assert "Files" in typed(desk, report, **data)["refused"]
    assert not [path for path in files.rglob("*") if path.is_file()]


def test_what_does_not_validate_is_said_in_one_sentence(desk):
    report = make_draft("Water")
    data = typed(desk, report, title="", isbn="nonsense")
    assert data == {
        "refused": "This is how it looked before: it cannot be shown as it is typed now. Look at Title, ISBN."
    }
    twice = make_author("Amina").pk
    authors = rows("authorships", *[{"author": twice, "role": "author"}] * 2)
    assert "Authors" in typed(desk, report, **authors)["refused"]
    shown = desk.get(form_of(report))
    assert not list(shown.context["messages"])


def test_a_new_report_is_shown_before_it_is_saved(desk):
    near = make_report("Near", topics=[make_topic("Wells")])
    relating.rebuild()
    before = everything()
    data = fields_of(desk.get(ADD)) | {
        "title": "Not saved",
        "topics": [near.topics.get().pk],
        "lead": "<p>Of the new one.</p>",
        **rows("authorships", {"author": make_author("Bo").pk, "role": "author"}),
        "_publish": "x",
    }
    html = desk.post(TYPED_NEW, data).json()["page"]
    for words in ["Not saved", "Of the new one.", "Bo"]:
        assert words in article(html)
    assert "Near" in sidebar(html)
    assert everything() == before
    assert "refused" in desk.post(TYPED_NEW, data | {"title": ""}).json()
    # And it can be saved afterwards.
    send(desk, ADD, title="Not saved")
    assert Report.objects.filter(title="Not saved").count() == 1


def test_a_typed_preview_is_only_ever_asked_for_by_a_form(desk):
    report = make_draft("Water")
    assert desk.get(page("preview-typed", report)).status_code == 405
    assert desk.get(TYPED_NEW).status_code == 405


# Who may


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("own", [True, False])
def test_a_role_previews_what_it_may_see_and_types_where_it_may_edit(client, role, own):
    user = make_member(role)
    report = full(made_by=user if own else make_member(Role.WRITER))
    versions.add(report, versions.snapshot(report), by=None, said="")
    client.force_login(user)
    sees = role >= Role.EDITOR or (own and role >= Role.READER)
    edits = role >= Role.EDITOR or (own and role >= Role.WRITER)
    for address in (page("preview", report), page("preview-version", report, 1)):
        for below in ("", "annex.pdf", "cover-480.webp"):
            answer = read(client, address + below)
            assert answer.status_code == 200 if sees else answer.status_code in {302, 404}, address + below
    answer = client.post(page("preview-typed", report), {"title": "Typed over"})
    assert answer.status_code == 200 if edits else answer.status_code in {302, 403, 404}
    assert client.post(TYPED_NEW, {}).status_code == (
        200 if role >= Role.WRITER else 302 if role == Role.NOBODY else 403
    )


def test_the_form_and_the_history_lead_to_previews(desk):
    report = make_draft("Water")
    send(desk, form_of(report), title="Rivers")
    assert f'href="{page("preview", report)}"' in desk.get(form_of(report)).content.decode()
    assert f'href="{page("preview-version", report, 2)}"' in desk.get(page("versions", report)).content.decode()
    assert f'href="{page("preview-version", report, 1)}"' in desk.get(page("version", report, 1)).content.decode()


# Costs


def queries_of(desk, address):
    desk.get(address)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert desk.get(address).status_code == 200
    return len(queries)


def test_a_preview_takes_as_many_queries_for_twenty_authors_as_for_two(desk):
    counts = []
    for number in (2, 20):
        topics = [make_topic() for _ in range(number)]
        beside = make_report(topics=topics)
        report = make_report(authors=[make_author() for _ in range(number)], topics=topics)
        for position in range(number):
            attach(report, f"Annex {position}")
        relate(report, beside)
        counts.append(queries_of(desk, page("preview", report)))
    assert counts[0] == counts[1] < 45
