"""What the rules of others are given: the live publications of the database, as arrays."""

import numpy as np
from django.utils import timezone

from bench.parts.rules import Publications
from publications.models import Report, ReportTerms, ReportTopic
from publications.related.scoring import day_of, language_of
from publications.related.terms import unpacked_all


def publications():
    columns = ["pk", "slug", "language", "date", "date_precision"]
    rows = list(Report.objects.live(timezone.now()).order_by().values_list(*columns))
    rows.sort(key=lambda row: row[1])
    rows.sort(key=lambda row: day_of(*row[3:]), reverse=True)
    places = {row[0]: place for place, row in enumerate(rows)}
    topics = ReportTopic.objects.order_by().values_list("content_object", "tag")
    carried = sorted((places[report], topic) for report, topic in topics if report in places)
    owners, topics = np.array(carried, np.int64).reshape(-1, 2).T
    texts = dict(ReportTerms.objects.filter(pk__in=Report.objects.live().values("pk")).values_list("pk", "terms"))
    terms, users = unpacked_all([bytes(texts.get(row[0], b"")) for row in rows])
    return Publications(
        np.array([row[0] for row in rows], np.int64),
        np.array([day_of(*row[3:]) for row in rows], np.int64),
        np.unique([language_of(row[2]) for row in rows], return_inverse=True)[1],
        owners,
        np.unique(topics, return_inverse=True)[1],
        users,
        terms["key"].astype(np.int64),
        terms["count"].astype(np.int64),
    )
