"""A member lets others keep her card in an address book; it holds what they may see."""

import re
from typing import Any

import pytest

from members import limits
from members.choices import FIELDS, Seen
from members.limits import HOUR, Limit
from members.models import Member, Sighting
from members.vcards import build_vcard


@pytest.fixture
def viewer(make_member: Any) -> Any:
    """Return a member who looks."""
    return make_member("lezer").user


def address(member: Member) -> str:
    """Return the address of a card."""
    return f"{member.get_absolute_url()}vcard/"


def test_a_card_holds_name_workplace_role_and_profile(
    make_member: Any, as_user: Any, viewer: Any, organisations: Any, settings: Any
) -> None:
    settings.WAGTAILADMIN_BASE_URL = "https://knooppunt.example"
    member = make_member(
        "noor", name="Noor de Vries", role="data-analist", organisation=organisations[0], shares_card=True
    )
    answer = as_user(viewer).get(address(member))
    assert answer.headers["Content-Type"] == "text/vcard; charset=utf-8"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="noor-de-vries.vcf"'
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.content.decode() == (
        "BEGIN:VCARD\r\nVERSION:4.0\r\nKIND:individual\r\nFN:Noor de Vries\r\nORG:Gemeente Proefstad\r\n"
        "TITLE:data-analist\r\nURL:https://knooppunt.example/leden/noor-de-vries/\r\nEND:VCARD\r\n"
    )


def test_her_address_is_on_it_only_when_she_says_so(make_member: Any, as_user: Any, viewer: Any) -> None:
    member = make_member("noor", shares_card=True)
    client = as_user(viewer)
    assert "EMAIL" not in client.get(address(member)).text
    Member.objects.filter(pk=member.pk).update(shares_email=True)
    assert f"EMAIL:{member.user.email}\r\n" in client.get(address(member)).text
    assert member.user.email not in client.get(member.get_absolute_url()).text


def test_what_the_reader_may_not_see_is_not_on_it(
    make_member: Any, as_user: Any, viewer: Any, organisations: Any
) -> None:
    hidden = {"role": "private", "organisation": "organisation"}
    member = make_member(
        "noor", visibility=hidden, role="geheim", organisation=organisations[0], shares_card=True
    )
    text = as_user(viewer).get(address(member)).text
    assert "FN:" in text
    assert "geheim" not in text
    assert "Proefstad" not in text


def test_a_workplace_that_is_not_certain_is_not_on_it(
    make_member: Any, as_user: Any, viewer: Any, organisations: Any
) -> None:
    member = make_member("noor", organisation=organisations[0], workplace_proof="", shares_card=True)
    assert "ORG" not in as_user(viewer).get(address(member)).text


def test_a_card_that_is_not_shared_is_as_unknown_as_a_member_who_does_not_exist(
    make_member: Any, as_user: Any, viewer: Any
) -> None:
    shut = make_member("dicht", name="Dicht")
    hidden = make_member("verborgen", name="Verborgen", visibility="private", shares_card=True)
    client = as_user(viewer)
    told = {}
    for slug in (shut.slug, hidden.slug, "niemand"):
        answer = client.get(f"/leden/{slug}/vcard/")
        text = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", answer.text).replace(slug, "x")
        told[slug] = (answer.status_code, text, answer.headers["Content-Type"])
    assert told[shut.slug] == told[hidden.slug] == told["niemand"]
    assert told["niemand"][0] == 404
    assert "adresboek" not in client.get(shut.get_absolute_url()).text


@pytest.mark.parametrize("is_logged_in", [True, False])
def test_who_is_no_member_is_sent_to_the_login_page(
    make_member: Any, make_user: Any, as_user: Any, client: Any, is_logged_in: bool
) -> None:
    member = make_member("noor", shares_card=True)
    browser = as_user(make_user("wacht", approved=False)) if is_logged_in else client
    assert browser.get(address(member)).headers["Location"].startswith("/accounts/login/")


def test_a_card_counts_as_a_profile_that_was_opened(
    make_member: Any, as_user: Any, viewer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    member = make_member("noor", shares_card=True)
    client = as_user(viewer)
    client.get(address(member))
    assert Sighting.objects.filter(account=viewer, kind=Seen.PROFILE).count() == 1
    monkeypatch.setitem(limits.LIMITS, Seen.PROFILE, (Limit(1, HOUR), Limit(1, limits.DAY)))
    assert client.get(address(member)).status_code == 200, "seen already"
    assert client.get("/leden/niemand/vcard/").status_code == 429


def test_the_profile_leads_to_the_card(make_member: Any, as_user: Any, viewer: Any) -> None:
    member = make_member("noor", shares_card=True)
    assert f'href="{address(member)}"' in as_user(viewer).get(member.get_absolute_url()).text


def test_signs_that_mean_something_are_escaped(make_member: Any) -> None:
    member = make_member("noor")
    shown = {"name": "Noor\r\nEMAIL:x@y.example", "role": "a;b,c\\d"}
    lines = build_vcard(member, shown, "https://a.example/").split("\r\n")
    assert "FN:Noor\\nEMAIL:x@y.example" in lines
    assert "TITLE:a\\;b\\,c\\\\d" in lines


def test_a_long_line_is_folded_and_no_sign_is_cut(make_member: Any) -> None:
    member = make_member("noor")
    name = "é€" * 70
    text = build_vcard(member, {"name": name}, "https://a.example/")
    assert all(len(line) <= 75 for line in text.encode().split(b"\r\n"))
    assert f"FN:{name}\r\n" in text.replace("\r\n ", "")


def test_nothing_is_shared_until_she_says_so(make_member: Any) -> None:
    member = make_member("noor", visibility=dict.fromkeys(FIELDS, "public"))
    assert (member.shares_card, member.shares_email) == (False, False)
