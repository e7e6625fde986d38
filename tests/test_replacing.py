"""A picture is replaced in every report in which it stands, by edits like any other; its words stay."""

from html import unescape

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from publications import files
from publications.editorial import replacing, versions
from publications.editorial.roles import Role
from publications.models import Image, Report
from publications.words import RICH
from tests.crawl import ask
from tests.desk import form_of, said
from tests.factory import editing, figure_of, make_draft, make_image, make_member, make_report, picture_bytes
from text.figures import keys_in, with_another

pytestmark = pytest.mark.django_db
OTHER = picture_bytes(size=(1200, 800), colour=(0, 0, 200))


@pytest.fixture
def editor():
    return make_member(Role.EDITOR)


@pytest.fixture
def desk(editor):
    return signed_in(editor)


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def page_of(image):
    return reverse("admin:publications_image_change", args=[image.pk])


def press(client, image, content=OTHER, **options):
    return client.post(page_of(image), {"file": SimpleUploadedFile("other.png", content)}, **options)


def replacement_of(image):
    return Image.objects.get(replaces=image)


def holding(report):
    versions.add(report, versions.snapshot(report), by=None, said="Kept")
    return report


def pictures_of(content):
    return {key for name in RICH for key in keys_in(content["fields"][name])}


def fresh(report):
    return Report.objects.get(pk=report.pk)


def standing(report):
    return versions.standing(fresh(report))


@pytest.mark.once
def test_a_key_is_exchanged_where_it_is_a_picture_alone():
    image, other = Image(), Image()
    html = figure_of(image, "A “river” = 1", "By Ada", "In May") + f'<p>data-picture="{image.pk}" alt=""</p>'
    done = with_another(html, image.pk, other.pk)
    assert keys_in(done) == [str(other.pk)]
    assert done == html.replace(str(image.pk), str(other.pk), 1)
    assert with_another(html, other.pk, image.pk) == html


def test_a_draft_has_the_new_picture_at_once_and_what_is_public_waits(desk, editor):
    image = make_image()
    draft = holding(make_draft("Draft", body=figure_of(image, "A river.", "Ada", "In May"), lead=figure_of(image)))
    live = holding(make_report("Live", summary=figure_of(image)))
    answer = press(desk, image, follow=True)
    new = replacement_of(image)
    assert answer.redirect_chain == [(page_of(new), 302)]
    assert fresh(draft).body == figure_of(new, "A river.", "Ada", "In May")
    assert fresh(draft).lead == figure_of(new)
    assert fresh(live).summary == figure_of(image)
    edit = versions.pending(live)
    assert (edit.by, edit.content["fields"]["summary"]) == (editor, figure_of(new))
    assert edit.said == "Another picture in the place of “river.png”"
    at_once, waiting = said(answer)
    assert "It stands now in" in at_once
    assert form_of(draft) in at_once
    assert "It waits to be published in" in waiting
    assert form_of(live) in waiting
    page = unescape(answer.content.decode())
    assert "In an edit that waits" in page
    assert "In a draft" in page


def test_readers_have_the_old_picture_until_the_edit_is_published_and_its_address_stays(desk):
    image = make_image()
    live = holding(make_report("Live", body=figure_of(image)))
    address = f"{live.get_absolute_url()}figures/{image.pk}-480.webp"
    before = ask(address).body
    press(desk, image)
    assert ask(address).body == before
    versions.put(fresh(live), versions.pending(live).content)
    assert ask(address).status == 200
    assert ask(address).body != before


def test_an_edit_of_somebody_else_is_built_upon(desk):
    image = make_image()
    live = holding(make_report("Live", body=figure_of(image)))
    with editing(live):
        Report.objects.filter(pk=live.pk).update(subtitle="Of the edit")
    press(desk, image)
    assert standing(live)["fields"]["subtitle"] == "Of the edit"
    assert pictures_of(standing(live)) == {str(replacement_of(image).pk)}
    assert fresh(live).subtitle == ""


def test_what_an_edit_has_taken_out_is_not_put_back(desk):
    image = make_image()
    live = holding(make_report("Live", body=figure_of(image)))
    with editing(live):
        Report.objects.filter(pk=live.pk).update(body="")
    answer = press(desk, image)
    assert replacing.NOWHERE in answer.content.decode()
    assert Image.objects.get() == image


