"""The demonstration: 27 cases, the same after a second load, and nothing in it that may not be seen."""

import json
from pathlib import Path
from typing import Any

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.apps import apps
from django.core.management import CommandError, call_command
from django.test import Client
from wagtail.models import Page, Revision

from core.folding import fold_name
from demo.loading import DATA
from members.models import Member
from organisations.models import Organisation
from pages.models import HomePage
from practices.exchange.exporting import case_values
from practices.exchange.fields import Row, clean_row
from practices.models import PracticePage
from taxonomy.models import Theme

pytestmark = pytest.mark.usefixtures("demonstration", "db")
ROWS = {
    row["slug"]: row
    for row in map(json.loads, (DATA / "cases.jsonl").read_text(encoding="utf-8").splitlines())
}
MADE_UP = "example.org"


def state() -> dict[str, tuple[int, Any]]:
    """Return the number of rows and the greatest key of every table."""
    models = [
        model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy
    ]
    rows = {model._meta.label: model._base_manager.order_by("pk") for model in models}
    return {
        label: (found.count(), found.values_list("pk", flat=True).last()) for label, found in rows.items()
    }


def test_a_second_load_changes_nothing(demonstration: Path) -> None:
    before, accounts = state(), (demonstration / "accounts.json").read_text()
    revisions = list(Revision.objects.order_by("pk").values_list("pk", "created_at"))
    changed = dict(Page.objects.values_list("pk", "latest_revision_created_at"))
    call_command("load_demo", verbosity=0)
    assert state() == before
    assert list(Revision.objects.order_by("pk").values_list("pk", "created_at")) == revisions
    assert dict(Page.objects.values_list("pk", "latest_revision_created_at")) == changed
    assert (demonstration / "accounts.json").read_text() == accounts


def test_a_site_that_is_no_demonstration_refuses_it(settings: Any) -> None:
    settings.DEMONSTRATION = False
    with pytest.raises(CommandError):
        call_command("load_demo")


def test_on_a_machine_whose_clock_is_far_behind_it_is_refused_and_says_why() -> None:
    with (
        time_machine.travel("2024-01-01T12:00+01:00"),
        pytest.raises(CommandError, match=r"clock.*line 1: ligt in"),
    ):
        call_command("load_demo", verbosity=0)


def test_the_contact_of_every_case_works_there() -> None:
    assert not PracticePage.objects.left_by_contact().exists()


def test_the_27_cases_of_the_document_are_on_the_site() -> None:
    assert len(ROWS) == 27
    assert set(PracticePage.findable().values_list("slug", flat=True)) == set(ROWS)


def test_every_case_is_as_its_row_says() -> None:
    words = ("themes", "techniques", "tags")
    for page in PracticePage.objects.with_everything():
        found, row = case_values(page)[0], clean_row(Row(1, ROWS[page.slug]))[0]
        for name in row.keys() - {"contact", "published"}:
            value, given = found[name], row[name]
            assert (sorted(value) == sorted(given)) if name in words else (value == given), (page.slug, name)


def test_every_case_has_text_of_a_fair_length_themes_and_a_source() -> None:
    for slug, row in ROWS.items():
        assert 60 <= len(f"{row['summary']} {row['body']}".split()) <= 500, slug
        assert row["summary"], slug
        assert row["themes"], slug
        assert row["sources"], slug
    assert Theme.objects.filter(practices__isnull=False).distinct().count() >= 5


def test_the_figures_are_those_of_the_document(client: Client) -> None:
    potatoes = client.get("/praktijkvoorbeelden/precisielandbouw-van-den-borne/").content.decode()
    assert "30% minder water per ton aardappelen" in potatoes
    assert "20% minder kunstmest per ton aardappelen" in potatoes
    assert (
        "80 gemeenten" in client.get("/praktijkvoorbeelden/betalingsachterstand-amsterdam/").content.decode()
    )


def test_every_case_can_be_read_with_every_link_within_the_site(client: Client) -> None:
    links: set[str] = set()
    for page in PracticePage.objects.all():
        answer = client.get(page.url)
        assert answer.status_code == 200
        assert MADE_UP not in answer.content.decode(), page.slug
        soup = BeautifulSoup(answer.content, "html.parser")
        names = [element["id"] for element in soup.select("[id]")]
        assert len(names) == len(set(names)), page.slug
        links |= {link["href"].split("#")[0] for link in soup.select('a[href^="/"]')}
        links |= {image["src"] for image in soup.select('img[src^="/omslag/"]')}
    broken = {
        link: status for link in sorted(links) if (status := client.get(link, follow=True).status_code) != 200
    }
    assert broken == {}


