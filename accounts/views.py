"""/admin/welcome/<token>/: where the first administrator chooses a name and a password."""

from django.contrib import messages
from django.contrib.auth import login
from django.core.signing import BadSignature
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts import first
from accounts.forms import FirstAdministrator


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def welcome(request, token):
    try:
        first.check(token)
        return answer(request, token)
    except BadSignature:
        return refuse(request, 404)
    except first.Gone:
        return refuse(request, 410)


def answer(request, token):
    form = FirstAdministrator(request.POST or None)
    if request.method == "POST" and form.is_valid():
        user = first.make_administrator(token, form)
        login(request, user)
        messages.success(request, f"Welcome, {user}. This is the desk; here you write and publish.")
        return redirect("admin:index")
    return private(render(request, "accounts/welcome.html", {"form": form}))


def refuse(request, status):
    context = {"status": status, "has_administrator": first.has_administrator()}
    return private(render(request, "accounts/gone.html", context, status=status))


def private(response):
    """The address is a key: no other site, and no search engine, may learn it."""
    # Not `no-referrer`, under which browsers send `Origin: null` and the form would be refused.
    response["Referrer-Policy"] = "same-origin"
    response["X-Robots-Tag"] = "noindex"
    return response
