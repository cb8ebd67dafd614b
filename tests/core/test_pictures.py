"""Pictures that come in tell no more than they show, and a page can show each that is taken."""

import io
import stat
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from PIL import Image, PngImagePlugin
from wagtail.users.models import UserProfile

from core.forms import SiteImageForm
from core.models import SiteImage
from core.pictures import draw_anew, is_file_name
from members.photos import build_photo
from practices.blocks import DescribedImageBlock, StructBlockValidationError
from users.models import User

TOKEN = "zevensterren"
TURNED = 6  # the camera was held upright


def draw(kind: str, mode: str = "RGB", *, frames: int = 1, **options: Any) -> bytes:
    """Return the file of a picture that is wider than it is high, and red on the left."""
    image = Image.new(mode, (64, 32), 0 if mode.startswith("I") else "teal")
    if mode in {"RGB", "RGBA"}:
        image.paste("red", (0, 0, 32, 32))
    others = [image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)] * (frames - 1)
    out = io.BytesIO()
    image.save(out, kind, **options, **({"save_all": True, "append_images": others} if others else {}))
    return out.getvalue()


def of_a_camera(turned: int = TURNED) -> bytes:
    """Return what a camera tells: its make, and where it was."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = turned, TOKEN
    exif.get_ifd(0x8825).update({1: "N", 2: (52.0, 4.0, 41.0)})
    return exif.tobytes()


def with_words() -> PngImagePlugin.PngInfo:
    """Return what programs write into a PNG."""
    words = PngImagePlugin.PngInfo()
    words.add_text("Author", TOKEN)
    return words


TELLING = {
    "foto.jpg": draw("JPEG", exif=of_a_camera(), comment=TOKEN.encode()),
    "woorden.jpg": draw("JPEG", xmp=f"<x>{TOKEN}</x>".encode()),
    "foto.png": draw("PNG", exif=of_a_camera(), pnginfo=with_words()),
    "foto.webp": draw("WEBP", exif=of_a_camera(), xmp=f"<x>{TOKEN}</x>".encode()),
    "foto.avif": draw("AVIF", exif=of_a_camera()),
    "foto.heic": draw("HEIF", exif=of_a_camera(1)),
    "foto.gif": draw("GIF", "P", comment=TOKEN.encode()),
    "film.gif": draw("GIF", frames=3, comment=TOKEN.encode()),
    "dubbel.jpg": draw("MPO", frames=2, exif=of_a_camera()),
}
STRANGE = {
    "grijs.png": draw("PNG", "I;16"),
    "druk.jpg": draw("JPEG", "CMYK"),
    "masker.png": draw("PNG", "LA"),
    "zwart.png": draw("PNG", "1"),
}
SILENT = {
    "foto.jpg": draw("JPEG"),
    "foto.png": draw("PNG", "RGBA"),
    "foto.webp": draw("WEBP"),
    "film.gif": draw("GIF", frames=3),
}


def read(data: bytes) -> Image.Image:
    """Return the picture in a file."""
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


@pytest.mark.parametrize("name", TELLING)
def test_a_picture_tells_no_more_than_it_shows(name: str) -> None:
    before, drawn = read(TELLING[name]), draw_anew(io.BytesIO(TELLING[name]))
    assert TOKEN.encode() in TELLING[name] or before.getexif()
    assert drawn
    data, suffix = drawn
    after = read(data)
    assert suffix == (Path(name).suffix if "heic" not in name else ".jpg")
    assert TOKEN.encode() not in data
    assert dict(after.getexif().get_ifd(0x8825)) == {}
    assert after.getexif().get(0x0112) == (TURNED if before.getexif().get(0x0112) == TURNED else None)
    assert (after.size, getattr(after, "n_frames", 1)) == (
        before.size,
        1 if suffix == ".jpg" else getattr(before, "n_frames", 1),
    )
    assert draw_anew(io.BytesIO(data)) is None, "what is clean stays as it is"


@pytest.mark.parametrize("name", SILENT)
def test_a_picture_that_tells_nothing_stays_as_it_is(name: str) -> None:
    assert draw_anew(io.BytesIO(SILENT[name])) is None


@pytest.mark.parametrize("name", ["foto.jpg", "foto.heic", *STRANGE])
def test_a_page_can_show_each_picture_that_is_taken(own_files: SimpleNamespace, db: None, name: str) -> None:
    upload = SimpleUploadedFile(name, (TELLING | STRANGE)[name])
    form = form_with(upload)
    assert form.is_valid(), form.errors
    image = form.save()
    assert image.file.name.endswith(".jpg" if name == "foto.heic" else name)
    for size in ("width-32", "fill-16x16|format-webp", "max-20x20|format-jpeg"):
        assert image.get_rendition(size).width


def form_with(upload: SimpleUploadedFile, **fields: str) -> SiteImageForm:
    """Return the form as an editor sends it."""
    from wagtail.images.forms import get_image_form

    root = {"title": "Beeld", "collection": "1", **fields}
    return get_image_form(SiteImage)(root, {"file": upload})


def test_a_name_of_a_file_is_no_description(db: None, own_files: SimpleNamespace) -> None:
    form = form_with(SimpleUploadedFile("a.jpg", SILENT["foto.jpg"]), description="IMG_2041.jpg")
    assert list(form.errors) == ["description"]
    image = SiteImage.objects.create(title="IMG_2041", file=ContentFile(SILENT["foto.jpg"], "IMG_2041.jpg"))
    assert image.default_alt_text == ""
    block = DescribedImageBlock()

    def place(text: str) -> Any:
        """Place the image with a text."""
        return block.clean(block.to_python({"image": image.pk, "alt_text": text, "decorative": False}))

    assert place("Een gemaal bij de dijk")
    for text in ("", "IMG_2041"):
        with pytest.raises(StructBlockValidationError) as error:
            place(text)
        assert list(error.value.block_errors) == ["alt_text"]


@pytest.mark.parametrize(
    "text", ["gemaal.JPG", "IMG_2041", "DSC 0001", "20240131_gemaal", "Schermafbeelding 2024", "foto (2)"]
)
def test_names_of_files_are_known(text: str) -> None:
    assert is_file_name(text)


@pytest.mark.parametrize(
    "text", ["", "Een gemaal in 2024", "Gemaal", "Foto van de A12", "Kaart: 355 gemeenten", "A12"]
)
def test_words_are_no_names_of_files(text: str) -> None:
    assert not is_file_name(text)


def test_what_is_there_is_cleaned_once(
    db: None, own_files: SimpleNamespace, capsys: pytest.CaptureFixture[str]
) -> None:
    image = SiteImage.objects.create(title="Gemaal", file=ContentFile(TELLING["foto.jpg"], "gemaal.jpg"))
    broken = SiteImage.objects.create(title="Stuk", file=ContentFile(TELLING["foto.jpg"], "stuk.jpg"))
    profile = UserProfile.get_for_user(User.objects.create_user("red@adres.example"))
    profile.avatar.save("ik.jpg", ContentFile(TELLING["foto.jpg"]))
    Path(broken.file.path).write_bytes(draw("PNG", exif=b"Exif\0\0II*\0"))  # Pillow breaks on what this tells
    Path(profile.avatar.path).write_bytes(TELLING["foto.jpg"])
    image.get_rendition("width-32")
    call_command("strip_pictures")
    call_command("strip_pictures")
    said = capsys.readouterr()
    assert said.out.splitlines() == ["2 of 3 pictures drawn anew", "0 of 3 pictures drawn anew"]
    assert "cannot be read" in said.err
    image.refresh_from_db()
    assert not image.renditions.exists()
    assert (image.file_size, image.file_hash) == (
        image.file.size,
        SiteImage.objects.get(pk=image.pk).get_file_hash(),
    )
    files = [path.read_bytes() for path in own_files.private.rglob("*") if path.is_file()]
    assert len(files) == 3
    assert not any(TOKEN.encode() in data for data in files)


def test_the_picture_of_an_editor_is_cleaned(db: None, own_files: SimpleNamespace) -> None:
    profile = UserProfile.get_for_user(User.objects.create_user("red@adres.example"))
    profile.avatar = SimpleUploadedFile("ik.jpg", TELLING["foto.jpg"])
    profile.save()
    assert TOKEN.encode() not in Path(profile.avatar.path).read_bytes()
    profile.avatar = SimpleUploadedFile("ik.png", draw("PNG", exif=b"Exif\0\0II*\0"))
    profile.save()


def test_a_photo_of_an_iphone_is_taken() -> None:
    photo = build_photo(io.BytesIO(TELLING["foto.heic"]), len(TELLING["foto.heic"]))
    assert read(photo.read()).size == (320, 320)


def test_what_is_written_is_its_owners_to_read_but_for_sizes_of_images(
    db: None, own_files: SimpleNamespace
) -> None:
    image = SiteImage.objects.create(title="Gemaal", file=ContentFile(SILENT["foto.jpg"], "gemaal.jpg"))
    image.get_rendition("width-32")

    def rights(folder: Path) -> set[str]:
        """Return the rights of all that is below a folder."""
        return {stat.filemode(path.stat().st_mode) for path in (folder, *folder.rglob("*"))}

    assert rights(own_files.private) == {"drwx------", "-rw-------"}
    assert rights(own_files.public) == {"drwxr-xr-x", "-rw-r--r--"}
