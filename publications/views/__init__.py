"""The public pages, a file a kind of page."""
