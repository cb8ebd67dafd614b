"""A photo is encoded anew: what the camera or a prankster put in the file reaches nobody."""

import struct
import zlib
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import FileSystemStorage
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from members import forms
from members.meanwhile import stamp_of
from members.models import Member
from members.photos import MOST_BYTES, PhotoError, build_photo

GPS = {0: b"\x02\x03\x00\x00", 1: "N", 2: (52.0, 5.0, 0.0), 3: "E", 4: (5.0, 7.0, 0.0)}


def picture(kind: str = "JPEG", size: tuple[int, int] = (640, 480), **options: Any) -> bytes:
    """Return a file with a picture."""
    buffer = BytesIO()
    Image.new("RGB", size, (11, 74, 82)).save(buffer, kind, **options)
    return buffer.getvalue()


def picture_with_place() -> bytes:
    """Return a photo with its location in the metadata, turned on its side."""
    exif = Image.Exif()
    exif[0x010F], exif[0x0112] = "Kanariecamera", 6
    exif.get_ifd(0x8825).update(GPS)
    return picture(exif=exif)


def bomb() -> bytes:
    """Return a small file that would fill 2.7 GB when it is unpacked."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b"\0" * 1000))
        + chunk(b"IEND", b"")
    )


HOSTILE = {
    "large.png": picture("PNG", (4033, 3024)),
    "truncated.jpg": picture()[:700],
    "truncated.png": picture("PNG")[:60],
    "text.jpg": b"dit is geen foto",
    "empty.jpg": b"",
    "bomb.png": bomb(),
    "drawing.svg": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "picture.gif": picture("GIF"),
    "picture.bmp": picture("BMP"),
    "script.eps": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n(rm) system\n",
    "gifar.gif": b"GIF89a" + b"<script>alert(1)</script>" * 40,
}


@pytest.fixture(autouse=True)
def store(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> FileSystemStorage:
    """Keep the photos of a test in a folder of its own, and return it."""
    store = FileSystemStorage(location=tmp_path)
    monkeypatch.setattr(Member._meta.get_field("photo"), "storage", store)
    return store


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photo_becomes_a_small_square(kind: str) -> None:
    data = picture(kind)
    photo = Image.open(build_photo(BytesIO(data), len(data)))
    assert (photo.format, photo.size) == ("WEBP", (320, 320))


def test_place_and_camera_are_gone() -> None:
    data = picture_with_place()
    assert b"Kanariecamera" in data
    content = build_photo(BytesIO(data), len(data)).read()
    assert b"Kanariecamera" not in content
    assert b"EXIF" not in content
    assert not Image.open(BytesIO(content)).getexif()


def test_what_is_glued_to_a_photo_is_gone() -> None:
    data = picture() + b"<script>alert('kanarie')</script>PK\x03\x04"
    assert b"kanarie" not in build_photo(BytesIO(data), len(data)).read()


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_in_words(name: str) -> None:
    with pytest.raises(PhotoError, match="Kies een"):
        build_photo(BytesIO(HOSTILE[name]), len(HOSTILE[name]))


def test_a_file_that_is_too_large_is_refused_unread() -> None:
    with pytest.raises(PhotoError, match="5 MB"):
        build_photo(BytesIO(), MOST_BYTES + 1)


@pytest.mark.parametrize("size", [(4032, 3024), (3024, 4032)])
def test_a_photo_of_a_phone_is_not_too_large(size: tuple[int, int]) -> None:
    data = picture(size=size)
    assert Image.open(build_photo(BytesIO(data), len(data))).size == (320, 320)


@pytest.fixture
def send(as_user: Any, make_member: Any) -> Any:
    """Return a function that sends a photo for a member; it returns the response and the member."""
    member = make_member()
    client = as_user(member.user)

    def send(data: bytes, name: str = "foto.jpg", **fields: str) -> Any:
        form = {
            "name": member.name,
            "stamp": stamp_of(Member.objects.get(pk=member.pk)),
            "wie": "members",
            "expertise-TOTAL_FORMS": "0",
            "expertise-INITIAL_FORMS": "0",
            "sought-TOTAL_FORMS": "0",
            "sought-INITIAL_FORMS": "0",
            **fields,
        }
        if data or name != "foto.jpg":
            form["photo"] = SimpleUploadedFile(name, data, "image/jpeg")
        response = client.post("/accounts/profiel/bewerken/", form)
        response.member = Member.objects.get(pk=member.pk)
        return response

    return send


@pytest.mark.usefixtures("no_time_passes")
def test_who_sends_photo_after_photo_is_asked_to_wait_and_the_rest_is_kept(
    send: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = picture(size=(8, 8))
    for _ in range(20):
        assert send(data).status_code == 302
    monkeypatch.setattr(forms, "build_photo", lambda *args: pytest.fail("read"))
    refused = send(data, role="Stagiair")
    assert "Je hebt vandaag al te veel foto’s gestuurd. Probeer het morgen weer." in refused.text
    assert 'value="Stagiair"' in refused.text
    assert send(b"", role="Stagiair").status_code == 302


@pytest.mark.parametrize("name", HOSTILE)
def test_the_form_says_what_is_wrong_with_a_file(send: Any, name: str) -> None:
    response = send(HOSTILE[name], name)
    assert response.status_code == 200
    html = response.content.decode()
    assert "Kies een" in html or "leeg" in html
    assert not response.member.photo


def test_the_name_of_the_file_does_not_matter(send: Any) -> None:
    response = send(picture(), "../../" + "e" * 300 + ".php.jpg")
    assert response.status_code == 302
    assert response.member.photo.name.startswith("photos/")
    assert response.member.photo.name.endswith(".webp")


def test_a_photo_that_is_replaced_or_removed_is_erased(
    send: Any, store: FileSystemStorage, django_capture_on_commit_callbacks: Any
) -> None:
    first = send(picture()).member.photo.name
    assert store.exists(first)
    with django_capture_on_commit_callbacks(execute=True):
        second = send(picture()).member.photo.name
    assert not store.exists(first)
    with django_capture_on_commit_callbacks(execute=True):
        assert not send(b"", remove_photo="on").member.photo
    assert not store.exists(second)


def test_a_photo_stays_when_something_else_changes(
    send: Any, store: FileSystemStorage, django_capture_on_commit_callbacks: Any
) -> None:
    name = send(picture()).member.photo.name
    with django_capture_on_commit_callbacks(execute=True):
        assert send(b"", role="Adviseur").member.photo.name == name
    assert store.exists(name)


def test_the_photo_goes_with_the_profile_and_with_the_account(
    send: Any, store: FileSystemStorage, django_capture_on_commit_callbacks: Any
) -> None:
    member = send(picture()).member
    assert store.exists(member.photo.name)
    with django_capture_on_commit_callbacks(execute=True):
        member.user.delete()
    assert not store.exists(member.photo.name)


def test_a_photo_is_served_to_who_may_see_it(send: Any, as_user: Any, make_member: Any) -> None:
    member = send(picture(), wie_photo="members").member
    url = f"/leden/{member.slug}/foto/"
    response = as_user(make_member("ander").user).get(url)
    assert response.headers["Content-Type"] == "image/webp"
    assert response.headers["Cache-Control"] == "private, no-store"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.getvalue()[:4] == b"RIFF"
    assert as_user(None).get(url).status_code == 302
    assert as_user(None).get(f"/media/{member.photo.name}").status_code == 404


@pytest.mark.parametrize(("visibility", "status"), [("private", 404), ("organisation", 404), ("public", 200)])
def test_a_photo_follows_its_visibility(
    send: Any, as_user: Any, make_member: Any, visibility: str, status: int
) -> None:
    member = send(picture(), wie_photo=visibility).member
    assert as_user(make_member("ander").user).get(f"/leden/{member.slug}/foto/").status_code == status
    assert as_user(member.user).get("/accounts/profiel/foto/").status_code == 200


def test_visitors_see_a_public_photo_only_beside_a_case(send: Any, as_user: Any) -> None:
    member = send(picture(), wie_photo="public", wie_name="public").member
    assert as_user(None).get(f"/leden/{member.slug}/foto/").status_code == 302


def test_a_photo_of_which_the_file_is_gone_is_not_there(
    send: Any, as_user: Any, store: FileSystemStorage
) -> None:
    member = send(picture()).member
    store.delete(member.photo.name)
    assert as_user(member.user).get("/accounts/profiel/foto/").status_code == 404


def test_a_photo_has_its_type_whatever_the_file_is_called(
    send: Any, as_user: Any, store: FileSystemStorage
) -> None:
    member = send(picture()).member
    name = store.save("photos/zonder", member.photo.file)
    Member.objects.filter(pk=member.pk).update(photo=name)
    assert as_user(member.user).get("/accounts/profiel/foto/").headers["Content-Type"] == "image/webp"


def test_the_directory_shows_the_photo_to_who_may_see_it(
    site_frame: Any, send: Any, as_user: Any, make_member: Any, run_tasks: Any
) -> None:
    member = send(picture(), wie_photo="members").member
    run_tasks()
    reader = as_user(make_member("ander").user)
    photo = f"/leden/{member.slug}/foto/"
    assert photo in reader.get("/leden/").text
    member.visibility = member.visibility | {"photo": "private"}
    member.save()
    run_tasks()
    assert photo not in reader.get("/leden/").text
