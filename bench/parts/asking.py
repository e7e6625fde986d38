"""Requests to the site as a server would make them, in this process, and what its pages say."""

import re
import time
from contextlib import contextmanager
from html import unescape

from django.conf import settings
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from django.test import RequestFactory

from publications import pages

COUNT = re.compile(r'id="result-count" data-count="(\d+)"')
CHOICE = re.compile(r'data-facet="([^"]*)" data-value="([^"]*)" data-count="(\d+)"')
ROW = re.compile(r'row-title"><a href="/publications/([^/"]*)/"')
SUGGESTED = re.compile(r'<li><a href="/(topics|authors|publications)/([^/"]*)/"')


class Site:
    """The whole application: middleware, addresses, views, templates, compression."""

    def __init__(self):
        settings.ALLOWED_HOSTS = ["testserver"]
        call_command("collectstatic", interactive=False, verbosity=0)
        self.application, self.factory = get_wsgi_application(), RequestFactory()

    def ask(self, address, encoding="gzip"):
        """The body of the answer, sent to its end."""
        begun = []
        environ = self.factory.get(address, HTTP_ACCEPT_ENCODING=encoding).environ
        response = self.application(environ, lambda status, headers, *_: begun.append(status))
        body = b"".join(response)
        response.close()
        assert begun == ["200 OK"], (address, begun)
        return body

    def seconds(self, address):
        begun = time.perf_counter()
        self.ask(address)
        return time.perf_counter() - begun

    def read(self, address):
        """(length of the list, slugs of its rows, {(facet, value): count}) as the page says it."""
        html = self.ask(address, encoding="identity").decode()
        choices = {(facet, unescape(value)): int(count) for facet, value, count in CHOICE.findall(html)}
        return int(COUNT.search(html)[1]), ROW.findall(html), choices

    def suggested(self, address):
        """[(kind, slug)]"""
        return SUGGESTED.findall(self.ask(address, encoding="identity").decode())


@contextmanager
def without_templates():
    """All that a view does, and no HTML."""
    render = pages.render_to_string
    pages.render_to_string = lambda template, context: ""
    try:
        yield
    finally:
        pages.render_to_string = render
