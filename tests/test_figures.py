"""Figures in texts: how they are stored, who gets their pictures, and what becomes of uploads."""

from datetime import timedelta
from uuid import UUID

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from PIL import Image as Drawing

from institution.models import Page
from publications import files, renditions
from publications.editorial import versions
from publications.editorial.checks import findings
from publications.editorial.picturing import strange_in
from publications.editorial.roles import Role
from publications.editorial.sharing import share, token_of
from publications.figures import figures_in
from publications.models import Image, ImageUse, Report
from publications.reading import read
from tests import desk
from tests.crawl import ask
from tests.factory import (
    correct,
    editing,
    figure_of,
    make_author,
    make_draft,
    make_image,
    make_member,
    make_pdf,
    make_report,
    make_superuser,
    make_withdrawn,
    picture_bytes,
)
from text.richtext import sanitise

pytestmark = pytest.mark.django_db
KEY = "0f8fad5b-d9cb-469f-a165-70867728950e"
IMAGE = f'<img data-picture="{KEY}" alt="q">'


@pytest.mark.once
@pytest.mark.parametrize(
    ("html", "stored"),
    [
        (f'<figure><img alt="q" data-picture=" {KEY.upper()} "></figure>', f"<figure>{IMAGE}</figure>"),
        (f"<figure>{IMAGE}<figcaption></figcaption></figure>", f"<figure>{IMAGE}</figure>"),
        (f'<img data-picture="{KEY}" src="https://x.example/" alt="q" onerror=a()>', f"<figure>{IMAGE}</figure>"),
        (
            f'<figure><img data-picture="{KEY}" alt="&quot;3 &lt; 4&quot;\n in"></figure>',
            f'<figure><img data-picture="{KEY}" alt="&quot;3 &lt; 4&quot; in"></figure>',
        ),
        (
            f"<figure>{IMAGE}<small>By <b>us</b><br>all</small><figcaption><p>a <em>b</em><p>c</figcaption></figure>",
            f"<figure>{IMAGE}<small>By us all</small><figcaption>a <em>b</em><br>c</figcaption></figure>",
        ),
        (
            f"<figure>{IMAGE}<figcaption>a<foot-note>n</foot-note><h2>b</h2></figcaption><figcaption>c</figcaption></figure>",
            f"<figure>{IMAGE}<figcaption>a<foot-note>n</foot-note><br>b<br>c</figcaption></figure>",
        ),
        (
            f"<p>a <strong>b{IMAGE}c</strong></p>",
            f"<p>a <strong>b</strong></p><figure>{IMAGE}</figure><p><strong>c</strong></p>",
        ),
        (f"<p>a<foot-note>b {IMAGE} c</foot-note></p>", "<p>a<foot-note>b q c</foot-note></p>"),
        (f"<ul><li>a{IMAGE}</li></ul>", f"<ul><li><p>a</p><figure>{IMAGE}</figure></li></ul>"),
        (
            f"<table><tr><td>{IMAGE}</td></tr></table>",
            f"<table><tbody><tr><td><figure>{IMAGE}</figure></td></tr></tbody></table>",
        ),
        (
            f"{IMAGE}<p>a</p><figcaption>b</figcaption><small>c</small>",
            f"<figure>{IMAGE}</figure><p>a</p><p>b</p><p>c</p>",
        ),
        (f'<img data-picture="{KEY}x" alt="A map">', "<p>A map</p>"),
        ("<figure><small>By us</small><figcaption>A map</figcaption></figure>", "<p>By us</p><p>A map</p>"),
    ],
)
def test_a_figure_is_sanitised_to_one_form(html, stored):
    assert sanitise(html) == stored
    assert sanitise(str(stored)) == stored


