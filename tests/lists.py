"""What a list shows, read off its page, its feeds and its table; and how its addresses are put together."""

import csv
import io
from urllib.parse import urlencode
from xml.etree import ElementTree

from tests.crawl import ask


def address(asked, start="/publications/", **more):
    pairs = [(facet, value) for facet, values in asked.items() for value in ([values] if facet == "q" else values)]
    return f"{start}?{urlencode([*pairs, *more.items()])}"


def total(document):
    return int(document.one("output", id="result-count")["data-count"])


def choices(document):
    return {(link["data-facet"], link["data-value"]): link for link in document.all("a", data_facet=True)}


def chips(document):
    """The links that take away what was chosen."""
    return [link for row in document.all("ul", class_="chips") for link in row.all("a", rel="nofollow")]


def slugs(document):
    articles = document.one("ol", id="results").all("article")
    return [article.all("a")[0]["href"].split("/")[2] for article in articles]


def titles(document):
    return [article.all("a")[0].text for article in document.one("ol", id="results").all("article")]


# Feeds and tables

ATOM, DC = "{http://www.w3.org/2005/Atom}", "{http://purl.org/dc/elements/1.1/}"


def feed(address):
    """The root of the feed at this address, which must be one."""
    answer = ask(address)
    assert answer.status == 200, f"{answer.status} at {address}"
    return ElementTree.fromstring(answer.body)


def entries(root):
    """The items of an RSS feed, or the entries of an Atom one."""
    return root.findall("channel/item") or root.findall(f"{ATOM}entry")


def slugs_of_feed(root):
    found = [entry.findtext("guid") or entry.findtext(f"{ATOM}id") for entry in entries(root)]
    return [each.split("/")[4] for each in found]


def titles_of_feed(root):
    return [entry.findtext("title") or entry.findtext(f"{ATOM}title") for entry in entries(root)]


def table(address):
    """The rows of the CSV at this address."""
    answer = ask(address)
    assert answer.status == 200, f"{answer.status} at {address}"
    text = answer.body.decode("utf-8")
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True))


def slugs_of_table(rows):
    return [row["Address"].split("/")[4] for row in rows]
