"""The care of authors: merging those who are one, and what has become of them."""