@pytest.mark.parametrize(
    ("html", "stored"),
    [
        (f"<p>a</p><figure>{IMAGE}<small>Us</small><figcaption>c<foot-note>n</foot-note></figure>", "<p>a</p>"),
        (f"<ul><li>{IMAGE}</li><li>a</li></ul><blockquote>{IMAGE}</blockquote>", "<ul><li>a</li></ul>"),
        (f"{IMAGE}<figcaption>c</figcaption>", ""),
        ("<figure><figcaption>c</figcaption></figure>", "<p>c</p>"),
    ],
)
def test_where_no_picture_belongs_the_whole_figure_goes(html, stored):
    author, page = make_author("Ann", biography=html), Page.objects.create(slug="about", title="About", body=html)
    row = make_report(authors=[author]).authorships.get()
    row.biography = html
    for one, field in ((author, "biography"), (page, "body"), (row, "biography")):
        one.save()
        one.refresh_from_db()
        assert getattr(one, field) == stored
        assert type(one)._meta.get_field(field).formfield().bound_data(html, "") == stored


def test_a_figure_comes_in_several_widths_with_its_size_and_says_who_made_it_last():
    image = make_image(content=picture_bytes(size=(1200, 800)))
    texts = [figure_of(image, 'A "gauge"', "Photo: Ada", "In May<foot-note>n</foot-note>")]
    (text,), notes = read(texts, figures_in(texts, "/x/figures/"))
    assert [note.html for note in notes] == ["n"]
    webp = ", ".join(
        f"/x/figures/{image.pk}-{width}.webp {seen}w" for width, seen in ((480, 480), (960, 960), (1600, 1200))
    )
    assert f'<source type="image/webp" srcset="{webp}"' in text.html
    assert f'src="/x/figures/{image.pk}-960.jpg"' in text.html
    assert 'alt="A &quot;gauge&quot;" width="1200" height="800" loading="lazy"' in text.html
    assert text.html.endswith("</sup> <small>Photo: Ada</small></figcaption></figure>")
    small = make_image(content=picture_bytes(size=(300, 200)))
    (text,), _ = read([figure_of(small)], figures_in([figure_of(small)], "/"))
    assert f"{small.pk}-480.webp 300w" in text.html
    assert "-1600" not in text.html


def test_a_photograph_taken_upright_has_the_size_that_is_seen():
    exif = Drawing.Exif()
    exif[renditions.ORIENTATION] = 6
    image = make_image(content=picture_bytes("JPEG", (1200, 800), exif=exif))
    assert (image.width, image.height) == (800, 1200)


def test_a_picture_that_is_not_there_leaves_its_words():
    (text,), _ = read([f"<p>a</p><figure>{IMAGE}<small>By us</small><figcaption>A map</figcaption></figure>"])
    assert text.html == '<p>a</p><figure class="picture"><figcaption>A map <small>By us</small></figcaption></figure>'
    (text,), _ = read([f"<p>a</p><figure>{IMAGE}</figure>"])
    assert text.html == "<p>a</p>"


def test_no_teaser_shows_a_figure_and_a_search_finds_its_caption(client):
    report = make_report(lead=figure_of(make_image(), caption="Pumpkins", credit="Ada") + "<p>Words.</p>")
    assert report.shown_teaser == "Words."
    assert report.get_absolute_url() in client.get("/publications/?q=pumpkins").content.decode()


# Who gets the picture


def at(report, image, form="480.webp", place=""):
    return f"{report.get_absolute_url()}{place}figures/{image.pk}-{form}"


def test_readers_get_the_pictures_of_what_is_live_and_no_other():
    image, other = make_image(), make_image()
    report = make_report(body=figure_of(image))
    for form, kind in (("480.webp", "image/webp"), ("960.jpg", "image/jpeg")):
        answer = ask(at(report, image, form))
        assert (answer.status, dict(answer.headers)["Content-Type"]) == (200, kind)
        assert "sandbox" in dict(answer.headers)["Content-Security-Policy"]
        assert ask(at(report, image, form), if_none_match=dict(answer.headers)["ETag"]).status == 304
    for form in ("479.webp", "480.png", "480.gif", "2400.webp"):
        assert ask(at(report, image, form)).status == 404
    assert ask(at(report, other)).status == 404
    for hidden in (
        make_draft(body=figure_of(image)),
        make_report(public_from=timezone.now() + timedelta(1), body=figure_of(image)),
    ):
        assert ask(at(hidden, image)).status == 404
    assert ask(at(make_withdrawn(body=figure_of(image)), image)).status == 410


