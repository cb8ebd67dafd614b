"""What search learns of a member."""

import datetime
from collections import Counter
from typing import Any

from core.searchable import Facets, SearchContent
from members.models import Member, Sought
from members.services import card_for
from taxonomy.models import Technique, Theme
from users.models import User


def without_confirmed(content: SearchContent) -> Facets:
    """Return the facets but that of every account: when she last said that all is right."""
    return {name: values for name, values in content.facets.items() if name != "confirmed"}


def test_the_day_on_which_she_said_that_all_is_right_is_a_facet(make_member: Any) -> None:
    member = make_member("noor")
    member.user.confirmed_at = datetime.datetime(2026, 3, 1, 23, 30, tzinfo=datetime.UTC)
    assert member.search_content().facets == {"confirmed": ("2026-03-02",)}, "by the clock of here"


def test_the_content_of_a_member(make_member: Any, organisations: Any, add_expertise: Any) -> None:
    organisations[0].uri = "https://identifier.overheid.nl/tooi/id/gemeente/gm9999"
    organisations[0].inhabitants = 30_000
    member = make_member(
        "noor", name="Noor de Proef", organisation=organisations[0], role="data-analist", can_help="modellen"
    )
    add_expertise(member)
    content = member.search_content()
    assert (content.title, content.summary) == ("Noor de Proef", "data-analist")
    assert [(part.label, part.text) for part in content.passages] == [("Kan helpen met", "modellen")]
    assert without_confirmed(content) == {
        "theme": ("armoede-en-schulden",),
        "technique": ("machine-learning",),
        "organisation": ("gemeente-proefstad",),
        "organisation_kind": ("gemeente",),
        "size": ("25000-49999",),
        "province": ("utrecht",),
    }
    expertise = {"Armoede en schulden", "Machine learning"}
    assert set(content.keywords) == {*expertise, "Gemeente", "Municipality"}, "the sort of body is a word too"
    assert content.proper_names == ("Gemeente Proefstad", "Utrecht"), "with its province, without its address"
    assert content.is_named
    card = member.hit_card(None)
    assert card["title"] == "Noor de Proef"
    assert not card.keys() & {"name", "url"}, "the page of results has these from the index"
    assert {
        name: card[name] for name in ("initials", "role", "organisation", "can_help", "skills", "is_demo")
    } == {
        "initials": "NP",
        "role": "data-analist",
        "organisation": "Gemeente Proefstad",
        "can_help": "modellen",
        "skills": [
            {"label": "Machine learning", "level": 3, "level_label": "expert"},
            {"label": "Armoede en schulden", "level": 1, "level_label": "basis"},
        ],
        "is_demo": False,
    }


def test_a_subject_is_a_word_as_many_times_as_its_level(
    make_member: Any, terms: Any, add_expertise: Any
) -> None:
    terms[1].name_en = "Machines that learn"
    terms[1].save()
    member = make_member("noor")
    add_expertise(member)
    assert Counter(member.search_content().keywords) == {
        "Machine learning": 3,
        "Machines that learn": 3,
        "Armoede en schulden": 1,
    }


def test_what_she_seeks_and_speaks_are_facets_and_no_words(make_member: Any, add_sought: Any) -> None:
    texts = {"can_help": "modellen", "seeks": "sensoren", "languages": ["nl", "dse", "Oudgrieks"]}
    member = make_member("noor", **texts)
    add_sought(member)
    content = member.search_content()
    assert without_confirmed(content) == {
        "seeks": ("energietransitie", "datalab"),
        "languages": ("nl", "dse"),
    }
    assert [part.text for part in content.passages] == ["modellen"]
    assert content.keywords == ()
    member.visibility |= {"seeks": "organisation", "languages": "private"}
    assert without_confirmed(member.search_content()) == {}


def test_a_theme_and_a_technique_with_one_slug_are_one_value_of_what_is_sought(make_member: Any) -> None:
    member = make_member("noor")
    Sought.objects.create(member=member, theme=Theme.objects.create(name="Open data"))
    Sought.objects.create(member=member, technique=Technique.objects.create(name="Open data"))
    assert without_confirmed(member.search_content()) == {"seeks": ("open-data",)}


def test_the_content_of_a_member_who_hides_all_is_empty(
    make_member: Any, organisations: Any, add_expertise: Any, add_sought: Any
) -> None:
    member = make_member(
        "noor", visibility="private", name="Noor de Proef", organisation=organisations[0], role="data-analist"
    )
    add_expertise(member)
    add_sought(member)
    content = member.search_content()
    assert content == SearchContent(title="", summary="", is_named=True)
    assert member.hit_card(None) == {"title": ""}


def test_a_body_without_a_province_tells_none(make_member: Any, organisations: Any) -> None:
    member = make_member("noor", organisation=organisations[1])
    assert without_confirmed(member.search_content()) == {
        "organisation": ("waterschap-de-proef",),
        "organisation_kind": ("waterschap",),
    }


def test_whom_to_ask_is_shown_without_expertise(make_member: Any, add_expertise: Any) -> None:
    member = make_member("noor")
    add_expertise(member)
    card = card_for(member, member.user)
    assert card is not None
    assert card["skills"] == []


def test_members_are_found_by_members_alone(make_member: Any, make_user: Any) -> None:
    member = make_member()
    assert list(Member.findable_by(make_user("lid2"))) == [member]
    assert not Member.findable_by(make_user("wachtend", approved=False)).exists()
    assert not Member.findable_by(None).exists()
    assert Member.search_audience == "members"


def test_a_change_of_a_term_an_organisation_or_an_account_touches_the_member(
    make_member: Any, organisations: Any, terms: Any, add_expertise: Any, add_sought: Any
) -> None:
    member = make_member(organisation=organisations[0])
    add_expertise(member)
    sought = add_sought(member)
    for instance in (*terms, *sought, organisations[0], member.user):
        touched = Member.touched_by(instance)
        assert touched is not None
        assert list(touched) == [member]
    assert list(Member.touched_by(organisations[1]) or []) == []
    assert Member.touched_by(member) is None


def test_two_people_of_one_name_have_two_addresses(make_member: Any) -> None:
    slugs = [make_member(f"lid{number}", name="Noor de Proef").slug for number in range(3)]
    assert slugs == ["noor-de-proef", "noor-de-proef-2", "noor-de-proef-3"]
    assert make_member("teken", name="李").slug == "lid"


def test_initials_are_of_the_first_and_the_last_name() -> None:
    names = {"Noor de Proef": "NP", "Noor": "N", "": "", "  noor   proef ": "NP"}
    assert {name: Member(name=name, user=User()).initials for name in names} == names


def test_only_links_of_the_web_are_shown() -> None:
    links = "https://a.example\njavascript:alert(1)\n\n http://b.example \ndata:text/html,x"
    assert Member(links=links).link_list == ["https://a.example", "http://b.example"]
