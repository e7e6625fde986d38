"""A moment typed as date and time in the site's zone: one that the clocks skip is refused, a doubled one asks which."""

from datetime import UTC, datetime

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

FORMAT = "%Y-%m-%dT%H:%M"
WHICH = [("0", "the first time"), ("1", "the second time")]


def readings(wall: datetime) -> list[datetime]:
    """The instants that a time on the wall means: one; none when the clocks skip it; two when they go back over it."""
    zone = timezone.get_current_timezone()
    both = [wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)]
    return list(dict.fromkeys(one for one in both if one.astimezone(zone).replace(tzinfo=None, fold=0) == wall))


def parse(value):
    try:
        return datetime.fromisoformat(value or "").replace(tzinfo=None, fold=0)
    except ValueError:
        return None


class MomentWidget(forms.MultiWidget):
    """The second question is asked only of a time that comes twice."""

    use_fieldset = False

    def __init__(self, attrs=None):
        when = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=FORMAT)
        which = forms.Select(choices=WHICH, attrs={"aria-label": "This time comes twice on that day. Which is meant?"})
        super().__init__({"": when, "which": which}, attrs)

    def decompress(self, value):
        if not value:
            return ["", "0"]
        local = timezone.localtime(value) if timezone.is_aware(value) else value
        return [local.strftime(FORMAT), str(local.fold)]

    def get_context(self, name, value, attrs):
        context = super().get_context(name, value, attrs)
        when, which = context["widget"]["subwidgets"]
        wall = parse(when["value"])
        if not wall or len(readings(wall)) < 2:
            # Nobody hears a field that is hidden: HTML allows it no such words.
            attrs = {name: value for name, value in which["attrs"].items() if not name.startswith("aria-")}
            which |= {
                "template_name": "django/forms/widgets/hidden.html",
                "type": "hidden",
                "value": "",
                "attrs": attrs,
            }
        return context

    def id_for_label(self, id_):
        return f"{id_}_0"


class MomentField(forms.MultiValueField):
    widget = MomentWidget

    def __init__(self, **kwargs):
        fields = [forms.CharField(required=False), forms.ChoiceField(choices=WHICH, required=False)]
        super().__init__(fields, require_all_fields=False, **kwargs)

    def compress(self, values):
        if not values or not values[0]:
            return None
        wall = parse(values[0])
        if wall is None:
            raise ValidationError("Give a date and a time, such as 2027-05-03 09:00.")
        found = readings(wall)
        if not found:
            raise ValidationError("The clocks skip this time on that day. Choose one an hour later or earlier.")
        if len(found) == 2 and not values[1]:
            raise ValidationError("The clocks go back on that day, and this time comes twice. Say which is meant.")
        return found[int(values[1] or 0) if len(found) == 2 else 0]

    def has_changed(self, initial, data):
        """To the minute: seconds are never typed."""
        return self.widget.decompress(initial)[0] != (data or [""])[0]
