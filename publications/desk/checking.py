"""The checks before publishing, beside the form: each with a link to where it is mended."""

from typing import NamedTuple

from django.template.loader import render_to_string

from publications.editorial.checks import findings
from publications.models import Report

# Parts of the form that are no field: (where they stand, how they are called).
PARTS = {"attachments": ("attachments-group", "Files")}


class Row(NamedTuple):
    anchor: str
    label: str
    sentence: str
    is_error: bool


def as_typed(report, user):
    context = {"checks": rows_of(report, user)}
    return render_to_string("admin/publications/report/checks_list.html", context)


def rows_of(report, user):
    return [Row(*place_of(each.field), each.sentence, each.is_error) for each in findings(report, user)]


def place_of(field):
    if field in PARTS:
        return PARTS[field]
    return f"id_{field}", label_of(field)


def label_of(field):
    name = str(Report._meta.get_field(field).verbose_name)
    return name[:1].upper() + name[1:]
