"""The page of a case: what is known is shown, the rest is left out, and no text of an editor runs."""

import datetime
import io
import json
import re
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.translation import override
from PIL import Image
from wagtail.documents import get_document_model

from core.models import SiteImage
from members.models import Member
from practices.blocks import HEADINGS
from practices.models import PracticeDocument, PracticePage, PracticeSource
from taxonomy.models import Technique, Theme

pytestmark = pytest.mark.both_databases

EVIL = """</script><script>alert(1)</script><img src=x onerror="alert('1')">"""


def soup_of(client: Client, page: PracticePage) -> BeautifulSoup:
    """Return the page as an anonymous visitor gets it."""
    answer = client.get(page.url)
    assert answer.status_code == 200
    return BeautifulSoup(answer.content, "html.parser")


def brief(soup: BeautifulSoup) -> dict[str, str]:
    """Return what "in het kort" says, by its labels."""
    lines = soup.select(".brief dl > div")
    return {line.dt.get_text(" ", strip=True): line.dd.get_text(" ", strip=True) for line in lines}


@pytest.fixture
def full(make_case: Any, make_body: Any, make_member: Any) -> PracticePage:
    """Return a case in which everything is filled in."""
    body = make_body("Gemeente Breda", kind="gemeente", province="noord-brabant")
    other = make_body("Waterschap De Proef", kind="waterschap", province="zeeland")
    return make_case(
        summary="Zo ging het in het kort.",
        organisations=[body],
        reused_by=[other],
        related=[make_case("een-ander-voorbeeld")],
        themes=[Theme.objects.create(name="Landbouw")],
        techniques=[Technique.objects.create(name="Voorspellend model")],
        results=1,
        phase="pilot",
        started=2018,
        place="Breda",
        province="noord-brabant",
        contact=make_member(visibility={"name": "public", "role": "public"}, role="Projectleider"),
    )


def test_writers_are_named_to_whom_they_show_their_name(
    make_case: Any, make_member: Any, client: Client
) -> None:
    names = {"open": "public", "gewoon": "members", "dicht": "private"}
    writers = {
        name: make_member(name.title(), f"{name}@gemeente.example", visibility={"name": who})
        for name, who in names.items()
    }
    page = make_case()
    page.authors.set(writers.values())
    page.save_revision().publish()
    assert brief(soup_of(client, page))["Geschreven door"] == "Open"
    client.force_login(make_member("Lezer", "lezer@gemeente.example").user)
    soup = soup_of(client, page)
    assert brief(soup)["Geschreven door"] == "Gewoon Open"
    assert soup.find("a", string="Gewoon")["href"] == writers["gewoon"].get_absolute_url()


def test_a_case_in_full_tells_everything(full: PracticePage, client: Client) -> None:
    soup = soup_of(client, full)
    said = brief(soup)
    assert said.pop("Bijgewerkt")
    assert said == {
        "Wie": "Gemeente Breda",
        "Waar": "Breda, Noord-Brabant",
        "Sinds": "2018",
        "Fase": "Proef",
        "Effect": "30% water 0",
        "Vragen aan": "Noor de Proef Projectleider",
        "Techniek": "Voorspellend model",
    }
    titles = [heading.get_text(strip=True) for heading in soup.select("h2")]
    for title in (
        "Aanpak",
        "Gemeten resultaten",
        "Geleerde lessen",
        "Wie doet dit ook",
        "Vragen over dit voorbeeld",
        "Bronnen",
    ):
        assert title in titles
    assert "een-ander-voorbeeld" in str(soup.main)
    assert "noor@gemeente.example" not in str(soup)


def test_every_link_within_the_page_leads_somewhere(full: PracticePage, client: Client) -> None:
    soup = soup_of(client, full)
    names = [element["id"] for element in soup.select("[id]")]
    assert len(names) == len(set(names))
    assert {link["href"][1:] for link in soup.select('a[href^="#"]')} <= set(names)
    labels = {
        name for element in soup.select("[aria-labelledby]") for name in element["aria-labelledby"].split()
    }
    assert labels <= set(names)


