"""The admin site object of the desk: its policy, its front page, the order of its parts."""

from functools import wraps

from csp.decorators import csp_update
from django.contrib import admin
from django.shortcuts import redirect
from django.urls import path
from django.views.decorators.http import require_POST
from js_asset import Media

from accounts.forms import SignIn
from publications.desk import images, uploads
from publications.desk.calendar import calendar_page
from publications.desk.front import front_page
from publications.desk.health import health_page
from publications.desk.languages import languages
from publications.desk.linking import links
from publications.desk.pickers import Picker
from publications.desk.returning import carrying, come_back
from publications.desk.stored import stored_picture
from publications.desk.word import pasted

# What the rich text editor writes into a style element of its own; always the same.
EDITOR_STYLE = "'sha256-PlumsSlvJ7vvWzjqibGAYKq92O3y/4JTxWWsWJvyUYA='"
ORDER = ["publications", "authors", "topics", "institution", "auth"]


class Desk(admin.AdminSite):
    site_header = "Pressmark"
    site_title = "Pressmark"
    index_title = "The desk"
    login_form = SignIn

    def admin_view(self, view, cacheable=False):
        return carrying(
            self, super().admin_view(csp_update({"style-src": [EDITOR_STYLE]})(with_nonce(view)), cacheable)
        )

    def login(self, request, extra_context=None):
        carried = request.POST.get("carried", "")
        response = super().login(request, {"carried": carried} | (extra_context or {}))
        return come_back(self, request, response) if carried and response.status_code == 302 else response

    def get_urls(self):
        picture = path(
            "picture/<str:app>/<str:model>/<str:key>/<str:field>/", self.admin_view(self.picture), name="picture"
        )
        calendar = [
            path("calendar/", self.admin_view(self.calendar), name="calendar"),
            path("calendar/<int:year>/<int:month>/", self.admin_view(self.calendar), name="calendar"),
        ]
        health = path("relating/", self.admin_view(self.health), name="relating-health")
        pasting = path("pasted/", self.admin_view(require_POST(pasted)), name="pasted")
        files = [
            path("uploads/", self.admin_view(require_POST(uploads.upload)), name="upload"),
            path("pictures/", self.admin_view(require_POST(images.upload)), name="upload-picture"),
            path("pictures/found/", self.admin_view(images.found), name="pictures-found"),
            path(
                "pictures/<uuid:key>-<int:width>.<picture:extension>",
                self.admin_view(images.shown),
                name="text-picture",
            ),
        ]
        naming = path("languages/", self.admin_view(languages), name="languages")
        linking = path("links/", self.admin_view(links), name="links")
        return [picture, *calendar, health, pasting, naming, linking, *files, *super().get_urls()]

    def picture(self, request, app, model, key, field):
        return stored_picture(self, request, app, model, key, field)

    def calendar(self, request, year=None, month=None):
        return calendar_page(self, request, year, month)

    def health(self, request):
        return health_page(self, request)

    def autocomplete_view(self, request):
        return Picker.as_view(admin_site=self)(request)

    def index(self, request, extra_context=None):
        return super().index(request, front_page(request.user) | (extra_context or {}))

    def app_index(self, request, app_label, extra_context=None):
        """Of a part with one list, that list."""
        lists = [model["admin_url"] for app in self.get_app_list(request, app_label) for model in app["models"]]
        if len(lists) == 1 and lists[0]:
            return redirect(lists[0])
        return super().app_index(request, app_label, extra_context)

    def get_app_list(self, request, app_label=None):
        """What editors use daily comes first."""
        return sorted(super().get_app_list(request, app_label), key=place)


def place(app):
    label = app["app_label"]
    return ORDER.index(label) if label in ORDER else len(ORDER)


def with_nonce(view):
    """The editor's import map is an inline script: its media carry the nonce of the request."""

    @wraps(view)
    def answered(request, *args, **kwargs):
        response = view(request, *args, **kwargs)
        context = getattr(response, "context_data", None) or {}
        if "media" in context:
            context["media"] = Media.from_media(context["media"], nonce=str(request.csp_nonce))
        return response

    return answered
