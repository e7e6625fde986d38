"""What a list shows, read off its page; and how its addresses are put together."""

from urllib.parse import urlencode


def address(asked, **more):
    pairs = [(facet, value) for facet, values in asked.items() for value in ([values] if facet == "q" else values)]
    return f"/publications/?{urlencode([*pairs, *more.items()])}"


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