def test_a_case_with_nothing_filled_in_is_still_a_page(make_case: Any, client: Client) -> None:
    soup = soup_of(client, make_case(body=[]))
    said = brief(soup)
    assert said.pop("Bijgewerkt")
    assert said == {"Waar": "Landelijk", "Effect": "Niet in cijfers gemeten"}
    titles = {heading.get_text(strip=True) for heading in soup.main.select("h2")}
    assert titles <= {
        "In het kort",
        "Wie doet dit ook",
        "Wil je dit ook?",
        "Vragen over dit voorbeeld",
        "Delen en aanhalen",
        "Ook interessant",
    }
    assert "nog niet geschreven" in soup.main.get_text()
    assert "None" not in soup.main.get_text()
    assert not soup.select(".toc, .tags, #vragen h3, .takers, #bronnen, #resultaten, #lessen")


def test_nothing_that_an_editor_writes_becomes_markup(
    make_case: Any, make_body: Any, make_member: Any, client: Client
) -> None:
    body = make_body(EVIL)
    page = make_case(
        title=EVIL,
        summary=EVIL,
        place=EVIL,
        organisations=[body],
        reused_by=[body],
        themes=[Theme.objects.create(name=EVIL, slug="kwaad")],
        techniques=[Technique.objects.create(name=EVIL, slug="kwaad")],
        results=1,
        contact=make_member(name=EVIL, visibility={"name": "public"}),
    )
    page.results = [type(page.results.first())(label=EVIL, value="30", unit=EVIL[:50])]
    page.lessons = [type(page.lessons.first())(text=EVIL)]
    page.sources = [PracticeSource(title=EVIL, url="https://example.org/")]
    page.save_revision().publish()
    soup = soup_of(client, page)
    assert not soup.select("[onerror], img[src=x]")
    scripts = [script for script in soup.select("script") if not script.get("src")]
    assert [script["type"] for script in scripts] == ["application/ld+json"]
    assert json.loads(scripts[0].string)["headline"] == EVIL
    assert soup.title.get_text().startswith(EVIL)


def test_the_data_for_search_engines_say_what_the_page_says(full: PracticePage, client: Client) -> None:
    data = json.loads(soup_of(client, full).find("script", type="application/ld+json").string)
    assert data["@type"] == "Article"
    assert data["about"] == ["Landbouw", {"@type": "GovernmentOrganization", "name": "Gemeente Breda"}]
    assert (data["spatialCoverage"], data["inLanguage"]) == ("Breda", "nl")
    assert data["url"] == f"{settings.WAGTAILADMIN_BASE_URL}/praktijkvoorbeelden/slim-asfalt/"
    assert data["publisher"]["url"] == f"{settings.WAGTAILADMIN_BASE_URL}/"
    assert data["datePublished"][:4] == str(full.first_published_at.year)


def test_the_day_for_search_engines_is_that_of_the_calendar_here(full: PracticePage, client: Client) -> None:
    moment = datetime.datetime(2026, 6, 15, 22, 30, tzinfo=datetime.UTC)  # half past midnight in Amsterdam
    PracticePage.objects.filter(pk=full.pk).update(first_published_at=moment, last_published_at=moment)
    data = json.loads(soup_of(client, full).find("script", type="application/ld+json").string)
    assert data["datePublished"] == data["dateModified"] == "2026-06-16T00:30:00+02:00"


def test_the_citation_names_who_what_when_and_where(full: PracticePage, client: Client) -> None:
    words = soup_of(client, full).select_one(".citation").get_text()
    words, address = words.rsplit(" ", 1)
    assert re.fullmatch(r"“Slim asfalt” \(Gemeente Breda\)\. Knooppunt, bijgewerkt \d+ \w+ \d{4}\.", words)
    assert address == f"{settings.WAGTAILADMIN_BASE_URL}/praktijkvoorbeelden/slim-asfalt/"


