"""Two people change what is live at the same moment, on two connections."""

from threading import Thread

import pytest
from django.contrib import admin
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from publications import relating, sidebars
from publications.editorial import workflow
from publications.models import Report
from tests import oracle
from tests.factory import make_draft, make_report, make_superuser, make_topic

pytestmark = pytest.mark.django_db(transaction=True)
# Long enough for the second to come to the lock, or to be through where there is none.
A_MOMENT = 0.5
A_LONG_TIME = 15


class Colleague(Thread):
    """Does `work` on a connection of their own."""

    def __init__(self, work):
        super().__init__()
        self.work, self.error = work, None
        self.start()

    def run(self):
        try:
            self.work()
        except DatabaseError as error:
            self.error = error
        finally:
            connection.close()

    def is_through(self):
        self.join(A_MOMENT)
        return not self.is_alive()

    def finish(self):
        self.join(A_LONG_TIME)
        assert not self.is_alive()
        assert self.error is None


def publish(report):
    workflow.move(report, "published")


def assert_all_is_right():
    shot, now = oracle.snapshot(), timezone.now()
    for report in Report.objects.live():
        shown = [entry.report.pk for entry in sidebars.sidebar(report).entries]
        assert shown == oracle.sidebar(shot, report.pk, now)
        assert len(shown) == 2


def test_two_reports_published_at_once_stand_beside_each_other():
    water = make_topic()
    make_report(topics=[water])
    one, other = make_draft(topics=[water]), make_draft(topics=[water])
    with transaction.atomic():
        publish(one)
        colleague = Colleague(lambda: publish(other))
        assert not colleague.is_through()
    colleague.finish()
    assert_all_is_right()


def test_a_renamed_report_and_a_new_neighbour_do_not_wait_for_each_other():
    water = make_topic()
    make_report(topics=[water])
    one, other = make_report(topics=[water]), make_draft(topics=[water])
    relating.rebuild()
    with transaction.atomic():
        relating.hold()
        one.slug = "another-address"
        one.save()
        colleague = Colleague(lambda: publish(other))
        assert not colleague.is_through()
        relating.refresh([one.pk])
    colleague.finish()
    assert_all_is_right()


def test_a_report_open_for_saving_in_the_desk_does_not_stop_a_new_neighbour(database, rf):
    if database == "sqlite":
        pytest.skip("SQLite has one writer at a time, so nobody publishes while another saves.")
    water = make_topic()
    make_report(topics=[water])
    one, other = make_report(topics=[water]), make_draft(topics=[water])
    request = rf.get("/")
    request.user = make_superuser()
    with transaction.atomic():
        admin.site.get_model_admin(Report).get_object(request, str(one.pk))
        Colleague(lambda: publish(other)).finish()
        relating.refresh([one.pk])
    assert_all_is_right()


def test_saving_a_draft_waits_for_nobody():
    water = make_topic()
    one, draft = make_draft(topics=[water]), make_draft(topics=[water])
    with transaction.atomic():
        publish(one)
        colleague = Colleague(lambda: relating.refresh([draft.pk]))
        colleague.finish()
