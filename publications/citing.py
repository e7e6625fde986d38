"""How a report is cited, in words, where no style is asked for."""

from django.utils.text import get_text_list

from publications.models import Report

# What closes a sentence in one script or another.
ENDS = (".", "?", "!", "…", "。", "？", "！", "؟", "۔")


def citation(report: Report, publisher: str) -> list[str]:
    """“Ada Osei and Kofi Mensah (eds).”, “Wells: A Survey.”, “Special Report 12.”, “Institute, April 2025.” What is not
    known is left out."""
    parts = [names(report), whole_title(report), report.label, f"{publisher}, {report.date_short}"]
    return [part if part.endswith(ENDS) else f"{part}." for part in parts if part]


def names(report: Report) -> str:
    rows = report.byline
    editors = f" ({'eds' if len(rows) > 1 else 'ed.'})" if rows and rows[0].role == "editor" else ""
    return get_text_list([row.author.name for row in rows], "and") + editors


def whole_title(report: Report) -> str:
    colon = "" if report.title.endswith((*ENDS, ":", "：")) else ":"
    return f"{report.title}{colon} {report.subtitle}" if report.subtitle else report.title
