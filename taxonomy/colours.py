"""The colours that a theme can have: a fixed palette, so each is visible on every ground of the site."""

from collections import Counter
from collections.abc import Iterable
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _


class Colour(models.TextChoices):
    """A colour by name, with its value on a light and on a dark ground.

    `theme/src/tokens.css` has the same values. A theme without a colour gets the least used one, the first
    of those in this order.
    """

    light: str
    dark: str

    GREEN = "green", "#2c7a4b", "#7fd0a0", _("Groen")
    BROWN = "brown", "#8b5a2b", "#d9ab7c", _("Bruin")
    PLUM = "plum", "#7c3a6d", "#dd9fd0", _("Pruim")
    BRICK = "brick", "#b1452c", "#f2a08a", _("Steenrood")
    BLUE = "blue", "#2a6a8f", "#8cc4e6", _("Blauw")
    OLIVE = "olive", "#6b7a17", "#c2cf6d", _("Olijfgroen")
    TEAL = "teal", "#0a7c7c", "#52cfcb", _("Blauwgroen")
    ROSE = "rose", "#b23a67", "#fa8fa8", _("Roze")
    SLATE = "slate", "#56616b", "#c3c8cc", _("Leigrijs")
    VIOLET = "violet", "#7d3fb0", "#c79bff", _("Violet")
    INDIGO = "indigo", "#565b96", "#b9bdf0", _("Indigo")

    def __new__(cls, value: str, light: str, dark: str) -> Self:
        """Make a colour from its name and its two values."""
        colour = str.__new__(cls, value)
        colour._value_ = value
        colour.light, colour.dark = light, dark
        return colour


def least_used(colours: Iterable[str]) -> Colour:
    """Return the colour that occurs least among these; of several, the first in the palette."""
    times = Counter(colours)
    return min(Colour, key=lambda colour: times[colour.value])
