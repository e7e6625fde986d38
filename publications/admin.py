"""Registers all of the desk. It lies in publications/desk/, which knows everything that a form of the desk touches."""

from django.contrib import admin
from taggit.models import Tag

from authors.models import Author
from institution.models import Page, SiteDetails
from publications.desk.institution import PageAdmin, SiteDetailsAdmin
from publications.desk.people import AuthorAdmin
from publications.desk.reports import ReportAdmin
from publications.desk.topics import TopicAdmin
from publications.desk.types import TypeAdmin
from publications.models import PublicationType, Report
from topics.models import Topic

admin.site.register(Report, ReportAdmin)
admin.site.register(PublicationType, TypeAdmin)
admin.site.register(Author, AuthorAdmin)
admin.site.register(Topic, TopicAdmin)
admin.site.register(SiteDetails, SiteDetailsAdmin)
admin.site.register(Page, PageAdmin)
# taggit's own tags are not used: topics are.
admin.site.unregister(Tag)