def test_a_picture_lost_from_the_disk_is_404():
    image = make_image()
    report = make_report(body=figure_of(image))
    default_storage.delete(image.file.name)
    assert ask(at(report, image)).status == 404
    assert ask(report.get_absolute_url()).status == 200


def test_a_replaced_picture_keeps_its_address_and_the_version_before_its_own():
    first = make_image(content=picture_bytes(colour=(200, 0, 0)))
    report = make_report("Water", body=figure_of(first))
    before = ask(at(report, first)).body
    second = make_image(content=picture_bytes(colour=(0, 0, 200)), replaces=first)
    third = make_image(content=picture_bytes(colour=(0, 200, 0)), replaces=second)
    assert ask(at(report, third)).status == 404
    correct(report, body=figure_of(third))
    after = ask(at(report, third)).body
    assert after != before
    assert ask(at(report, first)).body == ask(at(report, second)).body == after
    assert ask(at(report, first, place="versions/1/")).body == before
    assert ask(at(report, third, place="versions/1/")).status == 404


def test_a_circle_of_replacements_comes_to_an_end():
    first, second = make_image(), make_image()
    Image.objects.filter(pk=first.pk).update(replaces=second)
    Image.objects.filter(pk=second.pk).update(replaces=first)
    assert ask(at(make_report(body=figure_of(second)), make_image())).status == 404


def test_the_picture_of_an_edit_is_in_previews_alone():
    report, image, user = make_report("Water"), make_image(), make_superuser()
    with editing(report):
        type(report).objects.filter(pk=report.pk).update(body=figure_of(image))
    assert ask(at(report, image)).status == 404
    link = reverse("preview", args=[token_of(share(report, by=user, for_whom="Ada", lasts=timedelta(days=1)))])
    page = ask(link).body.decode()
    assert f"figures/{image.pk}-480.webp" in page
    answer = ask(f"{link}figures/{image.pk}-480.webp")
    assert (answer.status, dict(answer.headers)["Cache-Control"]) == (200, "no-store, private")
    assert ask(f"{link}figures/{make_image().pk}-480.webp").status == 404


# Uploads


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def seen_by(user, address):
    response = signed_in(user).get(address)
    if response.streaming:
        list(response.streaming_content)
    return response.status_code


def send(user, content, name="river.png", **fields):
    return signed_in(user).post(reverse("admin:upload-picture"), {"file": SimpleUploadedFile(name, content), **fields})


def test_an_upload_is_kept_at_once_and_seen_by_its_uploader():
    writer = make_member(Role.WRITER)
    answer = send(writer, picture_bytes(size=(700, 500)))
    image = Image.objects.get()
    assert answer.json() == {"key": str(image.pk), "width": 700, "height": 500}
    assert (image.name, image.uploaded_by) == ("river.png", writer)
    address = f"/admin/pictures/{image.pk}-480.webp"
    assert seen_by(writer, address) == 200
    assert seen_by(make_member(Role.WRITER), address) == 404
    assert seen_by(make_member(Role.EDITOR), address) == 200
    assert seen_by(writer, f"/admin/pictures/{image.pk}-480.png") == 404
    assert Client().get(address).status_code == 302


