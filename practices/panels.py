"""The editor of a case, in the order in which an author thinks."""

from typing import Any

from django.forms import CheckboxSelectMultiple
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel, ObjectList, TabbedInterface

ORGANISATION = [FieldRowPanel([FieldPanel("organisation"), FieldPanel("role")])]
REUSE = [FieldRowPanel([FieldPanel("organisation"), FieldPanel("note")])]


def build_edit_handler(base: Any) -> TabbedInterface:
    """Return the tabs: the story, what visitors filter on, what it brought, who, where to read on, and Wagtail's own."""
    return TabbedInterface(
        [
            ObjectList([FieldPanel("title"), FieldPanel("summary"), FieldPanel("body")], heading=_("Verhaal")),
            ObjectList(_traits(), heading=_("Kenmerken")),
            ObjectList(_results(), heading=_("Resultaten en lessen")),
            ObjectList(_people(), heading=_("Mensen")),
            ObjectList(_sources(), heading=_("Bronnen")),
            ObjectList(base.promote_panels, heading=_("Vindbaarheid")),
            ObjectList(base.settings_panels, heading=_("Instellingen")),
        ]
    )


def _traits() -> list[Any]:
    """Return the fields that visitors filter on."""
    return [
        FieldPanel("themes", widget=CheckboxSelectMultiple),
        FieldPanel("techniques", widget=CheckboxSelectMultiple),
        FieldPanel("tags"),
        FieldRowPanel([FieldPanel("phase"), FieldPanel("started"), FieldPanel("language")]),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("place"), FieldPanel("province")]),
                FieldRowPanel([FieldPanel("latitude"), FieldPanel("longitude")]),
            ],
            heading=_("Waar"),
            help_text=_("Laat alles leeg als het voorbeeld landelijk is."),
        ),
    ]


def _people() -> list[Any]:
    """Return who did it, who took it over, and whom to ask."""
    return [
        InlinePanel("organisation_links", ORGANISATION, heading=_("Organisaties"), label=_("organisatie")),
        InlinePanel("reuses", REUSE, heading=_("Overgenomen door"), label=_("organisatie")),
        FieldPanel("contact"),
        FieldPanel("authors"),
    ]


def _results() -> list[Any]:
    """Return what was measured and learnt."""
    row = FieldRowPanel([FieldPanel("label"), FieldPanel("value"), FieldPanel("unit")])
    return [
        InlinePanel("results", [row, FieldPanel("how")], heading=_("Gemeten resultaten"), label=_("resultaat")),
        InlinePanel("lessons", heading=_("Geleerde lessen"), label=_("les")),
    ]


def _sources() -> list[Any]:
    """Return where to read on."""
    return [
        InlinePanel("sources", heading=_("Bronnen"), label=_("bron")),
        InlinePanel("documents", heading=_("Documenten"), label=_("document")),
        InlinePanel("related_links", heading=_("Hier lijkt het op"), label=_("praktijkvoorbeeld")),
    ]
