"""Figures as readers get them: in several widths, each with its size, so that nothing on the page moves."""

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from uuid import UUID

from publications.models import Image
from publications.renditions import WIDTHS
from text.figures import keys_of

# As wide as the text: 42 rem beside the sidebar, the whole window on a small screen.
SIZES = "(min-width: 64rem) 42rem, 94vw"
# So many times can one picture have taken another's place.
MOST_REPLACED = 20


@dataclass(frozen=True)
class Figure:
    """A picture, and the address below which its forms lie."""

    image: Image
    place: str

    def html(self, alternative: str) -> str:
        width, height = self.image.width, self.image.height
        return (
            f'<picture><source type="image/webp" srcset="{self.forms("webp")}" sizes="{SIZES}">'
            f'<img src="{self.address(WIDTHS[1], "jpg")}" srcset="{self.forms("jpg")}" sizes="{SIZES}" '
            f'alt="{escape(alternative)}" width="{width}" height="{height}" loading="lazy" decoding="async"></picture>'
        )

    def forms(self, extension):
        """None is wider than the picture itself."""
        needed = [width for place, width in enumerate(WIDTHS) if not place or WIDTHS[place - 1] < self.image.width]
        return ", ".join(f"{self.address(width, extension)} {min(width, self.image.width)}w" for width in needed)

    def address(self, width, extension):
        return escape(f"{self.place}{self.image.pk}-{width}.{extension}")


def figures_in(texts: Iterable[str], place: str) -> dict[str, Figure]:
    """Those of these texts by their keys, in one query; in none where there are none."""
    keys = keys_of(texts)
    found = Image.objects.in_bulk(keys) if keys else {}
    return {str(key): Figure(image, place) for key, image in found.items()}


def image_at(key: UUID, texts: Iterable[str]) -> Image | None:
    """The picture with this key, if it stands in these texts; else the one there that has taken its place."""
    keys = keys_of(texts)
    # {a key: the picture that stands at its address by now}
    at = Image.objects.in_bulk(keys) if keys else {}
    for _ in range(MOST_REPLACED):
        if key in at or not at:
            break
        steps = Image.objects.filter(pk__in=at).exclude(replaces=None).values_list("replaces", "pk")
        at = {replaced: at[by] for replaced, by in steps}
    return at.get(key)