def test_what_may_not_be_edited_is_left_and_named(desk):
    image = make_image()
    holding(make_draft("Draft", body=figure_of(image)))
    binned = holding(make_draft("Binned", body=figure_of(image)))
    Report.objects.filter(pk=binned.pk).update(binned_at=binned.created_at)
    answer = press(desk, image, follow=True)
    left = said(answer)[-1]
    assert left.startswith("You may not edit")
    assert form_of(binned) in left
    assert pictures_of(standing(binned)) == {str(image.pk)}


def test_where_all_are_left_nothing_is_kept_of_the_new_one(desk):
    image = make_image()
    binned = holding(make_draft("Binned", body=figure_of(image)))
    Report.objects.filter(pk=binned.pk).update(binned_at=binned.created_at)
    assert replacing.NOWHERE in press(desk, image).content.decode()
    assert Image.objects.get() == image


def test_pressing_again_does_nothing_twice(desk):
    image = make_image()
    draft = holding(make_draft("Draft", body=figure_of(image)))
    live = holding(make_report("Live", body=figure_of(image)))
    press(desk, image)
    numbers = [report.versions.count() for report in (draft, live)]
    assert replacing.NOWHERE in press(desk, image).content.decode()
    assert [report.versions.count() for report in (draft, live)] == numbers
    assert Image.objects.count() == 2


def test_whoever_was_interrupted_goes_on_with_the_same_picture(editor, monkeypatch):
    image = make_image()
    first, second = (holding(make_draft(name, body=figure_of(image))) for name in ("First", "Second"))
    once = replacing.replace_in

    def interrupted(key, *args):
        if key == second.pk:
            raise ZeroDivisionError
        once(key, *args)

    monkeypatch.setattr(replacing, "replace_in", interrupted)
    with pytest.raises(ZeroDivisionError):
        replacing.replace_everywhere(image, ContentFile(OTHER, "a.png"), by=editor)
    monkeypatch.undo()
    done = replacing.replace_everywhere(image, ContentFile(OTHER, "b.png"), by=editor)
    assert done.at_once == [second]
    assert pictures_of(standing(first)) == pictures_of(standing(second)) == {str(replacement_of(image).pk)}


def test_two_who_press_at_once_add_one_picture(editor, monkeypatch):
    image = make_image()
    holding(make_draft("Draft", body=figure_of(image)))
    add = type(Image.objects).add

    def slower(self, file, **fields):
        monkeypatch.undo()
        replacing.replacement(image, ContentFile(OTHER, "first.png"), editor)
        return add(self, file, **fields)

    monkeypatch.setattr(type(Image.objects), "add", slower)
    done = replacing.replace_everywhere(image, ContentFile(OTHER, "second.png"), by=editor)
    assert done.by == replacement_of(image)
    assert done.by.name == "first.png"
    assert Image.objects.count() == 2


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(b"%PDF-1.4 x", files.NOT_A_PICTURE), (OTHER[:-30], files.DAMAGED_PICTURE), (None, replacing.SAME)],
)
def test_what_is_refused_changes_nothing(desk, content, sentence):
    image = make_image()
    draft = holding(make_draft("Draft", body=figure_of(image)))
    if content is None:
        with default_storage.open(image.file.name) as file:
            content = file.read()
    assert sentence in unescape(press(desk, image, content).content.decode())
    assert draft.versions.count() == 1
    assert Image.objects.get() == image
    assert "Choose a picture." in desk.post(page_of(image), {}).content.decode()


def test_editors_alone_replace():
    writer = make_member(Role.WRITER)
    image = make_image(uploaded_by=writer)
    mine = holding(make_draft("Mine", body=figure_of(image), made_by=writer))
    client = signed_in(writer)
    assert "Replace it" not in client.get(page_of(image)).content.decode()
    assert press(client, image).status_code == 403
    assert press(signed_in(make_member(Role.READER)), image).status_code in {403, 404}
    assert pictures_of(standing(mine)) == {str(image.pk)}
    assert Image.objects.get() == image


def test_nothing_is_offered_for_what_stands_in_the_history_alone(desk, editor):
    image = make_image()
    report = holding(make_draft("Draft", body=figure_of(image)))
    versions.save(report, versions.standing(report) | {"fields": standing(report)["fields"] | {"body": ""}}, by=editor)
    assert "Replace it" not in desk.get(page_of(image)).content.decode()
    with pytest.raises(ValidationError, match="Nothing was changed"):
        replacing.replace_everywhere(image, ContentFile(OTHER, "a.png"), by=editor)
