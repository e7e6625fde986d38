"""Why is this report next to that one? The definition in figures, docs/related.md: no database, clock or request."""
