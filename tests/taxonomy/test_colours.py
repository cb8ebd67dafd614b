"""The palette of themes: the same in Python and CSS, readable on every ground, and no two colours alike."""

import math
import re
from importlib import import_module
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor

from page_cache.changes import current_version
from taxonomy.colours import Colour, least_used
from taxonomy.models import Theme

LIGHT, DARK = 0, 1
Rgb = tuple[float, float, float]
SOURCE, BUILT = (
    Path(settings.BASE_DIR) / name for name in ("theme/src/tokens.css", "static/css/knooppunt.css")
)
LEAST_OF_A_LINE = 3.0  # WCAG 1.4.11: what is no text, such as the line and the ring of a theme
LEAST_OF_TEXT = 7.0  # WCAG 1.4.6, which text of the site keeps to
MOST_TINT = 0.17  # of a colour in the ground of initials; drawings have less
LEAST_DISTANCE = 0.05  # in OKLab, where 0.02 is a difference that is just seen


def tokens(path: Path) -> dict[str, tuple[str, str]]:
    """Return the values for light and dark of the tokens in a style sheet."""
    value = r"(#[0-9a-f]{3,6})"
    found = re.findall(rf"--([\w-]+):\s*light-dark\({value},\s*{value}\)", path.read_text())
    return {name: (six_digits(light), six_digits(dark)) for name, light, dark in found}


def six_digits(value: str) -> str:
    """Return a colour as #rrggbb, which may be written as #rgb."""
    return value if len(value) == 7 else "#" + "".join(2 * digit for digit in value[1:])


def linear(value: str) -> Rgb:
    """Return red, green and blue as amounts of light, from 0 to 1."""
    red, green, blue = (int(value[place : place + 2], 16) / 255 for place in (1, 3, 5))
    return tuple(c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (red, green, blue))  # type: ignore[return-value]


def contrast(one: Rgb, other: Rgb) -> float:
    """Return the contrast of WCAG 2, from 1 to 21."""
    lights = [0.2126 * red + 0.7152 * green + 0.0722 * blue for red, green, blue in (one, other)]
    return (max(lights) + 0.05) / (min(lights) + 0.05)


def oklab(colour: Rgb) -> Rgb:
    """Return a colour in OKLab: https://bottosson.github.io/posts/oklab/."""
    red, green, blue = colour
    l = (0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue) ** (1 / 3)  # noqa: E741  as it is published
    m = (0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue) ** (1 / 3)
    s = (0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue) ** (1 / 3)
    return (
        0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s,
        1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s,
        0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s,
    )


def from_oklab(place: Rgb) -> Rgb:
    """Return red, green and blue as amounts of light of a colour in OKLab."""
    lightness, a, b = place
    l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3  # noqa: E741  as it is published
    m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    s = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
        -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
        -0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s,
    )


def tint(colour: str, ground: str, part: float) -> Rgb:
    """Return the ground with a part of the colour, as `color-mix(in oklab, …)` does."""
    pairs = zip(oklab(linear(colour)), oklab(linear(ground)), strict=True)
    lightness, a, b = (part * of_colour + (1 - part) * of_ground for of_colour, of_ground in pairs)
    return from_oklab((lightness, a, b))


def test_the_measures_give_what_is_published() -> None:
    white, black, grey = linear("#ffffff"), linear("#000000"), linear("#767676")
    assert contrast(white, black) == pytest.approx(21)
    assert contrast(white, grey) == pytest.approx(4.54, abs=0.005)
    assert oklab(white) == pytest.approx((1, 0, 0), abs=1e-4)
    assert tint("#2c7a4b", "#fffdf8", 1) == pytest.approx(linear("#2c7a4b"), abs=1e-4)


