"""What the pages on which topics are cared for ask."""

from django import forms
from django.contrib.admin.widgets import AutocompleteSelect

from publications.desk.forms import TopicsField, TopicsWidget
from publications.desk.pickers import picker_label
from publications.models import ReportTopic
from text.cleaning import clean_line, clean_text
from text.fields import CleanFormField
from text.slugs import SlugField
from topics.models import Topic

# A merge of more topics at once is a slip.
MOST_MERGED = 50


class OneTopicField(forms.ModelChoiceField):
    label_from_instance = staticmethod(picker_label)


def one_topic(site, among="tag"):
    """A picker of one topic: of any (`tag`), or of those that can have others below them (`parent`)."""
    return AutocompleteSelect(among_field(among), site)


def among_field(name):
    return (ReportTopic if name == "tag" else Topic)._meta.get_field(name)


class CareForm(forms.Form):
    """`topic` is what the page is about; of a merge, nothing."""

    def __init__(self, topic, site, data=None, initial=None):
        super().__init__(data, initial=initial)
        self.topic = topic


def without_the_one_who_stays(data, name):
    """Whoever has chosen some in a list names the one who stays among them: that one does not go."""
    others = [value for value in data.getlist(name) if value != data.get("into")]
    if others:
        data.setlist(name, others)
    return data


class MergeForm(CareForm):
    topics = TopicsField(
        Topic.objects.all(),
        label="Merge",
        help_text="They are gone afterwards: their reports carry the other, and their addresses lead there.",
        error_messages={"required": "Choose the topic that is to go."},
    )
    into = OneTopicField(
        Topic.objects.all(),
        label="into",
        help_text="This one stays, with its name and its address. The names of the others become synonyms.",
        error_messages={"required": "Choose the topic that stays."},
    )

    def __init__(self, topic, site, data=None, initial=None):
        super().__init__(topic, site, data, initial)
        self.fields["topics"].widget = TopicsWidget(among_field("tag"), site)
        self.fields["into"].widget = one_topic(site)
        for field in self.fields.values():
            field.widget.choices = field.choices

    def clean(self):
        topics, into = self.cleaned_data.get("topics"), self.cleaned_data.get("into")
        if topics and into in topics:
            self.add_error("topics", f"“{into}” cannot be merged into itself. Choose another topic.")
        if topics is not None and len(topics) > MOST_MERGED:
            self.add_error("topics", f"More than {MOST_MERGED} topics are chosen. Merge them in parts.")


class RenameForm(CareForm):
    name = CleanFormField(cleaner=clean_line, max_length=150, widget=forms.TextInput(attrs={"class": "vTextField"}))
    slug = CleanFormField(
        cleaner=clean_line,
        label="Address",
        max_length=200,
        validators=SlugField.default_validators,
        help_text="The last part of the page’s address. If you change it, the old one leads to the new one.",
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )
    keep_old = forms.BooleanField(
        required=False, label="Keep the old name as a synonym", help_text="So that whoever types it finds the topic."
    )

    def __init__(self, topic, site, data=None, initial=None):
        super().__init__(topic, site, data, {"name": topic.name, "slug": topic.slug, "keep_old": True})


class SynonymsForm(CareForm):
    synonyms = CleanFormField(
        cleaner=clean_text,
        required=False,
        label="Other words",
        help_text="One a line. Whoever types one of them finds the topic; readers see none of them.",
        widget=forms.Textarea(attrs={"rows": 6, "class": "vLargeTextField"}),
    )

    def __init__(self, topic, site, data=None, initial=None):
        names = topic.synonyms.values_list("name", flat=True)
        super().__init__(topic, site, data, {"synonyms": "\n".join(names)})

    def clean_synonyms(self):
        return [name for line in self.cleaned_data["synonyms"].splitlines() if (name := clean_line(line))]


class FamilyForm(CareForm):
    parent = OneTopicField(
        Topic.objects.shown(),
        required=False,
        help_text="The wider topic: readers who choose it find these reports too.",
    )
    children = TopicsField(
        Topic.objects.shown(), required=False, help_text="Narrower topics: readers find their reports here too."
    )

    def __init__(self, topic, site, data=None, initial=None):
        super().__init__(topic, site, data, {"parent": topic.parent, "children": list(topic.children.all())})
        self.fields["parent"].widget = one_topic(site, "parent")
        self.fields["children"].widget = TopicsWidget(among_field("parent"), site)
        for field in self.fields.values():
            field.widget.choices = field.choices
