"""What the tests of the import share: the least of a publication, and a way to import rows."""

import json

from authors.models import Author
from interchange.importers import files_of, run
from interchange.models import ImportRecord
from publications.models import FormerSlug, PublicationType, RelatedPublication, RelatingWeights, Report
from topics.models import Topic


def publication(identifier="paper", **fields):
    return {"id": identifier, "title": f"Title of {identifier}", "type": "Brief", "date": "2015-04-07"} | fields


def about(*names, kind="subject"):
    return [{"name": name, "kind": kind} for name in names]


def take_rows(folder, source="acme", dry_run=False, **rows):
    """Import these rows, `publications=[...], authors=[...], topics=[...]`, and tell what became of them."""
    for name, items in rows.items():
        lines = "".join(f"{item if isinstance(item, str) else json.dumps(item)}\n" for item in items)
        (folder / f"{name}.jsonl").write_text(lines, encoding="utf-8")
    return run(files_of(folder), source, dry_run)


def counts(outcome, kind="publications"):
    return {fate: count for fate, count in outcome.counts[kind].items() if count}


def notes(outcome):
    return [str(note) for note in outcome.notes]


def written(queries):
    return [query["sql"] for query in queries if query["sql"].split()[0] in {"INSERT", "UPDATE", "DELETE"}]


def state_of_everything():
    """All that an import may touch, as it stands."""
    return [
        list(model.objects.order_by("pk").values_list())
        for model in (
            Report,
            Author,
            Topic,
            PublicationType,
            FormerSlug,
            ImportRecord,
            RelatedPublication,
            RelatingWeights,
        )
    ]
