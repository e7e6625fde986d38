"""A secret kept in a file: made once, at random, for the eyes of this user alone."""

import os
import secrets
from pathlib import Path


def kept_secret(path: Path, length: int) -> str:
    """The secret in this file, made of `length` random bytes on first use. Raises OSError if it cannot be read.

    Written whole before it gets its name, so two that make it at the same time agree.
    """
    if not path.exists():
        draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
        with open(draft, "w", opener=private) as file:
            file.write(secrets.token_urlsafe(length))
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text().strip()


def private(path, flags):
    return os.open(path, flags, 0o600)
