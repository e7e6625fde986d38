"""A report's form that comes from somebody whose session has ended, or whose token is old: what was typed is carried
over on the page itself, and nothing of it is stored before they are signed in and have a right to it."""

from functools import wraps
from urllib.parse import urlsplit

from django.contrib import admin, messages
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.admin.utils import unquote
from django.core.exceptions import ValidationError
from django.core.signing import BadSignature, Signer
from django.http import JsonResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import Resolver404, resolve, reverse
from django.views.csrf import csrf_failure
from django.views.decorators.cache import never_cache

from publications.desk.typing import TYPIST, filled_form, form_address, may_type, typing_address
from publications.editorial.roles import may_add
from publications.editorial.typing import FILES, first, keep, packed, plain, unpacked
from publications.models import Report

FORMS = {"admin:publications_report_add", "admin:publications_report_change"}
TYPING = {"admin:typed-new", "admin:typed"}
SIGN_IN = "admin:login"
BACK = "You are signed in again. What you typed is here; save it."
NOT_YOURS = "What was typed on that page is not stored: this account may not edit that report."
TOO_LONG = "What you typed is too long to be carried over a sign-in. Go back in the browser, and copy it."
OLD_TOKEN = "you have signed in again in another window. Press Save; you can then go on, and nothing is lost."
OLD_PAGE = "You signed in again, perhaps in another window, after this form was opened."
ANOTHERS = "This was typed before you signed in, and perhaps by somebody else on this computer."


def carrying(site, view):
    """The view; for a report's form from nobody, the sign-in page with what was typed."""

    @wraps(view)
    def answered(request, *args, **kwargs):
        if request.method == "POST" and not request.user.is_authenticated and (carried := carried_by(request)):
            return sign_in_page(request, site, carried)
        return view(request, *args, **kwargs)

    return answered


def carried_by(request):
    """The packed values of the form that is posted here, or those that a page carries on; empty for all else."""
    name = request.resolver_match.view_name
    try:
        if name in FORMS:
            return packed(plain([*request.POST.lists(), (FILES, names_of(request.FILES))]))
        if name in {SIGN_IN, *TYPING} and "carried" in request.POST:
            return packed(unpacked(request.POST["carried"]))
    except ValidationError:
        if name in FORMS:
            messages.error(request, TOO_LONG)
    return ""


def names_of(files):
    return [file.name for _, chosen in files.lists() for file in chosen]


@never_cache
def sign_in_page(request, site, carried, status=200):
    context = site.each_context(request) | {
        "title": "Sign in",
        "app_path": reverse(SIGN_IN),
        "next": form_asked_for(request),
        "form": AdminAuthenticationForm(request),
        "carried": carried,
        "chosen_files": unpacked(carried).get(FILES),
    }
    return TemplateResponse(request, "admin/login.html", context, status=status)


def form_asked_for(request):
    """The path of the report's form from which this request comes, straight or by another page."""
    match request.resolver_match.view_name:
        case "admin:login":
            return request.POST.get("next", "")
        case "admin:typed":
            return request.path.removesuffix("typed/") + "change/"
        case "admin:typed-new":
            return request.path.removesuffix("typed/")
    return request.path


def come_back(site, request, response):
    """After signing in: to the form, filled with what was typed, for whom it is theirs."""
    try:
        match = resolve(urlsplit(form_asked_for(request)).path)
        values = unpacked(request.POST["carried"])
    except (Resolver404, ValidationError):
        return response
    if match.view_name not in FORMS:
        return response
    report, exists = report_of(site, request, match)
    if exists and is_typist(request.user, values) and may_add(request.user):
        row = keep(request.user, report, values)
        if not may_type(request.user, report):
            return redirect(typing_address(report))
        messages.success(request, BACK)
        return redirect(filled_form(report, row))
    if exists and may_type(request.user, report):
        return go_on_page(request, site, report, packed(values), ANOTHERS)
    messages.warning(request, NOT_YOURS)
    return redirect("admin:index")


def report_of(site, request, match):
    """The report of a form's address, and whether it exists for whoever asks. (None, True): a new one."""
    if "object_id" not in match.kwargs:
        return None, True
    key = unquote(match.kwargs["object_id"])
    known = site.get_model_admin(Report).get_queryset(request)
    report = known.filter(pk=key).first() if key.isascii() and key.isdigit() and len(key) < 19 else None
    return report, report is not None


def is_typist(user, values):
    """Whether the form was opened for this person."""
    try:
        return Signer(salt=TYPIST).unsign(first(values, TYPIST)) == str(user.pk)
    except BadSignature:
        return False


@never_cache
def go_on_page(request, site, report, carried, why, status=200):
    """Ask before anything is stored: what the page carries is posted again, with a token of now."""
    context = site.each_context(request) | {
        "title": "Go on with what was typed",
        "why": why,
        "carried": carried,
        "chosen_files": unpacked(carried).get(FILES),
        "form_address": form_address(report),
        "typing_address": typing_address(report),
    }
    return TemplateResponse(request, "admin/publications/report/go_on.html", context, status=status)


def csrf_failed(request, reason=""):
    """Django's own page, but for a form of ours that has grown old."""
    carried = carried_by(request) if is_from_here(request) else ""
    if not carried:
        if request.resolver_match.view_name in TYPING and is_from_here(request):
            return JsonResponse({"said": OLD_TOKEN}, status=403)
        return csrf_failure(request, reason)
    return with_new_token(request, carried) or csrf_failure(request, reason)


def with_new_token(request, carried):
    """None where the form is not one that this person may fill."""
    if not request.user.is_authenticated:
        return sign_in_page(request, admin.site, carried, status=403)
    try:
        match = resolve(urlsplit(form_asked_for(request)).path)
    except Resolver404:
        return None
    report, exists = report_of(admin.site, request, match) if match.view_name in FORMS else (None, False)
    if not exists or not may_type(request.user, report):
        return None
    return go_on_page(request, admin.site, report, carried, OLD_PAGE, status=403)


def is_from_here(request):
    """Another site may not have its words offered to an editor."""
    return request.headers.get("Origin") == f"{request.scheme}://{request.get_host()}"
