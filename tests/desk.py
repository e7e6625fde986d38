"""What a browser would send: the forms of a page as it was answered, with some fields typed over."""

from html.parser import HTMLParser

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.factory import make_pdf

ADD = "/admin/publications/report/add/"


class FormReader(HTMLParser):
    """The names and values of the largest form on a page; buttons are left out, since one of them is pressed."""

    def __init__(self):
        super().__init__()
        self.values, self.select, self.text = {}, None, None

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag == "input":
            self.read_input(attrs)
        if tag == "select":
            self.select, self.options = attrs.get("name"), []
        if tag == "option" and self.select:
            self.options.append((attrs.get("value", ""), "selected" in attrs, "multiple" in attrs))
        if tag == "textarea":
            self.text = (attrs.get("name"), [])

    def read_input(self, attrs):
        kind, name = attrs.get("type", "text"), attrs.get("name")
        if (
            not name
            or kind in {"submit", "button", "file"}
            or (kind in {"checkbox", "radio"} and "checked" not in attrs)
        ):
            return
        self.values.setdefault(name, []).append(attrs.get("value") or ("on" if kind == "checkbox" else ""))

    def handle_data(self, data):
        if self.text:
            self.text[1].append(data)

    def handle_endtag(self, tag):
        if tag == "textarea" and self.text:
            name, pieces = self.text
            # The first line break after the tag is not part of the text.
            self.values[name] = ["".join(pieces).removeprefix("\r\n").removeprefix("\n")]
            self.text = None
        if tag == "select" and self.select:
            chosen = [value for value, selected, _ in self.options if selected]
            self.values[self.select] = chosen
            self.select = None


def fields_of(response):
    reader = FormReader()
    reader.feed(response.content.decode())
    return {
        name: values if len(values) > 1 else values[0]
        for name, values in reader.values.items()
        if values and "__prefix__" not in name and name not in {"csrfmiddlewaretoken"}
    }


def send(client, address, press="_continue", **typed):
    """Open the form at this address, type over some fields, press a button, and follow where it leads."""
    data = fields_of(client.get(address)) | typed | ({press: "pressed"} if press else {})
    return client.post(address, data, follow=True)


def publish_edit(client, report, kind="minor", note="", **typed):
    """Type over some fields of a live report's form, and publish the edit on the page that shows what it changes."""
    shown = send(client, form_of(report), press="_publish", **typed)
    address = reverse("admin:publish-edit", args=[report.pk])
    assert shown.redirect_chain[-1][0] == address, said(shown)
    return client.post(address, fields_of(shown) | {"kind": kind, "note": note}, follow=True)


def publish_again(client, report, **typed):
    """Type over some fields of a withdrawn report's form, and publish it on the page that asks once more."""
    shown = send(client, form_of(report), press="_publish", **typed)
    address = reverse("admin:publish-again", args=[report.pk])
    assert shown.redirect_chain[-1][0] == address, said(shown)
    return client.post(address, fields_of(shown), follow=True)


def errors_on(response, field):
    """The sentences beside a field of the form."""
    return [str(sentence) for sentence in response.context["adminform"].form.errors.get(field, [])]


def said(response):
    """The messages at the head of the page."""
    return [str(message) for message in response.context["messages"]]


def rows(prefix, *given, stored=0):
    """The fields of inline rows: `rows("authorships", {"author": 3})`."""
    data = {f"{prefix}-TOTAL_FORMS": len(given), f"{prefix}-INITIAL_FORMS": stored}
    for number, row in enumerate(given):
        data |= {f"{prefix}-{number}-{name}": value for name, value in row.items()}
    return data


def picked(client, source, term, **asked):
    """What an autocomplete field offers for what was typed; `source` is the model and field that ask."""
    return [row["text"] for row in answer_to(client, source, term, **asked)["results"]]


def answer_to(client, source, term, **asked):
    app, model, field = source.split(".")
    data = {"app_label": app, "model_name": model, "field_name": field, "term": term} | asked
    return client.get(reverse("admin:autocomplete"), data).json()


def form_of(report):
    return reverse("admin:publications_report_change", args=[report.pk])


def pdf(name="report.pdf", **options):
    """A PDF as it is uploaded."""
    return SimpleUploadedFile(name, make_pdf(**options), "application/pdf")
