"""/admin/password/forgotten/: asks for an e-mail address, and answers the same whether or not it is known."""

from django import forms
from django.contrib.auth.models import User
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from institution.letters import send_aside
from publications.desk.inviting import reminder


class ForgottenForm(forms.Form):
    email = forms.EmailField(
        label="Your e-mail address", max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def forgotten(request):
    form = ForgottenForm(request.POST or None)
    is_sent = request.method == "POST" and form.is_valid()
    if is_sent:
        send_aside([reminder(request, user) for user in people_at(form.cleaned_data["email"])])
    return render(request, "accounts/forgotten.html", {"form": form, "is_sent": is_sent})


def people_at(email):
    """Those who have a password that they could have forgotten."""
    people = User.objects.filter(email__iexact=email, is_active=True, is_staff=True)
    return [one for one in people if one.has_usable_password()]
