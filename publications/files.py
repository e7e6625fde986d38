"""Files and pictures: where they are kept, and what is let in. Checked by content, never by name."""

import uuid


def attachment_path(instance, filename):
    """Where an attachment is kept: under its report's key, by a name that nobody can guess."""
    return f"reports/{instance.report_id}/{uuid.uuid4().hex}.{instance.extension or 'bin'}"


def cover_path(instance, filename):
    return f"covers/{uuid.uuid4().hex}.webp"
