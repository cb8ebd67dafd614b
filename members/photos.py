"""Photos of members: small, square, and without the camera's metadata."""

from io import BytesIO
from typing import IO

from django.core.files.base import ContentFile
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

import core.pictures  # noqa: F401  reads HEIC

SIZE = 320  # pixels, of width and height
MOST_BYTES = 5 * 1024 * 1024  # bounds what one upload costs; a photo of a phone fits
MOST_PIXELS = 4032 * 3024  # 12 megapixels, what a phone makes; bounds the memory that a decoded image takes
FORMATS = ("JPEG", "PNG", "WEBP", "HEIF")


class PhotoError(ValueError):
    """The file is not usable as a photo; its text says why, to the person who sent it."""


def build_photo(upload: IO[bytes], size: int) -> ContentFile:
    """Return the photo of `size` bytes, encoded anew as a WebP of 320 by 320 pixels; raises PhotoError."""
    if size > MOST_BYTES:
        raise PhotoError(_("De foto is groter dan 5 MB. Kies een kleinere."))
    try:
        image = _open(upload)
        buffer = BytesIO()
        _square(image).save(buffer, "WEBP", quality=82)
    except PhotoError:
        raise
    # Pillow raises many kinds of exceptions for a broken or hostile file; all mean the same here.
    except Exception as error:
        raise PhotoError(
            _("We kunnen dit bestand niet lezen. Kies een foto in JPEG, PNG, WebP of HEIC.")
        ) from error
    return ContentFile(buffer.getvalue(), name="photo.webp")


def _open(upload: IO[bytes]) -> Image.Image:
    """Return the image, of which only the header is read; refuse one that would fill the memory."""
    image = Image.open(upload, formats=FORMATS)
    if image.width * image.height > MOST_PIXELS:
        raise PhotoError(_("De foto heeft meer dan 12 megapixels. Kies een kleinere."))
    return image


def _square(image: Image.Image) -> Image.Image:
    """Return the middle of the image, upright; a JPEG is decoded at a lower resolution to save memory."""
    image.draft("RGB", (2 * SIZE, 2 * SIZE))
    image.thumbnail((4 * SIZE, 4 * SIZE))
    upright = ImageOps.exif_transpose(image).convert("RGB")
    square = ImageOps.fit(upright, (SIZE, SIZE))
    square.info = {}
    return square
