"""The desk: Django's admin as editors meet it."""
