"""Text at every door: cleaning, comparison keys, slugs, rich text, languages, identifiers. Knows no model of ours."""
