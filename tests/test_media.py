"""The lists of pictures and files in the desk: what they show, to whom, and what is never said in them."""

from html import unescape

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from publications.desk import images, pictures
from publications.editorial import versions
from publications.editorial.roles import Role
from publications.models import Image, Report
from tests.desk import form_of, said
from tests.factory import (
    attach,
    editing,
    figure_of,
    make_draft,
    make_image,
    make_member,
    make_report,
    make_scheduled,
    make_superuser,
    make_withdrawn,
    picture_bytes,
)

pytestmark = pytest.mark.django_db
PICTURES = reverse("admin:publications_image_changelist")
FILES = reverse("admin:publications_attachment_changelist")


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def desk():
    return signed_in(make_superuser())


def page_of(image):
    return reverse("admin:publications_image_change", args=[image.pk])


def delete_page(image):
    return reverse("admin:publications_image_delete", args=[image.pk])


def html(client, address):
    answer = client.get(address)
    assert answer.status_code == 200, address
    return unescape(answer.content.decode())


def holding(report, **fields):
    """On record as the desk would have it."""
    versions.add(report, versions.snapshot(report), by=None, said="Kept")
    return report


def test_the_list_says_what_a_picture_is_and_where_it_stands(desk):
    alice = make_member(Role.WRITER, "bob", first_name="Bob", last_name="Baker")
    image = make_image(name="river.png", uploaded_by=alice)
    holding(make_report("Seen", body=figure_of(image)))
    page = html(desk, PICTURES)
    for words in ("river.png", "1,200 × 800 pixels, PNG", "Bob Baker", "Seen", "Readers see it now"):
        assert words in page
    assert f'src="{reverse("admin:text-picture", args=[image.pk, 480, "webp"])}"' in page


@pytest.mark.parametrize(
    ("make", "word"),
    [
        (make_report, "Readers see it now"),
        (make_draft, "In a draft"),
        (lambda **fields: make_draft(state="in_review", **fields), "In review"),
        (make_scheduled, "Scheduled"),
        (make_withdrawn, "In what was withdrawn"),
    ],
)
def test_each_use_has_its_word(desk, make, word):
    image = make_image()
    holding(make(lead=figure_of(image)))
    assert f"<small>{word}</small>" in html(desk, page_of(image))


def test_a_picture_of_an_edit_or_of_the_history_alone_says_so(desk):
    image, report = make_image(), make_report("Water")
    with editing(report):
        Report.objects.filter(pk=report.pk).update(body=figure_of(image))
    assert "<small>In an edit that waits</small>" in html(desk, page_of(image))
    with editing(report):
        Report.objects.filter(pk=report.pk).update(body="")
    assert "<small>Only in the history</small>" in html(desk, page_of(image))


def test_the_page_names_all_uses_and_the_list_the_first_few(desk):
    image = make_image()
    for number in range(5):
        holding(make_draft(f"Draft {number}", body=figure_of(image)))
    assert html(desk, PICTURES).count("In a draft") == pictures.MOST_USES
    assert "And more" in html(desk, PICTURES)
    assert html(desk, page_of(image)).count("In a draft") == 5


def test_the_page_says_what_replaced_what(desk):
    first = make_image(name="first.png")
    second = make_image(name="second.png", replaces=first)
    assert "Replaced by" in html(desk, page_of(first))
    assert "In the place of" in html(desk, page_of(second))
    assert page_of(first) in html(desk, page_of(second))


def test_pictures_are_found_by_any_spelling_of_their_name(desk):
    make_image(name="Élan Vital.PNG"), make_image(name="other.png")
    page = html(desk, PICTURES + "?q=elan+VITAL")
    assert "Élan Vital.PNG" in page
    assert "other.png" not in page


def test_what_is_used_nowhere_is_listed_alone(desk):
    holding(make_draft(body=figure_of(make_image(name="used.png"))))
    make_image(name="unused.png")
    page = html(desk, PICTURES + "?use=nowhere")
    assert "unused.png" in page
    assert "used.png" not in page.replace("unused.png", "")


def test_the_newest_picture_comes_first_and_fifty_stand_on_a_page(desk):
    content = picture_bytes(size=(2, 2))
    for number in range(52):
        make_image(name=f"n{number}.png", content=content)
    page = html(desk, PICTURES)
    assert page.count('class="thumbnail"') == 50
    assert page.index("n51.png") < page.index("n50.png")
    assert "n0.png" in html(desk, PICTURES + "?p=2")


