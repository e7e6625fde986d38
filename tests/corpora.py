"""Where corpora that are not part of the project lie, for a second run; tests that want one skip where it is absent."""

from pathlib import Path

DIGITALGOV = Path(__file__).resolve().parent.parent.parent / "shared/data/digitalgov"
