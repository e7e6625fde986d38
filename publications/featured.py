"""What editors have put first, as far as readers may see it."""

import numpy as np

from publications.listed import Live
from publications.models import TopicFeature
from topics.models import Topic


def topic_keys(topic: Topic, live: Live) -> tuple[np.ndarray, np.ndarray]:
    """The list of a topic: what was chosen for it and stands in it, then the rest; and what was chosen alone."""
    keys = live.keys(live.topics, topic.pk)
    chosen = TopicFeature.objects.filter(topic=topic).values_list("report", flat=True)
    first = np.array(list(chosen), np.int64)
    first = first[np.isin(first, keys)]
    return np.concatenate([first, keys[~np.isin(keys, first)]]), first
