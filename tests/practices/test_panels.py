"""What an editor sees while she writes: help at every field, previews, and only members that can be found."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core.files.base import ContentFile
from django.test import Client
from django.utils.translation import override
from PIL import Image
from wagtail.admin.panels import FieldPanel, InlinePanel
from wagtail.blocks import StreamBlock, StructBlock
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.test.utils.form_data import inline_formset, streamfield

from core.checks import PRIVATE_FOLDERS
from core.roles import EDITORS, MODERATORS
from members.models import Member
from organisations.models import Organisation
from practices.blocks import BodyStreamBlock, ContentStreamBlock
from practices.exchange.markdown_out import write_body
from practices.models import PracticePage

CHOOSE_MEMBER = "/cms/snippets/choose/members/member/"


def panels(panel: Any) -> Iterator[Any]:
    """Yield the panels of fields, those of rows below a case included."""
    if isinstance(panel, InlinePanel):
        yield from panels(panel.child_edit_handler)
    for child in getattr(panel, "children", []):
        yield from panels(child)
    if isinstance(panel, FieldPanel):
        yield panel


def own_panels() -> list[Any]:
    """Return the panels of the fields of a case itself; the tabs of Wagtail have Wagtail's help."""
    tabs = PracticePage.edit_handler.bind_to_model(PracticePage).children[:5]
    return [panel for tab in tabs for panel in panels(tab)]


@pytest.mark.parametrize(
    "panel", own_panels(), ids=lambda panel: f"{panel.model.__name__}.{panel.field_name}"
)
def test_every_field_has_help_with_an_example_in_dutch(panel: Any) -> None:
    field = panel.model._meta.get_field(panel.field_name)
    with override("nl"):
        help_text = str(panel.help_text or field.help_text)
    assert "Bijvoorbeeld: " in help_text


def blocks(block: Any) -> Iterator[Any]:
    """Yield the fields that an editor fills in within a block."""
    for child in block.child_blocks.values():
        if isinstance(child, StructBlock | StreamBlock):
            yield from blocks(child)
        else:
            yield child


def test_every_block_has_a_dutch_name_and_a_description() -> None:
    for block in ContentStreamBlock().child_blocks.values():
        assert str(block.label)
        assert block.get_description(), block.name
    labels = {str(block.label) for block in blocks(BodyStreamBlock())}
    assert "Heading" not in labels
    assert "Own heading" not in labels


@pytest.fixture
def files(db: None, own_files: Any) -> tuple[Any, Any]:
    """Return an image and a document."""
    buffer = BytesIO()
    Image.new("RGB", (60, 40), "navy").save(buffer, "PNG")
    image = get_image_model().objects.create(
        title="Gemaal", file=ContentFile(buffer.getvalue(), "gemaal.png"), credit="Noor"
    )
    return image, get_document_model().objects.create(title="Het plan", file=ContentFile(b"plan", "plan.txt"))


def body_with_everything(image: Any, document: Any) -> list[dict[str, Any]]:
    """Return a body in which every block stands."""
    cells = [{"type": "text", "heading": "Jaar"}, {"type": "number", "heading": "Aantal"}]
    content = [
        {"type": "text", "value": "<p>Gewone <b>tekst</b>.</p>"},
        {
            "type": "figure",
            "value": {"number": "30%", "unit": "minder", "label": "water", "source": "evaluatie"},
        },
        {"type": "callout", "value": {"title": "Mag dit?", "text": "<p>Vraag het.</p>"}},
        {"type": "quote", "value": {"text": "Begin klein.", "attribution": "leider"}},
        {"type": "image", "value": {"image": image.pk, "caption": "Een gemaal"}},
        {
            "type": "table",
            "value": {"columns": cells, "rows": [{"values": ["2023", 12]}], "caption": "Per jaar"},
        },
        {"type": "video", "value": {"title": "De film", "url": "https://example.org/film"}},
        {"type": "document", "value": document.pk},
    ]
    content[4]["value"]["image"] = {
        "image": image.pk,
        "alt_text": "Een gemaal in de polder",
        "decorative": False,
    }
    assert {block["type"] for block in content} == set(ContentStreamBlock().child_blocks)
    return [{"type": "section", "value": {"heading": "aanpak", "own_heading": "", "content": content}}]


def test_every_block_stands_on_the_page(make_case: Any, files: Any, client: Client) -> None:
    page = make_case(body=body_with_everything(*files))
    soup = BeautifulSoup(client.get(page.url).content, "html.parser")
    story = soup.select_one("#aanpak")
    text = story.get_text(" ", strip=True)
    for words in (
        "Gewone tekst",
        "30%",
        "Mag dit?",
        "Begin klein.",
        "Een gemaal",
        "Beeld: Noor",
        "Per jaar",
        "De film",
        "Het plan",
    ):
        assert words in text
    assert story.img["alt"] == "Een gemaal in de polder"
    assert not soup.select("iframe, [style], style")


