"""Photos of members: small, square, and without what the camera wrote in them."""

from io import BytesIO
from typing import IO

from django.core.files.base import ContentFile
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

import core.pictures  # noqa: F401  reads HEIC

SIZE = 320
MOST_BYTES = 5 * 1024 * 1024
MOST_PIXELS = 4032 * 3024  # 12 megapixels, what a phone makes
FORMATS = ("JPEG", "PNG", "WEBP", "HEIF")


class PhotoError(ValueError):
    """The file cannot serve as a photo; its text says why, for the person who sent it."""


def build_photo(upload: IO[bytes], size: int) -> ContentFile:
    """Return the photo of `size` bytes as a WebP of 320 by 320 pixels, drawn anew; raises PhotoError."""
    if size > MOST_BYTES:
        raise PhotoError(_("De foto is groter dan 5 MB. Kies een kleinere."))
    try:
        image = _open(upload)
        buffer = BytesIO()
        _square(image).save(buffer, "WEBP", quality=82)
    except PhotoError:
        raise
    except (
        Exception
    ) as error:  # Pillow raises many kinds for a broken or hostile file; each means the same here
        raise PhotoError(
            _("We kunnen dit bestand niet lezen. Kies een foto in JPEG, PNG, WebP of HEIC.")
        ) from error
    return ContentFile(buffer.getvalue(), name="photo.webp")


def _open(upload: IO[bytes]) -> Image.Image:
    """Return the image, of which only the head was read; refuse one that would fill the memory."""
    image = Image.open(upload, formats=FORMATS)
    if image.width * image.height > MOST_PIXELS:
        raise PhotoError(_("De foto heeft meer dan 12 megapixels. Kies een kleinere."))
    return image


def _square(image: Image.Image) -> Image.Image:
    """Return the middle of the image, upright; a JPEG is read at a lower resolution, which spares memory."""
    image.draft("RGB", (2 * SIZE, 2 * SIZE))
    image.thumbnail((4 * SIZE, 4 * SIZE))
    upright = ImageOps.exif_transpose(image).convert("RGB")
    square = ImageOps.fit(upright, (SIZE, SIZE))
    square.info = {}
    return square
