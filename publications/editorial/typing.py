"""What is typed and not saved yet: kept for its typist alone, and carried over a sign-in.

Values are those of a form as it is posted: `{name: [values]}`. They are cleaned as text and never trusted: they come
back as what was typed into the form, and pass its checks when they are saved.
"""

import json
from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID, uuid4

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.db.models.fields.json import KT
from django.utils import timezone

from publications.models import Report, Typed
from text.cleaning import clean_text

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
    """Keep the newest values of the form that they come from, whose key is among them."""
    row, is_new = Typed.objects.update_or_create(
        pk=own_key(first(values, KEY), user, report),
        user=user,
        report=report,
        defaults={"data": values, "seen": first(values, SEEN)[:64], "at": timezone.now()},
    )
    if is_new:
        oldest = typed_by(user, report).values_list("pk", flat=True)[MOST:]
        Typed.objects.filter(pk__in=list(oldest)).delete()
    return row


def first(values: Values, name: str) -> str:
    return (values.get(name) or [""])[0]


def own_key(text: str, user: User, report: Report | None) -> UUID:
    """The key of the form; a new one where that is none, or another person's or another report's."""
    key = as_key(text)
    taken = key and Typed.objects.filter(pk=key).exclude(pk__in=typed_by(user, report).values("pk")).exists()
    return uuid4() if key is None or taken else key


def as_key(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def forget(user: User, report: Report | None, key: str) -> None:
    typed_by(user, report).filter(pk=as_key(key)).delete()


def forget_saved(user: User, report: Report | None, values: Values) -> None:
    """What was saved is no longer kept, in other forms either that say the same."""
    rows = typed_by(user, report)
    same = [row.pk for row in rows if content_of(row.data) == content_of(values)]
    rows.filter(pk__in=[as_key(first(values, KEY)), *same]).delete()


def content_of(values: Values) -> Values:
    """Without what tells one opened form from another."""
    return {name: given for name, given in values.items() if name not in {KEY, SEEN, TYPIST}}


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
