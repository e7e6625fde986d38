"""The admin site object of the desk."""

from django.contrib import admin


class Desk(admin.AdminSite):
    site_header = "Pressmark"
    site_title = "Pressmark"
    index_title = "The desk"
