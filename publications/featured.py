"""What editors have put first, as far as readers may see it."""

import numpy as np
from django.utils import timezone

from publications.listed import Live
from publications.models import HomeFeature, TopicFeature
from topics.models import Topic

# The first large, the others beside it.
MOST_AT_HOME = 4


def topic_keys(topic: Topic, live: Live) -> tuple[np.ndarray, np.ndarray]:
    """The list of a topic: what was chosen for it and stands in it, then the rest; and what was chosen alone."""
    keys = live.keys(live.topics, topic.pk)
    chosen = TopicFeature.objects.filter(topic=topic).values_list("report", flat=True)
    first = np.array(list(chosen), np.int64)
    first = first[np.isin(first, keys)]
    return np.concatenate([first, keys[~np.isin(keys, first)]]), first


def home_keys(live: Live) -> list[int]:
    """What stands first on the front page at this moment, once each."""
    chosen = HomeFeature.objects.standing(timezone.now()).values_list("report", flat=True)
    keys = np.array(list(dict.fromkeys(chosen)), np.int64)
    return keys[np.isin(keys, live.keys())].tolist()[:MOST_AT_HOME]
