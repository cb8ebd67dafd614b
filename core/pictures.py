"""Uploaded images: converted to a format that pages can show, and without the camera's metadata."""

import io
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from django.core.files.base import ContentFile
from django.db.models.signals import pre_save
from django.utils.translation import gettext_lazy as _
from PIL import Image
from pillow_heif import register_heif_opener

register_heif_opener()  # HEIC photos of iPhones are read like all others

NO_DESCRIPTION = _(
    "Dit is de naam van een bestand. Schrijf wat er op de afbeelding staat, voor wie haar niet ziet."
)
ORIENTATION = 0x0112  # the one Exif tag that is needed to show a photo
UPRIGHT = 1
# The formats that browsers show; other formats become JPEG.
SUFFIXES = {"AVIF": ".avif", "GIF": ".gif", "JPEG": ".jpg", "PNG": ".png", "WEBP": ".webp"}
MODES = frozenset({"1", "CMYK", "L", "LA", "P", "RGB", "RGBA"})  # of which a page can show every size
# Keys of Pillow's `info` that change what an image looks like, and keys that tell nothing of who made it or
# where.
LOOKS = frozenset({"background", "duration", "icc_profile", "loop", "transparency"})
TECHNICAL = LOOKS | {
    "adobe", "adobe_transform", "aspect", "bbox", "blend", "chromaticity", "default_image", "disposal", "dpi",
    "exif", "extension", "gamma", "interlace", "jfif", "jfif_density", "jfif_unit", "jfif_version",
    "progression", "progressive", "srgb", "timestamp", "version",
}  # fmt: skip
PARTS = (b"Exif\0", b"ICC_PROFILE\0")  # segments of a JPEG that are checked by themselves
# How each format is written: the quality, and no comment.
OPTIONS: dict[str, dict[str, Any]] = {
    "AVIF": {"quality": 90},
    "GIF": {"comment": b""},
    "WEBP": {"quality": 95},
}
FILE_NAME = re.compile(
    r".*\.(avif|bmp|gif|heic|jpe?g|png|svg|tiff?|webp)|(?=\S*(_|\d{3}))\S+"
    r"|(afbeelding|dscf?|dscn|foto|image|img|photo|picture|pxl|schermafbeelding|screenshot|whatsapp image)"
    r"[\s\d_.:()-]*",
    re.IGNORECASE,
)


def draw_anew(file: IO[bytes]) -> tuple[bytes, str] | None:
    """Return a redrawn image and its suffix, or None when it can stay as it is.

    An image is redrawn when it holds metadata (where, when, by whom and with what it was made), or when no
    page could show it: HEIC, and 16 bits per channel. Raises ValueError for a file that Pillow cannot read.
    """
    try:
        with Image.open(file) as image:
            image.load()
            kind = image.format if image.format in SUFFIXES else "JPEG"
            if image.format == kind and image.mode in MODES and not any(_extras(image)):
                return None
            return _draw(image, str(kind)), SUFFIXES[str(kind)]
    except Exception as error:  # Pillow raises many kinds for a broken or odd file; all mean the same
        raise ValueError(f"{type(error).__name__}: {error}") from error


def _extras(image: Image.Image) -> Iterator[Any]:
    """Yield the metadata of an image: all that does not change what it looks like."""
    yield from image.getexif().keys() - {ORIENTATION}
    yield from image.info.keys() - TECHNICAL
    parts = getattr(image, "applist", [])  # segments of a JPEG, also those that Pillow does not read
    yield from (name for name, data in parts if name not in {"APP0", "APP14"} and not data.startswith(PARTS))


def _draw(image: Image.Image, kind: str) -> bytes:
    """Return the image as a file without metadata."""
    exif = Image.Exif()
    options: dict[str, Any] = {}
    if (turned := image.getexif().get(ORIENTATION, UPRIGHT)) != UPRIGHT:
        exif[ORIENTATION] = turned
        options["exif"] = exif.tobytes()
    if kind == "JPEG":
        is_lossless = image.format == "JPEG" and image.mode in MODES  # a JPEG keeps its quality to the bit
        options |= {"comment": b"", "quality": "keep" if is_lossless else 90}
    options |= OPTIONS.get(kind, {})
    if getattr(image, "n_frames", 1) > 1 and kind != "JPEG":
        options["save_all"] = True
    image.info = {key: value for key, value in image.info.items() if key in LOOKS}
    out = io.BytesIO()
    (image if image.mode in MODES else _to_eight_bits(image, kind)).save(out, kind, **options)
    return out.getvalue()


def _to_eight_bits(image: Image.Image, kind: str) -> Image.Image:
    """Return the image with eight bits per channel."""
    if image.mode.startswith("I"):
        return image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    return image.convert("RGB" if kind == "JPEG" or "A" not in image.getbands() else "RGBA")


def clean_avatar(instance: Any, **kwargs: Any) -> None:
    """Redraw a new avatar where needed; a file that cannot be read stays as it is, and is not shown."""
    avatar = instance.avatar
    if avatar and not avatar._committed:  # noqa: SLF001  Django has no other way to tell that a file is new
        with suppress(ValueError):
            if drawn := draw_anew(avatar.file):
                data, suffix = drawn
                instance.avatar = ContentFile(data, Path(avatar.name).with_suffix(suffix).name)
        avatar.file.seek(0)


def connect() -> None:
    """Clean each avatar that an editor uploads."""
    pre_save.connect(clean_avatar, sender="wagtailusers.UserProfile")


def is_file_name(text: str) -> bool:
    """Tell whether a text is a file name that a camera or computer made up, which describes nothing."""
    return FILE_NAME.fullmatch(text.strip()) is not None
