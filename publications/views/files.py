"""The gate: files and pictures, each behind the check of what it belongs to."""

import re

from django.http import Http404, HttpResponseNotModified
from django.urls import register_converter
from django.utils.cache import patch_cache_control
from django.utils.http import parse_etags, quote_etag

from institution.models import SiteDetails
from publications.figures import image_at
from publications.listed import author_rows
from publications.models import Attachment, Report
from publications.pages import read_only
from publications.renditions import WIDTHS, rendition
from publications.sending import HARMLESS, stored_file
from publications.views.moved import gone_or_moved
from publications.views.report import tombstone

KINDS = {"webp": "image/webp", "jpg": "image/jpeg"}


class PictureForm:
    """The end of an address at which readers get a picture, also in the desk."""

    regex = "|".join(KINDS)
    to_python = to_url = staticmethod(str)


register_converter(PictureForm, "picture")


@read_only
def attachment(request, slug, name, extension):
    report = Report.objects.live().filter(slug=slug).first()
    if report is None:
        return tombstone(request, slug)
    found = Attachment.objects.filter(report=report, slug=name, extension=extension).first()
    if found is None:
        raise Http404
    return send(request, found.file.name, found.media_type, found.sha256, found.filename)


@read_only
def cover(request, slug, width, extension):
    report = Report.objects.live().filter(slug=slug).first()
    if report is None:
        return tombstone(request, slug)
    return picture(request, report.cover, width, extension)


@read_only
def figure(request, slug, key, width, extension):
    report = Report.objects.live().filter(slug=slug).first()
    if report is None:
        return tombstone(request, slug)
    return figure_of(request, report, key, width, extension)


@read_only
def photo(request, slug, width):
    author = author_rows([slug]).get(slug)
    if author is None:
        return gone_or_moved(request, "author", slug)
    return picture(request, author.photo, width)


@read_only
def logo(request):
    return picture(request, SiteDetails.current().logo, WIDTHS[0])


def picture(request, field, width, extension="webp"):
    name = rendition_of(field, width, extension)
    return send(request, name, KINDS[extension], re.sub(r"\W", "-", name), None)


def figure_of(request, report, key, width, extension):
    return picture(request, figure_file(report, key), width, extension)


def figure_file(report, key):
    """What stands at this address of the report; Http404 where nothing does."""
    image = image_at(key, report.rich_texts)
    if image is None:
        raise Http404
    return image.file


def rendition_of(field, width, extension="webp"):
    """The storage name of the picture in this field at this width; Http404 where there is none."""
    if not field or width not in WIDTHS:
        raise Http404
    try:
        return rendition(field.name, width, extension)
    except FileNotFoundError:
        raise Http404 from None


def send(request, name, media_type, version, filename):
    """The file, or 304 where the reader has it already: the check comes before any answer.

    What has a file name is saved and not shown: browsers refuse to show a PDF under `sandbox`.
    """
    etag = quote_etag(version)
    if etag in parse_etags(request.headers.get("If-None-Match", "")):
        response = HttpResponseNotModified(headers=HARMLESS)
    else:
        response = stored_file(name, media_type, filename or "", download=bool(filename))
    response["ETag"] = etag
    patch_cache_control(response, no_cache=True)
    return response
