"""What the public templates need and Django does not bring."""

from html import escape

from django import template
from django.template.defaultfilters import pluralize
from django.utils.html import format_html
from django.utils.safestring import mark_safe

from publications.citing import citation
from text.cleaning import cut_at_word
from text.identifiers import licence_address, licence_name

register = template.Library()


@register.filter
def spoken(row):
    """The `lang` and `dir` attributes for text in this row's language."""
    if not row.language:
        return ""
    return format_html(' lang="{}" dir="{}"', row.language, row.direction)


@register.filter
def cited(report, publisher):
    return citation(report, publisher)


@register.filter
def thousands(number):
    """1,204."""
    return f"{number:,}"


@register.filter
def cut(words, length):
    """At most so many characters, ending with a whole word."""
    return cut_at_word(words, length)


@register.filter
def licence_link(identifier):
    return format_html('<a rel="license" href="{}">{}</a>', licence_address(identifier), licence_name(identifier))


@register.simple_tag
def choices(path, some):
    """The entries of a facet, of which there may be hundreds: a template for each takes twenty times as long,
    `format_html` nine times."""
    return mark_safe("".join(entry(escape(path), choice) for choice in some))


def entry(path, one):
    """All that could hold a sign of HTML is escaped here."""
    value, label, query = escape(one.value), escape(one.label), escape(one.query)
    current = ' aria-current="true"' if one.chosen else ""
    return (
        f'<li><a href="{path}{query}" rel="nofollow" data-facet="{one.facet}" data-value="{value}"'
        f' data-count="{one.count}"{current}><bdi>{label}</bdi><span class="unseen">,</span>'
        f' <span class="count">{thousands(one.count)}</span>'
        f'<span class="unseen"> publication{pluralize(one.count)}</span></a></li>'
    )