def test_a_case_says_of_which_month_it_is_and_not_when_it_was_put_here(
    full: PracticePage, client: Client
) -> None:
    full.as_of = datetime.date(2019, 2, 1)
    full.save_revision().publish()
    soup = soup_of(client, full)
    said = brief(soup)
    assert said["Stand van"] == "februari 2019"
    assert "Bijgewerkt" not in said
    assert "Knooppunt, stand van februari 2019." in soup.select_one(".citation").get_text()
    assert (
        json.loads(soup.find("script", type="application/ld+json").string)["contentReferenceTime"]
        == "2019-02"
    )


def test_the_day_of_a_text_cannot_have_still_to_come(make_case: Any) -> None:
    page = make_case()
    page.as_of = timezone.localdate() + datetime.timedelta(days=1)
    with pytest.raises(ValidationError) as error:
        page.full_clean()
    assert list(error.value.message_dict) == ["as_of"]


def test_the_site_publishes_what_the_organisations_did(full: PracticePage, client: Client) -> None:
    soup = soup_of(client, full)
    data = json.loads(soup.find("script", type="application/ld+json").string)
    assert data["publisher"]["name"] == "Knooppunt"
    assert "author" not in data
    assert data["license"] == soup.select_one("#delen a[rel~=license]")["href"]


def test_who_is_made_up_is_called_so_wherever_she_is_named(
    full: PracticePage, client: Client, make_member: Any
) -> None:
    Member.objects.update(is_demo=True)
    full.authors.set(
        [make_member("Open", "open@gemeente.example", visibility={"name": "public"}, is_demo=True)]
    )
    full.save_revision().publish()
    soup = soup_of(client, full).main
    assert (
        len(soup.find_all(string=re.compile("Open|Noor de Proef")))
        == len(soup.find_all(string="verzonnen voorbeeld"))
        == 3
    )


def test_what_is_shared_is_the_address_of_the_case_alone(full: PracticePage, client: Client) -> None:
    page = BeautifulSoup(client.get(f"{full.url}?vreemd=kwaad").text, "html.parser")
    assert page.select_one("#delen [data-copy]")["data-copy"] == f"{settings.WAGTAILADMIN_BASE_URL}{full.url}"
    assert "kwaad" not in str(page)


def test_the_map_shows_where_it_was_made_and_where_it_went(full: PracticePage, client: Client) -> None:
    answer = client.get(full.url)
    provinces = answer.context["provinces"]
    assert len(provinces) == 12
    assert [node["code"] for node in provinces if node["is_source"]] == ["NB"]
    assert [node["code"] for node in provinces if node["is_use"]] == ["ZE"]


def test_a_related_case_that_is_not_public_is_not_named(make_case: Any, client: Client) -> None:
    hidden, private = make_case("geheim-concept", published=False), make_case("geheim-besloten")
    private.view_restrictions.create(restriction_type="login")
    text = client.get(make_case("open", related=[hidden, private]).url).content.decode()
    assert "geheim" not in text.lower()


def test_documents_can_be_downloaded(
    full: PracticePage, client: Client, own_files: Any, run_tasks: Any
) -> None:
    document = get_document_model().objects.create(title="Het plan", file=ContentFile(b"plan", "plan.txt"))
    full.documents = [PracticeDocument(document=document)]
    full.save_revision().publish()
    run_tasks()
    link = soup_of(client, full).select_one("#bronnen .attachment a")
    assert link.get_text(strip=True) == "Het plan"
    assert b"".join(client.get(link["href"]).streaming_content) == b"plan"


def test_a_case_in_english_says_so(make_case: Any, client: Client) -> None:
    page = make_case(language="en", results=1)
    soup = soup_of(client, page)
    assert soup.html["lang"] == "nl"
    assert soup.select_one(".case-story")["lang"] == soup.h1["lang"] == "en"
    with override("en"):
        assert soup.select_one("#aanpak h2").get_text() == str(HEADINGS["aanpak"])


