"""What every request passes on its way in."""

from django.http import Http404

from text.cleaning import holds_forbidden


class RefuseControlCharacters:
    """In the desk, an address or a query with characters that no text holds matches nothing: 404 on any database.

    Public pages read their queries by publications/selection.py, which answers with an empty list instead.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        if request.path.startswith("/admin/") and any(map(holds_forbidden, parts_of(request))):
            raise Http404


def parts_of(request):
    """The path, and every name and value of the query."""
    yield request.path
    for name, values in request.GET.lists():
        yield name
        yield from values
