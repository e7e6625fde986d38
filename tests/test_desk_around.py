"""Authors, topics, types, the site and its pages in the desk."""

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from authors.models import Author
from institution.models import Page, SiteDetails
from publications.models import PublicationType
from tests.desk import errors_on, fields_of, picked, rows, said, send
from tests.factory import make_author, make_draft, make_picture, make_report, make_topic, make_type
from topics.models import Topic, TopicSynonym

pytestmark = pytest.mark.django_db
AUTHOR, TOPIC, TYPE = (
    "/admin/authors/author/add/",
    "/admin/topics/topic/add/",
    "/admin/publications/publicationtype/add/",
)
DETAILS, PAGE = "/admin/institution/sitedetails/", "/admin/institution/page/"


@pytest.fixture
def desk(client):
    client.force_login(User.objects.create(username="alice", is_staff=True, is_superuser=True))
    return client


# Authors


def test_an_author_is_saved_with_links_and_a_photograph(desk):
    photo = SimpleUploadedFile("photo.gif.exe", make_picture(3000, 3000))
    links = rows("links", {"url": "https://example.org/zoe"})
    send(
        desk,
        AUTHOR,
        press="_save",
        name="Zoë Dupont",
        biography="<p>Wrote.</p>",
        photo=photo,
        orcid="0000-0002-1825-0097",
        **links,
    )
    author = Author.objects.get()
    assert (author.slug, author.biography, author.orcid) == ("zoe-dupont", "<p>Wrote.</p>", "0000-0002-1825-0097")
    assert author.photo.name.endswith(".webp")
    assert [link.label for link in author.links.all()] == ["example.org/zoe"]


def test_a_photograph_that_is_none_is_refused(desk):
    response = send(desk, AUTHOR, name="Zoë", photo=SimpleUploadedFile("photo.jpg", b"<svg/>"))
    assert "SVG drawing" in errors_on(response, "photo")[0]
    assert not Author.objects.exists()


def test_the_desk_warns_of_a_namesake_and_saves_all_the_same(desk):
    make_author("Zoe Dupont")
    response = send(desk, AUTHOR, press="_save", name="Zoë DUPONT")
    assert any("another author of this name" in sentence for sentence in said(response))
    assert Author.objects.count() == 2


def test_saving_an_author_again_does_not_warn_again(desk):
    make_author("Zoë"), make_author("Zoe")
    address = reverse("admin:authors_author_change", args=[Author.objects.first().pk])
    assert not any("another author" in sentence for sentence in said(send(desk, address, position="Fellow")))


def test_an_organisation_has_no_given_name(desk):
    assert (
        "no given name"
        in errors_on(send(desk, AUTHOR, name="Asia Center", is_organisation="on", given_name="A"), "given_name")[0]
    )


def test_an_organisation_is_no_former_member_of_staff(desk):
    answer = send(desk, AUTHOR, name="Asia Center", is_organisation="on", is_former="on")
    assert "not on the staff" in errors_on(answer, "is_former")[0]


def test_a_person_without_letters_in_the_name_is_refused(desk):
    assert errors_on(send(desk, AUTHOR, name="\u200b\u0301"), "name") or Author.objects.exists()


def test_authors_are_found_without_their_accents_and_told_from_namesakes(desk):
    make_author("Zoë Dupont", position="Fellow"), make_author("Zoe Dupont", affiliation="Elsewhere")
    found = picked(desk, "publications.authorship.author", "ZOE")
    assert sorted(found) == ["Zoe Dupont · Elsewhere", "Zoë Dupont · Fellow"]


def test_an_author_in_use_is_not_deleted_and_the_desk_says_why(desk):
    author = make_author("Zoë")
    make_draft("Water", authors=[author])
    response = desk.post(reverse("admin:authors_author_delete", args=[author.pk]), {"post": "yes"})
    assert "protected" in response.content.decode()
    assert Author.objects.exists()


def test_the_list_of_authors_counts_their_reports(desk):
    author = make_author("Zoë")
    make_report(authors=[author]), make_report(authors=[author])
    assert '<td class="field-report_count">2</td>' in desk.get("/admin/authors/author/").content.decode()


# Topics


def test_a_topic_is_saved_with_its_other_names(desk):
    send(
        desk,
        TOPIC,
        press="_save",
        name="Élections",
        kind="subject",
        **rows("synonyms", {"name": "Voting"}, {"name": "Polls"}),
    )
    topic = Topic.objects.get()
    assert (topic.slug, topic.kind) == ("elections", "subject")
    assert [str(row) for row in topic.synonyms.all()] == ["Polls", "Voting"]


@pytest.mark.parametrize(
    ("typed", "field", "word"),
    [
        ({"name": "?!"}, "name", "at least one letter"),
        ({"name": "ÉLECTIONS"}, "name", "has this name already"),
        ({"name": "voting"}, "name", "has this name already"),
        ({"name": "Ballots", "slug": "elections"}, "slug", "exists"),
    ],
)
def test_a_topics_name_is_its_own(desk, typed, field, word):
    TopicSynonym.objects.create(topic=make_topic("Elections"), name="Voting")
    assert word in errors_on(send(desk, TOPIC, **{"kind": "subject"} | typed), field)[0]
    assert Topic.objects.count() == 1


@pytest.mark.parametrize(
    ("names", "word"), [(["Polls", "POLLS"], "twice"), (["elections"], "own name"), (["?"], "at least one letter")]
)
def test_a_synonym_is_one_of_its_own(desk, names, word):
    response = send(
        desk, TOPIC, name="Élections", kind="subject", **rows("synonyms", *[{"name": name} for name in names])
    )
    assert word in response.content.decode()
    assert not Topic.objects.exists()


