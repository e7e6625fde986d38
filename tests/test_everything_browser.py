"""Everything that the editor can produce, in the editor itself and before the eyes of a reader."""

from email import message_from_bytes

import pytest
from playwright.sync_api import expect

from publications.models import Report
from tests.desk import form_of
from tests.everything import blocks, everything
from tests.factory import figure_of, make_draft, make_image
from tests.test_browser_quality import COLOURS, EVERYTHING, FAULTS, found_by_axe, resize
from tests.test_everything import RICH, make_whole, texts_of
from text.richtext import sanitise

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
# The kinds of nodes and marks that an editor knows, each with its attributes; and those that stand in its text, with
# the attributes that say something there.
KINDS = """() => {
  const { schema, state } = document.querySelector(".field-body .tiptap").editor;
  const known = [], found = [];
  for (const type of Object.values({ ...schema.nodes, ...schema.marks })) {
    known.push(type.name, ...Object.keys(type.attrs ?? {}).map((name) => `${type.name}.${name}`));
  }
  const note = ({ type, attrs }) => {
    const said = Object.entries(attrs).filter(([name, value]) => value !== (type.attrs[name].default ?? null));
    found.push(type.name, ...said.map(([name]) => `${type.name}.${name}`));
  };
  state.doc.descendants((node) => [node, ...node.marks].forEach(note));
  return { known, found };
}"""
# All texts are typed in and emptied again, so that each editor writes what it has read.
WRITTEN_BACK = """() => {
  const editors = [...document.querySelectorAll(".prose-editor > textarea")];
  for (const field of editors) {
    const { view } = field.parentElement.querySelector(".tiptap").editor;
    field.value = "";
    view.dispatch(view.state.tr.insertText("x", 1));
    view.dispatch(view.state.tr.delete(1, 2));
  }
  return editors.map((field) => field.name);
}"""
# The text itself, what is on its way, and what the editor's own extensions bring along and the declaration leaves out.
NEVER_STORED = {
    "doc", "picture.upload", "codeBlock.language", "link.class", "link.rel", "link.target", "tableCell.align",
    "tableCell.colwidth", "tableHeader.align", "tableHeader.colwidth",
}  # fmt: skip
# The editor's own: a table in it scrolls with the cursor that stands in it.
OF_TABLES = "scrollable-region-focusable: ['.tableWrapper"
ROUNDS = 10
WHOLE = ["body", "authorships-0-biography"]
FIELDS = [*RICH, WHOLE[-1]]


@pytest.fixture
def images():
    return [make_image(), make_image()]


@pytest.fixture
def draft(images):
    """Everything in its body and in a biography, and a part of it in each of the other texts. One picture is not
    described yet."""
    found, others = blocks(*images), [field for field in RICH if field != "body"]
    parts = {field: "".join(found[number :: len(others)]) for number, field in enumerate(others)}
    body = everything(*images) + figure_of(images[0], "")
    return make_whole(images, make_draft, body=body, **parts)


def open_form(page, site, report):
    page.goto(site + form_of(report))
    expect(page.locator(".prose-editor > .tiptap")).to_have_count(len(FIELDS))


def posted(request):
    """The fields of a form as the browser sends them."""
    head = f"Content-Type: {request.headers['content-type']}\n\n".encode()
    parts = message_from_bytes(head + request.post_data_buffer).get_payload()
    return {
        part.get_param("name", header="content-disposition"): part.get_payload(decode=True)
        .decode()
        .replace("\r\n", "\n")
        for part in parts
    }


def test_everything_that_the_editor_knows_stands_in_it(desk, site, draft):
    open_form(desk, site, draft)
    kinds = desk.evaluate(KINDS)
    assert set(kinds["known"]) - set(kinds["found"]) == NEVER_STORED


def test_everything_is_the_same_after_ten_rounds_of_opening_and_saving(desk, site, draft):
    before = texts_of(draft)
    for number in range(ROUNDS):
        open_form(desk, site, draft)
        assert set(desk.evaluate(WRITTEN_BACK)) == set(FIELDS)
        desk.get_by_label("Title:").first.fill(f"Round {number}")
        with desk.expect_request(lambda request: request.method == "POST" and "/change/" in request.url) as sent:
            desk.get_by_role("button", name="Save draft").click()
        expect(desk.locator(".messagelist")).to_contain_text("is saved")
        fields = posted(sent.value)
        for name, html in zip(FIELDS, before, strict=True):
            assert sanitise(fields[name]) == html, name
        # What the editor writes is not what is stored: it has been read and written anew.
        assert all("<li><p>One</p>" in fields[name] for name in WHOLE)
        draft = Report.objects.get(pk=draft.pk)
        assert draft.title == f"Round {number}"
        assert texts_of(draft) == before


@pytest.mark.parametrize("width", [320, 1280])
def test_axe_finds_nothing_on_the_page_of_everything(page, site, images, width):
    resize(page, width)
    page.goto(site + make_whole(images).get_absolute_url(), wait_until="networkidle")
    assert found_by_axe(page, "light", EVERYTHING) == []
    assert found_by_axe(page, "dark", COLOURS) == []
    assert page.evaluate(FAULTS) == []


def test_axe_finds_nothing_in_the_editor_with_everything(desk, site, images):
    others = dict.fromkeys(RICH, "") | {"body": everything(*images)}
    open_form(desk, site, make_whole(images, make_draft, **others))
    for width, scheme in ((320, "light"), (1280, "dark")):
        resize(desk, width, 15_000)
        assert [found for found in found_by_axe(desk, scheme, EVERYTHING) if OF_TABLES not in found] == []
