"""Where reuse is seen beside its own pages: the map, years, cards, lists, and what machines read."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from organisations.models import Organisation
from practices.models import PracticePage
from reuse.choices import Status
from reuse.models import Adoption
from users.models import User

pytestmark = pytest.mark.django_db
Record = Callable[..., Adoption]


def soup(client: Client, address: str) -> BeautifulSoup:
    return BeautifulSoup(client.get(address).content, "html.parser")


@pytest.fixture
def record_many(record: Record, make_body: Any, make_member: Any) -> Callable[..., list[Adoption]]:
    """Return what records that so many organisations do it, each in a province of its own."""

    def make(number: int, **fields: Any) -> list[Adoption]:
        provinces = ["drenthe", "flevoland", "gelderland", "limburg", "overijssel", "utrecht", "zeeland"]
        bodies = [make_body(f"Gemeente {name}", province=name) for name in provinces[:number]]
        return [record(make_member(body.slug, body), body, **fields) for body in bodies]

    return make


class TestMap:
    def test_each_province_where_it_is_done_leads_to_a_row_of_the_list(
        self, client: Client, case: PracticePage, record_many: Any
    ) -> None:
        record_many(7)
        page = soup(client, case.reuse_url)
        links = page.select(".map a")
        assert len(links) == 7
        for link in links:
            row = page.select_one(link["href"])
            assert row.name == "li"
            assert link["aria-label"] == f"{link.title.get_text()}: 1 organisatie"
            assert link.title.get_text() in row.get_text()

    def test_beside_a_short_list_the_others_lead_to_the_whole_one(
        self, client: Client, case: PracticePage, record_many: Any
    ) -> None:
        record_many(7)
        page, whole = soup(client, case.url), soup(client, case.reuse_url)
        addresses = [link["href"] for link in page.select(".map a")]
        near = [address for address in addresses if address.startswith("#")]
        assert len(near) == len(page.select(".takers li")) == 5
        assert all(page.select_one(address) for address in near)
        far = [address.removeprefix(case.reuse_url) for address in addresses if address not in near]
        assert len(far) == 2
        assert all(whole.select_one(address) for address in far)

    def test_who_cannot_see_it_hears_only_the_provinces_that_say_something(
        self, client: Client, case: PracticePage, record: Record
    ) -> None:
        record()
        drawing = soup(client, case.reuse_url).select_one(".map")
        assert drawing["role"] == "group"
        named = [node["aria-label"] for node in drawing.select("a, [role=img]")]
        assert named == ["Gelderland: 1 organisatie"]
        assert all(node["aria-hidden"] == "true" for node in drawing.select("g"))


def test_who_began_when_is_told_in_order_and_not_when_all_began_at_once(
    client: Client, case: PracticePage, record: Record, record_many: Any
) -> None:
    record_many(2, since=2023)
    assert "Wie begon wanneer" not in soup(client, case.reuse_url).get_text()
    record(since=2019)
    years = [item.get_text(" ", strip=True) for item in soup(client, case.reuse_url).select(".years li")]
    assert years == ["2019 Gemeente Ede", "2023 Gemeente drenthe · Gemeente flevoland"]


def test_machines_read_who_confirmed_it_as_mentioned_and_nobody_made_up(
    client: Client, case: PracticePage, record: Record, make_body: Any, make_member: Any
) -> None:
    def mentions() -> Any:
        data = soup(client, case.url).select_one('script[type="application/ld+json"]')
        return json.loads(data.get_text()).get("mentions")

    assert mentions() is None
    record()
    body = make_body("Gemeente Nergens")
    made_up = record(make_member("niemand", body), body)
    Adoption.objects.filter(pk=made_up.pk).update(is_demo=True)
    assert mentions() == [{"@type": "GovernmentOrganization", "name": "Gemeente Ede"}]


def test_the_card_of_a_stopped_case_says_why(client: Client, case: PracticePage) -> None:
    case.phase, case.stop_reason = "stopped", "people"
    case.save_revision().publish()
    for address in ("/praktijkvoorbeelden/", "/"):
        assert "Gestopt: geen mensen of kennis meer" in soup(client, address).get_text()


class TestOrganisations:
    def test_the_list_says_how_often_each_does_what_others_made(
        self, case: PracticePage, record: Record, ede: Organisation
    ) -> None:
        def adopted() -> int:
            return Organisation.findable_by(None).get(pk=ede.pk).hit_card(None)["adopted"]

        assert adopted() == 0
        row = record()
        assert adopted() == 1
        Adoption.objects.filter(pk=row.pk).update(is_demo=True)
        assert adopted() == 0
        Adoption.objects.filter(pk=row.pk).update(is_demo=False)
        case.unpublish()
        assert adopted() == 0

    def test_what_stopped_is_not_what_it_does(self, record: Record, ede: Organisation) -> None:
        record(status=Status.STOPPED, stop_reason="cost")
        assert Organisation.findable_by(None).get(pk=ede.pk).adopted == 0

    def test_it_is_in_words_in_the_list(self, client: Client, record: Record, run_tasks: Any) -> None:
        record()
        run_tasks()
        assert "doet 1 keer mee" in soup(client, "/organisaties/?q=Ede").get_text()


class TestRecording:
    def test_why_somebody_stopped_stands_right_below_how_far_they_are(
        self, client: Client, case: PracticePage, noor: User
    ) -> None:
        client.force_login(noor)
        page = soup(client, f"{case.reuse_url}melden/")
        names = list(dict.fromkeys(field["name"] for field in page.select(".record [name]")))
        assert names[2:5] == ["status", "stop_reason", "stop_words"]
        assert page.select(".when-stopped [name=stop_reason]")
        assert not page.select_one("details.more").has_attr("open")

    def test_the_fold_is_open_when_there_is_something_in_it(
        self, client: Client, case: PracticePage, noor: User, record: Record
    ) -> None:
        client.force_login(noor)
        record(scope="In een wijk")
        assert not soup(client, f"{case.reuse_url}melden/").select_one("details.more").has_attr("open")
        record(effects=[{"label": "Storingen", "value": "30", "unit": "% minder"}])
        assert soup(client, f"{case.reuse_url}melden/").select_one("details.more").has_attr("open")
        wrong = {"status": "pilot", "proof": "geen adres", "effecten-TOTAL_FORMS": 0}
        answer = client.post(f"{case.reuse_url}melden/", wrong | {"effecten-INITIAL_FORMS": 0})
        assert BeautifulSoup(answer.content, "html.parser").select_one("details.more").has_attr("open")
