"""Other ways to find what is related, one report at a time on the database, timed on random reports."""

import time

import numpy as np
from django.db import DatabaseError, connection

from publications.models import Report

PLACES = 6
# The topics' rarities as `rebuild_related` left them; on SQLite too, ln is there.
SQL = """
SELECT other.id, SUM(LN((SELECT live_reports + 1 FROM publications_relatingweights)
                        / CAST(weight.live_reports AS DOUBLE PRECISION))) AS shared
FROM publications_reporttopic AS mine
JOIN publications_reporttopic AS theirs ON theirs.tag_id = mine.tag_id AND theirs.content_object_id <> %s
JOIN publications_topicweight AS weight ON weight.topic_id = mine.tag_id
JOIN publications_report AS other ON other.id = theirs.content_object_id AND other.state = 'published'
WHERE mine.content_object_id = %s
GROUP BY other.id, other.date, other.slug
ORDER BY shared DESC, other.date DESC, other.slug
LIMIT 6
"""


def timed(rival, rows, seed, at_most):
    """Of so many random reports, or of those that could be done in `at_most` seconds, the time and the number."""
    keys = np.array(Report.objects.order_by("pk").values_list("pk", flat=True), np.int64)
    some = np.random.default_rng(seed).choice(keys, min(rows, len(keys)), replace=False).tolist()
    find, done, begun = globals()[rival], 0, time.perf_counter()
    for report in Report.objects.filter(pk__in=some).only("pk"):
        try:
            find(report)
        except DatabaseError as error:
            return {"refused": " ".join(str(error).split()), "rows": done}
        done += 1
        if at_most and time.perf_counter() - begun > at_most:
            break
    seconds = time.perf_counter() - begun
    return {"rows": done, "seconds": seconds, "scaled": seconds * len(keys) / done}


def similar_objects(report):
    return report.topics.similar_objects()[:PLACES]


def one_query(report):
    with connection.cursor() as cursor:
        cursor.execute(SQL, [report.pk, report.pk])
        return cursor.fetchall()
