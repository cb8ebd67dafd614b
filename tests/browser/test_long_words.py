"""Names of skills are as long as Dutch words are: they wrap on the narrowest screen."""

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.template.loader import render_to_string

pytestmark = pytest.mark.browser

NARROW = {"width": 320, "height": 640}
LONG = "Privacybeschermingseffectbeoordelingen"


@pytest.mark.parametrize(
    ("template", "name"), [("peers/_people.html", "cards"), ("components/skills.html", "")]
)
def test_a_long_skill_fits_on_the_narrowest_screen(page: Any, template: str, name: str) -> None:
    skills = [{"label": LONG, "level": 2, "level_label": "ervaren"}]
    card = {"title": "Noor", "name": "Noor", "slug": "noor", "why": f"Weet van {LONG}", "skills": skills}
    shown = render_to_string(template, {"shown": {name: [card]}, "skills": skills, "csrf_token": "x"})
    css = (Path(settings.BASE_DIR) / "static/css/knooppunt.css").read_text()
    page.set_viewport_size(NARROW)
    page.set_content(f'<html lang="nl"><style>{css}</style><main class="wrap">{shown}</main></html>')
    assert LONG in page.content()
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
