"""Authors who are one: merged with all that names them, and found by every spelling of their name."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from authors.models import Author, AuthorName
from publications import listed
from publications.author_care.merged import merged
from publications.author_care.merging import merge
from publications.editorial import versions, workflow
from publications.editorial.roles import Role
from publications.finding import following
from publications.models import AuthorMerge, Authorship, FormerSlug
from tests.crawl import ask, page
from tests.desk import errors_on, fields_of, form_of, picked, rows, said, send
from tests.factory import correct, editing, make_author, make_draft, make_member, make_report
from tests.importing import publication, take_rows
from tests.lists import slugs, titles

pytestmark = pytest.mark.django_db
MERGE = "/admin/authors/author/merge/"


def named(report):
    """(name, role) of each, in order."""
    return [(str(row.author), row.role) for row in report.authorships.select_related("author")]


def put(report, author, role="author", **fields):
    return Authorship.objects.create(report=report, author=author, role=role, **fields)


def test_every_report_of_the_one_names_the_other():
    old, new, ada = make_author("J. O’Neill"), make_author("Jack O’Neill"), make_author("Ada")
    live, draft, others = make_report(authors=[ada, old]), make_draft(authors=[old]), make_report(authors=[ada, new])
    (made,) = merge([old], new, by=make_member(Role.EDITOR))
    assert named(live) == [("Ada", "author"), ("Jack O’Neill", "author")]
    assert named(draft) == [("Jack O’Neill", "author")]
    assert named(others) == [("Ada", "author"), ("Jack O’Neill", "author")]
    assert (made.reports, str(made)) == (2, "“J. O’Neill” was merged into “Jack O’Neill”")
    assert not Author.objects.filter(pk=old.pk).exists()


def test_a_report_that_names_both_keeps_one_place_for_each_role_the_earlier_one():
    old, new, ada = make_author("Old"), make_author("New"), make_author("Ada")
    report = make_report()
    first = put(report, old, position=0, biography="")
    put(report, ada, position=1)
    put(report, new, position=2, biography="<p>As it stood then.</p>")
    put(report, new, "editor", position=3)
    put(report, old, "editor", position=4)
    put(report, old, "contributor", position=5)
    merge([old], new)
    assert named(report) == [("New", "author"), ("Ada", "author"), ("New", "editor"), ("New", "contributor")]
    stays = report.authorships.first()
    assert (stays.pk, stays.biography) == (first.pk, "<p>As it stood then.</p>")


def test_old_addresses_lead_to_the_one_who_stays():
    old, new = make_author("Old"), make_author("New")
    old.former_slugs.create(slug="oldest")
    make_report("Told", authors=[old])
    merge([old], new)
    assert ask("/authors/old/?role=author").location == "/authors/new/?role=author"
    assert ask("/authors/oldest/").location == "/authors/new/"
    assert ask("/publications/?author=old").location == "/publications/?author=new"
    assert titles(page("/authors/new/")) == ["Told"]


def test_the_one_who_stays_takes_spellings_links_and_what_they_lack():
    old = make_author("Old", biography="<p>Of old.</p>", position="Fellow", orcid="0000-0002-1825-0097", given_name="O")
    new = make_author("New", affiliation="Elsewhere")
    old.other_names.create(name="Olde"), old.other_names.create(name="NEW")
    for author, url in [(old, "https://a.example/"), (old, "https://b.example/"), (new, "https://b.example/")]:
        author.links.create(url=url)
    merge([old], new)
    new = Author.objects.get()
    assert (new.name, new.biography, new.orcid, new.given_name) == ("New", "<p>Of old.</p>", old.orcid, "O")
    # A position belongs to a place.
    assert (new.position, new.affiliation) == ("", "Elsewhere")
    assert [str(name) for name in new.other_names.all()] == ["Old", "Olde"]
    assert [link.url for link in new.links.all()] == ["https://b.example/", "https://a.example/"]
    assert AuthorMerge.objects.get().facts["orcid"] == old.orcid


@pytest.mark.parametrize(
    ("one", "other", "words"),
    [
        ({"is_organisation": True}, {}, "is an organisation and"),
        ({"orcid": "0000-0002-1825-0097"}, {"orcid": "0000-0001-5109-3700"}, "ORCID iDs that differ"),
    ],
)
def test_who_cannot_be_one_is_not_merged(one, other, words):
    report = make_report(authors=[old := make_author("Old", **one)])
    with pytest.raises(ValidationError, match=words):
        merge([old], make_author("New", **other))
    assert named(report) == [("Old", "author")]
    assert Author.objects.count() == 2


def test_of_several_none_is_merged_where_one_cannot_be():
    new = make_author("New")
    with pytest.raises(ValidationError, match="themselves"):
        merge([make_author("Old"), new], new)
    assert Author.objects.count() == 2


def test_an_edit_that_waits_names_the_one_who_stays_and_nothing_else_of_it_changes():
    old, new, ada = make_author("Old"), make_author("New"), make_author("Ada")
    report = make_report(authors=[ada])
    with editing(report):
        put(report, new, position=2)
        put(report, old, position=1)
    (made,) = merge([old], new)
    assert made.reports == 1
    edit = versions.pending(report)
    assert [(row["name"], row["position"]) for row in edit.content["authorships"]] == [("Ada", 0), ("New", 1)]
    assert named(report) == [("Ada", "author")]
    workflow.publish_edit(report, kind="update", note="With two more authors.")
    assert named(report) == [("Ada", "author"), ("New", "author")]


def test_an_edit_that_only_put_the_one_in_the_place_of_the_other_is_an_edit_no_more():
    old, new = make_author("Old"), make_author("New")
    report = make_report()
    row = put(report, new)
    with editing(report):
        Authorship.objects.filter(pk=row.pk).update(author=old)
    merge([old], new)
    assert versions.pending(report) is None
    assert named(report) == [("New", "author")]


def test_an_earlier_version_names_who_they_are_by_now_however_often_they_were_merged():
    old, new, last = make_author("Old"), make_author("New"), make_author("Last")
    report = make_report(authors=[old])
    correct(report, title="Corrected")
    merge([old], new), merge([new], last)
    assert merged([old.pk, new.pk, last.pk]) == {old.pk: last.pk, new.pk: last.pk}
    earlier = page(f"{report.get_absolute_url()}versions/1/")
    assert earlier.one("span", class_="byline").text == "By: Last"


def test_whoever_edits_meanwhile_saves_what_they_typed(client):
    client.force_login(make_member(Role.EDITOR))
    old, new = make_author("Old"), make_author("New")
    report = make_draft("Draft", authors=[old])
    send(client, form_of(report), title="Saved once")
    opened = fields_of(client.get(form_of(report)))
    merge([old], new)
    answer = client.post(form_of(report), opened | {"title": "Typed", "_continue": "x"}, follow=True)
    report.refresh_from_db()
    assert report.title == "Typed", said(answer)
    assert named(report) == [("New", "author")]
    assert not report.versions.filter(set_aside=True).exists()


def test_a_merge_is_seen_at_the_next_request(monkeypatch):
    monkeypatch.setattr(following, "may_keep", lambda: True)
    following.forget()
    old, new = make_author("Old"), make_author("New")
    report = make_report(authors=[old])
    assert listed.live().by_author == {old.pk: 1}
    merge([old], new)
    assert listed.live().by_author == {new.pk: 1}
    assert slugs(page("/publications/?author=new")) == [report.slug]
    following.forget()


# Other spellings


def test_a_spelling_is_found_by_pickers_and_never_shown(client):
    client.force_login(make_member(Role.EDITOR))
    jack = make_author("Jack O’Neill")
    jack.other_names.create(name="Séamus Óg")
    make_author("Seamus Heron")
    make_report(authors=[jack])
    assert picked(client, "publications.authorship.author", "seam") == ["Seamus Heron", "Jack O’Neill"]
    for address in ("/authors/", "/authors/jack-oneill/", "/publications/"):
        assert "Séamus" not in page(address).text


def test_an_import_knows_an_author_by_another_spelling(tmp_path):
    jack = make_author("Jack O’Neill")
    jack.other_names.create(name="O’Neill, Jack")
    take_rows(tmp_path, publications=[publication(title="Imported", authors=["O’NEILL, JACK"])])
    assert titles(page("/authors/jack-oneill/")) == ["Imported"]
    assert Author.objects.count() == 1


def test_an_import_that_is_run_again_does_not_bring_back_who_was_merged(tmp_path):
    first = publication("first", authors=["Old"])
    take_rows(tmp_path, publications=[first], authors=[{"name": "Old"}])
    new = make_author("New")
    merge([Author.objects.get(name="Old")], new)
    take_rows(tmp_path, publications=[first, publication("second", authors=["Old"])], authors=[{"name": "Old"}])
    assert list(Author.objects.all()) == [new]
    assert sorted(titles(page("/authors/new/"))) == ["Title of first", "Title of second"]


def test_a_spelling_is_one_authors_alone(client):
    client.force_login(make_member(Role.EDITOR))
    ada, ben = make_author("Ada"), make_author("Ben")
    ada.other_names.create(name="Adele")
    address = reverse("admin:authors_author_change", args=[ben.pk])
    for name, words in [("ADA", "“Ada” is called so already"), ("adele", "“Ada” is"), ("Ben", "author’s own name")]:
        answer = send(client, address, **rows("other_names", {"name": name, "author": ben.pk}))
        assert words in answer.content.decode(), name
    answer = send(client, address, **rows("other_names", {"name": "Benno"}, {"name": "BENNO"}))
    assert "stands in the list twice" in answer.content.decode()
    send(client, address, **rows("other_names", {"name": "Benno"}))
    assert [str(row) for row in AuthorName.objects.filter(author=ben)] == ["Benno"]


# In the desk


@pytest.fixture
def desk(client):
    client.force_login(make_member(Role.EDITOR, "edith"))
    return client


def test_a_merge_is_foretold_and_comes_true_and_stands_in_the_log(desk):
    old, new = make_author("Old", position="Fellow"), make_author("New")
    make_report(authors=[old]), make_draft(authors=[old, new])
    waits = make_report()
    with editing(waits):
        put(waits, old)
    shown = desk.get(MERGE, {"authors": [old.pk], "into": new.pk, "look": "1"})
    words = " ".join(shown.context["told"])
    assert "3 reports that name “Old” will name “New”, 1 of them in an edit that waits." in words
    assert "1 report names both, and will name one, at the earlier place." in words
    assert "/authors/old/ will lead to /authors/new/." in words
    assert "“New” gets what is missing there: position." in words
    assert "This cannot be undone" in shown.content.decode()
    assert Author.objects.count() == 2
    answer = desk.post(MERGE, {"authors": [old.pk], "into": new.pk}, follow=True)
    assert said(answer) == ["“Old” was merged into “New”. 3 reports changed."]
    assert FormerSlug.objects.get().slug == "old"
    log = desk.get(reverse("admin:author-log")).content.decode()
    assert "“Old” was merged into “New”" in log
    assert "edith" in log


def test_the_chosen_of_the_list_go_into_one_of_them(desk):
    few, many = make_author("Few"), make_author("Many")
    make_report(authors=[many]), make_report(authors=[many]), make_report(authors=[few])
    chosen = desk.post(
        "/admin/authors/author/", {"action": "merge_chosen", "_selected_action": [few.pk, many.pk]}, follow=True
    )
    assert [str(author) for author, _ in chosen.context["keepable"]] == ["Many", "Few"]
    shown = desk.get(MERGE + chosen.context["keepable"][0][1])
    assert "“Few” will be gone" in " ".join(shown.context["told"])
    assert [str(one) for one in shown.context["form"].cleaned_data["authors"]] == ["Few"]
    desk.post(MERGE, {"authors": [few.pk, many.pk], "into": many.pk})
    assert list(Author.objects.all()) == [many]


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"authors": ["x"], "into": "y"}, "Choose the author who is to go."),
        ({"authors": ["999999"], "into": "999999"}, "Select a valid choice"),
        ({}, "Choose the author who stays."),
    ],
)
def test_what_makes_no_sense_is_refused_and_changes_nothing(desk, asked, words):
    make_author()
    assert words in desk.get(MERGE, asked | {"look": "1"}).content.decode()
    assert words in desk.post(MERGE, asked).content.decode()
    assert Author.objects.count() == 1


def test_an_author_and_an_organisation_are_refused_on_the_page(desk):
    person, office = make_author("Person"), make_author("Office", is_organisation=True)
    answer = desk.post(MERGE, {"authors": [person.pk], "into": office.pk})
    assert "“Office” is an organisation and “Person” a person" in answer.content.decode()
    assert Author.objects.count() == 2


def test_hostile_names_are_escaped(desk):
    one, other = make_author("<script>x</script>"), make_author("<img src=x onerror=y>")
    assert b"<script>x" not in desk.get(MERGE, {"authors": [one.pk], "into": other.pk, "look": "1"}).content
    answer = desk.post(MERGE, {"authors": [one.pk], "into": other.pk}, follow=True)
    assert b"<script>x" not in answer.content
    assert b"<img src=x" not in desk.get(reverse("admin:author-log")).content


@pytest.mark.parametrize("role", [Role.READER, Role.WRITER])
def test_a_role_below_an_editors_merges_nobody(role, client):
    client.force_login(make_member(role))
    old, new = make_author("Old"), make_author("New")
    assert client.get(MERGE).status_code == 403
    assert client.post(MERGE, {"authors": [old.pk], "into": new.pk}).status_code == 403
    assert client.get(reverse("admin:author-log")).status_code == 403
    assert Author.objects.count() == 2


def test_a_namesake_is_offered_to_be_merged(desk):
    zoe = make_author("Zoe Dupont")
    answer = send(desk, "/admin/authors/author/add/", press="_save", name="Zoë DUPONT")
    newest = Author.objects.exclude(pk=zoe.pk).get()
    assert f"{MERGE}?authors={newest.pk}&amp;into={zoe.pk}" in answer.content.decode().replace("&amp;amp;", "&amp;")
    assert not errors_on(answer, "name") if answer.context.get("adminform") else True
