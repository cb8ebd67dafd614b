"""The edit form of a case, in the order in which an author thinks."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    InlinePanel,
    MultiFieldPanel,
    ObjectList,
    TabbedInterface,
    TitleFieldPanel,
)

from core.widgets import SearchedCheckboxes, SeveralChooser
from practices.forms import PracticeForm


def build_edit_handler(base: Any) -> TabbedInterface:
    """Return the tabs: story, facets, results, people, sources, and those of Wagtail."""
    return TabbedInterface(
        [
            ObjectList(_story(), heading=_("Verhaal")),
            ObjectList(_traits(), heading=_("Kenmerken")),
            ObjectList(_results(), heading=_("Resultaten")),
            ObjectList(_people(), heading=_("Mensen")),
            ObjectList(_sources(), heading=_("Bronnen")),
            ObjectList(base.promote_panels, heading=_("Vindbaarheid")),
            ObjectList(base.settings_panels, heading=_("Instellingen")),
        ],
        base_form_class=PracticeForm,
    )


def _story() -> list[Any]:
    """Return the text."""
    title = _("Wat er gebeurt, en waar. Bijvoorbeeld: Slim asfaltonderhoud op rijkswegen")
    return [TitleFieldPanel("title", help_text=title), FieldPanel("summary"), FieldPanel("body")]


def _traits() -> list[Any]:
    """Return the fields that visitors filter on."""
    return [
        FieldPanel("themes", widget=SearchedCheckboxes("name_en")),
        FieldPanel("techniques", widget=SearchedCheckboxes("name_en")),
        FieldPanel("tags"),
        FieldRowPanel([FieldPanel("phase"), FieldPanel("started")]),
        FieldRowPanel([FieldPanel("language"), FieldPanel("as_of")]),
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
    """Return the organisations, the contact and the authors."""
    body = FieldPanel("organisation", help_text=_("Bijvoorbeeld: Gemeente Breda"))
    takes_part = [FieldRowPanel([body, FieldPanel("role")])]
    return [
        InlinePanel("organisation_links", takes_part, heading=_("Organisaties"), label=_("organisatie")),
        FieldPanel("contact"),
        FieldPanel("authors", widget=SeveralChooser),
    ]


def _results() -> list[Any]:
    """Return what was measured and learnt."""
    row = FieldRowPanel([FieldPanel("label"), FieldPanel("value"), FieldPanel("unit")])
    return [
        InlinePanel(
            "results", [row, FieldPanel("how")], heading=_("Gemeten resultaten"), label=_("resultaat")
        ),
        InlinePanel("lessons", heading=_("Geleerde lessen"), label=_("les")),
        MultiFieldPanel(
            [FieldPanel("stop_reason"), FieldPanel("stopped_because"), FieldPanel("next_time")],
            heading=_("Als het gestopt is"),
        ),
    ]


def _sources() -> list[Any]:
    """Return the sources, documents and related cases."""
    url = FieldPanel("url", help_text=_("Bijvoorbeeld: https://www.digitaleoverheid.nl/data-agenda"))
    document = FieldPanel(
        "document", help_text=_("Een bestand om te downloaden. Bijvoorbeeld: het evaluatierapport")
    )
    related = FieldPanel(
        "related",
        help_text=_("Wie dit leest, heeft ook daar iets aan. Bijvoorbeeld: dezelfde techniek elders"),
    )
    return [
        InlinePanel("sources", [FieldPanel("title"), url], heading=_("Bronnen"), label=_("bron")),
        InlinePanel("documents", [document], heading=_("Documenten"), label=_("document")),
        InlinePanel("related_links", [related], heading=_("Hier lijkt het op"), label=_("praktijkvoorbeeld")),
    ]
