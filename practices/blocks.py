"""The blocks of the body of a case: sections, and what a section holds."""

from functools import cached_property, lru_cache
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.html import strip_tags
from django.utils.text import slugify
from django.utils.translation import get_language, override
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.stream_block import StreamBlockValidationError
from wagtail.blocks.struct_block import StructBlockValidationError
from wagtail.contrib.typed_table_block.blocks import (
    TypedTable,
    TypedTableBlock,
    TypedTableBlockValidationError,
)
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageBlock, ImageBlockComparison
from wagtail.rich_text import RichText

from core.numbers import AmountField, written
from core.pictures import NO_DESCRIPTION, is_file_name

HEADINGS = {
    "aanleiding": _("Aanleiding"),
    "aanpak": _("Aanpak"),
    "data-en-techniek": _("Data en techniek"),
    "resultaat": _("Resultaat"),
    "geleerde-lessen": _("Geleerde lessen"),
    "randvoorwaarden": _("Randvoorwaarden"),
    "juridisch-en-ethisch-kader": _("Juridisch en ethisch kader"),
}
USUAL_HEADINGS = ("aanleiding", "aanpak", "data-en-techniek", "resultaat")  # what a new case begins with
MOST_HEADING = 200  # characters, as many as a title
NO_HEADING = _("Kies een onderdeel, of schrijf een eigen kop.")
TEXT_FEATURES = ["h3", "bold", "italic", "ol", "ul", "link", "document-link"]


class FigureBlock(blocks.StructBlock):
    """A figure with what it counts and where it comes from."""

    number = blocks.CharBlock(label=_("Getal"), max_length=20, help_text=_("Bijvoorbeeld: 30%"))
    unit = blocks.CharBlock(
        label=_("Eenheid"), max_length=60, required=False, help_text=_("Bijvoorbeeld: minder water")
    )
    label = blocks.CharBlock(
        label=_("Uitleg"), max_length=200, help_text=_("Bijvoorbeeld: per ton aardappelen")
    )
    source = blocks.CharBlock(
        label=_("Bron"), max_length=200, help_text=_("Waar staat dit? Bijvoorbeeld: evaluatie 2024")
    )

    class Meta:
        """Names, template and preview."""

        label = _("Cijfer")
        icon = "decimal"
        description = _("Een getal dat opvalt, met zijn bron.")
        template = "practices/blocks/figure.html"
        preview_value = {
            "number": "30%",
            "unit": "minder water",
            "label": "per ton aardappelen",
            "source": "evaluatie",
        }


class QuoteValue(blocks.StructValue):
    """A quotation; the page adds the quotation marks."""

    @property
    def words(self) -> str:
        """Return the words, without quotation marks that the editor typed around them."""
        return str(self["text"]).strip().strip('"“”„‟«»')


class QuoteBlock(blocks.StructBlock):
    """Somebody's own words."""

    text = blocks.TextBlock(label=_("Citaat"), help_text=_("Alleen met toestemming van wie het zei."))
    attribution = blocks.CharBlock(
        label=_("Wie zei het"),
        max_length=150,
        help_text=_("Naam en functie. Bijvoorbeeld: projectleider bij de gemeente"),
    )

    class Meta:
        """Names, template and preview."""

        label = _("Citaat")
        icon = "openquote"
        description = _("De woorden van iemand zelf.")
        value_class = QuoteValue
        template = "practices/blocks/quote.html"
        preview_value = {
            "text": "Begin klein, en laat zien wat het oplevert.",
            "attribution": "projectleider",
        }


class CalloutBlock(blocks.StructBlock):
    """A call-out: what nobody should miss."""

    title = blocks.CharBlock(label=_("Kop"), max_length=100, help_text=_("Bijvoorbeeld: Mag dit?"))
    text = blocks.RichTextBlock(label=_("Tekst"), features=["bold", "italic", "link", "ul"])

    class Meta:
        """Names, template and preview."""

        label = _("Let op")
        icon = "warning"
        description = _("Een kader met iets dat niemand mag missen.")
        template = "practices/blocks/callout.html"
        preview_value = {
            "title": "Mag dit?",
            "text": "<p>Vraag het eerst aan je functionaris gegevensbescherming.</p>",
        }


class ImageComparison(ImageBlockComparison):
    """Shows an image in a comparison of revisions.

    For an image that was deleted it shows nothing; Wagtail's own class fails on that.
    """

    def htmlvalue(self, val: Any) -> str:
        """Return the HTML."""
        return super().htmlvalue(val) if val else ""  # type: ignore[no-any-return]


