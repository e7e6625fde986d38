"""The site as a stranger meets it: pages taken apart, and every link followed."""

import re
from collections import deque
from dataclasses import dataclass, field
from html.parser import HTMLParser
from time import time
from urllib.parse import parse_qsl, urldefrag, urljoin, urlsplit

from django.test import Client
from django.utils.http import parse_http_date

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
LINKING = {"href", "src", "action", "data", "poster"}
SITE = "http://testserver"


@dataclass(eq=False)
class Element:
    tag: str
    attributes: dict = field(default_factory=dict)
    parts: list = field(default_factory=list)

    def __getitem__(self, name):
        return self.attributes[name]

    def get(self, name):
        return self.attributes.get(name)

    def walk(self):
        for part in self.parts:
            if isinstance(part, Element):
                yield part
                yield from part.walk()

    def all(self, tag="", **attributes):
        """Every element below with this tag and these attributes, in order. `data_facet` stands for data-facet, True
        for any value, and a class is one of several."""
        wanted = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
        return [each for each in self.walk() if tag in ("", each.tag) and each.has(wanted)]

    def has(self, wanted):
        for name, value in wanted.items():
            own = self.attributes.get(name)
            if own is None or (value is not True and value != own and not (name == "class" and value in own.split())):
                return False
        return True

    def one(self, tag="", **attributes):
        found = self.all(tag, **attributes)
        assert len(found) == 1, f"{len(found)} elements <{tag}> {attributes}"
        return found[0]

    @property
    def text(self):
        """All words, white space folded."""
        return " ".join("".join(self.strings()).split())

    def strings(self):
        for part in self.parts:
            yield from [part] if isinstance(part, str) else part.strings()


class Reader(HTMLParser):
    def __init__(self):
        super().__init__()
        self.root = Element("")
        self.path = [self.root]

    def handle_starttag(self, tag, attrs):
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.path[-1].parts.append(element)
        if tag not in VOID:
            self.path.append(element)

    def handle_endtag(self, tag):
        assert self.path[-1].tag == tag, f"</{tag}> closes <{self.path[-1].tag}>"
        self.path.pop()

    def handle_data(self, data):
        self.path[-1].parts.append(data)


def parse(html):
    """The document; a page whose tags do not match fails."""
    reader = Reader()
    reader.feed(html.decode() if isinstance(html, bytes) else html)
    reader.close()
    assert reader.path == [reader.root], f"<{reader.path[-1].tag}> is never closed"
    return reader.root


@dataclass(frozen=True)
class Answer:
    """All that reaches the one who asked."""

    status: int
    headers: tuple
    body: bytes

    @property
    def page(self):
        return parse(self.body)

    @property
    def location(self):
        return dict(self.headers).get("Location", "")

    @property
    def bytes(self):
        """Headers and body in one."""
        return "\n".join(f"{name}: {value}" for name, value in self.headers).encode() + b"\n\n" + self.body


NONCE = re.compile(r"'nonce-[^']+'")
SECONDS = 5


def ask(address, client=None, method="get", **headers):
    """What a stranger (or the client given) is answered. Header names as in `if_none_match`."""
    send = getattr(client or Client(), method)
    return answer_to(send(address, headers={name.replace("_", "-"): value for name, value in headers.items()}))


def answer_to(response):
    body = b"".join(response.streaming_content) if response.streaming else response.content
    # A nonce is drawn by lot, and two answers of the same kind may fall on either side of a second.
    shown = [
        (name, "now" if name == "Expires" and is_now(value) else NONCE.sub("'nonce'", value))
        for name, value in response.headers.items()
    ]
    cookies = [("Set-Cookie", morsel.OutputString()) for morsel in response.cookies.values()]
    return Answer(response.status_code, tuple(sorted(shown + cookies)), body)


def is_now(moment):
    return abs(parse_http_date(moment) - time()) < SECONDS


def ask_raw(path, query=b"", client=None, method="get"):
    """The same for bytes as a web server hands them on: the path unquoted, the query as it came."""
    environ = {"PATH_INFO": path.decode("latin-1"), "QUERY_STRING": query.decode("latin-1")}
    return answer_to(getattr(client or Client(), method)("/", **environ))


def page(address, client=None):
    """The page at this address, which must be one."""
    answer = ask(address, client)
    assert answer.status == 200, f"{answer.status} at {address}"
    return answer.page


def links(address, answer):
    """The site's own addresses that this answer leads to, forms and pictures among them, static files not."""
    found = [answer.location] if answer.location else []
    if dict(answer.headers).get("Content-Type", "").startswith("text/html"):
        for element in answer.page.walk():
            found += [value for name, value in element.attributes.items() if name in LINKING]
            found += [part.split()[0] for part in (element.get("srcset") or "").split(",") if part.strip()]
    whole = (urldefrag(urljoin(SITE + address, each)).url for each in found)
    own = {each.removeprefix(SITE) for each in whole if each.startswith(f"{SITE}/")}
    return {each for each in own if not each.startswith("/static/")}


def few_filters(address, most=2):
    """Filters can be put together without end; those with at most two have all been put beside each other."""
    return len(parse_qsl(urlsplit(address).query)) <= most


def crawl(*starts, follow=few_filters, client=None):
    """(address, answer) of everything that can be reached from here."""
    seen, ahead = set(), deque(starts or ["/"])
    while ahead:
        address = ahead.popleft()
        if address not in seen and follow(address):
            seen.add(address)
            answer = ask(address, client)
            yield address, answer
            ahead.extend(sorted(links(address, answer)))