PUBLIC = """
/ /en/ /praktijkvoorbeelden/ /en/praktijkvoorbeelden/ /praktijkvoorbeelden/?pagina=2 /zoeken/ /zoeken/?q=data
/zoeken/?q=example.org /zoeken/?q=noor /organisaties/?pagina=2 /over/ /contact/ /privacy/ /toegankelijkheid/
/accounts/login/ /accounts/signup/ /leden/ /robots.txt /sitemap.xml /.well-known/security.txt /healthz /readyz
/api/v1/openapi.json /api/v1/search?page_size=100
/api/v1/search?q=data&page=2 /api/v1/suggest?q=da /api/v1/suggest?q=noor /api/v1/cases
""".split()


@pytest.mark.parametrize("address", PUBLIC)
def test_no_public_answer_has_an_address_of_a_made_up_person(client: Client, address: str) -> None:
    answer = client.get(address, follow=True)
    assert answer.status_code in {200, 503}
    text = answer.content.decode()
    asked = text.count(MADE_UP) if "q=example.org" not in address else 0  # what was asked for is said again
    assert asked == 0


def test_no_page_of_organisations_has_an_address_of_a_made_up_person(client: Client) -> None:
    for number in range(1, 60):
        text = client.get("/organisaties/", {"pagina": number}).content.decode()
        assert MADE_UP not in text
        if "pagina=" not in text:
            break
    with_cases = Organisation.objects.filter(practice_links__isnull=False).distinct()
    for body in [*with_cases, *Organisation.objects.filter(members__isnull=False).distinct()[:20]]:
        assert MADE_UP not in client.get(body.get_absolute_url()).content.decode()


def test_the_api_gives_every_case_without_an_address(client: Client) -> None:
    for slug in ROWS:
        for address in (f"/api/v1/cases/{slug}", f"/api/v1/cases/{slug}/similar"):
            answer = client.get(address)
            assert answer.status_code == 200
            assert MADE_UP not in answer.content.decode()
    members = client.get("/api/v1/search", {"type": "member"}).json()
    assert members["total"] == 0


def test_every_member_is_labelled_made_up(client: Client) -> None:
    assert Member.objects.filter(is_demo=False).count() == 0
    assert Member.objects.count() >= 250
    shown = [page for page in PracticePage.objects.select_related("contact") if page.contact]
    assert len(shown) >= 20
    labelled = 0
    for page in shown:
        soup = BeautifulSoup(client.get(page.url).content, "html.parser")
        if block := soup.select_one("#vragen:has(h3)"):  # without a person it only leads on
            assert "verzonnen voorbeeld" in block.get_text()
            labelled += 1
    assert labelled > 0


def test_a_member_of_the_network_reads_the_label_too(client: Client) -> None:
    person = Member.findable().exclude(user__email__startswith="x").first()
    client.force_login(Member.objects.filter(user__approved_at__isnull=False).last().user)
    text = client.get(f"/leden/{person.slug}/").content.decode()
    assert "verzonnen" in text.lower()
    assert MADE_UP not in text
    listed = client.get("/leden/").content.decode()
    assert "verzonnen" in listed.lower()
    assert MADE_UP not in listed


def test_the_home_pages_are_filled(client: Client) -> None:
    for home in HomePage.objects.all():
        assert home.featured is not None
        assert len(home.figures) == 3
        context = client.get(home.url).context
        assert context["case_count"] == 27
        assert all(figure["url"] for figure in context["figures"])
        assert all(invitation["url"] for invitation in context["invitations"])


@pytest.mark.parametrize("address", ["/", "/en/"])
def test_the_home_page_stays_within_its_budget(
    client: Client, django_assert_max_num_queries: Any, address: str
) -> None:
    client.get(address)
    with django_assert_max_num_queries(16):
        client.get(address)


def test_every_case_stays_within_its_budget(client: Client, django_assert_max_num_queries: Any) -> None:
    client.get(PracticePage.objects.first().url)  # who came before had site and words looked up
    for page in PracticePage.objects.all():
        with django_assert_max_num_queries(14):
            client.get(page.url)


def test_every_organisation_of_a_case_was_in_the_register() -> None:
    named = {name for row in ROWS.values() for name in [*row["organisations"], *row["reused_by"]]}
    known = Organisation.objects.names()
    assert {name for name in named if not known.get(fold_name(name))} == set()
