"""/robots.txt: the desk is nobody's business; filtered lists say noindex themselves."""

from django.http import HttpResponse

from publications.pages import read_only


@read_only
def robots(request):
    return HttpResponse("User-agent: *\nDisallow: /admin/\n", content_type="text/plain; charset=utf-8")
