"""What is posted to `/cms/` and no form would send is refused.

`tests/access` requests every address.
"""

from json import JSONDecodeError
from typing import Any
from unittest.mock import Mock

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils.datastructures import MultiValueDictKeyError

from core.page_views import SiteCopyView
from core.roles import EDITORS
from users.models import User
from worker import wagtail_hooks

EMPTY = [
    "pages/{}/edit/",
    "pages/{}/copy/",
    "pages/{}/revisions/{}/revert/",
    "choose-external-link/",
    "snippets/choose/taxonomy/theme/create/",
]


@pytest.mark.parametrize("address", EMPTY)
def test_an_empty_form_is_refused(as_role: Any, make_case: Any, address: str) -> None:
    case = make_case()
    client: Client = as_role(EDITORS)
    client.raise_request_exception = False
    assert client.post(f"/cms/{address.format(case.pk, case.latest_revision_id)}").status_code in {
        200,
        400,
        404,
    }


def test_what_is_no_json_is_refused(as_role: Any, make_case: Any) -> None:
    client: Client = as_role(EDITORS)
    address = f"/cms/pages/{make_case().pk}/edit/"
    assert client.post(address, {"workflow-action-extra-data": "{"}).status_code == 400


OURS = [KeyError("ours"), ValidationError("ours"), JSONDecodeError("ours", "{", 0)]
OF_A_FORM = [MultiValueDictKeyError("title"), ValidationError({"slug": "ours"})]


@pytest.mark.parametrize(
    ("method", "address", "faults"),
    [
        ("get", "/cms/pages/{}/copy/", [*OURS, *OF_A_FORM]),
        ("post", "/cms/pages/{}/copy/", OURS),
        ("post", "/cms/taken/opnieuw/", [*OURS, OF_A_FORM[1]]),
    ],
)
def test_a_fault_of_ours_stays_a_fault(
    as_role: Any,
    make_case: Any,
    monkeypatch: pytest.MonkeyPatch,
    method: str,
    address: str,
    faults: list[Exception],
) -> None:
    client: Client = as_role(EDITORS)
    User.objects.update(is_superuser=True)
    client.raise_request_exception = False
    address = address.format(make_case().pk)
    for fault in faults:
        broken = Mock(side_effect=fault)
        monkeypatch.setattr(SiteCopyView, "get_form", broken)
        monkeypatch.setattr(wagtail_hooks, "failed_retry", broken)
        assert getattr(client, method)(address).status_code == 500, fault
        assert broken.called
