"""What readers get of a picture, and where that is kept."""

import io
import threading

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image, ImageCms

from publications import files, renditions
from tests.factory import picture_bytes


def opened(content):
    image = Image.open(content)
    image.load()
    return image


def rendered(content, width=1600, extension="webp"):
    """What readers get of an upload."""
    name = default_storage.save("covers/upload", files.picture(ContentFile(content)))
    with default_storage.open(renditions.rendition(name, width, extension)) as file:
        return opened(file)


def test_a_picture_becomes_webp_no_wider_than_asked():
    image = rendered(picture_bytes("PNG", (3000, 1500)))
    assert (image.format, image.size) == ("WEBP", (1600, 800))


def test_a_small_picture_is_not_made_larger():
    assert rendered(picture_bytes("PNG", (60, 40))).size == (60, 40)


def test_a_picture_is_turned_upright_and_loses_its_metadata():
    exif = Image.Exif()
    exif[0x0112], exif[0x013B] = 6, "A. Photographer at 52.5 N"
    image = rendered(picture_bytes("JPEG", (3000, 1000), exif=exif))
    assert image.size == (1000, 3000)
    assert not image.getexif()
    assert "exif" not in image.info


@pytest.mark.parametrize("exif", [b"", b"MM", b"Exif\0\0II*\0\xff\xff\xff\xff", b"Exif\0\0MM\0*\0\0\0\x08\xff\xff"])
def test_a_broken_word_on_which_side_is_up_does_no_harm(exif):
    assert renditions.orientation(exif) == 1


@pytest.mark.parametrize("side", range(1, 9))
def test_every_orientation_ends_upright(side):
    """The same corner is red, however the camera was held."""
    upright = Image.new("RGB", (40, 20), "white")
    upright.paste((255, 0, 0), (0, 0, 10, 10))
    back = {6: Image.Transpose.ROTATE_90, 8: Image.Transpose.ROTATE_270}.get(side, renditions.TURNS.get(side))
    exif, written = Image.Exif(), io.BytesIO()
    exif[renditions.ORIENTATION] = side
    (upright.transpose(back) if back is not None else upright).save(written, "PNG", exif=exif)
    image = rendered(written.getvalue())
    red, green, _ = image.getpixel((3, 3))[:3]
    assert image.size == (40, 20)
    assert red > 200
    assert green < 90


def test_transparency_survives():
    image = rendered(picture_bytes("PNG", (20, 20), "RGBA", (255, 0, 0, 0)))
    assert image.mode == "RGBA"
    assert image.getpixel((5, 5))[3] == 0


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "I;16"])
def test_every_kind_of_png_becomes_a_picture(mode):
    assert rendered(picture_bytes("PNG", (20, 20), mode)).size == (20, 20)


def test_a_grey_picture_of_sixteen_bits_keeps_its_grey():
    image = rendered(picture_bytes("PNG", (20, 20), "I;16", 32768))
    assert abs(image.getpixel((5, 5))[0] - 128) < 4


def test_a_picture_for_print_becomes_one_for_screens():
    image = rendered(picture_bytes("JPEG", (20, 20), "CMYK", (0, 255, 255, 0)))
    red, green, blue = image.getpixel((5, 5))[:3]
    assert red > 200
    assert green < 60
    assert blue < 60


def test_the_colours_of_another_profile_are_kept_and_a_broken_profile_does_no_harm():
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for content in (profile, b"not a profile"):
        coloured = picture_bytes("PNG", (20, 20), colour=(200, 100, 50), icc_profile=content)
        image = rendered(coloured)
        assert abs(image.getpixel((5, 5))[0] - 200) < 6
        assert "icc_profile" not in image.info


def test_a_picture_as_tall_as_a_tower_is_kept():
    assert rendered(picture_bytes("PNG", (10, 40_000), "1")).height <= renditions.MOST_HEIGHT


def stored(size):
    return default_storage.save("covers/picture.webp", ContentFile(picture_bytes("WEBP", size)))


def test_a_rendition_is_made_once_and_is_no_wider_than_asked():
    name = stored((1200, 600))
    assert renditions.rendition(name, 480) == renditions.rendition_name(name, 480) == "covers/picture.480.webp"
    with default_storage.open("covers/picture.480.webp") as file:
        assert opened(file).size == (480, 240)
    default_storage.delete(name)
    assert renditions.rendition(name, 480) == "covers/picture.480.webp"


def test_a_rendition_is_never_wider_than_its_picture():
    with default_storage.open(renditions.rendition(stored((400, 200)), 960)) as file:
        assert opened(file).size == (400, 200)


def test_programs_that_do_not_read_webp_get_jpeg_on_white():
    image = rendered(picture_bytes("PNG", (2000, 1000), "RGBA", (255, 0, 0, 0)), 960, "jpg")
    assert (image.format, image.mode, image.size) == ("JPEG", "RGB", (960, 480))
    assert min(image.getpixel((5, 5))) > 250


def test_no_rendition_has_a_width_of_the_visitors_choice():
    with pytest.raises(ValueError, match="479"):
        renditions.rendition("covers/picture.webp", 479)


def test_a_rendition_that_was_never_finished_is_made_anew():
    name = stored((1200, 600))
    default_storage.save("covers/picture.480.webp", ContentFile(picture_bytes("WEBP", (480, 240))[:-9]))
    assert renditions.rendition(name, 480) == "covers/picture.480.webp"
    assert renditions.is_whole("covers/picture.480.webp")


def test_renditions_asked_for_at_once_are_one_file():
    name = stored((1200, 600))
    answers = []
    threads = [threading.Thread(target=lambda: answers.append(renditions.rendition(name, 480))) for _ in range(6)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert set(answers) == {"covers/picture.480.webp"}
    assert sorted(default_storage.listdir("covers")[1]) == ["picture.480.webp", "picture.webp"]
