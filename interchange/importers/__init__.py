"""What comes in from other programs: read line by line, checked item by item, written in batches."""

from interchange.importers.lock import Busy
from interchange.importers.outcome import Outcome
from interchange.importers.run import files_of, run

__all__ = ["Busy", "Outcome", "files_of", "run"]
