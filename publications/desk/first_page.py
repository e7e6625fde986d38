"""The first page of a report’s PDF as its cover: offered where it has none, and set as an edit would set it."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.files.images import get_image_dimensions
from django.core.files.storage import default_storage
from django.db import transaction
from django.shortcuts import redirect

from publications.desk.editing import as_edited
from publications.editorial import versions
from publications.files import PDF, cover_path
from publications.models import Attachment, Report
from publications.pdfs.drawing import first_page

SAID = "The first page of the PDF as the cover"
WORDS = "The first page of the report."
USED = "The first page of the PDF is the cover now. Write an alternative text of your own for it."
NOT_NEEDED = "It has a cover by now, so nothing was changed."
NO_PDF = "It has no PDF that could be read, so nothing was changed."
GONE = "The PDF is no longer there, so nothing was changed. Upload it again."


def pdf_of(report: Report) -> Attachment | None:
    """Of a report without a cover, the PDF whose first page can be one: the report itself before its annexes."""
    if report.cover:
        return None
    readable = [one for one in report.attachments.all() if one.media_type == PDF.media_type and one.pages]
    return min(readable, key=lambda one: one.kind != Attachment.Kind.REPORT, default=None)


def use_first_page(request, report):
    """It is drawn before the report is held."""
    if attachment := pdf_of(as_edited(report)):
        try:
            with attachment.file.storage.open(attachment.file.name) as file:
                drawn = first_page(file)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        except FileNotFoundError:
            messages.error(request, GONE)
        else:
            keep(request, report, drawn)
    else:
        messages.warning(request, NOT_NEEDED if as_edited(report).cover else NO_PDF)
    return redirect("admin:publications_report_change", report.pk)


def keep(request, report, drawn):
    width, height = get_image_dimensions(drawn)
    with transaction.atomic():
        held = Report.objects.select_for_update(no_key=True).get(pk=report.pk)
        content = versions.standing(held)
        fields = content["fields"]
        if fields["cover"]:
            messages.warning(request, NOT_NEEDED)
            return
        name = default_storage.save(cover_path(held, drawn.name), drawn)
        cover = {"cover": name, "cover_width": width, "cover_height": height, "cover_alt": fields["cover_alt"] or WORDS}
        versions.save(held, content | {"fields": fields | cover}, by=request.user, said=SAID)
    messages.success(request, USED)
