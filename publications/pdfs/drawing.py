"""The first page of a PDF as a picture."""

import io

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from PIL.PpmImagePlugin import PpmImageFile

from publications.files import picture
from publications.pdfs.reading import Failure, asked

WIDTH = 1600
NOT_NOW = "Other PDFs are being read at this moment. Try again in a minute."
NOT_DRAWN = "The first page of the PDF could not be drawn. Make a picture of it yourself and upload that."


def first_page(file) -> ContentFile:
    """Drawn by the process that reads PDFs, as a picture that passed the checks. ValidationError where it cannot be
    drawn, OSError where the file is gone."""
    said, failure = asked(file, WIDTH)
    if failure == Failure.BUSY:
        raise ValidationError(NOT_NOW)
    if failure or not said.startswith(b"P6 "):
        raise ValidationError(NOT_DRAWN)
    png = io.BytesIO()
    PpmImageFile(io.BytesIO(said)).save(png, "PNG", compress_level=1)
    return picture(png)