def test_a_writer_sees_the_pictures_of_their_own_reports():
    writer, image = make_member(Role.WRITER), make_image()
    own, live = make_draft(made_by=writer), make_report("Another’s")
    with editing(live):
        type(live).objects.filter(pk=live.pk).update(body=figure_of(image))
    address = f"/admin/pictures/{image.pk}-480.webp"
    assert seen_by(writer, address) == 404
    versions.save(own, versions.snapshot(own) | {"fields": {"body": figure_of(image)}}, by=make_member(Role.EDITOR))
    assert seen_by(writer, address) == 200


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "empty"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='a()'/>", files.SVG),
        (b"<!DOCTYPE html><title>x</title>", files.NOT_A_PICTURE),
        (make_pdf(), files.NOT_A_PICTURE),
        (picture_bytes("GIF", mode="P"), files.NOT_A_PICTURE),
        (picture_bytes("PNG", (90, 90))[:-30], files.DAMAGED_PICTURE),
        (picture_bytes("PNG", (9000, 9000), "1"), "81 megapixels"),
    ],
)
def test_an_upload_that_is_no_picture_gets_its_sentence_and_leaves_nothing(content, sentence):
    answer = send(make_member(Role.WRITER), content)
    assert answer.status_code == 400
    assert sentence in answer.json()["said"]
    assert not Image.objects.exists()
    assert not default_storage.exists("pictures") or not default_storage.listdir("pictures")[1]


def test_only_who_may_write_uploads():
    assert send(make_member(Role.READER), picture_bytes()).status_code == 403
    assert Client().post(reverse("admin:upload-picture")).status_code == 302
    assert not Image.objects.exists()


def test_only_what_one_may_see_is_replaced():
    writer, hidden = make_member(Role.WRITER), make_image()
    own = send(writer, picture_bytes()).json()["key"]
    for replaced in (own, hidden.pk, KEY, "x"):
        key = send(writer, picture_bytes(), replaces=replaced).json()["key"]
        assert Image.objects.get(pk=key).replaces_id == (UUID(own) if replaced == own else None)


def test_what_no_version_claims_is_deleted_after_seven_days(django_capture_on_commit_callbacks):
    writer = make_member(Role.WRITER)
    forgotten, standing, versioned = make_image(), make_image(), make_image()
    make_draft(body=figure_of(standing))
    once = make_draft(body=figure_of(versioned))
    versions.save(once, versions.snapshot(once) | {"fields": {"body": ""}}, by=None)
    renditions.make_all(forgotten.file.name)
    with time_machine.travel(timezone.now() + timedelta(days=6, hours=23)):
        send(writer, picture_bytes())
        assert Image.objects.count() == 4
    moment = timezone.now() + timedelta(days=7, hours=1)
    with time_machine.travel(moment), django_capture_on_commit_callbacks(execute=True):
        send(writer, picture_bytes())
    assert set(Image.objects.all()) >= {standing, versioned}
    assert not Image.objects.filter(pk=forgotten.pk).exists()
    stem = forgotten.file.name.rpartition("/")[2].partition(".")[0]
    assert not [name for name in default_storage.listdir("pictures")[1] if name.startswith(stem)]


def test_uses_are_noted_at_every_door():
    image, other = make_image(), make_image()
    report = make_report(body=figure_of(image) + f"<figure>{IMAGE}</figure>")
    with editing(report):
        type(report).objects.filter(pk=report.pk).update(summary=figure_of(other))
    assert {use.image for use in ImageUse.objects.filter(report=report)} == {image, other}


def test_a_report_with_figures_takes_one_query_more(django_assert_num_queries, client):
    plain = make_report("Plain")
    full = make_report("Full", body=figure_of(make_image()) * 3 + figure_of(make_image()))
    client.get(plain.get_absolute_url())
    with CaptureQueriesContext(connection) as without:
        client.get(plain.get_absolute_url())
    with django_assert_num_queries(len(without) + 1):
        client.get(full.get_absolute_url())


# Whose pictures stand in whose reports

REFUSED = "A picture in “{}” is not here, or is not yours to use. Put another in its place, or take it out."


def edited(writer, report, press="_continue", **typed):
    return desk.send(signed_in(writer), desk.form_of(report), press=press, **typed)


