"""Apps of Django's under names of our own."""

from django.contrib.admin.apps import AdminConfig
from django.contrib.auth.apps import AuthConfig


class DeskConfig(AdminConfig):
    """The desk: Django's admin under our own site object."""

    default_site = "publications.desk.site.Desk"


class PeopleConfig(AuthConfig):
    verbose_name = "Accounts"
