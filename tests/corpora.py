"""Where corpora that are not part of the project lie, for a second run; tests that want one skip where it is absent."""

from pathlib import Path

DATA = Path(__file__).resolve().parent.parent.parent / "shared/data"
DIGITALGOV = DATA / "digitalgov"
PDF_REPORTS = DATA / "pdf-reports"
