"""Addresses in links: what they lead to, written so that every browser reads them alike."""

import re
from html import escape
from urllib.parse import quote, urljoin, urlsplit, urlunsplit

import nh3

# RFC 3986, section 2.2 and 2.3, and letters of any script.
ILLEGAL = re.compile(r"[^\w\-.~:/?#@!$&'()*+,;=%]|%(?![0-9A-Fa-f]{2})")
# Where links lead, besides pages of the same site.
SCHEMES = {"http", "https", "mailto", "tel"}
# What is typed for an address of the web or an e-mail address, without a scheme.
BARE = re.compile(r"(?:[^\W_](?:[\w-]*[^\W_])?\.)+[^\W\d_]{2,}(?::\d+)?(?:[/?#]\S*)?")
EMAIL = re.compile(r"[^\s@/:?#]+@[^\s@/:?#.]+(?:\.[^\s@/:?#.]+)+")
TELEPHONE = re.compile(r"\+?[\d() .-]*\d[\d() .-]*(?:;[\w=+.-]*)*")
TYPED_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):(?!\s)", re.IGNORECASE)
LEADS_NOWHERE = "“{}” leads nowhere: see whether all of it is there."
HOST = re.compile(r"[\w\-.~:@!$&'()*+,;=%\[\]]+")
JUDGE = nh3.Cleaner(tags={"a"}, attributes={"a": {"href"}}, url_schemes=SCHEMES, link_rel=None)


def usable_address(href: str, base: str = "") -> str:
    """The address in legal characters, a relative one as seen from `base`; empty when it leads nowhere."""
    try:
        href = href.strip()
        parts = urlsplit(href if href.startswith("#") or not base else urljoin(base, href))
        _ = parts.port
    except ValueError:
        return ""
    if parts.scheme in {"http", "https"} and not parts.hostname:
        return ""
    if parts.netloc and not HOST.fullmatch(parts.netloc):
        return ""
    address = urlunsplit(parts._replace(**legal_parts(parts)))
    return address if is_taken(address) else ""


def is_taken(address: str) -> bool:
    """Whether the sanitiser lets it through: else a link to nowhere would be left. What had hidden a scheme is taken
    away by now, and a host may be none that browsers know."""
    return "href" in JUDGE.clean(f'<a href="{escape(address)}"></a>')


def legal_parts(parts):
    return {
        # What stands before the @ names a user or a password; browsers warn of it.
        "netloc": parts.netloc.rpartition("@")[2],
        "path": legal(parts.path),
        "query": legal(parts.query),
        "fragment": legal(parts.fragment).replace("#", "%23"),
    }


def legal(text: str) -> str:
    return ILLEGAL.sub(lambda found: quote(found[0], safe=""), text)


def typed_address(typed: str) -> str:
    """What somebody means who types or pastes this for an address; empty for words.

    A ValueError holds the sentence on what no link can lead to.
    """
    typed = f"https:{typed}" if typed.startswith("//") else typed
    scheme = TYPED_SCHEME.match(typed)
    if scheme and scheme[1].lower() in SCHEMES:
        return whole_address(typed)
    if BARE.fullmatch(typed):
        return whole_address(f"https://{typed}")
    if EMAIL.fullmatch(typed):
        return whole_address(f"mailto:{typed}")
    if typed.startswith(("/", "#")):
        return whole_address(typed)
    if scheme and " " not in typed:
        raise ValueError(f"A link cannot begin with “{scheme[0]}”. Give an address of the web or an e-mail address.")
    return ""


def whole_address(address: str) -> str:
    kind, _, rest = address.partition(":")
    fits = {"mailto": EMAIL.fullmatch(rest.partition("?")[0]), "tel": TELEPHONE.fullmatch(rest)}
    usable = usable_address(address) if fits.get(kind.lower(), True) else ""
    if not usable:
        raise ValueError(LEADS_NOWHERE.format(address))
    return usable
