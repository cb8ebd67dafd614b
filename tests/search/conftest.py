"""A small site to search in: three cases, two organisations, three members."""

from collections.abc import Callable
from typing import Any

import pytest

from members.models import Member
from organisations.models import Organisation
from practices.models import PracticeIndexPage, PracticePage
from taxonomy.models import Technique, Theme
from users.models import User


@pytest.fixture
def make_case(site_frame: Any) -> Callable[..., PracticePage]:
    """Return a function that publishes a case; `themes`, `techniques` and `organisations` are lists of rows."""

    def make(slug: str, title: str, text: str = "", *, is_live: bool = True, **fields: Any) -> PracticePage:
        related = {name: fields.pop(name, []) for name in ("themes", "techniques", "organisations")}
        page = PracticePage(slug=slug, title=title, live=False, **fields)
        body = [("section", {"heading": "aanpak", "own_heading": "", "content": [("text", f"<p>{text}</p>")]})]
        page.body = body if text else []
        page.themes, page.techniques = related["themes"], related["techniques"]
        PracticeIndexPage.objects.get(locale__language_code="nl").add_child(instance=page)
        for body in related["organisations"]:
            page.organisation_links.create(organisation=body)
        revision = page.save_revision()
        if is_live:
            revision.publish()
        page.refresh_from_db()
        return page

    return make