def queries(client, address):
    with CaptureQueriesContext(
        connection,
    ) as caught:
        html(client, address)
    return len(caught)


@pytest.mark.parametrize("role", [Role.WRITER, Role.EDITOR])
def test_the_lists_take_the_same_number_of_queries_however_long(role):
    user = make_member(role)
    client = signed_in(user)

    def grow(count):
        for number in range(count):
            image = make_image(uploaded_by=user)
            report = holding(make_report(f"Water {number}", body=figure_of(image), made_by=user))
            attach(report, "Annex")
            with editing(report):
                Report.objects.filter(pk=report.pk).update(body=figure_of(image) + "<p>More.</p>")

    grow(1)
    first = [queries(client, address) for address in (PICTURES, FILES)]
    grow(6)
    assert [queries(client, address) for address in (PICTURES, FILES)] == first
    assert first[0] <= 13


# Who may


def test_each_sees_in_the_index_what_is_theirs_to_see():
    for role, sees in {Role.READER: False, Role.WRITER: True, Role.EDITOR: True}.items():
        client = signed_in(make_member(role))
        page = client.get("/admin/").content.decode()
        assert (f'href="{PICTURES}"' in page) == sees
        assert (f'href="{FILES}"' in page) == sees
        assert client.get(PICTURES).status_code == (200 if sees else 403)
        assert client.get(FILES).status_code == (200 if sees else 403)


def test_nobody_adds_or_changes_a_picture_or_a_file_there(desk):
    image = make_image()
    assert reverse("admin:publications_image_add") not in html(desk, PICTURES)
    assert desk.get(reverse("admin:publications_image_add")).status_code == 403
    assert desk.get(f"{FILES}add/").status_code == 404
    attachment = attach(make_report())
    assert desk.get(f"{FILES}{attachment.pk}/change/").status_code == 404
    assert desk.get(f"{FILES}{attachment.pk}/delete/").status_code == 404
    desk.post(page_of(image), {"name": "another.png"})
    image.refresh_from_db()
    assert image.name == "river.png"


def test_a_writer_sees_their_own_pictures_and_those_of_their_reports():
    writer = make_member(Role.WRITER)
    mine, theirs, ours = (
        make_image(name="mine.png", uploaded_by=writer),
        make_image(name="theirs.png"),
        make_image(name="ours.png"),
    )
    holding(make_draft("Hidden", body=figure_of(theirs)))
    holding(make_draft("My own", body=figure_of(ours), made_by=writer))
    client = signed_in(writer)
    page = html(client, PICTURES)
    assert "mine.png" in page
    assert "ours.png" in page
    assert "theirs.png" not in page
    assert client.get(page_of(mine)).status_code == 200
    assert client.get(page_of(theirs)).status_code == 404
    assert client.get(page_of(Image(name="never"))).status_code == 404
    assert client.get("/admin/publications/image/x/change/").status_code == 404


def test_a_writer_learns_of_anothers_report_what_readers_see_of_it():
    writer = make_member(Role.WRITER)
    image, other = make_image(uploaded_by=writer), make_image(name="other.png", uploaded_by=writer)
    holding(make_report("Public of another", body=figure_of(image)))
    holding(make_draft("Hidden of another", body=figure_of(image)))
    edited = holding(make_report("Edited by another"))
    with editing(edited):
        Report.objects.filter(pk=edited.pk).update(body=figure_of(image) + figure_of(other))
    client = signed_in(writer)
    page = html(client, page_of(image))
    assert "Public of another" in page
    assert "Hidden of another" not in page
    assert "Edited by another" not in page
    assert "Nowhere" in html(client, page_of(other))
    unused = html(client, PICTURES + "?use=nowhere")
    assert "other.png" in unused
    assert "river.png" not in unused


def test_a_picture_is_deleted_by_editors_alone_and_only_where_nothing_holds_it():
    image, used = make_image(), make_image()
    holding(make_draft(body=figure_of(used)))
    editor, writer = signed_in(make_member(Role.EDITOR)), signed_in(make_member(Role.WRITER))
    image.uploaded_by = make_member(Role.WRITER, "owner")
    image.save()
    owner = signed_in(image.uploaded_by)
    for client, one in ((writer, image), (owner, image), (editor, used)):
        assert client.post(delete_page(one), {"post": "yes"}).status_code in {302, 403, 404}
        assert Image.objects.filter(pk=one.pk).exists()
    assert delete_page(image) in html(editor, page_of(image))
    assert delete_page(used) not in html(editor, page_of(used))


