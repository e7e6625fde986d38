"""An editor's first day: from the one-time address to two reports that readers find beside each other.

All of it by typing, clicking and picking, in a browser, on the server that production runs.
"""

import os
import re
import socket
import subprocess
import sys
from functools import partial
from urllib.parse import urlsplit

import pytest

from tests.conftest import ROOT
from tests.factory import make_pdf, make_picture

PASSWORD = "correct horse battery staple"
TITLE = "Shared Wells, Divided Councils: Water Committees on the Shores of Lake Chad"
LEAD = (
    "When the lake withdrew, the wells became the border. This report follows four water committees through two dry "
    "seasons."
)
FINDINGS = [
    "Committees that include herders settle nine disputes in ten without the police.",
    "Where the state repairs pumps, committees lose their chairs and their purpose.",
    "Women keep the keys of most wells and sit on few of the councils that rule them.",
]
SECTIONS = {
    "The lake and its wells": "Four wells stand between the villages.",
    "Who holds the key": "A key is an office.",
}
SECOND = "What a Well Costs"


@pytest.fixture
def served(tmp_path):
    """A site started as an engineer starts it, without demo content: the one-time address that it printed."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "SECRET_KEY"}}
    environment |= {"DATA_DIR": str(tmp_path / "data"), "DEMO": "0", "PORT": str(port), "GRANIAN_WORKERS": "1"}
    command = [sys.executable, "manage.py", "prepare", "--serve"]
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
    try:
        yield next(match[0] for line in process.stdout if (match := re.search(r"http://\S+/admin/welcome/\S+", line)))
    finally:
        process.terminate()
        process.wait()
        process.stdout.close()


@pytest.fixture
def files(tmp_path):
    (tmp_path / "report.pdf").write_bytes(make_pdf(pages=3))
    (tmp_path / "cover.webp").write_bytes(make_picture(1200, 800))
    return tmp_path


@pytest.mark.browser
def test_an_editor_writes_publishes_and_reads_two_reports(served, page, files):
    become_administrator(page, served)
    write_first_report(page, files)
    publish(page)
    write_second_report(page)
    publish(page)
    read_second_report(page)
    read_first_report(page, served)


def become_administrator(page, address):
    until_it_answers(page, address)
    page.get_by_label("Username").fill("amina")
    page.get_by_label("E-mail").fill("amina@example.org")
    page.get_by_label("Password:").fill(PASSWORD)
    page.get_by_label("Password confirmation").fill(PASSWORD)
    page.get_by_role("button", name="Open the desk").click()
    assert "Welcome, amina" in page.locator(".messagelist").inner_text()


def until_it_answers(page, address):
    """The address is printed a moment before the server listens."""
    for _ in range(100):
        try:
            socket.create_connection((urlsplit(address).hostname, urlsplit(address).port)).close()
            break
        except ConnectionRefusedError:
            page.wait_for_timeout(100)
    page.goto(address)


def write_first_report(page, files):
    page.get_by_role("link", name="New report").click()
    page.get_by_label("Title:").first.fill(TITLE)
    page.get_by_label("Subtitle").fill("A report from the shore")
    add(page, "id_type", write_type)
    page.get_by_label("Number:").fill("12")
    write(page, "Lead", LEAD)
    write_list(page, "Summary", FINDINGS)
    write_with_headings(page, "Body", SECTIONS)
    write(page, "About the report", "It rests on sixty interviews held between March and June.")
    name_authors(page, ["Amina Diallo", "Jonas Weber"])
    for name, kind in [("Water", "Subject"), ("Lake Chad", "Place"), ("herders", "Keyword")]:
        add(page, "id_topics", partial(write_topic, name, kind))
    page.get_by_role("button", name="Add a file").click()
    page.locator("#id_attachments-0-file").set_input_files(files / "report.pdf")
    page.locator("#id_cover").set_input_files(files / "cover.webp")
    page.get_by_label("Alternative text").fill("A woman locks a pump at dusk.")
    page.get_by_role("button", name="Save draft").click()
    assert "is saved" in page.locator(".messagelist").inner_text()
    assert page.locator(".stands").inner_text().startswith("Draft")


def add(page, field, fill):
    """The + beside a field: its form in a window of its own."""
    with page.expect_popup() as opened:
        page.locator(f"#add_{field}").click()
    window = opened.value
    fill(window)
    with window.expect_event("close"):
        window.get_by_role("button", name="Save", exact=True).click()


def editor(page, name):
    return page.get_by_role("textbox", name=name)


def press(page, name, button):
    """A button of the editor with this name."""
    page.locator(".prose-editor").filter(has=editor(page, name)).locator(f"[data-name={button}]").first.click()


def write(page, name, words):
    editor(page, name).click()
    page.keyboard.insert_text(words)


def write_list(page, name, items):
    editor(page, name).click()
    press(page, name, "bulletList")
    for number, item in enumerate(items):
        if number:
            page.keyboard.press("Enter")
        page.keyboard.insert_text(item)


def write_with_headings(page, name, sections):
    editor(page, name).click()
    for heading, words in sections.items():
        page.locator(".prose-editor").filter(has=editor(page, name)).locator(".prose-menubar__selected").click()
        press(page, name, "heading2")
        page.keyboard.insert_text(heading)
        page.keyboard.press("Enter")
        page.keyboard.insert_text(words)
        page.keyboard.press("Enter")


def name_authors(page, names):
    """Each is added in place. The second is moved up, then the first again: the order is as given."""
    for number, name in enumerate(names):
        page.get_by_role("button", name="Add an author").click()
        add(page, f"id_authorships-{number}-author", partial(write_author, name))
    page.locator("#authorships-1").get_by_role("button", name="Move up").click()
    page.locator("#authorships-0").get_by_role("button", name="Move up").click()


def write_author(name, form):
    form.get_by_label("Name:", exact=True).fill(name)
    write(form, "Biography", f"{name} studies water.")


def write_type(form):
    form.get_by_label("Name:").fill("Special Report")
    form.get_by_label("Numbered").check()


def write_topic(name, kind, form):
    form.get_by_label("Name:").fill(name)
    form.get_by_label(kind).check()


def write_second_report(page):
    page.goto(page.url.split("/admin/")[0] + "/admin/publications/report/add/")
    page.get_by_label("Title:").first.fill(SECOND)
    page.get_by_label("Type").select_option(label="Special Report")
    write(page, "Lead", "A price list.")
    page.get_by_role("button", name="Add an author").click()
    pick(page, "authorships-0", "wEB", "Jonas Weber")
    pick(page, "topics", "lake", "Lake Chad · place")


def pick(page, place, typed, offered):
    """Type a few letters into an autocomplete field and take what it offers."""
    where = f"#{place} .select2-container" if "-" in place else f".field-{place} .select2-container"
    page.locator(where).first.click()
    page.locator(".select2-search__field").last.press_sequentially(typed)
    page.locator(".select2-results__option", has_text=offered).click()


def publish(page):
    page.get_by_role("button", name="Publish now").click()
    assert "is live" in page.locator(".messagelist").inner_text()
    assert page.locator(".stands").inner_text().startswith("Live since")


def read_second_report(page):
    page.get_by_role("link", name="Read it on the site").click()
    assert page.locator("#report h1").inner_text() == SECOND
    assert "Jonas Weber" in page.locator("#report").inner_text()
    entry = page.locator("#related article")
    assert entry.count() == 1
    assert TITLE in entry.inner_text()
    assert entry.get_attribute("data-topics") == "lake-chad"
    entry.get_by_role("link", name=TITLE).click()


def read_first_report(page, address):
    page.wait_for_load_state("load")
    report = page.locator("#report")
    words = report.inner_text()
    assert page.locator("#report h1").inner_text() == TITLE
    for part in ["A report from the shore", LEAD, "sixty interviews", "Amina Diallo studies water.", "3 pages"]:
        assert part in words
    assert report.get_by_role("link", name="Special Report 12").count() == 1
    assert re.search(r"By:\s*Amina Diallo;\s*Jonas Weber", words)
    assert report.locator(".summary li").all_inner_texts() == FINDINGS
    assert report.locator(".body h2").all_inner_texts() == [*SECTIONS]
    assert [link.inner_text() for link in report.locator(".topics a").all()] == ["Water", "Lake Chad"]
    assert page.get_by_alt_text("A woman locks a pump at dusk.").evaluate("picture => picture.naturalWidth") > 0
    with page.expect_download() as saved:
        report.get_by_role("link", name="Download the special report").click()
    assert saved.value.path().read_bytes().startswith(b"%PDF-")
    related = page.locator("#related article")
    assert related.count() == 1
    assert SECOND in related.inner_text()
    assert re.search(r"By:\s*Jonas Weber", related.inner_text())
    assert "Type: Special Report" in " ".join(related.inner_text().split())
    assert page.locator("#related").get_by_role("link", name="View All Publications").count() == 1