@pytest.mark.parametrize("path", [SOURCE, BUILT], ids=["source", "built"])
def test_css_has_the_same_palette(path: Path) -> None:
    hues = {name: values for name, values in tokens(path).items() if name.startswith("hue-")}
    assert hues == {f"hue-{colour}": (colour.light, colour.dark) for colour in Colour}
    rule = r"""\[data-colour="?([a-z]+)"?\]\s*\{\s*--hue:\s*var\(--hue-([a-z]+)\)"""
    assert re.findall(rule, path.read_text()) == [(colour, colour) for colour in Colour.values]


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("colour", Colour, ids=Colour.values)
def test_a_colour_is_seen_on_every_ground_and_text_is_read_on_its_tint(colour: Colour, scheme: int) -> None:
    css, value = tokens(SOURCE), (colour.light, colour.dark)[scheme]
    surface = css["surface"][scheme]
    grounds = [linear(css[name][scheme]) for name in ("ground", "surface", "sunken")]
    grounds.append(tint(value, surface, MOST_TINT))
    assert min(contrast(linear(value), ground) for ground in grounds) >= LEAST_OF_A_LINE
    assert contrast(linear(css["ink"][scheme]), tint(value, surface, MOST_TINT)) >= LEAST_OF_TEXT


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
def test_no_colour_is_taken_for_another(scheme: int) -> None:
    css = tokens(SOURCE)
    values = {colour.value: (colour.light, colour.dark)[scheme] for colour in Colour}
    values |= {
        name: css[name][scheme] for name in ("petrol", "amber")
    }  # of the site, and of what was taken over
    places = {name: oklab(linear(value)) for name, value in values.items()}
    alike = [
        pair
        for pair in combinations(places, 2)
        if math.dist(places[pair[0]], places[pair[1]]) < LEAST_DISTANCE
    ]
    assert alike == []


def test_the_least_used_colour_is_the_first_of_those() -> None:
    first, second, *others = Colour.values
    assert least_used([]) == first
    assert least_used([first]) == second
    assert least_used(others) == first
    assert least_used([first, *Colour.values]) == second
    assert least_used(["", "", "gone"]) == first


@pytest.mark.django_db
def test_a_theme_without_a_colour_gets_one_that_no_other_has() -> None:
    Theme.objects.create(name="Water", colour=Colour.GREEN)
    made = [Theme.objects.create(name=f"Thema {number}").colour for number in range(len(Colour) - 1)]
    assert {Colour.GREEN, *made} == {*Colour}
    theme = Theme.objects.get(name="Thema 3")
    before = theme.colour
    theme.save()
    assert theme.colour == before


@pytest.mark.django_db
def test_a_colour_outside_the_palette_is_refused() -> None:
    Theme(name="Water", slug="water").full_clean()
    with pytest.raises(ValidationError, match="colour"):
        Theme(name="Water", slug="water", colour="#ff0000").full_clean()


@pytest.mark.django_db
def test_another_colour_makes_pages_old_that_were_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    connection.run_on_commit.clear()
    monkeypatch.setattr(transaction, "on_commit", lambda function, **options: function())
    theme = Theme.objects.create(name="Water", colour=Colour.GREEN)
    before = current_version() or 0
    theme.colour = Colour.ROSE
    theme.save()
    assert before < (current_version() or 0)


@pytest.mark.django_db
def test_themes_from_before_keep_the_colour_that_they_had() -> None:
    migration: Any = import_module("taxonomy.migrations.0002_theme_colour")
    for slug in ("overig", "nieuw", "landbouw", "anders"):
        Theme.objects.create(name=slug, slug=slug)
    Theme.objects.update(colour="")
    apps = MigrationExecutor(connection).loader.project_state([("taxonomy", "0002_theme_colour")]).apps
    migration.give_colours(apps, None)
    assert dict(Theme.objects.values_list("slug", "colour")) == {
        "overig": "indigo",
        "landbouw": "olive",
        "anders": "green",
        "nieuw": "brown",
    }
    assert [name for name, _label in migration.COLOURS] == Colour.values
