"""A preview: the page of a report as a version has it, for those alone who came through a door.

One door is the desk (publications/desk/previews.py), which knows who asks. The other is here: `/preview/<token>/`, a
link that somebody with the right has made (publications/editorial/sharing.py). It asks for no account and says nothing
of a report but what it was made to show.
"""

from functools import wraps

from csp.constants import NONE
from csp.decorators import csp_replace
from django.http import Http404, HttpResponseRedirect
from django.urls import reverse

from publications.editorial import previewing, sharing, versions
from publications.pages import read_only, render_page
from publications.sending import stored_file
from publications.views.files import KINDS, figure_file, rendition_of
from publications.views.report import contents

# Kept by nobody, found by no search engine, and the next page does not learn where one came from.
PRIVATE = {
    "Cache-Control": "no-store, private",
    "X-Robots-Tag": "noindex, nofollow",
    "Referrer-Policy": "no-referrer",
}
POLICY = {"script-src": [NONE], "connect-src": [NONE], "form-action": [NONE]}
NEVER_WAS = (404, "There is no preview at this address", "Perhaps a part of it is missing: copy it once more, whole.")
OVER = (410, "This preview has ended", "Whoever sent you its address can send you a new one.")


def private(view):
    @wraps(view)
    def answered(*args, **kwargs):
        response = csp_replace(POLICY)(view)(*args, **kwargs)
        for name, value in PRIVATE.items():
            response[name] = value
        return response

    return answered


# What both doors show


def page(request, reading, place, words, photo_address, figures_at=None):
    """The public page of the report as it was read, under a bar that says `words`. Files lie below `place`, figures
    there or at `figures_at`."""
    for row in reading.parts["authorships"]:
        row.author.photo_address = photo_address(row.author)
    context = contents(reading.report, previewing.linked(reading), previewing.sidebar(reading), place, figures_at)
    return render_page(request, "publications/preview.html", context | {"words": words}, index=False)


def file(reading, name, extension):
    """A file of the version, which need not be among those that are stored."""
    found = [row for row in reading.parts["attachments"] if (row.slug, row.extension) == (name, extension)]
    if not found:
        raise Http404
    return stored_file(found[0].file.name, found[0].media_type, found[0].filename, download=True)


def picture(field, width, extension="webp"):
    return stored_file(rendition_of(field, width, extension), KINDS[extension])


# The door of a shared link


def shared(view):
    """Every answer below a shared link comes after this check; `view` is given the link and the report as it stands."""

    @read_only
    @private
    @wraps(view)
    def opened(request, token, **kwargs):
        link = sharing.link_of(token)
        if link is None:
            return quiet(request, *NEVER_WAS)
        if not link.is_open():
            return quiet(request, *OVER)
        if is_for_everyone(link.report):
            return HttpResponseRedirect(link.report.get_absolute_url())
        reading = previewing.as_if_live(link.report, versions.standing(link.report))
        try:
            return view(request, link, reading, **kwargs)
        except Http404:
            return quiet(request, *NEVER_WAS)

    return opened


def is_for_everyone(report):
    """Readers have what the link would show: then it leads to the address that stays."""
    return report.is_live() and versions.pending(report) is None


def quiet(request, status, title, sentence):
    context = {"status": status, "title": title, "sentence": sentence}
    return render_page(request, "publications/preview_closed.html", context, status=status, index=False)


@shared
def report(request, link, reading):
    def photo_address(author):
        return reverse("preview-photo", args=[sharing.token_of(link), author.slug, 480])

    return page(request, reading, request.path, {"until": link.expires_at}, photo_address)


@shared
def attachment(request, link, reading, name, extension):
    return file(reading, name, extension)


@shared
def cover(request, link, reading, width, extension):
    return picture(reading.report.cover, width, extension)


@shared
def figure(request, link, reading, key, width, extension):
    return picture(figure_file(reading.report, key), width, extension)


@shared
def photo(request, link, reading, slug, width):
    """Of those alone whom the shared report names."""
    people = {row.author.slug: row.author for row in reading.parts["authorships"]}
    if slug not in people:
        raise Http404
    return picture(people[slug].photo, width)
