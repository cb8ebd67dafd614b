"""Uploads are private; only renditions of images lie where a web server serves them to anybody."""

import io
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core.checks import run_checks
from django.core.files.base import ContentFile
from django.test import Client
from PIL import Image
from wagtail.users.models import UserProfile

from core.checks import PRIVATE_FOLDERS, check_public_folder
from core.models import SiteImage
from users.models import User

pytestmark = pytest.mark.django_db


def draw() -> bytes:
    """Return a picture."""
    out = io.BytesIO()
    Image.new("RGB", (64, 64), "teal").save(out, "PNG")
    return out.getvalue()


@pytest.fixture
def image(own_files: SimpleNamespace) -> SiteImage:
    """Return an image."""
    return SiteImage.objects.create(title="Gemaal", file=ContentFile(draw(), "gemaal.png"))


@pytest.fixture
def administrator(client: Client) -> Client:
    """Return the browser of an administrator."""
    user = User.objects.create_superuser("beheer@gemeente.example")
    TOTP.activate(user, generate_totp_secret())
    client.force_login(user)
    return client


def test_only_the_size_that_a_page_shows_is_public(image: SiteImage, own_files: SimpleNamespace) -> None:
    rendition = image.get_rendition("width-32")
    public = [path for path in own_files.public.rglob("*") if path.is_file()]
    assert [f"/media/{path.relative_to(own_files.public)}" for path in public] == [rendition.url]
    assert (own_files.private / image.file.name).read_bytes() == draw()


def test_the_name_of_a_size_cannot_be_guessed_and_stays(
    image: SiteImage, settings: Any, run_tasks: Any
) -> None:
    def name_of(image: SiteImage) -> str:
        """Return the name that a size gets when it is made anew."""
        for rendition in image.renditions.all():
            rendition.file.delete(save=False)
            rendition.delete()
        return str(image.get_rendition("width-32").file.name)

    other = SiteImage.objects.create(title="Gemaal", file=ContentFile(draw(), "gemaal.png"))
    first = name_of(image)
    assert name_of(image) == first
    settings.SECRET_KEY = "another" * 8
    assert len({first, name_of(image), name_of(other)}) == 3
    assert re.fullmatch(r"images/[0-9a-f]{20}\.gemaal\.width-32\.png", first)


def test_deleting_an_image_leaves_no_file(
    image: SiteImage, own_files: SimpleNamespace, run_tasks: Any, django_capture_on_commit_callbacks: Any
) -> None:
    image.get_rendition("width-32")
    run_tasks()
    with django_capture_on_commit_callbacks(execute=True):
        image.delete()
    run_tasks()
    folders = (own_files.public, own_files.private)
    assert [path for folder in folders for path in folder.rglob("*") if path.is_file()] == []


def test_the_original_of_an_image_is_for_who_works_on_the_site(
    image: SiteImage, administrator: Client
) -> None:
    assert image.file.url.startswith("/cms/")
    answer = administrator.get(image.file.url)
    assert b"".join(answer.streaming_content) == draw()
    assert "no-store" in answer["Cache-Control"]
    assert Client().get(image.file.url).status_code == 302
    member = Client()
    member.force_login(User.objects.create_user("lid@adres.example"))
    assert member.get(image.file.url).status_code == 403


def test_no_other_private_file_has_an_address(own_files: SimpleNamespace, administrator: Client) -> None:
    for name in ("photos/geheim.webp", "documents/plan.txt"):
        path = own_files.private / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("geheim")
    (own_files.private / "original_images").mkdir()
    for path in (
        "photos/geheim.webp",
        "documents/plan.txt",
        "original_images/..%2fphotos/geheim.webp",
        "original_images/",
    ):
        assert administrator.get(f"/cms/bestanden/{path}", follow=True).status_code == 404


def test_the_picture_of_an_editor_is_for_who_works_on_the_site(
    own_files: SimpleNamespace, administrator: Client
) -> None:
    UserProfile.get_for_user(User.objects.get()).avatar.save("ik.png", ContentFile(draw()))
    url = User.objects.get().wagtail_userprofile.avatar.url
    assert url in administrator.get("/cms/account/").text
    assert administrator.get(url).status_code == 200
    assert Client().get(url).status_code == 302
    assert not own_files.public.exists()


def test_pages_of_the_editor_work_without_public_originals(image: SiteImage, administrator: Client) -> None:
    for path in ("/cms/images/", f"/cms/images/{image.pk}/", "/cms/images/chooser/", "/cms/api/main/images/"):
        assert administrator.get(path).status_code == 200


@pytest.mark.parametrize("name", PRIVATE_FOLDERS)
def test_the_site_refuses_to_start_with_private_files_among_the_public_ones(
    own_files: SimpleNamespace, name: str
) -> None:
    (own_files.public / name).mkdir(parents=True)
    (error,) = check_public_folder(None)
    assert error in run_checks()
    assert error.id == "core.E001"
    assert f"mv {own_files.public / name} {own_files.private}/" in error.hint


def test_the_site_starts_with_sizes_of_images_among_the_public_ones(
    own_files: SimpleNamespace, image: SiteImage
) -> None:
    image.get_rendition("width-32")
    assert Path(own_files.public / "images").is_dir()
    assert check_public_folder(None) == []


@pytest.mark.parametrize(
    "name", ["a" * 300, "images/" + "a" * 4500, "images/a%00b", "images/../../secret-key"]
)
def test_a_name_that_no_file_can_have_is_not_there(db: None, administrator: Client, name: str) -> None:
    assert Client().get(f"/media/{name}").status_code in {400, 404}
    assert administrator.get(f"/cms/bestanden/original_images/{'a' * 300}").status_code == 404
