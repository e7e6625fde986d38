"""What is typed and not saved yet: kept for its typist alone, with the uploads and pictures that it names, and carried
over a sign-in.

Values are those of a form as it is posted: `{name: [values]}`. They are cleaned as text and never trusted: they come
back as what was typed into the form, and pass its checks when they are saved.
"""

import json
from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID, uuid4

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.fields.json import KT
from django.utils import timezone

from publications.models import Image, Report, Typed, TypedName, Upload
from publications.models.uploads import UPLOADED
from text.cleaning import clean_text
from text.figures import named_in

KEY, SEEN, FILES = "typed", "seen", "chosen_files"
# A hidden field that says for whom the form was opened, so that nobody else is taken for its typist.
TYPIST = "typist"
# Characters, names included: each written out in eight bytes, they are still what one request may bring.
LIMIT = 2_000_000
# Forms of one report left open by one person; of more, the oldest are forgotten.
MOST = 20
# Who has typed since is taken to be still at it.
STILL_TYPING = timedelta(minutes=10)
NOT_TYPED = "What came with this page was not typed into a form. Go back in the browser, and press Save again."
TOO_LONG = "It is too long to be kept while you type. Save it now and then."
Values = dict[str, list[str]]


def plain(lists: Iterable[tuple[str, list[str]]]) -> Values:
    """What is kept of a posted form: no token, password or button, no row that stands on the page as a pattern."""
    return fitting(
        {clean_text(name): [clean_text(value) for value in values] for name, values in lists if is_kept(name)}
    )


def is_kept(name: str) -> bool:
    return name != "csrfmiddlewaretoken" and name[:1] != "_" and "__prefix__" not in name and "password" not in name


def fitting(values: Values) -> Values:
    """ValidationError where there is too much of it."""
    if sum(len(name) + sum(map(len, given)) for name, given in values.items()) > LIMIT:
        raise ValidationError(TOO_LONG)
    return values


def typed_by(user: User, report: Report | None) -> QuerySet[Typed]:
    """The newest first, each with the `title` that is typed there."""
    return titled(Typed.objects.filter(user=user, report=report))


def typed_anywhere(user: User, reports: QuerySet[Report]) -> QuerySet[Typed]:
    """What this person has typed into the forms of these reports, and into those of new ones."""
    return titled(Typed.objects.filter(Q(report=None) | Q(report__in=reports.order_by()), user=user))


def titled(rows: QuerySet[Typed]) -> QuerySet[Typed]:
    return rows.annotate(title=KT("data__title__0"))


def also_typing(user: User, report: Report | None) -> list[User]:
    """The others who are typing in this report at this moment."""
    if report is None:
        return []
    rows = Typed.objects.filter(report=report, at__gte=timezone.now() - STILL_TYPING).exclude(user=user)
    return list(User.objects.filter(pk__in=rows.order_by().values("user")).order_by("username"))


def keep(user: User, report: Report | None, values: Values) -> Typed:
    """Keep the newest values of the form that they come from, whose key is among them, and what they name."""
    key, before = own_key(first(values, KEY), user, report)
    named = names_in(values)
    if named == before:
        row, is_new = put(key, user, report, values)
        if not (is_new and named):
            return row
        # Meanwhile it was discarded elsewhere, and what it named let go of.
        before = set()
    with transaction.atomic():
        row, _ = put(key, user, report, values)
        TypedName.objects.bulk_create(
            (TypedName(typed=row, key=one) for one in still_there(named - before)), ignore_conflicts=True
        )
        let_go(row.names.exclude(key__in=named))
    return row


def put(key: UUID, user: User, report: Report | None, values: Values) -> tuple[Typed, bool]:
    """The row, and whether it is new."""
    row, is_new = Typed.objects.update_or_create(
        pk=key,
        user=user,
        report=report,
        defaults={"data": values, "seen": first(values, SEEN)[:64], "at": timezone.now()},
    )
    if is_new:
        oldest = typed_by(user, report).values_list("pk", flat=True)[MOST:]
        drop(Typed.objects.filter(pk__in=list(oldest)))
    return row, is_new


def first(values: Values, name: str) -> str:
    return (values.get(name) or [""])[0]


def own_key(text: str, user: User, report: Report | None) -> tuple[UUID, set[UUID]]:
    """The key of the form, and what was named there when it was kept last; a new key where that is none, or another
    person's or another report's."""
    key = as_key(text)
    rows = list(Typed.objects.filter(pk=key).values_list("user", "report", "names__key")) if key else []
    if key is None or any((one, of) != (user.pk, report and report.pk) for one, of, _ in rows):
        return uuid4(), set()
    return key, {name for _, _, name in rows if name}


def as_key(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def forget(user: User, report: Report | None, key: str) -> None:
    drop(typed_by(user, report).filter(pk=as_key(key)))


def forget_saved(user: User, report: Report | None, values: Values) -> None:
    """What was saved is no longer kept, in other forms either that say the same."""
    rows = typed_by(user, report)
    same = [row.pk for row in rows if content_of(row.data) == content_of(values)]
    drop(rows.filter(pk__in=[as_key(first(values, KEY)), *same]))


def content_of(values: Values) -> Values:
    """Without what tells one opened form from another."""
    return {name: given for name, given in values.items() if name not in {KEY, SEEN, TYPIST}}


# What it names: uploads and pictures, which stay for it


def names_in(values: Values) -> set[UUID]:
    files = {as_key(key) for name, given in values.items() if name.endswith(UPLOADED) for key in given}
    pictures = {UUID(key) for given in values.values() for text in given for key in named_in(text)}
    return files - {None} | pictures


def still_there(keys: set[UUID]) -> set[UUID]:
    """Without what goes so soon that no form takes it any more."""
    found = (model.objects.waiting().filter(pk__in=keys) for model in (Upload, Image))
    return {key for rows in found for key in rows.values_list("pk", flat=True)} if keys else set()


def let_go(names: QuerySet[TypedName]) -> None:
    """What is named there no longer has its time from now on."""
    if keys := set(names.values_list("key", flat=True)):
        for model in (Upload, Image):
            model.objects.filter(pk__in=keys).renew()
        names.delete()


@transaction.atomic
def drop(rows: QuerySet[Typed]) -> None:
    """They are held: nothing is named there meanwhile."""
    keys = list(rows.select_for_update().order_by("pk").values_list("pk", flat=True))
    if keys:
        let_go(TypedName.objects.filter(typed__in=keys))
        Typed.objects.filter(pk__in=keys).only("pk").delete()


# On a page, in one hidden field


def packed(values: Values) -> str:
    return json.dumps(values)


def unpacked(text: str) -> Values:
    """ValidationError where this is not what `packed` makes."""
    try:
        values = json.loads(text)
    except (ValueError, RecursionError):
        raise ValidationError(NOT_TYPED) from None
    is_form = isinstance(values, dict) and all(isinstance(given, list) for given in values.values())
    if not is_form or not all(isinstance(value, str) for given in values.values() for value in given):
        raise ValidationError(NOT_TYPED)
    return plain(values.items())
