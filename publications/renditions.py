"""Pictures as readers get them: upright, in sRGB, without metadata, in a few widths, as WebP and as JPEG."""

import io
import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import PurePosixPath

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db.models import ImageField
from django.db.models.fields.files import ImageFieldFile
from PIL import Image, ImageCms

from publications.files import PICTURES, UNREADABLE, decode, format_of

WIDTHS = (480, 960, 1600)
# How each kind is written. JPEG is for programs that do not read WebP.
WAYS = {
    "webp": {"format": "WEBP", "quality": 82, "method": 4, "exif": b"", "icc_profile": None},
    "jpg": {"format": "JPEG", "quality": 80, "optimize": True, "progressive": True, "icc_profile": None},
}
# WebP's own limit is 16,383.
MOST_HEIGHT = 16_000
# What EXIF's orientations ask for; the last four lay the picture on its side.
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
ORIENTATION = 0x0112
# One at a time: what is asked for meanwhile is made at once, for who asks.
ASIDE = ThreadPoolExecutor(max_workers=1, thread_name_prefix="renditions")
# A large picture takes some hundred megabytes while it is made smaller: whoever comes third waits.
DECODING = threading.BoundedSemaphore(2)
log = logging.getLogger(__name__)


def encode(image, width, extension):
    """The picture upright, in sRGB, without metadata, at most so wide."""
    side = orientation(image.info.get("exif", b""))
    box = (MOST_HEIGHT, width) if side >= 5 else (width, MOST_HEIGHT)
    small = eight_bits(image)
    small.thumbnail(box, Image.Resampling.LANCZOS)
    final = in_srgb(small)
    final = final.transpose(TURNS[side]) if side in TURNS else final
    written = io.BytesIO()
    if extension == "jpg":
        final = on_white(final)
    final.save(written, **WAYS[extension])
    return written.getvalue()


def on_white(image):
    if image.mode != "RGBA":
        return image
    ground = Image.new("RGB", image.size, "white")
    ground.paste(image, mask=image.getchannel("A"))
    return ground


def orientation(exif):
    """Which side is up, 1 to 8, by EXIF; 1 where it does not say or is broken (of which Pillow's reader warns)."""
    tiff = exif.removeprefix(b"Exif\0\0")
    order = {b"II": "little", b"MM": "big"}.get(tiff[:2], "big")
    start = int.from_bytes(tiff[4:8], order)
    count = int.from_bytes(tiff[start : start + 2], order)
    for entry in range(start + 2, min(start + 2 + 12 * count, len(tiff)), 12):
        if int.from_bytes(tiff[entry : entry + 2], order) == ORIENTATION:
            return int.from_bytes(tiff[entry + 8 : entry + 10], order)
    return 1


def upright_size(file) -> tuple[int, int]:
    """Width and height of a picture that passed the checks, as it is seen, however the camera was held."""
    kind = format_of(file, *PICTURES)
    file.seek(0)
    image = kind.opener(file)
    width, height = image.size
    file.seek(0)
    return (height, width) if orientation(image.info.get("exif", b"")) >= 5 else (width, height)


class UprightFile(ImageFieldFile):
    def _get_image_dimensions(self):
        """Django's would be those of the file, which the camera may have held on its side."""
        if not hasattr(self, "_dimensions_cache"):
            is_closed = self.closed
            self.open()
            try:
                self._dimensions_cache = upright_size(self)
            except (ValidationError, *UNREADABLE):
                self._dimensions_cache = (None, None)
            if is_closed:
                self.close()
        return self._dimensions_cache


class UprightImageField(ImageField):
    """Its columns of width and height are those of the picture as it is seen."""

    attr_class = UprightFile


def eight_bits(image):
    """RGB, or RGBA where something is transparent; ink stays ink until its profile is read."""
    if image.mode.startswith(("I", "F")):
        # Sixteen bits of grey are scaled, which `convert` would not do.
        return image.convert("I").point(lambda value: value / 256).convert("L").convert("RGB")
    if image.mode == "CMYK":
        return image.copy()
    return image.convert("RGBA" if image.has_transparency_data else "RGB")


def in_srgb(image):
    """Colours as the picture's own profile means them; as they stand where it has none that can be read."""
    mode = "RGBA" if image.mode == "RGBA" else "RGB"
    profile = image.info.get("icc_profile")
    try:
        if profile:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            return ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode=mode)
    except (ImageCms.PyCMSError, OSError, ValueError):
        pass
    return image.convert(mode)


def rendition_name(name: str, width: int, extension: str = "webp") -> str:
    """Where the narrower form of a stored picture is kept: `covers/a.webp` → `covers/a.480.webp`, and that of
    `covers/a.png` beside it, `covers/a-png.480.webp`."""
    if width not in WIDTHS or extension not in WAYS:
        raise ValueError(f"No rendition is {width} pixels wide, or {extension}.")
    stored = PurePosixPath(name)
    stem = stored.stem if stored.suffix in {"", ".webp"} else f"{stored.stem}-{stored.suffix[1:]}"
    return str(stored.with_name(f"{stem}.{width}.{extension}"))


def names_of_all(name: str) -> list[str]:
    return [rendition_name(name, width, extension) for extension in WAYS for width in WIDTHS]


def rendition(name: str, width: int, extension: str = "webp") -> str:
    """The storage name of the picture at this width at most, made when missing."""
    wanted = rendition_name(name, width, extension)
    if is_whole(wanted):
        return wanted
    with DECODING, default_storage.open(name) as file:
        # Whoever came first may have made it meanwhile.
        if is_whole(wanted):
            return wanted
        # Twice as wide, for it is sharper when it is made smaller once more.
        image = decode(file, format_of(file, *PICTURES), 2 * width)
        return store(wanted, ContentFile(encode(image, width, extension)))


def delete_with_all(name: str) -> None:
    """A stored file and what was made of it."""
    for one in (name, *names_of_all(name)):
        default_storage.delete(one)


def make_all(name: str) -> None:
    """Every form of this picture, so that no reader waits for one."""
    for width in WIDTHS:
        for extension in WAYS:
            try:
                rendition(name, width, extension)
            except (OSError, ValidationError) as error:
                # Whoever asks for it next tries again.
                log.warning("The picture %s could not be made %s pixels wide: %s", name, width, error)


def make_all_aside(name: str) -> None:
    """While the page is answered."""
    ASIDE.submit(make_all, name)


def store(name, content):
    """Keep under exactly this name. Another process may have been faster, with the same; a torn file gives way."""
    if default_storage.exists(name) and not is_whole(name):
        default_storage.delete(name)
    saved = default_storage.save(name, content)
    if saved != name:
        default_storage.delete(saved)
    return name


def is_whole(name):
    """Whether this rendition is there to its last byte: WebP says at the start how long it is, JPEG ends in a mark."""
    try:
        with default_storage.open(name) as file:
            if name.endswith(".webp"):
                return file.size == int.from_bytes(file.read(8)[4:8], "little") + 8
            file.seek(max(file.size - 2, 0))
            return file.read() == b"\xff\xd9"
    except FileNotFoundError:
        return False
