"""All attacks in the pages of a real browser: it runs nothing, asks nobody, and reads each text as it was written.

What the browser says on its console, the refusals of the policy among them, and what it asks another host for fails
these tests too (`complaints`).
"""

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect

from publications.models import Typed
from tests.attacks import ATTACKS, DECLARED, faults_of
from tests.desk import fields_of, form_of
from tests.factory import make_author, make_draft, make_report, make_superuser, make_topic
from text.pasted import from_office
from text.richtext import from_markdown, sanitise

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MAKERS = [sanitise, from_markdown, lambda html: from_office(html).html]
CHUNK = 80
# Ends whatever has swallowed what follows; but for one that nothing ends.
SEAL = (
    "</script></style></title></textarea></xmp></noembed></noframes></iframe></noscript></template></select></svg>-->"
)
SEALED = [f"{attack}{SEAL}</math>'>\"><p>Words</p>" for attack in ATTACKS if "plaintext" not in attack]
# What the editor puts around and between what it holds.
OF_THE_EDITOR = ["colgroup", "col", "div", "span", "img", "button"]
# What is not as it was written, or beyond the declaration, by this browser's own parser.
READ = """([texts, tags, attributes]) => texts.filter(text => {
  const schemeOf = link => { try { return new URL(link.getAttribute("href"), document.baseURI).protocol } catch {} };
  const template = document.createElement("template");
  template.innerHTML = text;
  const all = [...template.content.querySelectorAll("*")];
  return template.innerHTML !== text || all.some(element =>
    !tags.includes(element.localName) || element.namespaceURI !== document.body.namespaceURI ||
    element.getAttributeNames().some(name => !(attributes[element.localName] || []).includes(name)) ||
    (element.localName === "a" && !["http:", "https:", "mailto:", "tel:"].includes(schemeOf(element))));
})"""
BEYOND = """tags =>
  [...document.querySelectorAll(".ProseMirror *")].map(one => one.localName).filter(name => !tags.includes(name))"""
# Whatever waits for a reader, or for the pointer, gets it.
STIR = """() => {
  for (const element of document.querySelectorAll("main *")) {
    for (const kind of ["mouseover", "mouseenter", "focus", "focusin", "pointerenter", "animationstart", "toggle"]) {
      element.dispatchEvent(new Event(kind, { bubbles: true }));
    }
  }
  return document.querySelectorAll("main script, main style, main iframe, main svg, main form, main object").length;
}"""


@pytest.fixture
def dialogs(page):
    """The words of every dialog that opens, and of every page that does."""
    found = []
    page.on("dialog", lambda dialog: (found.append(dialog.message), dialog.dismiss()))
    page.context.on("page", lambda opened: found.append(opened.url))
    yield found
    assert found == []


@pytest.fixture
def desk(page, site):
    client = Client()
    client.force_login(make_superuser())
    value = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": str(site)}])
    return page


def chunks():
    for start in range(0, len(ATTACKS), CHUNK):
        yield ATTACKS[start : start + CHUNK]


def report_of(attacks, make=make_report):
    """The attacks in a long body, each sanitised by itself, and as they are in whatever is no HTML."""
    title = f"Attacks {attacks[0]} {attacks[-1]}"[:300]
    words = " ".join(attacks)
    return make(
        title,
        body="".join(str(sanitise(attack)) for attack in attacks),
        summary="".join(str(from_markdown(attack)) for attack in attacks),
        about="".join(attacks),
        lead=attacks[1],
        subtitle=words,
        teaser=words,
        rights="\n".join(attacks),
        authors=[make_author(f"A {title[:100]}", biography="".join(attacks[::2]))],
        topics=[make_topic(f"T {title[:80]}", description=words)],
    )


