"""The report form under the hands of somebody who types: what is offered, where the keys lead, what is refused."""

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect

from tests.factory import make_author, make_draft, make_report, make_superuser, make_topic

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NEW = "/admin/publications/report/add/"


@pytest.fixture
def desk(page, site):
    client = Client()
    client.force_login(make_superuser())
    value = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": str(site)}])
    return page


def form_of(site, report):
    return site + reverse("admin:publications_report_change", args=[report.pk])


# Pickers


def type_topic(page, words, offers):
    """Type into the field of topics, and wait until it offers this."""
    page.locator(".field-topics .select2-search__field").press_sequentially(words)
    expect(page.locator(".select2-results__option[aria-selected]")).to_have_text(offers)


def test_the_enter_key_takes_the_best_topic_and_it_is_not_offered_again(desk, site):
    for name in ["Backwater", "Ground water", "Water", "Water rights"]:
        make_topic(name)
    desk.goto(form_of(site, make_draft("Wells")))
    said = [f"{name} · subject" for name in ["Water", "Water rights", "Ground water", "Backwater"]]
    type_topic(desk, "water", said)
    desk.keyboard.press("Enter")
    type_topic(desk, "water", said[1:])
    desk.keyboard.press("Enter")
    desk.locator(".select2-selection__choice__remove").first.click()
    desk.keyboard.press("Escape")
    type_topic(desk, "wat", [said[0], *said[2:]])
