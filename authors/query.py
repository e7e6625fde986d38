"""What can be asked of authors."""

from django.db import models

from text.keys import name_key


class AuthorQuerySet(models.QuerySet):
    def called(self, name):
        """Authors whose name compares equal to this one."""
        return self.filter(name_key=name_key(name))

    def in_order(self):
        """By family name, as an index prints them."""
        return self.order_by("sort_key", "slug")
