"""The blocks that the text of a case is made of: sections, and what stands in a section."""

from functools import cached_property, lru_cache
from typing import Any

from django.utils.text import slugify
from django.utils.translation import get_language, override
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.contrib.typed_table_block.blocks import TypedTable, TypedTableBlock, TypedTableBlockValidationError
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageBlock

HEADINGS = {
    "aanleiding": _("Aanleiding"),
    "aanpak": _("Aanpak"),
    "data-en-techniek": _("Data en techniek"),
    "resultaat": _("Resultaat"),
    "geleerde-lessen": _("Geleerde lessen"),
    "randvoorwaarden": _("Randvoorwaarden"),
    "juridisch-en-ethisch-kader": _("Juridisch en ethisch kader"),
}
MOST_HEADING = 200
TEXT_FEATURES = ["h3", "bold", "italic", "ol", "ul", "link", "document-link"]


class FigureBlock(blocks.StructBlock):
    """A figure with what it counts and where it comes from."""

    number = blocks.CharBlock(label=_("getal"), max_length=20, help_text=_("Bijvoorbeeld: 30%"))
    unit = blocks.CharBlock(label=_("eenheid"), max_length=60, required=False, help_text=_("Bijvoorbeeld: minder water"))
    label = blocks.CharBlock(label=_("uitleg"), max_length=200, help_text=_("Bijvoorbeeld: per ton aardappelen"))
    source = blocks.CharBlock(label=_("bron"), max_length=200, help_text=_("Waar staat dit? Bijvoorbeeld: evaluatie 2024"))

    class Meta:
        """Names, template and preview."""

        label = _("cijfer")
        icon = "decimal"
        description = _("Een getal dat opvalt, met zijn bron.")
        template = "practices/blocks/figure.html"
        preview_value = {"number": "30%", "unit": "minder water", "label": "per ton aardappelen", "source": "evaluatie"}


class QuoteBlock(blocks.StructBlock):
    """Somebody's own words."""

    text = blocks.TextBlock(label=_("citaat"), help_text=_("Alleen met toestemming van wie het zei."))
    attribution = blocks.CharBlock(
        label=_("wie zei het"), max_length=150, help_text=_("Naam en functie. Bijvoorbeeld: projectleider bij de gemeente")
    )

    class Meta:
        """Names, template and preview."""

        label = _("citaat")
        icon = "openquote"
        description = _("De woorden van iemand zelf.")
        template = "practices/blocks/quote.html"
        preview_value = {"text": "Begin klein, en laat zien wat het oplevert.", "attribution": "projectleider"}


class CalloutBlock(blocks.StructBlock):
    """What must not be missed."""

    title = blocks.CharBlock(label=_("kop"), max_length=100, help_text=_("Bijvoorbeeld: Mag dit?"))
    text = blocks.RichTextBlock(label=_("tekst"), features=["bold", "italic", "link", "ul"])

    class Meta:
        """Names, template and preview."""

        label = _("let op")
        icon = "warning"
        description = _("Een kader met iets dat niemand mag missen.")
        template = "practices/blocks/callout.html"
        preview_value = {"title": "Mag dit?", "text": "<p>Vraag het eerst aan je functionaris gegevensbescherming.</p>"}


class PictureBlock(blocks.StructBlock):
    """A picture with what is on it; the text for who cannot see it is required unless it is decoration."""

    image = ImageBlock(label=_("afbeelding"))
    caption = blocks.CharBlock(label=_("bijschrift"), max_length=250, required=False)

    class Meta:
        """Names and template."""

        label = _("afbeelding")
        icon = "image"
        description = _("Een foto, tekening of schema.")
        template = "practices/blocks/image.html"


class TableBlock(TypedTableBlock):
    """A table; its caption is required, since it is how somebody who cannot see the table gets to know it."""

    text = blocks.CharBlock(label=_("tekst"), required=False)
    number = blocks.FloatBlock(label=_("getal"), required=False)

    class Meta:
        """Names, template and preview."""

        label = _("tabel")
        icon = "table"
        description = _("Rijen en kolommen, met een bijschrift.")
        template = "practices/blocks/table.html"
        preview_value = {
            "caption": "Meldingen per jaar",
            "columns": [{"type": "text", "heading": "Jaar"}, {"type": "number", "heading": "Meldingen"}],
            "rows": [{"values": ["2023", 120]}, {"values": ["2024", 84]}],
        }

    def clean(self, value: TypedTable) -> TypedTable:
        """Refuse a table without a caption."""
        table = super().clean(value)
        if not table.caption:
            raise TypedTableBlockValidationError(non_block_errors=[_("Vul een bijschrift in: wat staat er in de tabel?")])
        return table


