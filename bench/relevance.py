"""How much of what authors themselves linked to stands beside their publications: by our engine, and by other rules.

`bin/bench relevance PUBLICATIONS.jsonl`: any file of publications that the importer reads. It is imported into a new
SQLite that is thrown away afterwards, and what is read is what the site would show. The truth is `internal_links` of
`extra`, both ways, for publications with a topic and 1 to 12 links; no rule sees them. `--flat` computes everything
again with each constant of the engine moved, one at a time. Prints means: recall at six, hit rate, and reciprocal rank.
"""

import argparse
import sys
import time
from collections import defaultdict
from io import StringIO
from pathlib import Path

from bench.parts.site import on_new_sqlite
from bench.parts.truth import PLACES, links_of, measured

OURS, SIMILAR = "ours", "similar_objects, as this database has it"
# The same is asked of django-taggit itself for so many publications.
CHECKED = 20


def main(arguments):
    path = arguments.path
    if path.is_dir():
        path /= "publications.jsonl"
    with on_new_sqlite():
        taken_in(path)
        links = linked(path)
        if not links:
            sys.exit(
                f"{path} says of no publication with a topic which others it links to (“internal_links” in “extra”), "
                "so there is nothing to measure against."
            )
        table = {OURS: measured(links, computed()), SIMILAR: measured(links, similar(links))} | by_rules(links)
        print_table(table)
        if arguments.flat:
            print_flat(links)


def taken_in(path):
    from django.core.management import CommandError, call_command

    from publications.models import Report

    begun = time.perf_counter()
    try:
        call_command("import_publications", str(path), source="bench", stdout=StringIO())
    except CommandError as error:
        sys.exit(str(error))
    if not Report.objects.live().exists():
        sys.exit(f"{path} holds no publication that the importer takes.")
    print(
        f"{Report.objects.live().count():,} publications, imported in {time.perf_counter() - begun:.0f} s", flush=True
    )


def linked(path):
    """The links between live publications, of those that have a topic."""
    from interchange.models import ImportRecord
    from publications.models import Report, ReportTopic

    live = Report.objects.live().order_by().values("pk")
    rows = ImportRecord.objects.filter(report__in=live).values_list("import_ref", "report")
    links = links_of(path, {ref.partition(":")[2]: key for ref, key in rows})
    with_topic = set(ReportTopic.objects.order_by().values_list("content_object", flat=True))
    links = {key: others for key, others in links.items() if key in with_topic}
    if links:
        pairs = {frozenset((one, two)) for one, others in links.items() for two in others}
        print(f"{len(links):,} of them with a topic and 1 to 12 links, {len(pairs):,} links in all\n", flush=True)
    return links


def computed():
    """{publication: what its sidebar holds}"""
    from publications.models import RelatedPublication, Report

    live = Report.objects.live().order_by().values("pk")
    rows = RelatedPublication.objects.filter(origin=RelatedPublication.Origin.COMPUTED, related__in=live)
    beside = defaultdict(list)
    for report, related in rows.order_by("report", "position").values_list("report", "related"):
        if len(beside[report]) < PLACES:
            beside[report].append(related)
    return beside


def similar(links):
    """What django-taggit would show, in its order; it is its query, without the reports that it then builds."""
    from publications.models import Report

    beside = {key: similar_keys(key)[:PLACES] for key in links}
    for report in Report.objects.filter(pk__in=sorted(links)[:: len(links) // CHECKED + 1]):
        assert [other.pk for other in report.topics.similar_objects()][:PLACES] == beside[report.pk], report
    return beside


def similar_keys(key):
    from django.db.models import Count

    from publications.models import ReportTopic
    from topics.models import Topic

    carried = Topic.objects.filter(report_topics__content_object=key).distinct()
    rows = ReportTopic.objects.values("content_object").annotate(n=Count("pk")).exclude(content_object=key)
    return [row["content_object"] for row in rows.filter(tag__in=carried).order_by("-n")]


def by_rules(links):
    from bench.parts.rules import RULES
    from bench.parts.stored import publications

    of = publications()
    places = {int(key): place for place, key in enumerate(of.keys.tolist())}
    return {
        name: measured(links, {key: of.keys[rule(of, places[key])].tolist() for key in links})
        for name, rule in RULES.items()
    }


def print_table(table):
    from bench.parts.rules import OLDEST_FIRST

    # SQLite breaks its ties by the last numbered first, others by the first or by any.
    base = max(table[SIMILAR].recall, table[OLDEST_FIRST].recall)
    print(f"{'rule':<46}{'recall@6':>10}{'hit rate':>10}{'MRR':>8}{'recall, × similar_objects':>28}")
    for name, one in sorted(table.items(), key=lambda row: row[1].recall):
        ratio = f"{one.recall / base:.2f}" if base else "–"
        print(f"{name:<46}{one.recall:>10.3f}{one.hit_rate:>10.3f}{one.mrr:>8.3f}{ratio:>28}", flush=True)
    print("similar_objects leaves ties to the database; the ratio is to the better of the two orders shown.")


def print_flat(links):
    from bench.parts.turning import everything_with, knobs

    print(f"\n{'one constant moved, the rest as they are':<46}{'recall@6':>10}{'hit rate':>10}{'MRR':>8}")
    for knob in knobs():
        for value in knob.values:
            with everything_with(knob, value):
                one = measured(links, computed())
            name = f"{knob.words} {value:g}" + (" (ours)" if value == knob.ours else "")
            print(f"{name:<46}{one.recall:>10.3f}{one.hit_rate:>10.3f}{one.mrr:>8.3f}", flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="bin/bench relevance", description=__doc__.partition("\n")[0])
    parser.add_argument("path", type=Path, metavar="PUBLICATIONS.jsonl")
    parser.add_argument("--flat", action="store_true", help="show what moving each constant of the engine does")
    main(parser.parse_args())
