"""How other sites show a public page: one address, and a preview of a link; pages of members have none."""

from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.utils import timezone

from members.models import Member
from organisations.models import Organisation
from practices.models import PracticeIndexPage, PracticePage
from users.models import User

pytestmark = pytest.mark.django_db
SITE = "https://www.knooppunt.example"


@pytest.fixture(autouse=True)
def base_url(settings: Any) -> None:
    """Give the site its own address, whatever it was asked by."""
    settings.WAGTAILADMIN_BASE_URL = SITE


@pytest.fixture
def case(site_frame: Any) -> PracticePage:
    """Return an English case."""
    page = PracticePage(
        title="Slim “asfalt”", slug="asfalt", summary="Zo ging het.", language="en", live=False
    )
    PracticeIndexPage.objects.get(locale__language_code="nl").add_child(instance=page)
    page.save_revision().publish()
    return page


def head(client: Client, address: str) -> dict[str, str]:
    """Return what the head of a page says of itself."""
    soup = BeautifulSoup(client.get(address).text, "html.parser")
    said = {str(tag["property"]): str(tag["content"]) for tag in soup.select("meta[property]")}
    assert len(said) == len(soup.select("meta[property]"))
    links = soup.select("link[rel=canonical]")
    assert len(links) <= 1
    return said | ({"canonical": str(links[0]["href"])} if links else {})


@pytest.mark.parametrize(
    ("address", "canonical"),
    [
        ("/", "/"),
        ("/en/?utm_source=x", "/en/"),
        ("/over/?x=1", "/over/"),
        ("/praktijkvoorbeelden/", "/praktijkvoorbeelden/"),
        (
            "/praktijkvoorbeelden/?jaar=2018&x=1&taal=nl&meer=thema&pagina=1",
            "/praktijkvoorbeelden/?jaar=2018&taal=nl",
        ),
        ("/praktijkvoorbeelden/?taal=nl&pagina=3", "/praktijkvoorbeelden/?taal=nl&pagina=3"),
        ("/en/zoeken/?q=weg&soort=case&soort=case", "/en/zoeken/?q=weg&soort=case"),
        ("/organisaties/?zoek_organisatie=x", "/organisaties/"),
        ("/organisaties/breda/?x=1", "/organisaties/breda/"),
        ("/praktijkvoorbeelden/asfalt/?x=1", "/praktijkvoorbeelden/asfalt/"),
        ("/en/praktijkvoorbeelden/asfalt/", "/praktijkvoorbeelden/asfalt/"),
        ("/api/?x=1", "/api/"),
    ],
)
def test_every_kind_of_public_page_names_its_one_address(
    case: PracticePage, client: Client, address: str, canonical: str
) -> None:
    Organisation.objects.create(
        name="Gemeente Breda", slug="breda", kind="gemeente", province="noord-brabant"
    )
    said = head(client, address)
    assert said["canonical"] == said["og:url"] == SITE + canonical
    assert said["og:title"]
    assert said["og:site_name"] == "Knooppunt"
    assert said["og:type"] == ("article" if "asfalt" in address else "website")
    assert said["og:locale"] == ("en_GB" if address.startswith("/en/") or "asfalt" in address else "nl_NL")
    assert "og:image" not in said


def test_a_link_shows_title_and_summary(case: PracticePage, site_frame: Any, client: Client) -> None:
    said = head(client, "/praktijkvoorbeelden/asfalt/")
    assert (said["og:title"], said["og:description"]) == ("Slim “asfalt”", "Zo ging het.")
    assert head(client, "/")["og:description"] == site_frame.intro
    Organisation.objects.create(
        name="Gemeente Breda", slug="breda", kind="gemeente", province="noord-brabant"
    )
    said = head(client, "/organisaties/breda/")
    assert (said["og:title"], said["og:description"]) == ("Gemeente Breda", "Gemeente, Noord-Brabant")


def test_what_an_editor_writes_stays_text(case: PracticePage, client: Client) -> None:
    case.title = '"><script>alert(1)</script>'
    case.search_description = 'Meer & "minder"'
    case.save_revision().publish()
    said = head(client, "/praktijkvoorbeelden/asfalt/")
    assert (said["og:title"], said["og:description"]) == ('"><script>alert(1)</script>', 'Meer & "minder"')


@pytest.mark.parametrize(
    "address", ["/leden/", "/leden/noor/", "/accounts/profiel/", "/accounts/login/", "/bestaat-niet/"]
)
def test_pages_with_members_and_pages_that_are_none_are_shared_as_nothing(
    site_frame: Any, client: Client, address: str
) -> None:
    user = User.objects.create_user("noor@gemeente.example", approved_at=timezone.now())
    Member.objects.create(user=user, name="Noor de Proef", slug="noor")
    if "login" not in address:
        client.force_login(user)
    assert head(client, address) == {}
