"""Hostile and broken files: a message at the field, never a server error."""

import io
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from core.models import SiteImage
from users.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(client: Client) -> Client:
    """Return the browser of an administrator."""
    user = User.objects.create_superuser("beheer@gemeente.example")
    TOTP.activate(user, generate_totp_secret())
    client.force_login(user)
    return client


def build_image(kind: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (64, 64), "teal").save(out, kind)
    return out.getvalue()


FILES = {
    "cut.jpg": build_image("JPEG")[:200],
    "half.jpg": build_image("JPEG")[:-100],
    "cut.png": build_image("PNG")[:60],
    "cut.webp": build_image("WEBP")[:30],
    "page.jpg": b"<html><script>alert(1)</script></html>",
    "both.gif": b"GIF89a/*<svg onload=alert(1)>*/=1;",
    "empty.png": b"",
    "drawing.svg": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    "zip.avif": b"PK\x03\x04" + b"\0" * 64,
}


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize(
    "address", ["/cms/images/add/", "/cms/images/multiple/add/", "/cms/images/chooser/create/"]
)
def test_a_broken_picture_is_refused_with_a_message(browser: Client, name: str, address: str) -> None:
    file = SimpleUploadedFile(name, FILES[name], "image/jpeg")
    form: dict[str, Any] = {"title": "Foto", "file": file, "collection": "1"}
    form |= {f"image-chooser-upload-{key}": value for key, value in form.items()} | {"files[]": file}
    headers = {"X-Requested-With": "XMLHttpRequest"}
    answer = browser.post(address, form, headers=headers)
    assert answer.status_code in {200, 400}
    assert not SiteImage.objects.exists()


def test_a_good_picture_is_taken_without_where_it_was_made(browser: Client) -> None:
    file = SimpleUploadedFile("goed.jpg", build_image("JPEG"), "image/jpeg")
    answer = browser.post(
        "/cms/images/add/", {"title": "Foto", "file": file, "collection": "1", "description": "Een vlak"}
    )
    assert answer.status_code == 302
    assert SiteImage.objects.get().title == "Foto"