class DescribedImageBlock(ImageBlock):
    """An image with an alternative text that describes it; the image may have been deleted since."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Set a label that can be translated; Wagtail's own is always English."""
        super().__init__(*args, **kwargs)
        self.child_blocks["image"].label = _("Afbeelding")

    def clean(self, value: Any) -> Any:
        """Refuse a file name as the alternative text, unless this is a draft."""
        image = super().clean(value)
        if (
            image
            and not image.decorative
            and not self.is_deferred_validation
            and is_file_name(image.contextual_alt_text or "")
        ):
            raise StructBlockValidationError(block_errors={"alt_text": ValidationError(NO_DESCRIPTION)})
        return image

    def get_comparison_class(self) -> type[ImageComparison]:
        """Return the class that shows it where revisions are compared."""
        return ImageComparison


class PictureValue(blocks.StructValue):
    """A picture; the template asks it for the alternative text."""

    @property
    def alternative(self) -> str | None:
        """Return the alternative text, which is empty for decoration.

        It is None when a draft has none yet, so that the content checks report the image.
        """
        image = self["image"]
        return "" if image.decorative else image.contextual_alt_text or image.default_alt_text or None


class PictureBlock(blocks.StructBlock):
    """A picture with a caption; its alternative text is required unless it is decoration."""

    image = DescribedImageBlock(label=_("Afbeelding"))
    caption = blocks.CharBlock(label=_("Bijschrift"), max_length=250, required=False)

    class Meta:
        """Names, template and value class."""

        label = _("Afbeelding")
        icon = "image"
        description = _("Een foto, tekening of schema.")
        template = "practices/blocks/image.html"
        value_class = PictureValue


class NumberBlock(blocks.FloatBlock):
    """A number that stays a number in the form, so that a page does not always count as changed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Accept a comma and a point as the decimal sign."""
        super().__init__(*args, **kwargs)
        self.field: AmountField = AmountField(required=self.field.required, help_text=self.field.help_text)

    def value_from_form(self, value: Any) -> Any:
        """Return the number; other text stays as it is, so that `clean` refuses it."""
        try:
            return self.field.to_python(value)
        except ValidationError:
            return value

    def render_basic(self, value: float | None, context: Any = None) -> str:
        """Return the number as the language of the text writes it; nothing for an empty cell."""
        page = (context or {}).get("page")
        return "" if value is None else written(value, getattr(page, "language", None))

    def deconstruct(self) -> tuple[str, tuple[Any, ...], dict[str, Any]]:
        """Appear in migrations as the block of Wagtail: the database stores the same."""
        _path, arguments, options = super().deconstruct()
        return "wagtail.blocks.FloatBlock", arguments, options


class TableBlock(TypedTableBlock):
    """A table; its caption is required, as it tells people who cannot see the table what is in it."""

    text = blocks.CharBlock(label=_("Tekst"), required=False)
    number = NumberBlock(label=_("Getal"), required=False)

    class Meta:
        """Names, template and preview."""

        label = _("Tabel")
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
        if not table.caption and not self.is_deferred_validation:
            raise TypedTableBlockValidationError(
                non_block_errors=[_("Vul een bijschrift in: wat staat er in de tabel?")]
            )
        return table


class VideoBlock(blocks.StructBlock):
    """A link to a video; the page itself loads nothing from another site."""

    title = blocks.CharBlock(
        label=_("Titel"), max_length=150, help_text=_("Bijvoorbeeld: Zo werkt het gemaal")
    )
    url = blocks.URLBlock(label=_("Webadres"))

    class Meta:
        """Names, template and preview."""

        label = _("Video (koppeling)")
        icon = "media"
        description = _("Een koppeling naar een video op een andere website.")
        template = "practices/blocks/video.html"
        preview_value = {"title": "Zo werkt het gemaal", "url": "https://example.org/video"}


class ContentStreamBlock(blocks.StreamBlock):
    """The blocks that a section can hold."""

    text = blocks.RichTextBlock(
        label=_("Tekst"),
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
        label=_("Document"),
        description=_("Een bestand om te downloaden."),
        template="practices/blocks/document.html",
    )

    def clean(self, value: blocks.StreamValue) -> blocks.StreamValue:
        """Refuse an empty section, unless this is a draft.

        Wagtail's own message says only that the field is required.
        """
        if not self.is_deferred_validation and not has_content(value):
            raise StreamBlockValidationError(
                non_block_errors=[_("Nog leeg. Schrijf hier iets, of haal dit onderdeel weg.")]
            )
        return super().clean(value)


@lru_cache(maxsize=100)
def known_heading(heading: str, language: str) -> str:
    """Return a known heading in this language; nothing when the heading is not known."""
    with override(language):
        return str(HEADINGS[heading]) if heading in HEADINGS else ""


