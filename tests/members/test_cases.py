"""The cases that a member wrote or answers questions about."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage
from wagtail.models import PageViewRestriction

from members.models import Member
from members.services import public_cases
from pages.models import HomePage
from practices.models import PracticeIndexPage, PracticePage


@pytest.fixture
def make_case(site_frame: HomePage) -> Callable[..., PracticePage]:
    """Return a maker of cases, published unless told otherwise."""
    index = PracticeIndexPage.objects.get(locale=site_frame.locale)

    def make(
        slug: str, *, authors: list[Member] | None = None, is_live: bool = True, **fields: Any
    ) -> PracticePage:
        page = PracticePage(title=f"Voorbeeld {slug}", slug=slug, live=is_live, **fields)
        index.add_child(instance=page)
        page.authors = authors or []
        page.save()
        if is_live:
            page.save_revision().publish()
        return page

    return make


def test_a_profile_shows_the_public_cases_of_the_member(
    make_member: Any, make_case: Any, as_user: Any
) -> None:
    member = make_member()
    make_case("contact", contact=member)
    make_case("schrijver", authors=[member])
    make_case("allebei", contact=member, authors=[member])
    make_case("klad", contact=member, is_live=False)
    make_case("van-een-ander")
    hidden = make_case("besloten", contact=member)
    PageViewRestriction.objects.create(page=hidden, restriction_type="login")
    titles = [page.title for page in public_cases(member)]
    assert titles == ["Voorbeeld allebei", "Voorbeeld contact", "Voorbeeld schrijver"]
    html = as_user(make_member("ander").user).get(member.get_absolute_url()).content.decode()
    assert all(title in html for title in titles)
    assert "Voorbeeld klad" not in html
    assert "Voorbeeld besloten" not in html


@pytest.mark.parametrize(("visibility", "status"), [("public", 200), ("members", 302)])
def test_a_visitor_sees_a_public_photo_beside_a_case(
    make_member: Any,
    make_case: Any,
    as_user: Any,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    visibility: str,
    status: int,
) -> None:
    monkeypatch.setattr(Member._meta.get_field("photo"), "storage", FileSystemStorage(location=tmp_path))
    member = make_member(visibility={"name": "public", "photo": visibility})
    member.photo.save("foto.webp", ContentFile(b"RIFF"))
    make_case("contact", contact=member)
    assert as_user(None).get(f"/leden/{member.slug}/foto/").status_code == status
