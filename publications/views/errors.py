"""404, 410's like, 400, 403 and 500, in the site's own words."""

import re
from urllib.parse import unquote

from django.http import HttpResponse
from django.template.loader import render_to_string

from publications.pages import render_page
from text.cleaning import clean_line


def not_found(request, exception):
    """With the search field, holding the words of the address."""
    return render_page(
        request, "publications/not_found.html", {"words": words_in(request.path)}, status=404, index=False
    )


def words_in(path):
    last = unquote(path).rstrip("/").rsplit("/", 1)[-1]
    return clean_line(re.sub(r"[\W_]+", " ", last))[:80]


def plain(status, title, sentence):
    """A page that needs no database."""
    body = render_to_string("publications/broken.html", {"title": title, "sentence": sentence})
    return HttpResponse(body, status=status, headers={"Cache-Control": "no-store"})


def bad_request(request, exception):
    return plain(
        400,
        "That address cannot be read",
        "Something in it is not what a browser sends. Try the list of publications instead.",
    )


def forbidden(request, exception):
    return plain(403, "Not for you", "Your account may not do this. Ask whoever looks after this site for the right.")


def broken(request):
    return plain(
        500, "Something broke here", "It is not your fault, and it has been written down. Try again in a minute."
    )