class SectionValue(blocks.StructValue):
    """A section; its page sets its language and the suffix that makes its anchor unique."""

    language: str | None = None
    anchor_suffix = ""

    @property
    def title(self) -> str:
        """Return its own heading, or else the known one, in the language of the text."""
        return self["own_heading"] or known_heading(self["heading"], self.language or get_language())

    @cached_property
    def stem(self) -> str:
        """Return the anchor without its suffix; it is the same in every language."""
        return slugify(self["own_heading"]) or self["heading"] or "tekst"

    @property
    def anchor(self) -> str:
        """Return the name that links point to."""
        return self.stem + self.anchor_suffix


class HeadingBlock(blocks.ChoiceBlock):
    """A choice of known headings."""

    def to_python(self, value: str | None) -> str | None:
        """Return the stored value.

        It is text already; to compare it with every choice takes a tenth of the time of reading a case.
        """
        return value


class SectionBlock(blocks.StructBlock):
    """A part of a case under a heading."""

    heading = HeadingBlock(
        label=_("Onderdeel"),
        choices=list(HEADINGS.items()),
        required=False,
        help_text=_("Kies wat lezers van elk voorbeeld kennen. Bijvoorbeeld: Aanleiding"),
    )
    own_heading = blocks.CharBlock(
        label=_("Eigen kop"),
        max_length=MOST_HEADING,
        required=False,
        help_text=_("Alleen als geen van de onderdelen past."),
    )
    content = ContentStreamBlock(label=_("Inhoud"))

    class Meta:
        """Names, template and value class."""

        label = _("Onderdeel")
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
        """Not required: a case may still be a draft without text."""

        required = False

    def clean(self, value: blocks.StreamValue) -> blocks.StreamValue:
        """Drop the sections that nobody touched, and refuse what is wrong with others; a draft keeps all.

        Faults keep the numbers of the form, which still shows what is dropped.
        """
        if self.is_deferred_validation:
            return super().clean(value)
        places = [place for place, child in enumerate(value) if is_touched(child.value)]
        kept = [(value[place].block_type, value[place].value, value[place].id) for place in places]
        try:
            return self._clean_sections(blocks.StreamValue(self, kept))
        except StreamBlockValidationError as error:
            faults = {places[number]: fault for number, fault in error.block_errors.items()}
            raise StreamBlockValidationError(faults, error.non_block_errors) from error

    def _clean_sections(self, value: blocks.StreamValue) -> blocks.StreamValue:
        """Refuse a section without a heading and a heading that occurs twice."""
        faults = heading_faults([section.value for section in value])
        try:
            cleaned = super().clean(value)
        except StreamBlockValidationError as error:
            for number in faults.keys() & error.block_errors.keys():
                error.block_errors[number].block_errors |= faults[number].block_errors
            raise StreamBlockValidationError(faults | error.block_errors, error.non_block_errors) from error
        if faults:
            raise StreamBlockValidationError(faults)
        return cleaned


def heading_faults(sections: list[SectionValue]) -> dict[int, StructBlockValidationError]:
    """Return what is wrong with the headings, by the number of the section."""
    faults: dict[int, StructBlockValidationError] = {}
    seen: set[str] = set()
    for number, section in enumerate(sections):
        name = section.title.strip().casefold()
        if name and name not in seen:
            seen.add(name)
            continue
        text = (
            _("Deze kop is er al. Zet de tekst bij elkaar, of kies een andere kop.") if name else NO_HEADING
        )
        field = "own_heading" if section["own_heading"] else "heading"
        faults[number] = StructBlockValidationError(block_errors={field: ValidationError(text)})
    return faults


def has_content(stream: blocks.StreamValue) -> bool:
    """Tell whether a section holds anything besides text without words."""
    return any(child.block_type != "text" or strip_tags(child.value.source).strip() for child in stream)


def is_touched(section: SectionValue) -> bool:
    """Tell whether somebody wrote in a section, or it is none of those that a new case begins with."""
    is_usual = section["heading"] in USUAL_HEADINGS and not section["own_heading"]
    return not is_usual or has_content(section["content"])


def usual_sections() -> list[tuple[str, dict[str, Any]]]:
    """Return the sections that a new case begins with, each with an empty text."""
    return [
        ("section", {"heading": heading, "own_heading": "", "content": [("text", RichText(""))]})
        for heading in USUAL_HEADINGS
    ]


def section_text(section: SectionValue) -> str:
    """Return the words of a section, without markup, for search."""
    parts: list[Any] = [
        text for child in section["content"] for text in child.block.get_searchable_content(child.value)
    ]
    return "\n".join(str(part) for part in parts)
