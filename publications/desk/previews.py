"""Preview in the desk: of any version, of what stands in the form, and of what is being typed into it."""

from django.contrib.messages.storage import default_storage
from django.core.exceptions import PermissionDenied
from django.http import JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.views.decorators.http import require_POST

from publications.desk import beside, checking
from publications.editorial import previewing, versions
from publications.editorial.roles import Action
from publications.models import Report
from publications.relating.placing import UNSAVED
from publications.views import previews

# What the form asks for, in what it sends: its page, and the reports beside it.
WANTS = "wants"


class Previewed:
    """A model admin of reports that shows each of them as readers would see it."""

    def get_urls(self):
        typed_new = self.admin_site.admin_view(require_POST(self.preview_typed_new))
        return [
            *self.of_version("preview/", "preview"),
            *self.of_version("versions/<int:number>/preview/", "preview-version"),
            self.of_one("preview/typed/", require_POST(self.preview_typed), "preview-typed"),
            path("add/preview/", typed_new, name="preview-typed-new"),
            *super().get_urls(),
        ]

    def of_version(self, route, name):
        """The page of a version, and its files below it."""
        return [
            self.of_one(route, self.preview_page, name),
            self.of_one(f"{route}cover-<int:width>.<picture:extension>", self.preview_cover, f"{name}-cover"),
            self.of_one(f"{route}<slug:name>.<slug:extension>", self.preview_file, f"{name}-file"),
        ]

    def content_of(self, report, number):
        """The content of this version, or what stands in the form."""
        if number is None:
            return versions.standing(report)
        return get_object_or_404(report.versions, number=number).content

    def previewed(self, request, pk, number):
        report = self.one(request, pk, Action.SEE_EDITS)
        return previewing.as_if_live(report, self.content_of(report, number))

    def preview_page(self, request, pk, number=None):
        report = self.one(request, pk, Action.SEE_EDITS)
        content = self.content_of(report, number)
        words = {"number": number, "is_what_readers_see": is_what_readers_see(report, content)}
        return desk_page(request, previewing.as_if_live(report, content), request.path, words)

    def preview_cover(self, request, pk, width, extension, number=None):
        return previews.private(previews.picture)(self.previewed(request, pk, number).report.cover, width, extension)

    def preview_file(self, request, pk, name, extension, number=None):
        return previews.private(previews.file)(self.previewed(request, pk, number), name, extension)

    # What is being typed

    def preview_typed(self, request, pk):
        report = self.one(request, pk, Action.EDIT)
        return self.answer_typed(request, report, reverse("admin:preview", args=[pk]))

    def preview_typed_new(self, request):
        if not self.has_add_permission(request):
            raise PermissionDenied
        return self.answer_typed(request, None, request.path)

    def answer_typed(self, request, report, place):
        """What the form asked for, or a sentence on what keeps it from being shown. Nothing of what was typed stays."""
        # Files are kept where they are put, whatever becomes of the rows: none is taken from a preview.
        request.FILES.clear()
        response, typed, content = self.tried(request, report)
        # What validating and saving had to say was said of something that has not happened.
        request._messages = default_storage(request)
        if typed is None:
            return JsonResponse({"refused": to_look_at(response.context_data)})
        if report is None:
            # Its key was given back, and may be another's by now.
            typed.pk = UNSAVED
        reading, wants = previewing.as_if_live(typed, content), request.POST.getlist(WANTS) or ["page"]
        said = {}
        if "beside" in wants:
            said["beside"], said["why"] = beside.as_typed(reading, request.user, request.POST.get("why", ""))
        if "checks" in wants:
            said["checks"] = checking.as_typed(reading.report, request.user)
        if "page" in wants:
            words = {"is_what_readers_see": report is not None and is_what_readers_see(report, content)}
            said["page"] = desk_page(request, reading, place, words).content.decode()
        return JsonResponse(said)


@previews.private
def desk_page(request, reading, place, words):
    return previews.page(request, reading, place, words, photo_in_desk, reverse("admin:upload-picture"))


def photo_in_desk(author):
    return reverse("admin:picture", args=["authors", "author", author.pk, "photo"])


def is_what_readers_see(report, content):
    # Read again: whoever tries an edit has put it on the report in memory.
    report = Report.objects.get(pk=report.pk)
    return report.is_live() and versions.digest(versions.snapshot(report)) == versions.digest(content)


def to_look_at(context):
    """The parts of the form that are refused, in one sentence."""
    form = context["adminform"].form
    names = [form.fields[name].label for name in form.errors if name in form.fields]
    names += [
        part.opts.verbose_name_plural.capitalize()
        for part in context["inline_admin_formsets"]
        if part.formset.total_error_count()
    ]
    where = ", ".join(names) or "the form"
    return f"This is how it looked before: it cannot be shown as it is typed now. Look at {where}."
