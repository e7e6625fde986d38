"""What an older version left in the database is brought up to date by migrating."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from publications import relating
from publications.models import Candidates, Typed
from publications.sidebars import sidebar
from tests.factory import figure_of, make_draft, make_image, make_report, make_superuser, make_topic

# Not within one transaction: a table cannot be changed while rows of it wait to be checked.
pytestmark = pytest.mark.django_db(transaction=True)


def test_after_an_upgrade_sidebars_are_computed_again_and_stand_meanwhile():
    topic = make_topic("Water")
    reports = [make_report(topics=[topic]) for _ in range(3)]
    make_draft(topics=[topic])
    relating.rebuild()
    try:
        call_command("migrate", "publications", "0010", verbosity=0)
        assert reports[0].related_entries.count() == 2
    finally:
        call_command("migrate", verbosity=0)
    assert Candidates.objects.count() == 3
    assert len(sidebar(reports[0]).entries) == 2
    assert not relating.is_due()


def test_after_an_upgrade_pictures_are_found_by_their_name():
    image = make_image(name="Élan Vital.png")
    try:
        call_command("migrate", "publications", "0021", verbosity=0)
    finally:
        call_command("migrate", verbosity=0)
    image.refresh_from_db()
    assert image.name_key == "elan vital.png"


def test_after_an_upgrade_what_was_typed_before_keeps_the_pictures_and_files_that_it_names():
    was = timezone.now() - timedelta(days=3)
    image, file = make_image(uploaded_at=was), make_image()
    data = {
        "title": ["x"],
        "body": [figure_of(image)],
        "cover-upload": [str(file.pk)],
        "attachments-0-file-upload": [""],
    }
    typed = Typed.objects.create(user=make_superuser(), data=data, at=was)
    try:
        call_command("migrate", "publications", "0024", verbosity=0)
    finally:
        call_command("migrate", verbosity=0)
    assert set(typed.names.values_list("key", flat=True)) == {image.pk, file.pk}
    image.refresh_from_db()
    assert image.kept_at == was
