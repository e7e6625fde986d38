"""Keeps the stored sidebars right: called by name after whatever changes what is live or how it relates."""


def refresh(report_ids):
    """Bring every sidebar up to date that a change of these reports can have changed."""


def rebuild(progress=None):
    """Weigh anew and compute every sidebar from scratch."""
