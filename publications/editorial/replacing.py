"""Another picture in the place of one, in every report in which it stands now: saved like any edit. Its words stay."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db import transaction

from publications.editorial import versions
from publications.editorial.roles import Action, may
from publications.files import weigh
from publications.models import Image, Report
from text.figures import with_another

SAME = "This is the picture that is there already. Choose another."
NOWHERE = "No report that you may edit has it in its text, or in the edit that waits. Nothing was changed."
SAID = "Another picture in the place of “{}”"


@dataclass
class Replaced:
    """The picture that is there now; the reports that have it at once, those that will once they are published, and
    those that this person may not edit."""

    by: Image
    at_once: list[Report] = field(default_factory=list)
    waiting: list[Report] = field(default_factory=list)
    left: list[Report] = field(default_factory=list)


def replace_everywhere(old: Image, file, *, by) -> Replaced:
    """ValidationError where it is no picture, the same, or stands nowhere. Each report is saved by itself: whoever is
    interrupted chooses the same file again, and the rest follows."""
    if next(standing_in(old), None) is None:
        raise ValidationError(NOWHERE)
    done = Replaced(replacement(old, file, by))
    for key in old.uses.order_by("report").values_list("report", flat=True):
        replace_in(key, old, done, by)
    if not (done.at_once or done.waiting or done.by.uses.exists()):
        done.by.delete_with_file()
        raise ValidationError(NOWHERE)
    return done


def standing_in(image: Image) -> Iterator[Report]:
    """The reports whose next edit begins with it."""
    for report in Report.objects.filter(image_uses__image=image).order_by("pk").iterator():
        if holds(versions.standing(report), image):
            yield report


def holds(content: dict, image: Image) -> bool:
    return any(text != with_another(text, image.pk, "") for text in versions.texts_of(content).values())


def replacement(old: Image, file, by) -> Image:
    """The one that this file has become already, or becomes: who presses twice, even at once, adds one."""
    sha256 = weigh(file)[1]
    if sha256 == old.sha256:
        raise ValidationError(SAME)
    same = old.replacements.filter(sha256=sha256)
    if known := same.first():
        return known
    image = Image.objects.add(file, uploaded_by=by)
    with transaction.atomic():
        Image.objects.select_for_update(no_key=True).get(pk=old.pk)
        if known := same.first():
            image.delete_with_file()
            return known
        image.replaces = old
        image.save(update_fields=["replaces"])
    return image


@transaction.atomic
def replace_in(key: int, old: Image, done: Replaced, by) -> None:
    report = Report.objects.select_for_update(no_key=True).filter(pk=key).first()
    content = versions.standing(report) if report else None
    if not content or not holds(content, old):
        return
    if not may(by, Action.EDIT, report):
        done.left.append(report)
        return
    texts = {name: with_another(text, old.pk, done.by.pk) for name, text in versions.texts_of(content).items()}
    versions.save(report, content | {"fields": content["fields"] | texts}, by=by, said=SAID.format(old))
    (done.waiting if versions.pending(report) else done.at_once).append(report)
