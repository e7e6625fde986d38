"""The list of pictures, and the page of each: its facts and where it stands."""

from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.db.models import ProtectedError
from django.http import Http404
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html, format_html_join

from accounts.names import name_of
from publications.desk.base import DeskAdmin
from publications.desk.file_facts import kind_and_size
from publications.desk.picture_uses import IN_HISTORY, used_nowhere, uses_of
from publications.desk.states import SHORT, in_words
from publications.editorial.replacing import Replaced, replace_everywhere
from publications.editorial.roles import Role, may_add, role_of
from publications.models import Image
from publications.renditions import make_all_aside

# So many uses of each stand in the list; its page has all.
MOST_USES = 3
# So many reports are named in what is said after replacing; the page has all.
MOST_NAMED = 20
CLAIMED = "It was put into a report in the meantime, so it stays."


class UseFilter(admin.SimpleListFilter):
    title = "use"
    parameter_name = "use"

    def lookups(self, request, model_admin):
        return [("nowhere", "Used nowhere")]

    def queryset(self, request, queryset):
        return used_nowhere(queryset, request.user) if self.value() == "nowhere" else queryset


class ReplaceForm(forms.Form):
    file = forms.FileField(
        label="Another picture",
        help_text="PNG, JPEG or WebP. It takes the place of this one in every report in which this one stands now; its "
        "alternative text, caption and credit stay. What is public waits as an edit.",
        error_messages={"required": "Choose a picture."},
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp"}),
    )

    def __init__(self, *args, image, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.image, self.user = image, user

    def save(self) -> Replaced | None:
        """None where it is refused: the form says why."""
        try:
            return replace_everywhere(self.image, self.cleaned_data["file"], by=self.user) if self.is_valid() else None
        except forms.ValidationError as error:
            self.add_error("file", error)


class PictureList(ChangeList):
    def get_results(self, request):
        """Where all pictures of the page stand is asked at once."""
        super().get_results(request)
        self.result_list = list(self.result_list)
        found = uses_of([image.pk for image in self.result_list], request.user, MOST_USES + 1)
        for image in self.result_list:
            image.found_in = found.get(image.pk, [])


class PictureAdmin(DeskAdmin):
    """Nothing is added or changed here: a picture comes with a text, and its file never changes."""

    list_display = ["thumbnail", "named", "measures", "uploaded", "stands"]
    list_display_links = ["named"]
    list_filter = [UseFilter]
    list_select_related = ["uploaded_by"]
    search_fields = ["name_key"]
    search_help_text = "Words of its name, as it was uploaded."
    ordering = ["-uploaded_at", "pk"]
    actions = None

    def get_queryset(self, request):
        return Image.objects.in_desk_of(request.user)

    def get_changelist(self, request, **kwargs):
        return PictureList

    @admin.display(description="picture")
    def thumbnail(self, image):
        return render_to_string("admin/publications/image/_thumbnail.html", {"image": image})

    @admin.display(description="name")
    def named(self, image):
        return format_html("<bdi>{}</bdi>", image.name)

    @admin.display(description="size")
    def measures(self, image):
        return measures_of(image)

    @admin.display(description="uploaded")
    def uploaded(self, image):
        return uploaded_of(image)

    @admin.display(description="where it stands")
    def stands(self, image):
        context = {"uses": image.found_in[:MOST_USES], "has_more": len(image.found_in) > MOST_USES, "image": image}
        return render_to_string("admin/publications/image/_uses.html", context)

    # Who may

    def has_view_permission(self, request, obj=None):
        return may_add(request.user)

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        """Of what no report holds, in no version, and nobody has typed and not saved."""
        if role_of(request.user) < Role.EDITOR:
            return False
        return obj is None or Image.objects.free().filter(pk=obj.pk).exists()

    # The page of one

    def change_view(self, request, object_id, form_url="", extra_context=None):
        image = self.one(request, object_id)
        form = ReplaceForm(image=image, user=request.user)
        if request.method == "POST":
            if not may_replace(request.user):
                raise PermissionDenied
            form = ReplaceForm(request.POST, request.FILES, image=image, user=request.user)
            if done := form.save():
                make_all_aside(done.by.file.name)
                tell(request, done)
                return redirect("admin:publications_image_change", done.by.pk)
        return self.page(request, image, form)

    def page(self, request, image, form):
        known = self.get_queryset(request)
        uses = uses_of([image.pk], request.user).get(image.pk, [])
        stands = any(use.word != IN_HISTORY for use in uses)
        context = self.admin_site.each_context(request) | {
            "title": image.name,
            "opts": self.opts,
            "image": image,
            "measures": measures_of(image),
            "uploaded": uploaded_of(image),
            "uses": uses,
            "form": form if form.errors or (stands and may_replace(request.user)) else None,
            "replaced": known.filter(pk=image.replaces_id).first(),
            "replacements": known.filter(replaces=image),
            "may_delete": self.has_delete_permission(request, image),
        }
        return TemplateResponse(request, "admin/publications/image/page.html", context)

    def one(self, request, key) -> Image:
        """404 where it is not there for this person."""
        if not self.has_view_permission(request):
            raise Http404
        image = self.get_object(request, unquote(key))
        if image is None:
            raise Http404
        return image

    def delete_view(self, request, object_id, extra_context=None):
        try:
            return super().delete_view(request, object_id, extra_context)
        except (ProtectedError, IntegrityError):
            messages.error(request, CLAIMED)
            return redirect("admin:publications_image_change", UUID(unquote(object_id)))

    def delete_model(self, request, obj):
        obj.delete_with_file()


def may_replace(user) -> bool:
    return role_of(user) >= Role.EDITOR


def tell(request, done: Replaced) -> None:
    """Which reports have it now, which wait, and which were left, each a link."""
    told = [
        (messages.SUCCESS, "It stands now in {}.", done.at_once),
        (messages.SUCCESS, "It waits to be published in {}.", done.waiting),
        (messages.WARNING, "You may not edit {}: the one before still stands there.", done.left),
    ]
    for level, words, reports in told:
        if reports:
            messages.add_message(request, level, format_html(words, named(reports)))
    if not (done.at_once or done.waiting):
        messages.info(request, "It had taken the other’s place before; nothing was changed.")


def named(reports):
    links = [(reverse("admin:publications_report_change", args=[one.pk]), one.title) for one in reports[:MOST_NAMED]]
    linked = format_html_join(", ", '<a href="{}"><bdi>{}</bdi></a>', links)
    return format_html("{} and {} more", linked, len(reports) - MOST_NAMED) if len(reports) > MOST_NAMED else linked


def measures_of(image: Image) -> str:
    return f"{image.width:,} × {image.height:,} pixels, {kind_and_size(image)}"


def uploaded_of(image: Image) -> str:
    """Whoever uploaded it may have left since."""
    by = f", {name_of(image.uploaded_by)}" if image.uploaded_by else ""
    return f"{in_words(image.uploaded_at, SHORT)}{by}"
