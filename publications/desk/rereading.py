"""What was typed as words to be read and copied, where it can no longer go into the form."""

from html import unescape

from django.core.exceptions import FieldDoesNotExist
from django.utils.html import strip_tags
from django.utils.text import capfirst

from authors.models import Author
from publications.desk.pickers import picker_label
from publications.editorial.versions import PARTS
from publications.models import PublicationType, Report
from text.cleaning import BLOCK_END
from text.fields import RichField
from topics.models import Topic

NO_WORDS = {"id", "report", "position", "assigned"}


def shown(values, user):
    """[(label, words)] of what was typed, in the order of the form, without what is empty."""
    targets = {
        "type": PublicationType.objects.all(),
        "topics": Topic.objects.all(),
        "author": Author.objects.all(),
        "related": Report.objects.in_desk_of(user),
    }
    lines = []
    for name, given in values.items():
        field = field_of(name)
        words = in_words(field, given, targets.get(field.name)) if field else ""
        if words:
            lines.append((label_of(field), words))
    return lines


def field_of(name):
    """The model field behind a field of the form, such as “title” or “authorships-0-author”; None where it holds no
    words."""
    part, _, rest = name.partition("-")
    column = rest.partition("-")[2] if rest else name
    if column in NO_WORDS or (rest and part not in PARTS):
        return None
    try:
        return (PARTS[part].model if rest else Report)._meta.get_field(column)
    except FieldDoesNotExist:
        return None


def in_words(field, given, rows):
    if rows is not None:
        keys = [value for value in given if value.isascii() and value.isdigit() and len(value) < 19]
        return "\n".join(picker_label(row) for row in rows.filter(pk__in=keys))
    if isinstance(field, RichField):
        return "\n".join(unescape(strip_tags(BLOCK_END.sub("\n", value))).strip() for value in given)
    return "\n".join(given).strip()


def label_of(field):
    return capfirst("topics" if field.name == "topics" else field.verbose_name)