@pytest.mark.django_db(transaction=True)
def test_with_a_picture_goes_its_file():
    image = make_image()
    editor = signed_in(make_superuser())
    assert editor.get(delete_page(image)).status_code == 200
    editor.post(delete_page(image), {"post": "yes"})
    assert not Image.objects.exists()
    assert not default_storage.exists(image.file.name)


def test_a_picture_that_is_claimed_while_it_is_deleted_stays(desk, monkeypatch):
    image = make_image()
    monkeypatch.setattr(pictures.PictureAdmin, "has_delete_permission", lambda self, request, obj=None: True)

    def claimed(self, request, obj):
        holding(make_draft(body=figure_of(image)))
        obj.delete_with_file()

    monkeypatch.setattr(pictures.PictureAdmin, "delete_model", claimed)
    answer = desk.post(delete_page(image), {"post": "yes"}, follow=True)
    assert said(answer) == [pictures.CLAIMED]
    assert default_storage.exists(image.file.name)


# Files


def test_the_list_of_files_says_what_each_is_and_leads_to_its_report(desk):
    report = make_draft("Wells and pumps")
    attach(report, "Annex of maps", pages=3)
    page = html(desk, FILES)
    for words in ("Annex of maps", "PDF, ", "3 pages", "Wells and pumps", "Draft", form_of(report)):
        assert words in page
    assert "Annex of maps" in html(desk, FILES + "?q=wells")
    assert "Annex of maps" not in html(desk, FILES + "?q=rivers")


def test_a_writer_sees_the_files_of_what_they_may_see_and_none_of_anothers_edit():
    attach(make_draft("Hidden"), "Hidden annex")
    public = make_report("Public")
    attach(public, "Public annex")
    with editing(public):
        attach(public, "Annex of the edit")
    page = html(signed_in(make_member(Role.WRITER)), FILES)
    assert "Public annex" in page
    assert "Hidden annex" not in page
    assert "Annex of the edit" not in page


def test_a_report_with_files_is_still_deleted_for_good():
    from_bin = make_draft("Binned")
    attach(from_bin)
    Report.objects.filter(pk=from_bin.pk).update(binned_at=from_bin.created_at)
    client = signed_in(make_member(Role.PUBLISHER))
    client.post(reverse("admin:publications_report_delete", args=[from_bin.pk]), {"post": "yes"})
    assert not Report.objects.filter(pk=from_bin.pk).exists()


# What the editor offers


def offered(client, typed=""):
    return [one["name"] for one in client.get(reverse("admin:pictures-found"), {"q": typed}).json()["pictures"]]


def test_the_editor_is_offered_the_newest_pictures_and_those_of_a_name(desk, monkeypatch):
    monkeypatch.setattr(images, "MOST_OFFERED", 3)
    for name in ("Élan.png", "50%.png", "a river.png", "the River Lowani.png", "new.png"):
        make_image(name=name, content=picture_bytes())
    assert offered(desk) == ["new.png", "the River Lowani.png", "a river.png"]
    assert offered(desk, "lowani RIVER") == ["the River Lowani.png"]
    assert offered(desk, "elan") == ["Élan.png"]
    assert offered(desk, "%") == ["50%.png"]
    assert offered(desk, "nothing") == []


def test_only_who_may_write_is_offered_pictures_and_those_alone_that_they_may_know():
    writer = make_member(Role.WRITER)
    make_image(name="mine.png", uploaded_by=writer), make_image(name="theirs.png")
    assert offered(signed_in(writer)) == ["mine.png"]
    assert signed_in(make_member(Role.READER)).get(reverse("admin:pictures-found")).status_code == 403


@pytest.mark.parametrize(
    "asked", ["uses__isnull=False", "uses=1", "replacements__isnull=False", "uses__report__slug=x"]
)
def test_the_list_is_asked_by_nothing_that_points_at_a_picture(client, asked):
    client.force_login(make_member(Role.WRITER))
    assert client.get(f"/admin/publications/image/?{asked}").status_code == 400


def test_no_list_is_asked_by_what_points_at_its_rows(desk):
    assert desk.get("/admin/authors/author/?authorships__isnull=False").status_code == 400
    assert desk.get("/admin/topics/topic/?report_topics__content_object=1").status_code == 400
