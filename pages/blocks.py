"""The blocks of the home page."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail import blocks


class HomeFigureValue(blocks.StructValue):
    """A figure with the address of the case that it comes from."""

    def for_template(self, request: HttpRequest, public: set[int]) -> dict[str, Any]:
        """Return what the template shows; a case that is not among the public ones is not linked."""
        page = self["case"]
        url = page.hit_url() if page and page.pk in public else ""
        return {key: self[key] for key in ("number", "unit", "label", "source")} | {"url": url}


class HomeFigureBlock(blocks.StructBlock):
    """A large figure with what it counts and where it comes from."""

    number = blocks.CharBlock(label=_("Getal"), max_length=20, help_text=_("Bijvoorbeeld: 30%"))
    unit = blocks.CharBlock(label=_("Eenheid"), max_length=60, help_text=_("Bijvoorbeeld: minder water"))
    label = blocks.CharBlock(label=_("Uitleg"), max_length=200)
    source = blocks.CharBlock(label=_("Bron"), max_length=200)
    case = blocks.PageChooserBlock(
        label=_("Praktijkvoorbeeld"), page_type="practices.PracticePage", required=False
    )

    class Meta:
        """Names and the value class."""

        label = _("Cijfer")
        icon = "decimal"
        value_class = HomeFigureValue


class InvitationValue(blocks.StructValue):
    """An invitation with its address."""

    def for_template(self, request: HttpRequest) -> dict[str, Any]:
        """Return what the template shows."""
        url = self["page"].get_url(request) if self["page"] else ""
        return {key: self[key] for key in ("title", "text", "button")} | {"url": url}


class InvitationBlock(blocks.StructBlock):
    """A call to do something, with one button."""

    title = blocks.CharBlock(label=_("Kop"), max_length=100)
    text = blocks.TextBlock(label=_("Tekst"))
    button = blocks.CharBlock(
        label=_("Tekst op de knop"), max_length=60, help_text=_("Zeg wat er gebeurt: Zoek een collega")
    )
    page = blocks.PageChooserBlock(label=_("Pagina"))

    class Meta:
        """Names and the value class."""

        label = _("Uitnodiging")
        icon = "pick"
        value_class = InvitationValue
