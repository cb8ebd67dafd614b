"""What was found becomes what is shown: of every kind, in its order, for who looks."""

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils.translation import override

from organisations.models import Organisation
from search.answers.hydration import build_hits
from search.query.results import Found

pytestmark = pytest.mark.django_db
CASES, BODIES, PEOPLE = "practices.practicepage", "organisations.organisation", "members.member"


@pytest.fixture
def found(make_case: Any, make_member: Any) -> list[Found]:
    """Return something of three kinds, as the index names it."""
    body = Organisation.objects.create(name="Gemeente Breda", slug="breda")
    rows = [
        (PEOPLE, make_member("Noor").pk),
        (BODIES, body.pk),
        (CASES, make_case("weg", "Wegen", "tekst").pk),
    ]
    return [Found(label=label, pk=pk, stamp="") for label, pk in rows]


def test_hits_of_several_kinds_keep_their_order_and_say_what_they_are(
    found: list[Found], make_member: Any
) -> None:
    viewer = make_member("Ander").user
    with override("nl"):
        hits = build_hits(found, viewer)
    assert [(hit.type, hit.type_label, hit.title) for hit in hits] == [
        ("member", "Lid", "Noor"),
        ("organisation", "Organisatie", "Gemeente Breda"),
        ("case", "Praktijkvoorbeeld", "Wegen"),
    ]


def test_a_stranger_gets_no_member_whatever_an_index_holds(found: list[Found]) -> None:
    assert [hit.type for hit in build_hits(found, AnonymousUser())] == ["organisation", "case"]


def test_a_card_is_made_for_who_looks(found: list[Found], monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []
    card = Organisation.hit_card
    monkeypatch.setattr(
        Organisation, "hit_card", lambda body, viewer: asked.append(viewer) or card(body, viewer)
    )
    viewer = AnonymousUser()
    build_hits(found, viewer)
    assert asked == [viewer]
