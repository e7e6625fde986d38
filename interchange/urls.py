"""The addresses of what other programs read. They are stable for good."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from interchange import feeds, listing_csv


class Form(StringConverter):
    regex = "rss|atom"


register_converter(Form, "form")

urlpatterns = [
    # The list of publications, under the same query
    path("publications.csv", listing_csv.publications, name="list-csv"),
    path("feeds/publications.<form:form>", feeds.publications, name="list-feed"),
    # One topic, author or type
    path("topics/<slug:slug>/feed.<form:form>", feeds.topic, name="topic-feed"),
    path("authors/<slug:slug>/feed.<form:form>", feeds.author, name="author-feed"),
    path("types/<slug:slug>/feed.<form:form>", feeds.publication_type, name="type-feed"),
]
