"""Takes out exactly what demo_loader.py made. What others have come to rest on stays, and is named."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.core.files.storage import default_storage
from django.db import models, transaction

from accounts import demo_editor
from accounts.names import is_named
from authors.models import Author
from institution.models import Page, SiteDetails
from interchange import demo_loader
from interchange.models import ImportRecord
from publications import relating
from publications.finding import following
from publications.models import Attachment, Image, ImageUse, PublicationType, Report
from publications.renditions import names_of_all
from topics.models import Topic


@dataclass
class Removal:
    """How many rows went, and a sentence for each that stayed."""

    reports: int = 0
    authors: int = 0
    topics: int = 0
    types: int = 0
    kept: list[str] = field(default_factory=list)


def remove() -> Removal:
    """All in one transaction; the files go once it has ended well."""
    removal = Removal()
    with transaction.atomic():
        remove_reports(removal)
        remove_authors(removal)
        remove_topics(removal)
        remove_types(removal)
        remove_site(removal)
        remove_user(removal)
        relating.rebuild()
        following.note(None)
    return removal


def made(model: type[models.Model]) -> models.QuerySet:
    """What is left of the demo's rows of this kind."""
    kind = model._meta.model_name
    refs = ImportRecord.objects.filter(import_ref__startswith=f"{demo_loader.SOURCE}:{kind}:")
    return model.objects.filter(import_record__in=refs)


def remove_reports(removal):
    """Those that somebody has edited since are the demo's all the same."""
    reports = made(Report)
    removal.reports = reports.count()
    files, pictures = [*files_of(reports)], [*pictures_of(reports).values_list("pk", flat=True)]
    # Not `Report.delete`, which lets nothing go that was ever live: these were never real.
    ImageUse.objects.end(reports)
    reports.delete()
    transaction.on_commit(lambda: delete_files(files))
    for picture in Image.objects.free().filter(pk__in=pictures):
        picture.delete_with_file()


def files_of(reports) -> Iterator[str]:
    for cover in reports.exclude(cover="").values_list("cover", flat=True):
        yield cover
        yield from names_of_all(cover)
    yield from Attachment.objects.filter(report__in=reports).values_list("file", flat=True)


def pictures_of(reports) -> models.QuerySet:
    """Those that nobody uploaded: an editor's own stay as long as any that belong to no report."""
    return Image.objects.filter(uses__report__in=reports, uploaded_by=None).distinct()


def delete_files(names: Iterable[str]) -> None:
    for name in names:
        default_storage.delete(name)


def remove_authors(removal):
    authors = made(Author)
    for author in authors.filter(authorships__isnull=False).distinct():
        removal.kept.append(f"The author “{author}” stays: publications of yours name them.")
    unused = authors.filter(authorships__isnull=True)
    photos = [*unused.exclude(photo="").values_list("photo", flat=True)]
    removal.authors = unused.count()
    unused.delete()
    transaction.on_commit(lambda: delete_files(photos))


def remove_topics(removal):
    """Children before their parents, as long as one can go."""
    while pks := [*made(Topic).filter(report_topics__isnull=True, children__isnull=True).values_list("pk", flat=True)]:
        removal.topics += len(pks)
        Topic.objects.filter(pk__in=pks).delete()
    for topic in made(Topic):
        removal.kept.append(f"The topic “{topic}” stays: publications or topics of yours rest on it.")


def remove_types(removal):
    """Types bear no mark, so one goes if it still is what the demo made, and no report has it."""
    for made_type in demo_loader.types():
        found = unchanged(PublicationType.objects.filter(reports__isnull=True), made_type)
        removal.types += found.count()
        found.delete()
        if PublicationType.objects.filter(slug=made_type.slug).exists():
            removal.kept.append(f"The type “{made_type}” stays: it is in use, or you have changed it.")


def remove_site(removal):
    unchanged(SiteDetails.objects.all(), demo_loader.site_details()).delete()
    if SiteDetails.objects.exists():
        removal.kept.append("The site details stay: you have changed them.")
    for page in demo_loader.site_pages():
        unchanged(Page.objects.all(), page).delete()
        if Page.objects.filter(slug=page.slug).exists():
            removal.kept.append(f"The page “{page}” stays: you have changed it.")


def unchanged(rows, made_row):
    """The row that still is, in every column, what the demo made."""
    passing = {"id", "name_key", "created_at", "changed_at"}
    columns = [column for column in made_row._meta.concrete_fields if column.name not in passing]
    return rows.filter(**{column.name: column.pre_save(made_row, True) for column in columns})


def remove_user(removal):
    """The demo's editor goes, unless somebody has given them another password and so a life of their own."""
    if demo_editor.sign_in():
        user = User.objects.get(username=demo_editor.USERNAME)
        if is_named(user) or LogEntry.objects.filter(user=user).exists():
            retire(user)
            removal.kept.append(f"The user “{user}” stays, since the history names them; they can no longer sign in.")
        else:
            user.delete()
        transaction.on_commit(lambda: demo_editor.password_file().unlink(missing_ok=True))
    elif User.objects.filter(username=demo_editor.USERNAME).exists():
        removal.kept.append(f"The user “{demo_editor.USERNAME}” stays: their password is not the demo’s.")


def retire(user):
    user.is_active = user.is_staff = user.is_superuser = False
    user.set_unusable_password()
    user.save()
