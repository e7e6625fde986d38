"""All attacks in the pages of a real browser: it runs nothing, asks nobody, and reads each text as it was written.

What the browser says on its console, the refusals of the policy among them, and what it asks another host for fails
these tests too (`complaints`).
"""

import re

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect

from publications.models import Typed
from tests.attacks import ATTACKS, DECLARED, faults_of
from tests.desk import fields_of, form_of
from tests.editors import save
from tests.factory import make_author, make_draft, make_report, make_topic
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


def nothing_ran(page, dialogs):
    """What the page says now is heard, and is all that was: whatever waited for its turn has had it."""
    page.evaluate("new Promise(done => requestAnimationFrame(() => setTimeout(() => done(alert('The last')))))")
    assert dialogs == ["The last"]
    dialogs.clear()


def chunks():
    for start in range(0, len(ATTACKS), CHUNK):
        yield ATTACKS[start : start + CHUNK]


def report_of(attacks, make=make_report):
    """The attacks in a long body, each sanitised by itself, and as they are in whatever is no HTML. Each field says
    first which it is, so that a page shows that it has it."""
    title = f"Attacks {attacks[0]} {attacks[-1]}"[:300]
    words = " ".join(attacks)
    return make(
        title,
        body="<p>In the body</p>" + "".join(str(sanitise(attack)) for attack in attacks),
        summary="<p>In the summary</p>" + "".join(str(from_markdown(attack)) for attack in attacks),
        about="<p>In the words about it</p>" + "".join(attacks),
        lead=attacks[1],
        subtitle=f"In the subtitle {words}",
        teaser=words,
        rights="\n".join(["In the rights", *attacks]),
        authors=[make_author(f"A {title[:100]}", biography="<p>In the biography</p>" + "".join(attacks[::2]))],
        topics=[make_topic(f"T {title[:80]}", description=f"In the description {words}")],
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


OF_A_REPORT = ["In the body", "In the summary", "In the words about it", "In the subtitle", "In the rights"]


def test_no_attack_runs_in_the_pages_of_readers(page, site, dialogs):
    reports = [report_of(attacks) for attacks in chunks()]
    for report in reports:
        pages = {
            report: OF_A_REPORT,
            report.authors.get(): ["In the biography", "Attacks"],
            report.topics.get(): ["In the description", "Attacks"],
        }
        for one, texts in pages.items():
            assert page.goto(site + one.get_absolute_url()).status == 200
            for text in texts:
                expect(page.locator("main")).to_contain_text(text)
            assert page.evaluate(STIR) == 0
            nothing_ran(page, dialogs)
    for address in ["/", "/publications/?q=alert", "/suggest/?q=attacks", "/authors/", "/topics/"]:
        page.goto(site + address)
        expect(page.locator("main")).to_contain_text("Attacks")
        page.evaluate(STIR)
        nothing_ran(page, dialogs)


def test_no_attack_runs_in_the_forms_of_the_desk(desk, site, dialogs, complaints):
    """Neither in the editor, which reads each text anew, nor in the preview beside it."""
    report = report_of(ATTACKS[::3], make_draft)
    shown(desk, site + form_of(report), dialogs)
    for name, text in [("Body", "In the body"), ("Summary", "In the summary"), ("About", "In the words about it")]:
        expect(desk.get_by_role("textbox", name=re.compile(f"^{name}"))).to_contain_text(text)
    shown(desk, site + reverse("admin:preview", args=[report.pk]), dialogs)
    for text in OF_A_REPORT:
        expect(desk.locator("main")).to_contain_text(text)
    shown(desk, site + "/admin/publications/report/", dialogs)
    expect(desk.locator("#result_list")).to_contain_text("Attacks")
    # The picture that some of them name was never there.
    complaints[:] = [one for one in complaints if "/admin/pictures/00000000-0000-4000-8000-000000000000" not in one]


def shown(desk, address, dialogs):
    assert desk.goto(address).status == 200
    desk.wait_for_load_state("networkidle")
    nothing_ran(desk, dialogs)


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
        end = f"Pasted from {start} on"
        body.evaluate(PASTE, "".join(pasted[start : start + 3 * CHUNK]) + f"<p>{end}</p>")
        expect(body).to_contain_text(end)
        assert body.inner_text().count("Words") >= len(pasted[: start + 3 * CHUNK])
    nothing_ran(desk, dialogs)
    assert inside(desk) == []
    save(desk)
    report.refresh_from_db()
    assert report.body
    assert faults_of(report.body) == []
    nothing_ran(desk, dialogs)
    assert inside(desk) == []
    if not answers:
        only_refusals(complaints)


def test_no_attack_runs_that_is_taken_up_as_it_was_typed(desk, site, dialogs):
    """What the editor reads there has passed no form."""
    report = make_draft("Wells")
    client = Client()
    client.force_login(User.objects.get())
    data = fields_of(client.get(form_of(report))) | {"body": "".join(SEALED), "summary": "".join(ATTACKS)}
    client.post(reverse("admin:typed", args=[report.pk]), data)
    desk.goto(f"{site}{form_of(report)}?typed={Typed.objects.get().pk}")
    nothing_ran(desk, dialogs)
    assert inside(desk) == []
    # Nothing that the form asks is answered when the test has ended.
    desk.wait_for_load_state("networkidle")


def inside(desk):
    """What the editors hold beyond the declaration, once they hold what was put into them."""
    expect(desk.get_by_role("textbox", name="Body")).to_contain_text("Words")
    return desk.evaluate(BEYOND, [*sorted(DECLARED["tags"]), *OF_THE_EDITOR])


def only_refusals(complaints):
    """The policy refuses what stands in a document that is read and never shown; nothing else is said."""
    said = [line for line in complaints if "Content Security Policy" not in line and "/pasted/" not in line]
    complaints.clear()
    assert said == []