class VideoBlock(blocks.StructBlock):
    """A link to a video; the page itself asks nothing of another site."""

    title = blocks.CharBlock(label=_("titel"), max_length=150, help_text=_("Bijvoorbeeld: Zo werkt het gemaal"))
    url = blocks.URLBlock(label=_("webadres"))

    class Meta:
        """Names, template and preview."""

        label = _("video (koppeling)")
        icon = "media"
        description = _("Een koppeling naar een video op een andere website.")
        template = "practices/blocks/video.html"
        preview_value = {"title": "Zo werkt het gemaal", "url": "https://example.org/video"}


class ContentStreamBlock(blocks.StreamBlock):
    """What stands in a section."""

    text = blocks.RichTextBlock(
        label=_("tekst"),
        description=_("Alinea’s, lijsten en tussenkoppen."),
        features=TEXT_FEATURES,
        template="practices/blocks/text.html",
        preview_value="<p>Elke afdeling zag maar een stukje. Samen zien ze het patroon.</p>",
    )
    figure = FigureBlock()
    callout = CalloutBlock()
    quote = QuoteBlock()
    image = PictureBlock()
    table = TableBlock()
    video = VideoBlock()
    document = DocumentChooserBlock(
        label=_("document"), description=_("Een bestand om te downloaden."), template="practices/blocks/document.html"
    )


@lru_cache(maxsize=100)
def known_heading(heading: str, language: str) -> str:
    """Return the words of a heading that every case may have, in this language; nothing for another one."""
    with override(language):
        return str(HEADINGS[heading]) if heading in HEADINGS else ""


class SectionValue(blocks.StructValue):
    """A section; the page that it stands on tells it its language and an anchor that no other section has."""

    language: str | None = None
    anchor_suffix = ""

    @property
    def title(self) -> str:
        """Return the own heading, else the known one, in the language of the text."""
        return self["own_heading"] or known_heading(self["heading"], self.language or get_language())

    @cached_property
    def stem(self) -> str:
        """Return the anchor as far as the heading gives it; the same in every language."""
        return slugify(self["own_heading"]) or self["heading"] or "tekst"

    @property
    def anchor(self) -> str:
        """Return the name that links point to."""
        return self.stem + self.anchor_suffix


class HeadingBlock(blocks.ChoiceBlock):
    """A choice of known headings."""

    def to_python(self, value: str | None) -> str | None:
        """Return what was kept: a key is text already, and to compare it with every choice is a tenth of reading a case."""
        return value


class SectionBlock(blocks.StructBlock):
    """A part of a case under a heading."""

    heading = HeadingBlock(
        label=_("onderdeel"),
        choices=list(HEADINGS.items()),
        required=False,
        help_text=_("Kies wat lezers van elk voorbeeld kennen. Bijvoorbeeld: Aanleiding"),
    )
    own_heading = blocks.CharBlock(
        label=_("eigen kop"), max_length=MOST_HEADING, required=False, help_text=_("Alleen als geen van de onderdelen past.")
    )
    content = ContentStreamBlock(label=_("inhoud"))

    class Meta:
        """Names, template and value class."""

        label = _("onderdeel")
        icon = "list-ul"
        description = _("Een stuk van het verhaal, met een kop erboven.")
        template = "practices/blocks/section.html"
        value_class = SectionValue
        label_format = "{heading} {own_heading}"
        preview_value = {
            "heading": "aanleiding",
            "own_heading": "",
            "content": [{"type": "text", "value": "<p>Elke afdeling zag maar een stukje.</p>"}],
        }


class BodyStreamBlock(blocks.StreamBlock):
    """The text of a case: one section after another."""

    section = SectionBlock()

    class Meta:
        """A case may still be a draft without text."""

        required = False


def section_text(section: SectionValue) -> str:
    """Return the words of a section, without markup, for search."""
    parts: list[Any] = [text for child in section["content"] for text in child.block.get_searchable_content(child.value)]
    return "\n".join(str(part) for part in parts)
