"""The care of topics: rename, merge, retire, synonyms, parent and child; each a step in the log, which undoes it."""