def test_check_that_no_form_takes_a_picture_that_its_writer_may_not_see():
    writer, hidden = make_member(Role.WRITER), make_image()
    own = make_draft("Own", made_by=writer, body="<p>a</p>")
    for key in (hidden.pk, KEY):
        typed = f"<p>Kept.</p><figure><figcaption>c</figcaption><IMG alt=q Data-Picture={str(key).upper()}></figure>"
        answer = edited(writer, own, body=typed, about=typed)
        assert desk.errors_on(answer, "body") == [REFUSED.format("Body")]
        assert desk.errors_on(answer, "about") == [REFUSED.format("About the report")]
        assert "Kept." in answer.content.decode()
        answer = desk.send(signed_in(writer), desk.ADD, title="New", lead=typed)
        assert desk.errors_on(answer, "lead") == [REFUSED.format("Lead")]
        preview = reverse("admin:preview-typed", args=[own.pk])
        answer = signed_in(writer).post(preview, desk.fields_of(answer) | {"title": "Own", "lead": typed})
        assert "Lead" in answer.json()["refused"]
    own.refresh_from_db()
    assert own.body == "<p>a</p>"
    assert not ImageUse.objects.exists()
    assert seen_by(writer, f"/admin/pictures/{hidden.pk}-480.webp") == 404
    assert Report.objects.get() == own


def test_a_writer_puts_in_their_own_pictures_and_moves_what_stands_there():
    writer = make_member(Role.WRITER)
    mine, standing = make_image(uploaded_by=writer), make_image()
    unknown = f"<figure>{IMAGE}</figure>"
    own = make_draft("Own", made_by=writer, body=figure_of(standing) + unknown)
    edited(writer, own, lead=unknown + figure_of(mine), about=figure_of(standing), body="")
    own.refresh_from_db()
    assert (own.lead, own.about, own.body) == (unknown + figure_of(mine), figure_of(standing), "")
    # It stands in the version before.
    restored = reverse("admin:restore", args=[own.pk, 1])
    assert signed_in(writer).post(restored, follow=True).status_code == 200
    own.refresh_from_db()
    assert own.body == figure_of(standing) + unknown


def test_an_edit_of_what_has_changed_since_keeps_the_pictures_that_it_began_with():
    writer = make_member(Role.WRITER)
    own = make_draft("Own", made_by=writer, body=f"<figure>{IMAGE}</figure>")
    versions.add(own, versions.snapshot(own), by=None, said="Kept")
    typed = desk.fields_of(signed_in(writer).get(desk.form_of(own)))
    versions.save(own, versions.snapshot(own) | {"fields": {"body": ""}}, by=make_superuser())
    answer = signed_in(writer).post(desk.form_of(own), typed | {"title": "Mine", "_continue": ""}, follow=True)
    assert "Somebody else has saved" in desk.said(answer)[0]
    assert own.versions.filter(set_aside=True).exists()


def test_check_that_no_version_is_saved_for_somebody_with_a_picture_that_they_may_not_see():
    writer, editor, hidden = make_member(Role.WRITER), make_member(Role.EDITOR), make_image()
    own = make_draft(made_by=writer)
    content = versions.snapshot(own)
    content = content | {"fields": content["fields"] | {"body": figure_of(hidden)}}
    with pytest.raises(ValidationError, match="A picture in “Body”"):
        versions.save(own, content, by=writer)
    assert not own.versions.exists()
    versions.save(own, content, by=editor)
    versions.save(own, content | {"fields": content["fields"] | {"lead": figure_of(hidden)}}, by=writer)
    assert own.versions.first().by == writer


def test_who_puts_in_no_new_picture_costs_no_query(django_assert_num_queries):
    writer, report = make_member(Role.WRITER), make_draft(body=figure_of(make_image()))
    with django_assert_num_queries(0):
        assert not strange_in({"lead": report.body, "about": "<p>a</p>"}, report, [report.body], writer)


# Checks


def test_check_that_a_figure_without_words_keeps_a_report_from_being_published():
    image, user = make_image(), make_superuser()
    report = make_draft(body=figure_of(image, "") + figure_of(image, "A river"), summary=figure_of(image, ""))
    said = {
        (one.field, one.is_error): one.sentence for one in findings(report, user) if "alternative text" in one.sentence
    }
    assert set(said) == {("body", True), ("summary", True)}