def test_every_block_is_read_by_search(make_case: Any, files: Any) -> None:
    (passage,) = make_case(body=body_with_everything(*files)).search_content().passages
    for words in ("Gewone tekst", "minder", "Vraag het", "Begin klein", "2023"):
        assert words in passage.text


SECTION = PracticePage._meta.get_field("body").stream_block.child_blocks["section"]
CONTENT = SECTION.child_blocks["content"].child_blocks


@pytest.mark.parametrize("block", [SECTION, *CONTENT.values()], ids=lambda block: block.name)
def test_every_block_has_a_preview_in_the_look_of_the_site(as_role: Any, block: Any) -> None:
    answer = as_role(EDITORS).get("/cms/block-preview/", {"id": block.definition_prefix})
    assert answer.status_code == 200
    soup = BeautifulSoup(answer.content, "html.parser")
    assert "css/knooppunt.css" in str(soup.head)
    needs_a_file = block.name in {"image", "document"}
    assert needs_a_file or soup.body.get_text(strip=True)


@pytest.mark.parametrize(
    "fields", [{}, {"body": streamfield([])}, {"body": streamfield([]), "summary": "", "slug": ""}]
)
def test_a_new_case_can_be_previewed_before_it_is_saved(
    as_role: Any, index_pk: int, case_form: Any, fields: Any
) -> None:
    editor = as_role(EDITORS)
    address = f"/cms/pages/add/practices/practicepage/{index_pk}/preview/"
    assert editor.post(address, case_form(**fields)).json()["is_valid"]
    answer = editor.get(address, {"mode": ""})
    assert answer.status_code == 200
    assert "Slim asfalt" in answer.content.decode()
    assert not PracticePage.objects.exists()


def test_a_saved_case_is_previewed_with_its_rows(as_role: Any, index_pk: int, case_form: Any) -> None:
    editor = as_role(MODERATORS)
    editor.post(f"/cms/pages/add/practices/practicepage/{index_pk}/", case_form())
    page = PracticePage.objects.get()
    body = Organisation.objects.create(name="Gemeente Proefstad")
    links = inline_formset([{"organisation": body.pk, "role": "owner"}])
    address = f"/cms/pages/{page.pk}/edit/preview/"
    assert editor.post(address, case_form(organisation_links=links, title="Nog niet bewaard")).json()[
        "is_valid"
    ]
    text = editor.get(address, {"mode": ""}).content.decode()
    assert "Nog niet bewaard" in text
    assert "Gemeente Proefstad" in text
    assert editor.get(f"/cms/pages/{page.pk}/view_draft/").status_code == 200


def test_writers_and_contact_are_chosen_among_who_can_be_found(
    as_role: Any, index_pk: int, case_form: Any, make_member: Any
) -> None:
    shown = make_member("Noor Zichtbaar")
    secret = make_member("Kanarie Geheim", "geheim@gemeente.example", visibility={"name": "private"})
    editor = as_role(EDITORS)
    form = editor.get(f"/cms/pages/add/practices/practicepage/{index_pk}/").content.decode()
    assert "Kanarie Geheim" not in form
    listed = editor.get(CHOOSE_MEMBER).content.decode()
    assert "Noor Zichtbaar" in listed
    assert "Kanarie Geheim" not in listed
    address = f"/cms/pages/add/practices/practicepage/{index_pk}/"
    editor.post(address, case_form(authors=[shown.pk], contact=shown.pk))
    page = PracticePage.objects.get().get_latest_revision_as_object()
    assert (page.contact, list(page.authors.all())) == (shown, [shown])
    answer = editor.post(address, case_form(authors=[secret.pk], contact=secret.pk, slug="twee"))
    assert "Kanarie Geheim" not in answer.content.decode()
    assert PracticePage.objects.count() == 1


def test_a_writer_who_hides_stays_the_writer_unseen(
    as_role: Any, index_pk: int, case_form: Any, make_member: Any
) -> None:
    member, editor = make_member("Kanarie Geheim"), as_role(EDITORS)
    editor.post(
        f"/cms/pages/add/practices/practicepage/{index_pk}/",
        case_form(authors=[member.pk], contact=member.pk),
    )
    Member.objects.update(visibility={"name": "private"})
    pk = PracticePage.objects.get().pk
    assert "Kanarie Geheim" not in editor.get(f"/cms/pages/{pk}/edit/").content.decode()
    editor.post(f"/cms/pages/{pk}/edit/", case_form(contact=member.pk, title="Anders"))
    page = PracticePage.objects.get().get_latest_revision_as_object()
    assert (page.title, page.contact, list(page.authors.all())) == ("Anders", member, [member])


def test_an_export_links_to_a_size_of_an_image_and_not_to_a_private_file(make_case: Any, files: Any) -> None:
    text = write_body(make_case(body=body_with_everything(*files)).sections()).markdown
    assert "[Een gemaal in de polder](http://localhost:8000/media/images/" in text
    assert f"[Het plan](http://localhost:8000{files[1].url})" in text
    assert not any(folder in text for folder in PRIVATE_FOLDERS)
