"""Registers all of the desk. It lies in publications/desk/, which knows everything that a form of the desk touches."""

from django.contrib import admin
from django.contrib.auth.models import Group, User
from taggit.models import Tag

from authors.models import Author
from institution.models import Page, SiteDetails
from publications.desk.attached import FileAdmin
from publications.desk.features import HomeFeatureAdmin
from publications.desk.institution import PageAdmin, SiteDetailsAdmin
from publications.desk.people import AuthorAdmin
from publications.desk.pictures import PictureAdmin
from publications.desk.reports import ReportAdmin
from publications.desk.topics import TopicAdmin
from publications.desk.types import TypeAdmin
from publications.desk.users import UserAdmin
from publications.models import Attachment, HomeFeature, Image, PublicationType, Report
from topics.models import Topic

admin.site.register(Report, ReportAdmin)
admin.site.register(PublicationType, TypeAdmin)
admin.site.register(HomeFeature, HomeFeatureAdmin)
admin.site.register(Image, PictureAdmin)
admin.site.register(Attachment, FileAdmin)
admin.site.register(Author, AuthorAdmin)
admin.site.register(Topic, TopicAdmin)
admin.site.register(SiteDetails, SiteDetailsAdmin)
admin.site.register(Page, PageAdmin)
# A role is chosen with a person; the groups and permissions behind it are not edited.
admin.site.unregister([User, Group])
admin.site.register(User, UserAdmin)
# taggit's own tags are not used: topics are.
admin.site.unregister(Tag)
