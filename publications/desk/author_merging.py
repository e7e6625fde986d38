"""The page on which authors are merged: it asks, says what would change, and acts when it is told to; and their log."""

from django import forms
from django.contrib import messages
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Count
from django.shortcuts import redirect
from django.template.response import TemplateResponse

from authors.models import Author
from publications.author_care.merging import edits_naming, lacking, merge, misfit
from publications.desk.forms import TopicsWidget
from publications.desk.pickers import KEY, picker_label
from publications.desk.topic_forms import without_the_one_who_stays
from publications.desk.topic_previews import count, waiting_edits
from publications.models import AuthorMerge, Authorship

LOOK = "look"
MOST_MERGED, PAGE = 20, 50
AMONG = Authorship._meta.get_field("author")
WORDS = {
    "given_name": "given name",
    "family_name": "family name",
    "photo": "photograph",
    "orcid": "ORCID iD",
}


class MergeAuthorsForm(forms.Form):
    authors = forms.ModelMultipleChoiceField(
        Author.objects.all(),
        label="Merge",
        help_text="They are gone afterwards: their reports name the other, and their addresses lead there.",
        error_messages={"required": "Choose the author who is to go."},
    )
    into = forms.ModelChoiceField(
        Author.objects.all(),
        label="into",
        help_text="This one stays, with name and address. The names of the others become other spellings.",
        error_messages={"required": "Choose the author who stays."},
    )

    def __init__(self, site, data=None, initial=None):
        super().__init__(data, initial=initial)
        for name, widget in {"authors": TopicsWidget, "into": AutocompleteSelect}.items():
            field = self.fields[name]
            field.label_from_instance = picker_label
            field.widget = widget(AMONG, site)
            field.widget.choices = field.choices

    def clean(self):
        authors, into = self.cleaned_data.get("authors"), self.cleaned_data.get("into")
        if authors is None or into is None:
            return
        if into in authors:
            self.add_error("authors", misfit(into, into))
        if len(authors) > MOST_MERGED:
            self.add_error("authors", f"More than {MOST_MERGED} authors are chosen. Merge them in parts.")
        for author in authors[:MOST_MERGED]:
            if sentence := misfit(author, into):
                self.add_error("into", sentence)


def merge_page(model_admin, request):
    """The form; once somebody looks, what would change; once it is posted, the deed."""
    data = only_keys(request.POST if request.method == "POST" else request.GET)
    is_asked = request.method == "POST" or LOOK in data
    initial = {"authors": data.getlist("authors"), "into": data.get("into")}
    form = MergeAuthorsForm(model_admin.admin_site, data if is_asked else None, initial)
    told = None
    if is_asked and form.is_valid():
        if request.method == "POST":
            if merges := merged(form, request.user):
                return finished(request, merges)
        else:
            told = foretold(form.cleaned_data["authors"], form.cleaned_data["into"])
    chosen = [value for name in ("authors", "into") for value in data.getlist(name)]
    context = {
        "form": form,
        "told": told,
        "posted": [(name, value) for name in ("authors", "into") for value in data.getlist(name)] if told else [],
        "keepable": keepable(chosen) if not told else [],
        "media": model_admin.media + form.media,
    }
    return answer(model_admin, request, "merge.html", "Merge authors", **context)


def only_keys(data):
    """What is no key is no author; the pickers would stumble over it."""
    data = data.copy()
    for name in ("authors", "into"):
        data.setlist(name, [value for value in data.getlist(name) if KEY.fullmatch(value)])
    return without_the_one_who_stays(data, "authors")


def keepable(keys):
    """Of several who were chosen, each can be the one who stays; that with most reports first."""
    rows = Author.objects.filter(pk__in=keys[: MOST_MERGED + 1])
    rows = rows.annotate(report_count=Count("authorships__report", distinct=True))
    asked = "&".join(f"authors={key}" for key in dict.fromkeys(keys))
    ranked = rows.order_by("-report_count", "sort_key", "slug")
    addresses = [(author, f"?{asked}&into={author.pk}&{LOOK}=1#changes") for author in ranked]
    return addresses if len(addresses) > 1 else []


def merged(form, user):
    """The merges; none, with the reason in the form, where it is refused."""
    try:
        return merge(form.cleaned_data["authors"], form.cleaned_data["into"], by=user)
    except ValidationError as error:
        form.add_error(None, error)
        return []


def finished(request, merges):
    for made in merges:
        messages.success(request, f"{made}. {count(made.reports, 'report')} changed.")
    return redirect("admin:authors_author_change", merges[0].into)


def foretold(authors, into):
    """What would change, in sentences."""
    said = [sentence for author in authors for sentence in foretold_of(author, into)]
    return [*said, "What each report says of them at the time it keeps."]


def foretold_of(author, into):
    rows = author.authorships.order_by().values("report")
    edits = {edit.report_id for edit in edits_naming(author.pk)}
    number = len({*rows.values_list("report", flat=True), *edits})
    verb = "names" if number == 1 else "name"
    yield f"{count(number, 'report')} that {verb} “{author}” will name “{into}”{waiting_edits(len(edits))}."
    if both := into.authorships.filter(report__in=rows).values("report").distinct().count():
        verb = "names" if both == 1 else "name"
        yield f"{count(both, 'report')} {verb} both, and will name one, at the earlier place."
    yield f"“{author}” will be gone, and found under “{into}” by whoever types the old name."
    yield f"/authors/{author.slug}/ will lead to /authors/{into.slug}/."
    if given := lacking(author, into):
        yield f"“{into}” gets what is missing there: {', '.join(WORDS.get(name, name) for name in given)}."


def log_page(model_admin, request):
    page = Paginator(AuthorMerge.objects.select_related("by"), PAGE).get_page(request.GET.get("p"))
    return answer(model_admin, request, "log.html", "Log of authors", page=page)


def answer(model_admin, request, template, title, **context):
    context |= model_admin.admin_site.each_context(request) | {"title": title, "opts": model_admin.opts}
    return TemplateResponse(request, f"admin/authors/author/{template}", context)
