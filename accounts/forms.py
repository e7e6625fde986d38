"""The form at which the first administrator is made."""

from django import forms
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
