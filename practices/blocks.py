"""The blocks that the text of a case is made of: sections, and what stands in a section."""

from typing import Any

from django.utils.text import slugify
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.contrib.typed_table_block.blocks import TypedTableBlock
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageBlock

HEADINGS = [
    ("aanleiding", _("Aanleiding")),
    ("aanpak", _("Aanpak")),
    ("data-en-techniek", _("Data en techniek")),
    ("resultaat", _("Resultaat")),
    ("geleerde-lessen", _("Geleerde lessen")),
    ("randvoorwaarden", _("Randvoorwaarden")),
    ("juridisch-en-ethisch-kader", _("Juridisch en ethisch kader")),
]
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
        template = "practices/blocks/figure.html"
        preview_value = {"number": "30%", "unit": "minder water", "label": "per ton aardappelen", "source": "evaluatie"}


class QuoteBlock(blocks.StructBlock):
    """Somebody's own words."""

    text = blocks.TextBlock(label=_("citaat"), help_text=_("Alleen met toestemming van wie het zei."))
    attribution = blocks.CharBlock(label=_("wie zei het"), max_length=150, help_text=_("Naam en functie."))

    class Meta:
        """Names, template and preview."""

        label = _("citaat")
        icon = "openquote"
        template = "practices/blocks/quote.html"
        preview_value = {"text": "Begin klein, en laat zien wat het oplevert.", "attribution": "projectleider"}


class CalloutBlock(blocks.StructBlock):
    """What must not be missed."""

    title = blocks.CharBlock(label=_("kop"), max_length=100)
    text = blocks.RichTextBlock(label=_("tekst"), features=["bold", "italic", "link", "ul"])

    class Meta:
        """Names, template and preview."""

        label = _("let op")
        icon = "warning"
        template = "practices/blocks/callout.html"
        preview_value = {"title": "Mag dit?", "text": "<p>Vraag het eerst aan je functionaris gegevensbescherming.</p>"}


class PictureBlock(blocks.StructBlock):
    """A picture with what is on it."""

    image = ImageBlock(label=_("afbeelding"))
    caption = blocks.CharBlock(label=_("bijschrift"), max_length=250, required=False)

    class Meta:
        """Names and template."""

        label = _("afbeelding")
        icon = "image"
        template = "practices/blocks/image.html"


class TableBlock(blocks.StructBlock):
    """A table with a caption."""

    caption = blocks.CharBlock(label=_("bijschrift"), max_length=250, help_text=_("Wat staat er in de tabel?"))
    table = TypedTableBlock([("text", blocks.CharBlock(required=False)), ("number", blocks.FloatBlock(required=False))], label=_("tabel"))

    class Meta:
        """Names and template."""

        label = _("tabel")
        icon = "table"
        template = "practices/blocks/table.html"


class VideoBlock(blocks.StructBlock):
    """A link to a video; the page itself asks nothing of another site."""

    title = blocks.CharBlock(label=_("titel"), max_length=150)
    url = blocks.URLBlock(label=_("webadres"))

    class Meta:
        """Names, template and preview."""

        label = _("video (koppeling)")
        icon = "media"
        template = "practices/blocks/video.html"
        preview_value = {"title": "Zo werkt het gemaal", "url": "https://example.org/video"}


class ContentStreamBlock(blocks.StreamBlock):
    """What stands in a section."""

    text = blocks.RichTextBlock(
        label=_("tekst"),
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
    document = DocumentChooserBlock(label=_("document"), template="practices/blocks/document.html")

    class Meta:
        """A section without content is not a section."""

        required = True


class SectionValue(blocks.StructValue):
    """A section with its title and its address on the page."""

    @property
    def title(self) -> str:
        """Return the own heading, else the known one, in the active language."""
        return self["own_heading"] or gettext(dict(HEADINGS).get(self["heading"], ""))

    @property
    def anchor(self) -> str:
        """Return the name that links point to; the same in every language."""
        return slugify(self["own_heading"]) or self["heading"] or "tekst"


class SectionBlock(blocks.StructBlock):
    """A part of a case under a heading."""

    heading = blocks.ChoiceBlock(
        label=_("onderdeel"), choices=HEADINGS, required=False, help_text=_("Kies wat lezers van elk voorbeeld kennen.")
    )
    own_heading = blocks.CharBlock(
        label=_("eigen kop"), max_length=100, required=False, help_text=_("Alleen als geen van de onderdelen past.")
    )
    content = ContentStreamBlock(label=_("inhoud"))

    class Meta:
        """Names, template and value class."""

        label = _("onderdeel")
        icon = "list-ul"
        template = "practices/blocks/section.html"
        value_class = SectionValue
        label_format = "{heading} {own_heading}"


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
