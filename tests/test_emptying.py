"""A test that commits leaves nothing to the next, and takes nothing from it that a migration had made."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection

from publications.editorial.roles import PERMISSIONS, Role, permissions_of
from publications.models import Report
from tests import emptying
from tests.factory import attach, make_author, make_member, make_report, make_topic

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def emptied():
    """Empties all as it is done after a test; twice, since the first time is Django's own way."""
    case = type("Case", (), {"_databases_names": lambda self, **how: ["default"], "available_apps": None})()
    case.serialized_rollback = False

    def empty():
        emptying.empty(case)
        emptying.empty(case)

    return empty


def everything():
    tables = connection.introspection.django_table_names(only_existing=True)
    return {table: emptying.rows_of(table) for table in tables}


def test_what_a_test_made_changed_and_deleted_is_as_it_was(emptied):
    emptied()
    before = everything()
    attach(make_report("Wells", authors=[make_author()], topics=[make_topic()], made_by=make_member(Role.WRITER)))
    Group.objects.first().permissions.clear()
    Group.objects.last().delete()
    Permission.objects.first().delete()
    Group.objects.create(name="Another")
    emptied()
    assert everything() == before
    assert not Report.objects.exists()


def test_it_is_what_djangos_own_way_leaves(emptied):
    emptied()
    quickly = everything()
    emptying.left.clear()
    emptied()
    assert {table: len(rows) for table, rows in quickly.items()} == {
        table: len(rows) for table, rows in everything().items()
    }


def test_groups_hold_their_permissions_and_new_rows_get_new_keys(emptied):
    emptied()
    for name in PERMISSIONS:
        held = Group.objects.get(name=name).permissions.values_list("content_type__app_label", "codename")
        assert {f"{app}.{codename}" for app, codename in held} == set(permissions_of(name))
    assert ContentType.objects.get_for_model(Report).permission_set.exists()
    Permission.objects.create(name="New", codename="new", content_type=ContentType.objects.get_for_model(Report))
    Group.objects.create(name="New")
