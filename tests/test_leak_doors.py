"""No public module leaks by a door of its own: every way to reports is `live`, `tombstones`, or named here."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
# What editors do and what writes (demo content too) are no public modules; neither is the queryset that is the door.
OTHERS = {"apps.py", "files.py", "query.py", "dates.py", "related.py"}
PUBLIC = [
    path
    for pattern in (
        "publications/*.py",
        "publications/finding/*.py",
        "publications/searching/*.py",
        "publications/views/*.py",
        "publications/templatetags/*.py",
        "interchange/*.py",
        "delivery/*.py",
    )
    for path in sorted(ROOT.glob(pattern))
    if (path.name not in OTHERS or path.parent.name == "views") and not path.name.startswith("demo_")
]
DOORS = {"live", "tombstones"}
# Rows that know reports by their keys alone: what is done with those must end at a door.
ROWS = {"Authorship", "ReportTopic", "Attachment", "RelatedPublication", "FormerSlug"}
ROWS |= {"EarlierVersion", "FileText", "PreviewLink", "ReportVersion", "TopicFeature", "HomeFeature"}
# What hangs on a report and is not what readers have, or no longer.
WALKS = {"_base_manager", "_default_manager", "report_set", "appearances", "related_entries", "versions"}
WALKS |= {"earlier_versions", "events", "standing", "pending", "link_of", "preview_links"}

# (file, function): why it may.
MAY = {
    ("publications/sidebars.py", "kept_away_from"): "keys within a live query",
    ("publications/sidebars.py", "linking_to"): "keys within a live query",
    ("publications/sidebars.py", "fallbacks"): "keys within a live query",
    ("publications/sidebars.py", "linked"): "keys within a live query",
    ("publications/views/report.py", "whole"): "completes a query that its callers begin with a door",
    ("publications/views/previews.py", "shared"): "a link that somebody with the right has made, while it is open",
    ("publications/views/previews.py", "opened"): "the same, within",
    ("publications/views/previews.py", "is_for_everyone"): "asks whether there is something that is not public",
    ("publications/views/files.py", "attachment"): "of a report that came through a door",
    ("publications/views/report.py", "contents"): "the notes on a report that came through a door",
    ("interchange/feeds.py", "told_of"): "moments at which readers of what came through a door were told of a change",
    ("publications/views/earlier.py", "of_live_report"): "of a report that came through a door",
    ("publications/views/earlier.py", "answered"): "of a report that came through a door",
    ("publications/views/earlier.py", "as_it_was"): "what readers had of a report that came through a door",
    ("publications/finding/following.py", "public"): "what is scheduled too: whoever reads the picture asks the clock",
    ("publications/finding/following.py", "read"): "keys, left out where no public report has them",
    ("publications/authored.py", "by_role"): "keys, left out where no live report has them",
    ("publications/featured.py", "topic_keys"): "keys, of which those stay that stand in the list",
    ("publications/featured.py", "home_keys"): "keys, of which those stay that are live",
    ("publications/searching/documents.py", "batch"): "keys, of which a live query keeps its own",
    ("publications/searching/documents.py", "files_of"): "the same, within",
    ("publications/searching/documents.py", "stamps"): "numbers, left out where no live report has them",
    ("publications/searching/excerpts.py", "files_of"): "of reports that came through a door",
    ("publications/sweeping.py", "held"): "names of files that are not deleted",
    ("publications/sweeping.py", "names_in_rows"): "the same, of rows",
    ("publications/sweeping.py", "sweep_texts"): "contents of files that are not deleted",
    ("publications/sweeping.py", "sweep"): "whether this is the database of the files",
    ("publications/listed.py", "present_slugs"): "its callers ask whether the target may be seen",
}


def functions(path):
    """(name, node) of each function of a module, and of what stands outside them."""
    tree = ast.parse(path.read_text())
    inside = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    yield from ((node.name, node) for node in inside)
    yield "", ast.Module([node for node in tree.body if not isinstance(node, ast.FunctionDef | ast.ClassDef)], [])


def reached(node):
    """What stands after `Report.objects.`, after `.objects` of a row, and other ways to reports."""
    for each in ast.walk(node):
        if not isinstance(each, ast.Attribute):
            continue
        below = each.value
        if isinstance(below, ast.Attribute) and below.attr == "objects" and ends_in(below.value, {"Report", "model"}):
            yield f"Report.objects.{each.attr}"
        if each.attr == "objects" and ends_in(below, ROWS):
            yield f"{below.id}.objects"
        if each.attr in WALKS:
            yield each.attr
        if getattr(below, "id", "") == "versions":
            yield f"versions.{each.attr}"
        if each.attr in {"State", "published"} or (
            each.attr == "reports" and ends_in(below, {"author", "row", "type"})
        ):
            yield each.attr


def ends_in(node, names):
    """Whether this is one of the names, or an attribute called so."""
    return getattr(node, "id", getattr(node, "attr", "")) in names


def uses():
    for path in PUBLIC:
        for name, node in functions(path):
            for use in reached(node):
                if use.removeprefix("Report.objects.") not in DOORS:
                    yield (str(path.relative_to(ROOT)), name), use


def test_no_public_module_leaks_past_the_doors():
    assert len(PUBLIC) > 12
    unnamed = {(place, use) for place, use in uses() if place not in MAY}
    assert not unnamed


def test_every_exception_is_still_one():
    assert set(MAY) == {place for place, use in uses()}


def test_no_public_module_asks_for_a_report_without_the_queryset():
    for path in PUBLIC:
        text = path.read_text()
        assert not re.search(r"get_(object|list)_or_404\(\s*Report\b", text), path
        assert not re.search(r"\bstate(__\w+)?=", text), path
        assert ".raw(" not in text, path
        assert "cursor(" not in text or path.name in {"health.py", "statistics.py"}, path


def test_a_query_that_is_completed_begins_with_a_door():
    calls = re.findall(r"\bwhole\(\)(\.\w+)?", (ROOT / "publications/views/report.py").read_text())
    # Its own definition is among them.
    assert sorted(calls) == ["", ".live", ".tombstones"]


@pytest.mark.parametrize("path", sorted((ROOT / "templates").rglob("*.html")), ids=lambda path: path.name)
def test_no_template_leaks_by_walking_back_to_reports(path):
    if "admin" not in path.parts:
        walked = re.findall(
            r"\b(?:author|topic|type|child|link|parent)\.(?:reports|report_topics|authorships)\b", path.read_text()
        )
        assert not walked


@pytest.mark.parametrize(
    "code",
    [
        "def view(): return Report.objects.all()",
        "def view(): return Report.objects.filter(slug=slug)",
        "def view(): return models.Report.objects.newest()",
        "def view(): return Report._default_manager.all()",
        "def view(): return Report.objects.scheduled()",
        "def view(): return author.reports.all()",
        "def view(): return TopicFeature.objects.filter(topic=topic)",
        "def view(): return Attachment.objects.get(pk=1)",
        "def view(): return FileText.objects.get(pk=sha256)",
        "def view(): return report.versions.first()",
        "def view(): return report.earlier_versions.get(number=1)",
        "def view(): return EarlierVersion.objects.get(pk=1)",
        "def view(): return versions.read(report, content)",
        "def view(): return sharing.link_of(token)",
        "reports = Report.objects.all()",
    ],
)
def test_a_new_door_is_noticed(tmp_path, code):
    module = tmp_path / "module.py"
    module.write_text(code)
    found = [use for _, node in functions(module) for use in reached(node)]
    assert found
    assert not {use.removeprefix("Report.objects.") for use in found} <= DOORS
