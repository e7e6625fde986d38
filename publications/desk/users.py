"""The admin of those who work here: invited by e-mail, given a role, switched off."""

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.options import IS_POPUP_VAR
from django.contrib.auth.models import Group, User
from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils.html import format_html
from django.views.decorators.http import require_POST

from accounts.names import is_named, name_of
from institution.letters import send
from publications.desk.base import DeskAdmin
from publications.desk.inviting import invitation
from publications.desk.states import SHORT, in_words
from publications.editorial.roles import GROUPS, Role
from text.cleaning import clean_line
from text.fields import CleanFormField

ADMINISTRATOR = "administrator"
ROLES = {
    GROUPS[Role.WRITER]: ("Writer", "Writes drafts and edits, sends them to review. Sees what is live, and their own."),
    GROUPS[Role.EDITOR]: ("Editor", "Reviews and edits all reports, and looks after authors and topics."),
    GROUPS[Role.PUBLISHER]: ("Publisher", "Does what editors do; publishes, schedules and withdraws."),
    ADMINISTRATOR: ("Administrator", "Does everything, and alone invites people and changes types and site details."),
}
NOT_SENT = (
    "The invitation to {} could not be sent. See that the mail server named by EMAIL_URL works, then press “Invite "
    "again” on the page of this account."
)
KEPT = (
    "Reports and their histories name {}, so this account is not deleted. Take the tick from “Active” instead: that "
    "ends all access at once."
)


def role_named(user):
    """The key in ROLES of somebody's role; nothing for those who were given rights in another way."""
    if user.is_superuser:
        return ADMINISTRATOR
    held = {group.name for group in user.groups.all()}
    return next((name for name in reversed(GROUPS.values()) if name in held), "")


class UserForm(forms.ModelForm):
    first_name = CleanFormField(label="First name, or the whole name", max_length=150, cleaner=clean_line)
    last_name = CleanFormField(label="Last name", max_length=150, required=False, cleaner=clean_line)
    email = forms.EmailField(label="E-mail", max_length=150, help_text="They sign in with it. Nobody else may have it.")
    role = forms.ChoiceField(
        widget=forms.RadioSelect,
        choices=[(key, format_html("<strong>{}</strong>: {}", *words)) for key, words in ROLES.items()],
    )

    class Meta:
        model = User
        fields = ["first_name", "last_name", "email", "is_active"]
        help_texts = {"is_active": "Without the tick, nobody can sign in with this account. What they did stays."}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["role"] = role_named(self.instance)

    def clean_email(self):
        """In small letters, so that nobody is locked out by a capital."""
        email = self.cleaned_data["email"].lower()
        others = User.objects.exclude(pk=self.instance.pk)
        if others.filter(email__iexact=email).exists() or others.filter(username__iexact=email).exists():
            raise ValidationError("Somebody has an account with this address already. Look in the list.")
        return email

    def clean(self):
        super().clean()
        if self.takes_the_last_administrator():
            self.add_error("role", "There must be an administrator who can sign in. Make somebody else one first.")

    def takes_the_last_administrator(self):
        # Held until this is saved, so that two who give it up at once do not both.
        administrators = User.objects.select_for_update(no_key=True).filter(is_superuser=True, is_active=True)
        stays = self.cleaned_data.get("role") == ADMINISTRATOR and self.cleaned_data.get("is_active", True)
        return [one.pk for one in administrators] == [self.instance.pk] and not stays

    def save(self, commit=True):
        user = self.instance
        if user._state.adding:
            user.set_unusable_password()
        if user._state.adding or user.username == self.initial["email"]:
            user.username = user.email
        user.is_staff, user.is_superuser = True, self.cleaned_data["role"] == ADMINISTRATOR
        return super().save(commit)


class UserAdmin(DeskAdmin):
    form = UserForm
    list_display = ["name", "email", "role", "signed_in", "is_active"]
    list_display_links = ["name"]
    list_filter = ["is_active"]
    ordering = ["first_name", "last_name", "username"]
    search_fields = ["first_name", "last_name", "email", "username"]
    readonly_fields = ["username", "signed_in"]

    # Only administrators

    def has_module_permission(self, request):
        return request.user.is_active and request.user.is_superuser

    def has_view_permission(self, request, obj=None):
        return self.has_module_permission(request)

    has_add_permission = has_module_permission
    has_change_permission = has_delete_permission = has_view_permission

    # The list

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("groups")

    def get_search_results(self, request, queryset, search_term):
        return admin.ModelAdmin.get_search_results(self, request, queryset, search_term)

    def get_actions(self, request):
        """Nobody is deleted by the dozen."""
        return {}

    @admin.display(description="name", ordering="first_name")
    def name(self, user):
        return name_of(user)

    @admin.display(description="role")
    def role(self, user):
        return ROLES[role_named(user)][0] if role_named(user) else "None of these"

    @admin.display(description="last signed in", ordering="last_login", empty_value="never")
    def signed_in(self, user):
        return user.last_login and in_words(user.last_login, SHORT)

    # The form

    def get_urls(self):
        invite = self.admin_site.admin_view(require_POST(self.invite_view))
        return [path("<int:pk>/invite/", invite, name="invite"), *super().get_urls()]

    def get_fieldsets(self, request, obj=None):
        names = ["first_name", "last_name", "email", "role"]
        if obj is None:
            return [(None, {"fields": names})]
        return [(None, {"fields": [*names, "is_active"]}), ("Signing in", {"fields": ["username", "signed_in"]})]

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        context |= {"title": name_of(obj) if obj else "Invite somebody", "waits_for": bool(obj) and is_awaited(obj)}
        return super().render_change_form(request, context, add, change, form_url, obj)

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        user, role = form.instance, form.cleaned_data["role"]
        user.groups.remove(*Group.objects.filter(name__in=GROUPS.values()).exclude(name=role))
        user.groups.add(*Group.objects.filter(name=role))

    def add_view(self, request, form_url="", extra_context=None):
        """The invitation goes out once the account is really there."""
        response = super().add_view(request, form_url, extra_context)
        if invited := getattr(request, "invited", None):
            self.invite(request, invited)
        return response

    def response_add(self, request, obj, post_url_continue=None):
        request.invited = obj
        if IS_POPUP_VAR in request.POST:
            return super().response_add(request, obj)
        return redirect("admin:auth_user_changelist")

    def invite_view(self, request, pk):
        if not self.has_change_permission(request):
            raise PermissionDenied
        user = get_object_or_404(User, pk=pk)
        if is_awaited(user):
            # Whatever address was sent before is dead from now on.
            user.set_unusable_password()
            user.save(update_fields=["password"])
            self.invite(request, user)
        else:
            messages.error(request, f"{name_of(user)} has a password already or is switched off, so nothing was sent.")
        return redirect("admin:auth_user_change", user.pk)

    def invite(self, request, user):
        if send([invitation(request, user)]):
            sentence = "An invitation is on its way to {}. It is good for seven days."
            messages.success(request, sentence.format(user.email))
        else:
            messages.error(request, NOT_SENT.format(user.email))

    # Deletion

    def delete_view(self, request, object_id, extra_context=None):
        user = self.get_object(request, object_id)
        if user and self.has_delete_permission(request) and is_named(user):
            messages.error(request, KEPT.format(name_of(user)))
            return redirect("admin:auth_user_change", user.pk)
        return super().delete_view(request, object_id, extra_context)


def is_awaited(user):
    """Whether this person was invited and has not come yet."""
    return user.is_active and user.last_login is None and not user.has_usable_password()
