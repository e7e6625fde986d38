"""One-time addresses: where the first administrator chooses a name and a password, and where others choose theirs."""

from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.views import PasswordResetConfirmView
from django.core.signing import BadSignature
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts import first
from accounts.forms import FirstAdministrator
from accounts.links import INVITATION
from accounts.names import name_of


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


class ChoosePassword(PasswordResetConfirmView):
    """The address that a letter gave: 410 once it is used or its time is over. It moves the token out of the address
    and into the session before it shows a form."""

    template_name = "accounts/choose.html"
    success_url = reverse_lazy("admin:index")
    post_reset_login = True

    def get_user(self, uidb64):
        """Nobody whose account is switched off."""
        user = super().get_user(uidb64)
        return user if user and user.is_active and user.is_staff else None

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {
            "chooser": self.user,
            "is_invited": self.token_generator is INVITATION,
        }

    def render_to_response(self, context, **kwargs):
        return private(super().render_to_response(context, status=200 if self.validlink else 410))

    def form_valid(self, form):
        response = super().form_valid(form)
        messages.success(self.request, f"Welcome, {name_of(self.user)}. Your password is set, and you are signed in.")
        return response
