"""The public addresses. They are stable for good."""

from django.urls import path

from publications.views import earlier, files, home, lists, people, previews, report, suggest

urlpatterns = [
    path("", home.home, name="home"),
    # /publications/
    path("publications/", lists.publications, name="publications"),
    path("publications/<slug:slug>/", report.report, name="report"),
    path("publications/<slug:slug>/cover-<int:width>.<picture:extension>", files.cover, name="cover"),
    path("publications/<slug:slug>/figures/<uuid:key>-<int:width>.<picture:extension>", files.figure, name="figure"),
    path("publications/<slug:slug>/<slug:name>.<slug:extension>", files.attachment, name="attachment"),
    # /publications/<slug>/versions/
    path("publications/<slug:slug>/versions/<int:number>/", earlier.version, name="earlier-version"),
    path(
        "publications/<slug:slug>/versions/<int:number>/cover-<int:width>.<picture:extension>",
        earlier.cover,
        name="earlier-cover",
    ),
    path(
        "publications/<slug:slug>/versions/<int:number>/figures/<uuid:key>-<int:width>.<picture:extension>",
        earlier.figure,
        name="earlier-figure",
    ),
    path(
        "publications/<slug:slug>/versions/<int:number>/<slug:name>.<slug:extension>",
        earlier.attachment,
        name="earlier-attachment",
    ),
    # /suggest/
    path("suggest/", suggest.suggest, name="suggest"),
    # /types/
    path("types/<slug:slug>/", lists.publication_type, name="type"),
    # /authors/
    path("authors/", people.authors, name="authors"),
    path("authors/<slug:slug>/", people.author, name="author"),
    path("authors/<slug:slug>/photo-<int:width>.webp", files.photo, name="author-photo"),
    # /topics/
    path("topics/", people.topics, name="topics"),
    path("topics/<slug:slug>/", people.topic, name="topic"),
    # /preview/, for whom a draft was shared with
    path("preview/<str:token>/", previews.report, name="preview"),
    path("preview/<str:token>/cover-<int:width>.<picture:extension>", previews.cover, name="preview-cover"),
    path(
        "preview/<str:token>/figures/<uuid:key>-<int:width>.<picture:extension>", previews.figure, name="preview-figure"
    ),
    path("preview/<str:token>/authors/<slug:slug>-<int:width>.webp", previews.photo, name="preview-photo"),
    path("preview/<str:token>/<slug:name>.<slug:extension>", previews.attachment, name="preview-file"),
    # plain pages and the logo
    path("logo.webp", files.logo, name="logo"),
    path("<slug:slug>/", home.page, name="page"),
]
