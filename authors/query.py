"""What can be asked of authors."""

from django.db import models

from text.keys import name_key


class AuthorQuerySet(models.QuerySet):
    def called(self, name):
        """Authors whose name, or another spelling of it, compares equal to this one."""
        key = name_key(name)
        return self.filter(models.Q(name_key=key) | models.Q(other_names__name_key=key)).distinct()

    def in_order(self):
        """By family name, as an index prints them."""
        return self.order_by("sort_key", "slug")
