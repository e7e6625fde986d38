"""Hands of an editor on a report's form in a browser."""

from playwright.sync_api import expect


def press_slowly(page, key, times=1):
    """No faster than a hand: the editor of texts learns of the cursor a moment after the browser."""
    for _ in range(times):
        page.wait_for_timeout(60)
        page.keyboard.press(key)
    page.wait_for_timeout(200)


def save(page):
    """What says so is the page that comes, not the one that an earlier saving brought."""
    with page.expect_navigation():
        page.get_by_role("button", name="Save draft").click()
    expect(page.locator(".messagelist")).to_contain_text("is saved")


def body(page):
    return page.get_by_role("textbox", name="Body")


def frame(page):
    """The editor of the body, with its buttons and what is said below it."""
    return page.locator(".prose-editor").filter(has=body(page))


def stored(report):
    report.refresh_from_db()
    return report.body