def test_a_topic_does_not_lie_below_itself(desk):
    wide = make_topic("Wide")
    narrow = make_topic("Narrow", parent=wide)
    response = desk.post(reverse("admin:topic-family", args=[wide.pk]), {"parent": narrow.pk, "children": [narrow.pk]})
    assert "lies below it" in response.content.decode()


def test_topics_are_picked_by_name_or_synonym_and_retired_ones_are_not_offered(desk):
    TopicSynonym.objects.create(topic=make_topic("Élections"), name="Voting")
    make_topic("Electricity", retired=True), make_topic("electorate", kind="keyword")
    assert picked(desk, "publications.reporttopic.tag", "ELEC") == ["Élections · subject", "electorate · keyword"]
    assert picked(desk, "publications.reporttopic.tag", "voti") == ["Élections · subject"]
    assert picked(desk, "topics.topic.parent", "elec") == ["Élections · subject"]


def test_a_topic_in_use_is_not_deleted(desk):
    topic = make_topic("Water")
    make_draft(topics=[topic])
    desk.post(reverse("admin:topics_topic_delete", args=[topic.pk]), {"post": "yes"})
    assert Topic.objects.exists()


def test_a_topic_is_added_in_place(desk):
    response = desk.post(
        TOPIC + "?_popup=1", fields_of(desk.get(TOPIC + "?_popup=1")) | {"name": "Water", "kind": "place", "_save": "x"}
    )
    assert response.template_name[-1] == "admin/popup_response.html"
    assert Topic.objects.get().kind == "place"


@pytest.mark.parametrize("name", ["مياه", "水与和平", "Вода"])
def test_names_in_any_script_get_an_address(desk, name):
    send(desk, TOPIC, press="_save", name=name, kind="subject")
    send(desk, AUTHOR, press="_save", name=name)
    assert Topic.objects.get().slug
    assert Author.objects.get().slug


# Types


def test_a_type_is_saved_and_its_plural_made(desk):
    send(desk, TYPE, press="_save", name="Special Report", is_numbered="on")
    kind = PublicationType.objects.get()
    assert (kind.plural, kind.slug, kind.is_numbered) == ("Special Reports", "special-report", True)


def test_a_types_name_is_its_own(desk):
    make_type("Special Report")
    assert "already" in errors_on(send(desk, TYPE, name="SPECIAL  report"), "name")[0]


def test_a_type_whose_reports_are_numbered_stays_so(desk):
    kind = make_type(is_numbered=True)
    make_draft(type=kind, number="1")
    data = fields_of(desk.get(reverse("admin:publications_publicationtype_change", args=[kind.pk])))
    del data["is_numbered"]
    response = desk.post(reverse("admin:publications_publicationtype_change", args=[kind.pk]), data)
    assert "Take these away first" in errors_on(response, "is_numbered")[0]


def test_a_type_in_use_is_not_deleted(desk):
    kind = make_type()
    make_draft(type=kind)
    desk.post(reverse("admin:publications_publicationtype_delete", args=[kind.pk]), {"post": "yes"})
    assert PublicationType.objects.exists()


# The site


def test_the_list_of_site_details_is_their_form(desk):
    assert desk.get(DETAILS).url == f"{DETAILS}add/"
    logo = SimpleUploadedFile("logo.png", make_picture())
    send(desk, f"{DETAILS}add/", press="_save", name="Asia Center", logo=logo)
    assert desk.get(DETAILS).url == f"{DETAILS}1/change/"
    assert SiteDetails.current().logo.name.endswith(".webp")
    assert desk.get(f"{DETAILS}add/").status_code == 403
    assert desk.post(f"{DETAILS}1/delete/", {"post": "yes"}).status_code == 403


def test_a_logo_that_is_no_picture_is_refused(desk):
    response = send(desk, f"{DETAILS}add/", name="Asia Center", logo=SimpleUploadedFile("logo.svg", b"<svg/>"))
    assert "SVG drawing" in errors_on(response, "logo")[0]


def test_each_plain_page_is_made_once(desk):
    for slug in ["about", "contact", "privacy", "accessibility"]:
        send(desk, f"{PAGE}add/", press="_save", slug=slug, title=slug, body="<p>x</p><script>y</script>")
    assert {page.body for page in Page.objects.all()} == {"<p>x</p>"}
    assert desk.get(f"{PAGE}add/").status_code == 403
    assert desk.get(PAGE).status_code == 200


def test_a_taken_address_is_not_offered_to_another_page(desk):
    send(desk, f"{PAGE}add/", press="_save", slug="about", title="About", body="<p>x</p>")
    assert 'value="about"' not in desk.get(f"{PAGE}add/").content.decode()
    assert errors_on(send(desk, f"{PAGE}add/", slug="about", title="Again"), "slug")
    assert 'value="about" selected' in desk.get(f"{PAGE}{Page.objects.get().pk}/change/").content.decode()


@pytest.mark.parametrize("address", [AUTHOR, TOPIC, TYPE, f"{DETAILS}add/", f"{PAGE}add/", "/admin/auth/user/add/"])
def test_control_characters_break_no_form(desk, address):
    data = {
        name: f"a\x00\x01{value}\ufffe" if isinstance(value, str) else value
        for name, value in fields_of(desk.get(address)).items()
        if "FORMS" not in name
    }
    kept = {name: value for name, value in fields_of(desk.get(address)).items() if "FORMS" in name}
    assert desk.post(address, data | kept | {"_save": "x"}, follow=True).status_code == 200