def test_sanitise_writes_what_a_browser_reads_as_it_is_written(page, site):
    page.goto(site + "/")
    texts = sorted({str(make(attack)) for attack in ATTACKS for make in MAKERS} - {""})
    rules = {tag: sorted(names) for tag, names in DECLARED["attributes"].items()}
    assert len(texts) > 250
    assert page.evaluate(READ, [texts, sorted(DECLARED["tags"]), rules]) == []
    # It would say so.
    wrong = ["<p>a<p>b</p></p>", "<svg></svg>", '<p lang="x">a</p>', '<p><a href="java\nscript:x">a</a></p>']
    assert page.evaluate(READ, [wrong, sorted(DECLARED["tags"]), rules]) == wrong


def test_no_attack_runs_in_the_pages_of_readers(page, site, dialogs):
    reports = [report_of(attacks) for attacks in chunks()]
    for report in reports:
        addresses = [report.get_absolute_url(), report.authors.get().get_absolute_url()]
        for address in [*addresses, report.topics.get().get_absolute_url()]:
            assert page.goto(site + address).status == 200
            assert page.evaluate(STIR) == 0
    for address in ["/", "/publications/?q=alert", "/suggest/?q=attacks", "/authors/", "/topics/"]:
        page.goto(site + address)
        page.evaluate(STIR)


def test_no_attack_runs_in_the_forms_of_the_desk(desk, site, dialogs, complaints):
    """Neither in the editor, which reads each text anew, nor in the preview beside it."""
    report = report_of(ATTACKS[::3], make_draft)
    for address in (form_of(report), reverse("admin:preview", args=[report.pk]), "/admin/publications/report/"):
        assert desk.goto(site + address).status == 200
        desk.wait_for_load_state("networkidle")
    # The picture that some of them name was never there.
    complaints[:] = [one for one in complaints if "/admin/pictures/00000000-0000-4000-8000-000000000000" not in one]


PASTE = """(area, html) => {
  const clipboardData = new DataTransfer();
  clipboardData.setData("text/html", html);
  area.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
}"""


@pytest.mark.parametrize("answers", [True, False], ids=["the desk answers", "the desk is silent"])
def test_no_attack_runs_that_is_pasted_into_the_editor(desk, site, dialogs, complaints, answers):
    report = make_draft("Wells", body="")
    desk.goto(site + form_of(report))
    body = desk.get_by_role("textbox", name="Body")
    # The editor's own reading of what is pasted stumbles, and takes nothing, where a field is named like a property.
    pasted = SEALED if answers else [attack for attack in SEALED if "nodeName" not in attack]
    if not answers:
        desk.route("**/pasted/", lambda route: route.abort())
    for start in range(0, len(pasted), 3 * CHUNK):
        body.click()
        body.evaluate(PASTE, "".join(pasted[start : start + 3 * CHUNK]))
        desk.wait_for_timeout(300)
    assert inside(desk) == []
    desk.get_by_role("button", name="Save draft").click()
    expect(desk.locator(".messagelist")).to_contain_text("is saved")
    report.refresh_from_db()
    assert report.body
    assert faults_of(report.body) == []
    assert inside(desk) == []
    if not answers:
        only_refusals(complaints)


def test_no_attack_runs_that_is_taken_up_as_it_was_typed(desk, site, dialogs):
    """What the editor reads there has passed no form."""
    report = make_draft("Wells")
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = desk.context.cookies()[0]["value"]
    data = fields_of(client.get(form_of(report))) | {"body": "".join(SEALED), "summary": "".join(ATTACKS)}
    client.post(reverse("admin:typed", args=[report.pk]), data)
    desk.goto(f"{site}{form_of(report)}?typed={Typed.objects.get().pk}")
    expect(desk.get_by_role("textbox", name="Body")).to_contain_text("Words")
    assert inside(desk) == []


def inside(desk):
    """What the editors hold beyond the declaration."""
    return desk.evaluate(BEYOND, [*sorted(DECLARED["tags"]), *OF_THE_EDITOR])


def only_refusals(complaints):
    """The policy refuses what stands in a document that is read and never shown; nothing else is said."""
    said = [line for line in complaints if "Content Security Policy" not in line and "/pasted/" not in line]
    complaints.clear()
    assert said == []
