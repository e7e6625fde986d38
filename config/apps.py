"""The desk: Django's admin under our own site object."""

from django.contrib.admin.apps import AdminConfig


class DeskConfig(AdminConfig):
    default_site = "publications.desk.site.Desk"
