"""/robots.txt: the desk and what was shared with somebody are nobody else's business; filtered lists say noindex
themselves."""

from django.http import HttpResponse

from publications.pages import read_only

RULES = "User-agent: *\nDisallow: /admin/\nDisallow: /preview/\n"


@read_only
def robots(request):
    return HttpResponse(RULES, content_type="text/plain; charset=utf-8")
