"""The checks before publishing beside the form: each link leads to its field, and they follow what is typed."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from publications.models import FileText, Report
from tests.factory import attach, make_draft, make_superuser

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def form(desk_of, site):
    user = make_superuser()
    page = desk_of(user)
    make_draft("Wells of the upper valleys", made_by=user)
    links = '<p><a href="/publications/never/">here</a></p>'
    report = make_draft("Wells of the upper valley", lead="", topics=[], body="<p>Words. </p>" * 2_000, about=links)
    Report.objects.filter(pk=report.pk).update(type=None, language="")
    one = attach(report, "Scanned")
    FileText.objects.filter(pk=one.sha256).update(title="Wells of the upper valley")
    page.goto(site + reverse("admin:publications_report_change", args=[report.pk]))
    return page


@pytest.mark.parametrize("width", [320, 1280])
def test_each_check_leads_to_its_field(form, width):
    form.set_viewport_size({"width": width, "height": 800})
    links = form.locator("#checks li a")
    expected = ["Type", "Language", "Title", "Topics", "Body", "About the report", "About the report", "Files"]
    expect(links).to_have_text(expected)
    for place in range(len(expected)):
        anchor = links.nth(place).get_attribute("href")[1:]
        links.nth(place).click()
        field = form.locator(f"#{anchor}")
        assert field.evaluate(
            """field => {
              const row = field.closest(".form-row, .inline-group") ?? field;
              return row.contains(document.activeElement) && document.activeElement !== document.body;
            }"""
        ), anchor


def test_checks_follow_what_is_typed(form):
    checks = form.locator("#checks")
    expect(checks).to_contain_text("There is a report called “Wells of the upper valleys” already.")
    form.locator("#id_title").fill("Another thing altogether")
    expect(checks).not_to_contain_text("There is a report called")
    form.locator("#id_type").select_option(index=1)
    expect(checks).not_to_contain_text("Choose a type")
    expect(checks).to_contain_text("It has no topics")
