"""What a page names can be deleted: the page, its export and its editor stay whole, without the link."""

from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core.files.base import ContentFile
from django.test import Client
from PIL import Image
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Page

from core.roles import MODERATORS
from pages.models import ContentPage
from practices.exchange.exporting import cases_export
from practices.exchange.importing import cases_import
from practices.models import PracticeDocument, PracticePage
from taxonomy.models import Technique, Theme


def words(things: SimpleNamespace) -> str:
    """Return a text with every link that an editor can make."""
    links = ((kind, key) for kind, key in (("page", things.page.pk), ("document", things.document.pk)))
    return "".join(f'<p>Lees <a linktype="{kind}" id="{key}">hier</a>.</p>' for kind, key in links)


def body(things: SimpleNamespace) -> list[dict[str, Any]]:
    """Return a body with every block that names something."""
    picture = {"image": things.image.pk, "alt_text": "Een gemaal", "decorative": False}
    content = [
        {"type": "text", "value": words(things)},
        {"type": "callout", "value": {"title": "Mag dit?", "text": words(things)}},
        {"type": "image", "value": {"image": picture, "caption": "Een gemaal"}},
        {"type": "document", "value": things.document.pk},
    ]
    return [{"type": "section", "value": {"heading": "aanpak", "own_heading": "", "content": content}}]


@pytest.fixture
def bereft(
    site_frame: Any, make_case: Any, make_body: Any, make_member: Any, own_files: Any
) -> SimpleNamespace:
    """Make pages that refer to one of everything, and delete what they refer to.

    The pages are a case, a draft, a home page and a page of text.
    """
    buffer = BytesIO()
    Image.new("RGB", (60, 40), "navy").save(buffer, "PNG")
    things = SimpleNamespace(
        image=get_image_model().objects.create(
            title="Gemaal", file=ContentFile(buffer.getvalue(), "gemaal.png")
        ),
        document=get_document_model().objects.create(title="Het plan", file=ContentFile(b"plan", "plan.txt")),
        page=make_case("genoemd"),
        theme=Theme.objects.create(name="Landbouw"),
        technique=Technique.objects.create(name="Regressie"),
        organisation=make_body(),
        account=make_member().user,
    )
    fields = {
        "body": body(things),
        "summary": "In het kort.",
        "contact": things.account.member,
        "themes": [things.theme],
        "techniques": [things.technique],
        "organisations": [things.organisation],
        "reused_by": [things.organisation],
        "related": [things.page],
    }
    case, draft = make_case(**fields), make_case("concept", published=False, **fields)
    for page in (case, draft.get_latest_revision_as_object()):
        page.documents, page.authors = [PracticeDocument(document=things.document)], [things.account.member]
        revision = page.save_revision()
        if page.live:
            revision.publish()
    text = site_frame.add_child(instance=ContentPage(title="Tekst", slug="tekst", body=words(things)))
    figure = {"number": "30%", "unit": "minder", "label": "water", "source": "evaluatie", "case": things.page}
    site_frame.figures = [("figure", figure)]
    site_frame.invitations = [
        ("invitation", {"title": "Doe mee", "text": "Lees.", "button": "Lees", "page": things.page})
    ]
    site_frame.featured = things.page
    site_frame.save_revision().publish()
    for thing in vars(things).values():
        thing.delete()
    case, home = PracticePage.objects.get(pk=case.pk), Page.objects.get(pk=site_frame.pk)
    return SimpleNamespace(case=case, draft=draft, text=text, home=home)


def test_the_pages_the_api_and_search_have_the_words_without_the_links(
    bereft: SimpleNamespace, client: Client
) -> None:
    for page, count in ((bereft.case, 4), (bereft.text, 2), (bereft.home, 0)):
        answer = client.get(page.url)
        assert answer.status_code == 200
        main = BeautifulSoup(answer.content, "html.parser").main
        assert "None" not in main.get_text()
        assert not main.select('a[href=""], a[href="None"], .picture, .attachment')
        assert main.get_text().count("hier") == count
    answer = client.get(f"/api/v1/cases/{bereft.case.slug}")
    assert answer.status_code == 200
    assert (
        answer.json()["body"]
        == "## Aanpak\n\nLees hier.\n\nLees hier.\n\n**Mag dit?**\n\nLees hier.\n\nLees hier."
    )
    assert "hier" in bereft.case.search_content().passages[0].text


def test_an_export_says_what_is_gone_and_comes_back_as_the_same(
    bereft: SimpleNamespace, tmp_path: Path
) -> None:
    path = tmp_path / "uit.jsonl"
    warnings = cases_export(path=path).warnings
    for page in (bereft.case, bereft.draft):
        assert f"{page.slug} noemt iets dat verwijderd is: koppeling, afbeelding, document" in warnings
    assert cases_import(path=path, dry_run=True).same == PracticePage.objects.count() == 2


def test_an_editor_can_go_on_with_it(bereft: SimpleNamespace, as_role: Any, client: Client) -> None:
    moderator, base = as_role(MODERATORS), f"/cms/pages/{bereft.case.pk}"
    assert moderator.get(f"{base}/edit/").status_code == 200
    emptied = bereft.case.get_latest_revision_as_object()
    emptied.body = []
    emptied.save_revision()
    for compared in ("earliest...live", "earliest...latest"):
        assert moderator.get(f"{base}/revisions/compare/{compared}/").status_code == 200
    bereft.draft.get_latest_revision_as_object().save_revision().publish()
    assert client.get(bereft.draft.url).status_code == 200