@pytest.mark.parametrize("rows", [1, 10])
def test_a_case_asks_the_database_at_most_fourteen_things(
    make_case: Any,
    make_body: Any,
    make_member: Any,
    client: Client,
    django_assert_max_num_queries: Any,
    rows: int,
) -> None:
    numbers = range(rows)
    bodies = [make_body(f"Gemeente {number}", kind="gemeente", province="zeeland") for number in numbers]
    themes = [Theme.objects.create(name=f"Thema {number}") for number in numbers]
    page = make_case(
        organisations=bodies,
        reused_by=[make_body(f"Volger {number}", kind="gemeente") for number in numbers],
        related=[
            make_case(f"ander-{number}", organisations=bodies[:2], themes=themes[:1]) for number in numbers
        ],
        themes=themes,
        techniques=[Technique.objects.create(name=f"Techniek {number}") for number in numbers],
        results=rows,
        place="Breda",
        province="zeeland",
        contact=make_member(visibility={"name": "public"}),
    )
    page.tags.add(*[f"woord {number}" for number in numbers])
    page.authors.set(
        [
            make_member("Schrijver", f"schrijver{number}@gemeente.example", visibility={"name": "public"})
            for number in numbers
        ]
    )
    page.save_revision().publish()
    client.get(page.url)
    with django_assert_max_num_queries(14):
        assert client.get(page.url).status_code == 200


@pytest.fixture
def pictured(own_files: Any, make_case: Any) -> PracticePage:
    """Return a case with a photo in its story."""
    out = io.BytesIO()
    Image.new("RGB", (1600, 900), "teal").save(out, "PNG")
    image = SiteImage.objects.create(title="Gemaal", file=ContentFile(out.getvalue(), "gemaal.png"))
    picture = {
        "image": {"image": image.pk, "alt_text": "Een gemaal aan het water", "decorative": False},
        "caption": "",
    }
    content = [{"type": "text", "value": "<p>Zo.</p>"}, {"type": "image", "value": picture}]
    return make_case(
        body=[{"type": "section", "value": {"heading": "aanpak", "own_heading": "", "content": content}}]
    )


def test_a_link_to_a_case_shows_its_photo_in_a_size_that_is_there(
    pictured: PracticePage, client: Client
) -> None:
    assert not soup_of(client, pictured).select(
        'meta[property^="og:image"]'
    )  # the first visitor has the sizes made
    soup = soup_of(client, pictured)
    said = {tag["property"]: tag["content"] for tag in soup.select('meta[property^="og:image"]')}
    url = said.pop("og:image").removeprefix(settings.WAGTAILADMIN_BASE_URL)
    assert f"{url} 1344w" in soup.select_one("picture img")["srcset"]
    assert said == {
        "og:image:width": "1344",
        "og:image:height": "756",
        "og:image:alt": "Een gemaal aan het water",
    }


def test_the_photo_of_a_link_costs_no_query(
    pictured: PracticePage, client: Client, django_assert_num_queries: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    soup_of(client, pictured)
    cache.clear()  # to look there for sizes is a query as well, but in tests
    with CaptureQueriesContext(connection) as queries:
        client.get(pictured.url)
    cache.clear()
    monkeypatch.setattr("practices.presentation.build_picture", lambda page: None)
    with django_assert_num_queries(len(queries)):
        client.get(pictured.url)


def test_a_quotation_has_one_pair_of_marks(make_case: Any, client: Client) -> None:
    quote = {"type": "quote", "value": {"text": " “Begin klein.” ", "attribution": "projectleider"}}
    section = {"type": "section", "value": {"heading": "aanpak", "own_heading": "", "content": [quote]}}
    assert soup_of(client, make_case(body=[section])).blockquote.get_text(strip=True) == "Begin klein."
