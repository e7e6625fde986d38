"""No typed text is lost: the form keeps what is typed until it is saved, and is filled with it again when asked to."""

from uuid import uuid4

from django.contrib import messages
from django.contrib.admin.options import IS_POPUP_VAR
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.signing import Signer
from django.http import JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.formats import date_format
from django.utils.text import get_text_list

from accounts.names import name_of
from publications.desk.editing import SEEN, as_edited
from publications.desk.rereading import shown
from publications.editorial.roles import Action, may, may_add
from publications.editorial.typing import (
    FILES,
    KEY,
    TYPIST,
    also_typing,
    as_key,
    forget,
    forget_saved,
    keep,
    plain,
    typed_by,
    unpacked,
)

GONE = "What you had typed there has been saved or discarded already."
THROWN = "What you had typed is discarded. The form is as it was last saved."


class Typing:
    """A model admin of reports that keeps what is typed into its form."""

    def get_urls(self):
        new = path("add/typed/", self.admin_site.admin_view(self.typed_view), name="typed-new")
        return [new, self.of_one("typed/", self.typed_view, "typed"), *super().get_urls()]

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        if request.method == "GET" and KEY in request.GET and (elsewhere := self.take_up(request, object_id)):
            return elsewhere
        try:
            response = super().changeform_view(request, object_id, form_url, extra_context)
        except PermissionDenied:
            if request.method == "POST" and object_id and may_add(request.user):
                return self.kept_though_refused(request, object_id)
            raise
        if request.method == "POST" and IS_POPUP_VAR not in request.POST:
            settle(request, self.named(request, object_id), response)
        return response

    def named(self, request, object_id):
        """The report of this address; None for a new one. 404 where it does not exist for this person."""
        return get_object_or_404(self.get_queryset(request), pk=unquote(object_id)) if object_id else None

    def take_up(self, request, object_id):
        """Have the form filled with what was typed; the answer that leads elsewhere, where it cannot be."""
        report = self.get_object(request, unquote(object_id)) if object_id else None
        if object_id and report is None:
            return None
        row = typed_by(request.user, report).filter(pk=as_key(request.GET[KEY])).first()
        if row is None:
            messages.info(request, GONE)
            return redirect(form_address(report))
        if not may_type(request.user, report):
            return redirect(typing_address(report))
        request.taken_up = row
        return None

    def kept_though_refused(self, request, object_id):
        """Somebody has moved the report while it was edited: what was typed is shown, and refused all the same."""
        report = self.named(request, object_id)
        try:
            keep(request.user, report, plain(request.POST.lists()))
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        return self.typed_page(request, report, status=403)

    # The form

    def get_object(self, request, object_id, from_field=None):
        report = super().get_object(request, object_id, from_field)
        row = taken_up(request)
        return as_edited(report, row.seen) if report and row else report

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change, **kwargs)
        form.typed = values_of(request)
        return form

    def get_formset_kwargs(self, request, obj, inline, prefix):
        return super().get_formset_kwargs(request, obj, inline, prefix) | {"typed": values_of(request)}

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        row = taken_up(request)
        key = row.pk if row else as_key(request.POST.get(KEY, "")) or uuid4()
        context |= {
            "typing_key": key,
            "typist": signed(request.user),
            "typing_address": typing_address(obj),
            "left_over": [
                (one, when(one.at)) for one in typed_by(request.user, obj).exclude(pk=key).defer("data", "user")
            ],
            "taken_up": row and when(row.at),
            "also": also(request.user, obj) if obj and may_type(request.user, obj) else "",
            "chosen_files": row and row.data.get(FILES),
        }
        if row:
            context[SEEN] = row.seen
        return super().render_change_form(request, context, add, change, form_url, obj)

    # What is typed, at an address of its own

    def typed_view(self, request, pk=None):
        report = self.one(request, pk, Action.SEE) if pk else None
        if not pk and not may_add(request.user):
            raise PermissionDenied
        if request.method != "POST":
            return self.typed_page(request, report)
        if "throw" in request.POST:
            forget(request.user, report, request.POST["throw"])
            messages.success(request, THROWN)
            return redirect(form_address(report))
        if not may_type(request.user, report):
            raise PermissionDenied
        return go_on(request, report) if "carried" in request.POST else keep_on(request, report)

    def typed_page(self, request, report, status=200):
        """What this person has typed, to be read and copied."""
        context = self.admin_site.each_context(request) | {
            "title": "What you typed",
            "report": report,
            "opts": self.opts,
            "typed": [(row, when(row.at), shown(row.data, request.user)) for row in typed_by(request.user, report)],
            "may_type": may_type(request.user, report),
            "form_address": form_address(report),
            "typing_address": typing_address(report),
        }
        return TemplateResponse(request, "admin/publications/report/typed.html", context, status=status)


def keep_on(request, report):
    """What the script sends while somebody types; `nothing`: they have taken back all that they typed."""
    try:
        if "nothing" in request.POST:
            forget(request.user, report, request.POST.get(KEY, ""))
            return JsonResponse({"kept": ""})
        row = keep(request.user, report, plain(request.POST.lists()))
    except ValidationError as error:
        return JsonResponse({"said": " ".join(error.messages)}, status=413)
    at = date_format(timezone.localtime(row.at), "H:i")
    kept = f"What you type is kept for you alone until you save (last at {at})."
    return JsonResponse({"kept": " ".join(filter(None, [kept, also(request.user, report)]))})


def also(user, report):
    """That others are typing here too; nothing where nobody is."""
    names = [name_of(one) for one in also_typing(user, report)]
    return f"{get_text_list(names, 'and')} {'is' if len(names) == 1 else 'are'} typing here too." if names else ""


def go_on(request, report):
    """Take up what a page has carried past a sign-in."""
    try:
        row = keep(request.user, report, unpacked(request.POST["carried"]))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect(form_address(report))
    return redirect(filled_form(report, row))


def settle(request, report, response):
    """What was saved is no longer kept; what was refused is."""
    if response.status_code == 302:
        forget_what_is_saved(request, report)
        return
    try:
        keep(request.user, report, plain(request.POST.lists()))
    except ValidationError as error:
        messages.warning(request, " ".join(error.messages))


def forget_what_is_saved(request, report):
    try:
        forget_saved(request.user, report, plain(request.POST.lists()))
    except ValidationError:
        # Too long ever to have been kept.
        forget(request.user, report, request.POST.get(KEY, ""))


def taken_up(request):
    return getattr(request, "taken_up", None)


def values_of(request):
    """What was typed, as forms read what is posted; None where nothing is taken up."""
    row = taken_up(request)
    return MultiValueDict(row.data) if row else None


def may_type(user, report):
    return may(user, Action.EDIT, report) if report else may_add(user)


def signed(user):
    return Signer(salt=TYPIST).sign(str(user.pk))


def when(moment):
    """“14:05”, with its day where that is not today."""
    moment = timezone.localtime(moment)
    return date_format(moment, "H:i" if moment.date() == timezone.localdate() else "j F Y, H:i")


def form_address(report):
    if report is None:
        return reverse("admin:publications_report_add")
    return reverse("admin:publications_report_change", args=[report.pk])


def filled_form(report, row):
    return f"{form_address(report)}?{KEY}={row.pk}"


def typing_address(report):
    return reverse("admin:typed", args=[report.pk]) if report else reverse("admin:typed-new")
