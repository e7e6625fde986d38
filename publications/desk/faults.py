"""What keeps a form from being saved: where each error is, and how that place is called."""

from typing import NamedTuple

from django.contrib.admin.utils import flatten
from django.utils.text import capfirst

# Where parts of most forms stand: after everything else.
END = object()


class Fault(NamedTuple):
    anchor: str
    label: str
    sentences: list


def faults(adminform, parts):
    """In the order of the page. What is wrong with the form as a whole is not among them: it has no place."""
    for heading, options in adminform.fieldsets:
        yield from in_fields(adminform.form, flatten(options["fields"]))
        for part in parts:
            if followed(part) == heading:
                yield from in_part(part.opts, part.formset)
    for part in parts:
        if followed(part) == END:
            yield from in_part(part.opts, part.formset)


def followed(part):
    """The heading after which this part stands."""
    return getattr(part.opts, "follows", END)


def in_part(inline, formset):
    if sentences := formset.non_form_errors():
        yield Fault(f"{formset.prefix}-group", capfirst(inline.verbose_name_plural), sentences)
    for number, form in enumerate(formset.forms, start=1):
        # What is wrong with a row that is to be deleted keeps nothing from being saved.
        if not form.cleaned_data.get("DELETE"):
            yield from in_row(form, f"{capfirst(inline.verbose_name)} {number}")


def in_row(form, label):
    if sentences := form.non_field_errors():
        yield Fault(form.prefix, label, sentences)
    for fault in in_fields(form, form.fields):
        yield fault._replace(label=f"{label}, {fault.label.lower()}")


def in_fields(form, names):
    for name in names:
        if name in form.errors:
            field = form[name]
            yield Fault(field.id_for_label or field.auto_id, str(field.label), form.errors[name])
