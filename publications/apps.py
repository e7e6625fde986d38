from django.apps import AppConfig
from django.db.migrations.executor import MigrationExecutor
from django.db.models.signals import post_migrate


class PublicationsConfig(AppConfig):
    name = "publications"
    verbose_name = "Publications"

    def ready(self):
        post_migrate.connect(relate_anew_if_due, sender=self)


def relate_anew_if_due(using, plan=(), **kwargs):
    """A migration that changes how reports are related leaves the computing to what comes after all of them."""
    from django.db import connections

    from publications import relating

    executor = MigrationExecutor(connections[using])
    if plan and not executor.migration_plan(executor.loader.graph.leaf_nodes()) and relating.is_due():
        relating.rebuild()
