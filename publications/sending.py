"""How a stored file leaves, on the public site and in the desk: with headers that keep it from running."""

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404

# A file that found its way past every check may still do nothing.
HARMLESS = {"Content-Security-Policy": "default-src 'none'; sandbox", "X-Content-Type-Options": "nosniff"}


def stored_file(name: str, media_type: str, filename: str = "", download: bool = False) -> FileResponse:
    """The file as it is stored; Http404 where it is gone. A `download` is saved and not shown."""
    try:
        file = default_storage.open(name)
    except FileNotFoundError:
        raise Http404 from None
    return FileResponse(file, content_type=media_type, filename=filename, as_attachment=download, headers=HARMLESS)
