"""The forms at which the first administrator is made, and at which people sign in."""

from django import forms
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth.forms import UserCreationForm
from django.contrib.auth.models import User


class FirstAdministrator(UserCreationForm):
    """User name, e-mail and password, under the site's rules for passwords."""

    email = forms.EmailField(label="E-mail", widget=forms.EmailInput(attrs={"autocomplete": "email"}))

    class Meta:
        model = User
        fields = ["username", "email"]

    field_order = ["username", "email", "password1", "password2"]

    def save(self, commit=True):
        self.instance.is_staff = self.instance.is_superuser = True
        return super().save(commit)


class SignIn(AdminAuthenticationForm):
    """By user name or by e-mail address, however its letters are written."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["username"].label = "Username or e-mail"

    def clean_username(self):
        typed = self.cleaned_data["username"]
        if "@" not in typed or User.objects.filter(username=typed).exists():
            return typed
        found = User.objects.filter(email__iexact=typed).values_list("username", flat=True)[:2]
        return found[0] if len(found) == 1 else typed
