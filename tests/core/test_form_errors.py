"""A form with errors begins with links to the fields, and the title of the page begins with the errors."""

from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client

WRONG = [
    ("/accounts/signup/", {"email": "geen-adres", "password1": "kort"}),
    ("/accounts/login/", {"login": "", "password": ""}),
    ("/accounts/password/reset/", {"email": "geen-adres"}),
    ("/zoeken/gemist/", {"q": ""}),
]


@pytest.mark.parametrize(("address", "fields"), WRONG)
def test_a_form_with_faults_says_first_what_they_are_and_where(
    site_frame: Any, client: Client, address: str, fields: dict[str, str]
) -> None:
    assert "Fout" not in BeautifulSoup(client.get(address).content, "html.parser").title.get_text()
    soup = BeautifulSoup(
        client.post(address, fields, headers={"Sec-Fetch-Site": "same-origin"}).content, "html.parser"
    )
    assert soup.title.get_text().startswith("Fout: ")
    summary = soup.select_one("main [autofocus]")
    assert summary["tabindex"] == "-1"
    links = [(soup.find(id=link["href"][1:]), link.get_text()) for link in summary.select("a[href^='#']")]
    faults = soup.select(".utrecht-form-field-error-message p")
    assert len(links) == len(faults) > 0
    for (control, text), fault in zip(links, faults, strict=True):
        assert fault.find_parent(id=True)["id"] in control["aria-describedby"]
        assert text.endswith(fault.get_text())


def test_a_wrong_password_is_told_once(site_frame: Any, client: Client) -> None:
    answer = client.post(
        "/accounts/login/", {"login": "niemand@gemeente.example", "password": "iets heel anders"}
    )
    soup = BeautifulSoup(answer.content, "html.parser")
    assert len(soup.select(".utrecht-alert--error")) == 1
    assert "horen niet bij elkaar" in soup.select_one("main [autofocus]").get_text()
