"""What the public templates need and Django does not bring."""

from django import template
from django.template.defaultfilters import pluralize
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe

from publications.reading import prose
from text.cleaning import cut_at_word
from text.identifiers import licence_address, licence_name

register = template.Library()

CHOICE = (
    '<li><a href="{}{}" rel="nofollow" data-facet="{}" data-value="{}" data-count="{}"{}>'
    '<bdi>{}</bdi><span class="unseen">,</span> <span class="count">{}</span>'
    '<span class="unseen"> publication{}</span></a></li>'
)
CURRENT = mark_safe(' aria-current="true"')


@register.filter(name="prose")
def prose_filter(html):
    """Stored rich text, ready to read."""
    return prose(html).html


@register.filter
def spoken(row):
    """The `lang` and `dir` attributes for text in this row's language."""
    if not row.language:
        return ""
    return format_html(' lang="{}" dir="{}"', row.language, row.direction)


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
    """The entries of a facet, of which there may be thousands: a template for each takes four times as long."""
    return format_html_join("", CHOICE, (entry(path, choice) for choice in some))


def entry(path, one):
    current = CURRENT if one.chosen else ""
    return (
        path,
        one.query,
        one.facet,
        one.value,
        one.count,
        current,
        one.label,
        thousands(one.count),
        pluralize(one.count),
    )
