"""A page says to who may edit it where that is done."""

from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Group
from django.test import Client
from wagtail.models import GroupPagePermission, Page

from core.roles import EDITORS, MODERATORS


def link_in(answer: Any) -> str | None:
    """Return where the link leads to."""
    link = BeautifulSoup(answer.content, "html.parser").select_one(".edit-page a")
    return link["href"] if link else None


@pytest.mark.parametrize("role", [EDITORS, MODERATORS])
@pytest.mark.parametrize(
    "path", ["/praktijkvoorbeelden/slim-asfalt/", "/praktijkvoorbeelden/", "/", "/toegankelijkheid/"]
)
def test_who_may_edit_a_page_finds_its_form(as_role: Any, make_case: Any, role: str, path: str) -> None:
    make_case()
    browser = as_role(role)
    address = link_in(browser.get(path))
    page = Page.objects.get(pk=int(address.split("/")[3])).specific
    assert page.get_url() == path
    assert browser.get(address).status_code == 200


def test_others_do_not_and_neither_does_the_preview(as_role: Any, make_case: Any) -> None:
    case = make_case()
    path = "/praktijkvoorbeelden/slim-asfalt/"
    assert [link_in(browser.get(path)) for browser in (Client(), as_role(""))] == [None, None]
    editor = as_role(EDITORS)
    assert link_in(editor.get(f"/cms/pages/{case.pk}/view_draft/")) is None
    GroupPagePermission.objects.filter(group=Group.objects.get(name=EDITORS)).delete()
    assert link_in(editor.get(path)) is None


def test_it_costs_strangers_no_query(make_case: Any, django_assert_num_queries: Any) -> None:
    case, request = make_case(), Client().get("/zoeken/").wsgi_request
    with django_assert_num_queries(0):
        assert case.edit_url(request) == ""
