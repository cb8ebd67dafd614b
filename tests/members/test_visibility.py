"""Nobody sees more of a member than she wants: planted words are looked for in every response."""

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.template import Context, Template
from django.test import Client, RequestFactory
from django.urls import reverse

from members.choices import COMPANIONS, FIELDS, STRUCTURAL, Visibility
from members.content import ANYONE, MEMBERS, build_card, workplace
from members.models import Member, MemberIndexPage, MemberSubject
from members.services import (
    card_for,
    colleagues_of,
    link_for,
    profiles_for_moderator,
    public_card,
    visible_fields,
    workplace_of,
)

pytestmark = pytest.mark.both_databases

WORDS = ["role", "about", "can_help", "seeks", "languages", "links"]
ROLES = ["anonymous", "waiting", "other", "colleague", "moderator", "self"]
# Who sees what: each visibility with the roles that may see it.
SEEN_BY = {
    "public": {"anonymous", "waiting", "other", "colleague", "moderator", "self"},
    "members": {"other", "colleague", "moderator", "self"},
    "organisation": {"colleague", "self"},
    "private": {"self"},
}


def token(field: str, visibility: str) -> str:
    """Return a word that occurs nowhere else."""
    text = f"kanarie{field.replace('_', '')}{visibility}"
    return f"https://{text}.example" if field == "links" else text


@pytest.fixture
def people(
    make_user: Any, make_member: Any, organisations: Any, add_expertise: Any, add_sought: Any
) -> dict[str, Any]:
    """Return a viewer per role, and a member per visibility with a unique word in each of her fields."""
    first, second = organisations
    viewers = {
        "anonymous": None,
        "waiting": make_user("wachtend", approved=False),
        "other": make_member("ander", organisation=second).user,
        "colleague": make_member("collega", organisation=first).user,
        "moderator": make_user("moderator", is_superuser=True),
    }
    members = {}
    for level in Visibility.values:
        visibility = dict.fromkeys(FIELDS, level) | {"name": "public", "organisation": "public"}
        words = {field: token(field, level) for field in WORDS}
        words["languages"] = [words["languages"]]
        members[level] = make_member(
            level, organisation=first, visibility=visibility, name=f"Naam {level}", **words
        )
        add_expertise(members[level])
        add_sought(members[level])
    return {"viewers": viewers, "members": members}


def viewer_of(people: dict[str, Any], role: str, member: Member) -> Any:
    """Return the viewer."""
    return member.user if role == "self" else people["viewers"][role]


def test_every_field_is_classified() -> None:
    found = Member._meta.get_fields()
    rows = {field.name for field in found if issubclass(field.related_model or Member, MemberSubject)}
    fields = {field.name for field in found if field.concrete} | rows
    assert fields == set(FIELDS) | set(COMPANIONS) | STRUCTURAL
    assert not (set(FIELDS) | set(COMPANIONS)) & STRUCTURAL
    assert not set(FIELDS) & set(COMPANIONS)
    assert set(COMPANIONS.values()) <= set(FIELDS)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("level", Visibility.values)
def test_a_profile_page_holds_only_what_the_viewer_may_see(
    people: Any, as_user: Any, role: str, level: str
) -> None:
    member = people["members"][level]
    viewer = viewer_of(people, role, member)
    html = as_user(viewer).get(member.get_absolute_url(), follow=True).content.decode()
    is_member = viewer is not None and viewer.is_approved
    for field in WORDS:
        assert (token(field, level) in html) is (is_member and role in SEEN_BY[level]), field
    for term in ("Machine learning", "Energietransitie", "Datalab"):
        assert (term in html) is (is_member and role in SEEN_BY[level]), term
    assert "@" not in html


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("level", Visibility.values)
def test_the_fields_of_a_profile_are_those_that_the_viewer_may_see(
    people: Any, role: str, level: str
) -> None:
    member = people["members"][level]
    viewer = viewer_of(people, role, member)
    fields = set(visible_fields(member, viewer))
    assert (set(WORDS) | {"expertise", "sought"} <= fields) is (role in SEEN_BY[level])
    assert ({"expertise", "sought"} & fields == set()) is (role not in SEEN_BY[level])
    assert fields & set(WORDS) in (set(), set(WORDS))
    card = card_for(member, viewer)
    assert card is not None
    assert (card["role"] != "") is (role in SEEN_BY[level])
    assert (card["url"] != "") is (role not in {"anonymous", "waiting"})


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("level", Visibility.values)
def test_what_she_seeks_is_seen_with_its_text_whoever_sees_the_rest(
    people: Any, role: str, level: str
) -> None:
    member = people["members"]["public"]
    member.visibility["seeks"] = level
    fields = visible_fields(member, viewer_of(people, role, member))
    assert ("sought" in fields) is ("seeks" in fields) is (role in SEEN_BY[level])
    others = people["members"]["private"]
    others.visibility["seeks"] = level
    assert ("sought" in visible_fields(others, viewer_of(people, role, others))) is (role in SEEN_BY[level])


@pytest.mark.parametrize("level", Visibility.values)
def test_the_index_holds_only_what_every_member_may_see(people: Any, level: str) -> None:
    member = people["members"][level]
    member.languages = [*member.languages, "fy"]
    text, is_shown = repr(member.search_content()), level in {"public", "members"}
    for field in set(WORDS) - {"seeks", "languages", "links"}:
        assert (token(field, level) in text) is is_shown, field
    for field in ("seeks", "languages", "links"):
        assert token(field, level) not in text, field
    for value in ("machine-learning", "'energietransitie'", "'datalab'", "'fy'"):
        assert (value in text) is is_shown, value
    assert "@" not in text


@pytest.mark.parametrize("level", Visibility.values)
def test_the_card_for_visitors_holds_only_what_is_public(people: Any, level: str) -> None:
    card = public_card(people["members"][level])
    assert card is not None
    assert (token("can_help", level) in repr(card)) is (level == "public")
    assert "@" not in repr(card)
    assert card["skills"] == []  # not shown beside a case, and it costs a query


def test_a_card_leaves_empty_what_the_viewer_may_not_see(
    make_member: Any, organisations: Any, add_expertise: Any
) -> None:
    facts = {
        "name": "Noor de Proef",
        "role": "Adviseur",
        "can_help": "Raad",
        "photo": "photos/x.webp",
        "is_demo": True,
    }
    member = make_member("noor", visibility="public", organisation=organisations[0], **facts)
    add_expertise(member)
    skills = [
        {"label": "Machine learning", "level": 3, "level_label": "expert"},
        {"label": "Armoede en schulden", "level": 1, "level_label": "basis"},
    ]
    shown = {
        "name": "Noor de Proef",
        "url": "/leden/noor-de-proef/",
        "slug": "noor-de-proef",
        "account": member.user_id,
        "initials": "NP",
        "photo_url": "/leden/noor-de-proef/foto/",
        "role": "Adviseur",
        "organisation": "Gemeente Proefstad",
        "can_help": "Raad",
        "skills": skills,
        "is_demo": True,
    }
    assert build_card(member, MEMBERS) == shown
    assert build_card(member, ANYONE) == shown | {"url": "", "slug": "", "account": None}
    assert build_card(member, MEMBERS, with_skills=False) == shown | {"skills": []}
    member.visibility = dict.fromkeys(FIELDS, "private") | {"name": "members"}
    hidden = dict.fromkeys(("photo_url", "role", "organisation", "can_help"), "")
    assert build_card(member, MEMBERS) == shown | hidden | {"skills": []}
    assert build_card(member, ANYONE) is None


def test_who_has_no_photo_has_no_address_of_one(make_member: Any) -> None:
    member = make_member("noor", visibility="public")
    assert "photo" not in visible_fields(member, member.user)
    assert build_card(member, MEMBERS)["photo_url"] == ""


@pytest.mark.parametrize(("level", "roles"), SEEN_BY.items())
def test_who_hides_her_name_has_no_card_and_no_page(
    make_member: Any, people: Any, as_user: Any, level: str, roles: set[str]
) -> None:
    member = make_member(
        "verborgen", visibility={"name": level}, organisation=people["members"]["public"].organisation
    )
    for role in ROLES:
        viewer = viewer_of(people, role, member)
        assert (card_for(member, viewer) is not None) is (role in roles)
        assert (link_for(member, viewer) is not None) is (role in roles)
        if role not in {"anonymous", "waiting"}:
            assert as_user(viewer).get(member.get_absolute_url()).status_code == (
                200 if role in roles else 404
            )
    assert (member in Member.findable()) is (level in {"public", "members"})
    assert (public_card(member) is not None) is (level == "public")


@pytest.mark.parametrize("fields", [{"approved": False}, {"is_active": False}, {"is_listed": False}, {}])
@pytest.mark.parametrize("level", Visibility.values)
def test_the_text_of_a_member_is_her_name_where_every_member_may_find_her(
    make_member: Any, level: str, fields: Any
) -> None:
    member = make_member("noor", visibility={"name": level}, **fields)
    is_found = Member.findable().filter(pk=member.pk).exists()
    assert str(member) == ("Lid noor" if is_found else "Iemand die niet gevonden wil worden")
    assert is_found is (not fields and level in {"public", "members"})


@pytest.mark.parametrize("role", ["anonymous", "waiting"])
def test_no_list_holds_a_member_for_who_is_none(people: Any, organisations: Any, role: str) -> None:
    viewer = people["viewers"][role] or AnonymousUser()
    assert not Member.objects.visible_to(viewer)
    assert not Member.findable_by(viewer)
    assert colleagues_of(organisations[0], viewer) == []


@pytest.mark.parametrize("role", ROLES)
def test_somebody_is_named_with_the_address_of_her_profile_for_who_can_open_it(
    people: Any, role: str
) -> None:
    member = people["members"]["public"]
    can_open = role not in {"anonymous", "waiting"}
    link = link_for(member, viewer_of(people, role, member))
    assert link == {
        "text": "Naam public",
        "url": member.get_absolute_url() if can_open else "",
        "is_demo": False,
    }


@pytest.mark.parametrize("state", [{"approved": False}, {"is_active": False}])
def test_who_is_no_member_any_more_is_nowhere(
    make_member: Any, people: Any, as_user: Any, state: dict[str, bool]
) -> None:
    member = make_member("weg", visibility="public", **state)
    viewer = people["viewers"]["other"]
    assert member not in Member.findable()
    assert member not in Member.findable_by(viewer)
    assert public_card(member) is None
    assert card_for(member, viewer) is None
    assert link_for(member, viewer) is None
    assert as_user(viewer).get(member.get_absolute_url()).status_code == 404


def test_a_profile_that_a_moderator_hid_is_seen_by_its_owner_alone(
    make_member: Any, people: Any, as_user: Any
) -> None:
    member = make_member("verstopt", visibility="public", is_listed=False)
    assert member not in Member.findable()
    assert public_card(member) is None
    assert link_for(member, people["viewers"]["other"]) is None
    assert as_user(people["viewers"]["other"]).get(member.get_absolute_url()).status_code == 404
    assert as_user(member.user).get(member.get_absolute_url()).status_code == 200
    assert "heeft je profiel verborgen" in as_user(member.user).get("/accounts/profiel/").content.decode()


@pytest.mark.parametrize("level", Visibility.values)
def test_a_profile_that_a_moderator_hid_is_hidden_from_colleagues_too(
    make_member: Any, people: Any, organisations: Any, level: str
) -> None:
    member = make_member("verstopt", visibility=level, is_listed=False, organisation=organisations[0])
    assert member not in Member.objects.visible_to(people["viewers"]["colleague"])
    assert list(Member.objects.visible_to(member.user).filter(pk=member.pk)) == [member]


def test_who_keeps_her_organisation_to_herself_is_nobodys_colleague(
    make_member: Any, people: Any, organisations: Any
) -> None:
    member = people["members"]["organisation"]
    for visibility in ("private", "organisation"):
        spy = make_member(
            f"spion{visibility}", organisation=organisations[0], visibility={"organisation": visibility}
        )
        assert workplace(spy.user) is None
        assert "about" not in visible_fields(member, spy.user)
    hidden = make_member("verstopt", organisation=organisations[0], is_listed=False)
    assert "about" not in visible_fields(member, hidden.user)


@pytest.mark.parametrize("looks", ["", "address", "moderator"])
@pytest.mark.parametrize("shows", ["", "address", "moderator"])
def test_colleagues_see_more_of_each_other_once_it_is_certain_of_both_where_they_work(
    make_member: Any, organisations: Any, as_user: Any, looks: str, shows: str
) -> None:
    viewer = make_member("kijker", organisation=organisations[0], workplace_proof=looks).user
    fields = {"organisation": organisations[0], "workplace_proof": shows, "about": "kanarie"}
    member = make_member("toont", visibility={"about": "organisation"}, **fields)
    hidden = make_member("verstopt", visibility="organisation", **fields)
    are_colleagues = bool(looks and shows)
    assert workplace(viewer) == (organisations[0].pk if looks else None)
    assert ("about" in visible_fields(member, viewer)) is are_colleagues
    assert ("kanarie" in as_user(viewer).get(member.get_absolute_url()).content.decode()) is are_colleagues
    assert (hidden in Member.objects.visible_to(viewer)) is are_colleagues
    assert as_user(viewer).get(hidden.get_absolute_url()).status_code == (200 if are_colleagues else 404)
    assert (card_for(hidden, viewer) is not None) is are_colleagues


def test_people_whose_organisation_is_gone_are_not_colleagues(make_member: Any, organisations: Any) -> None:
    member = make_member("een", visibility="organisation", organisation=organisations[0])
    other = make_member("twee", organisation=organisations[0])
    organisations[0].delete()
    viewer = type(other.user).objects.get(pk=other.user_id)
    assert visible_fields(Member.objects.get(pk=member.pk), viewer) == {}
    assert member not in Member.objects.visible_to(viewer)


def test_people_without_an_organisation_are_not_colleagues(make_member: Any) -> None:
    member, other = make_member("een", visibility="organisation", name="Een"), make_member("twee")
    assert visible_fields(member, other.user) == {}


@pytest.mark.parametrize("role", ["anonymous", "waiting"])
def test_known_and_unknown_slugs_get_the_same_answer(people: Any, as_user: Any, role: str) -> None:
    answers = []
    for slug in [people["members"]["public"].slug, "niemand-zo"]:
        for path in [f"/leden/{slug}/", f"/leden/{slug}/foto/", f"/en/leden/{slug}/"]:
            response = as_user(people["viewers"][role]).get(path)
            headers = {name: value.replace(slug, "S") for name, value in response.headers.items()}
            answers.append((response.status_code, headers, response.content, sorted(response.cookies)))
    assert answers[:3] == answers[3:]
    assert answers[0][0] == 302
    assert answers[0][1]["Location"] == "/accounts/login/?next=/leden/S/"


def test_the_page_of_a_profile_is_made_for_who_is_logged_in(people: Any, as_user: Any) -> None:
    viewer = people["viewers"]["other"]
    assert (
        as_user(viewer).get(people["members"]["public"].get_absolute_url()).context["request"].user == viewer
    )


def test_a_member_who_asks_for_an_unknown_profile_reads_that_it_is_not_there(
    people: Any, as_user: Any
) -> None:
    assert as_user(people["viewers"]["other"]).get("/leden/niemand-zo/").status_code == 404


@pytest.mark.parametrize("role", ["anonymous", "waiting"])
def test_the_directory_is_for_members_of_the_network(
    people: Any, as_user: Any, index_page: MemberIndexPage, role: str
) -> None:
    request = RequestFactory().get("/leden/")
    request.user = people["viewers"][role] or as_user(None).get("/accounts/login/").wsgi_request.user
    for answer in (index_page.refusal(request), index_page.serve(request)):
        assert answer is not None
        assert answer.headers["Location"] == "/accounts/login/?next=/leden/"
    assert (
        as_user(people["viewers"][role]).get("/leden/").headers["Location"] == "/accounts/login/?next=/leden/"
    )


def test_the_directory_lets_a_member_in(people: Any, index_page: MemberIndexPage) -> None:
    request = RequestFactory().get("/leden/")
    request.user = people["viewers"]["other"]
    assert index_page.refusal(request) is None
    assert index_page.serve(request).context_data["request"] is request


@pytest.mark.parametrize("role", ROLES[:5])
def test_the_people_of_an_organisation_are_shown_to_members_alone(
    people: Any, organisations: Any, role: str
) -> None:
    request = RequestFactory().get("/")
    viewer = people["viewers"][role]
    request.user = viewer or people["viewers"]["waiting"]
    template = Template("{% load member_tags %}{% members_of organisation %}")
    html = template.render(Context({"request": request, "organisation": organisations[0]}))
    assert ("Naam public" in html) is (role not in {"anonymous", "waiting"})
    assert (token("can_help", "organisation") in html) is (role == "colleague")
    assert token("can_help", "private") not in html
    assert ("Hier werken 5 leden." in html) is (role in {"anonymous", "waiting"})


def test_strangers_hear_of_the_people_of_an_organisation_how_many_can_be_found_and_where_the_door_is(
    make_member: Any, organisations: Any
) -> None:
    body = organisations[0]

    def page() -> str:
        return Client().get(body.get_absolute_url()).text

    make_member("claim", organisation=body, workplace_proof="")
    make_member("stil", organisation=body, visibility={"organisation": "organisation"})
    make_member("naamloos", organisation=body, visibility={"name": "organisation"})
    make_member("weg", organisation=body, is_listed=False)
    make_member("wacht", organisation=body, approved=False)
    assert "Wie je er kunt vragen" not in page()
    make_member("een", organisation=body)
    assert "Hier werkt 1 lid." in page()
    assert f"/accounts/login/?next={body.get_absolute_url()}" in page()
    assert "Lid een" not in page()


def test_a_workplace_is_known_of_who_shows_one_that_is_certain(
    make_member: Any, make_user: Any, organisations: Any
) -> None:
    body = organisations[0]
    assert workplace_of(make_member("een", organisation=body).user) == body
    others = [
        make_member("claim", organisation=body, workplace_proof="").user,
        make_member("stil", organisation=body, visibility={"organisation": "organisation"}).user,
        make_member("weg", organisation=body, is_listed=False).user,
        make_member("wacht", organisation=body, approved=False).user,
        make_user("zonder"),
        AnonymousUser(),
    ]
    assert [workplace_of(other) for other in others] == [None] * len(others)


def test_who_does_not_show_where_she_works_is_not_among_the_people_of_the_organisation(
    make_member: Any, people: Any, organisations: Any
) -> None:
    make_member(
        "stil", organisation=organisations[0], visibility={"organisation": "private"}, name="Stille Kracht"
    )
    request = RequestFactory().get("/")
    template = Template("{% load member_tags %}{% members_of organisation %}")
    for role in ("other", "colleague"):
        request.user = people["viewers"][role]
        assert "Stille Kracht" not in template.render(
            Context({"request": request, "organisation": organisations[0]})
        )


def test_only_people_of_the_organisation_who_are_listed_are_shown_with_it(
    make_member: Any, people: Any, organisations: Any
) -> None:
    hidden = make_member("verstopt", organisation=organisations[0], is_listed=False)
    for viewer in (people["viewers"]["other"], hidden.user):
        names = {card["name"] for card in colleagues_of(organisations[0], viewer)}
        assert "Lid ander" not in names
        assert "Lid verstopt" not in names
        assert "Naam public" in names
    colleague = make_member("zelf", organisation=organisations[0], name="Collega zelf")
    assert "Collega zelf" not in {card["name"] for card in colleagues_of(organisations[0], colleague.user)}


def test_a_moderator_reads_what_somebody_seeks_in_her_words_and_as_subjects(
    make_member: Any, add_sought: Any
) -> None:
    one, both = make_member("een"), make_member("twee", seeks="Iets over sensoren")
    for member in (one, both):
        add_sought(member)
    told = profiles_for_moderator([one.user, both.user])
    sought = dict(told[one.user_id])["Zoekt"]
    assert len(sought.split(", ")) == 2
    assert dict(told[both.user_id])["Zoekt"] == f"Iets over sensoren\n{sought}"


def test_more_people_take_no_more_queries(
    make_member: Any,
    organisations: Any,
    add_expertise: Any,
    make_user: Any,
    django_assert_max_num_queries: Any,
) -> None:
    viewer = make_user("zonderprofiel")
    for number in range(10):
        add_expertise(make_member(f"lid{number}", organisation=organisations[0]))
    request = RequestFactory().get("/")
    request.user = viewer
    template = Template("{% load member_tags %}{% members_of organisation %}")
    with django_assert_max_num_queries(7):  # the last ones look whom she saw, keep it, and who pauses
        assert "Lid lid9" in template.render(Context({"request": request, "organisation": organisations[0]}))
    with django_assert_max_num_queries(4):
        contents = [member.search_content() for member in Member.findable()]
    assert len(contents) == 10


def test_saving_a_part_of_a_profile_leaves_the_rest_as_it_is(make_member: Any) -> None:
    member = make_member("noor", visibility="public")
    Member.objects.filter(pk=member.pk).update(is_listed=False, visibility=dict.fromkeys(FIELDS, "private"))
    member.role = "Adviseur"
    member.save(update_fields=["role"])
    member.refresh_from_db()
    assert (member.role, member.is_listed, set(member.visibility.values())) == (
        "Adviseur",
        False,
        {"private"},
    )


def test_names_of_addresses() -> None:
    assert reverse("profile") == "/accounts/profiel/"
    assert reverse("member", args=("noor",)) == "/leden/noor/"


@pytest.mark.parametrize("address", ["/leden/", "/leden/naam-public/", "/leden/bestaat-niet/", "/leden/?q=x"])
def test_who_is_sent_to_the_login_page_reads_what_is_behind_it(
    site_frame: Any, people: Any, client: Client, address: str
) -> None:
    answer = client.get(address, follow=True)
    assert "In de ledenlijst staan 6 leden" in answer.text
    assert not any(member.name in answer.text for member in people["members"].values())


def test_the_login_page_says_nothing_of_members_to_who_comes_from_elsewhere(
    people: Any, client: Client
) -> None:
    assert "ledenlijst" not in client.get("/accounts/login/?next=/accounts/profiel/").text


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "Alleen jij ziet op deze pagina alles."),
        ({"visibility": {"name": "organisation"}}, "Alleen jij ziet op deze pagina alles."),
        ({"visibility": "private"}, "Niemand anders ziet dit profiel nu."),
        ({"visibility": {"name": "private"}}, "Niemand anders ziet dit profiel nu."),
        ({"is_listed": False}, "Niemand anders ziet dit profiel nu."),
        (
            {"visibility": {"name": "organisation"}, "workplace_proof": ""},
            "Niemand anders ziet dit profiel nu.",
        ),
    ],
)
def test_her_own_page_says_when_nobody_else_sees_it(
    make_member: Any, as_user: Any, organisations: Any, fields: dict[str, Any], said: str
) -> None:
    member = make_member("noor", organisation=organisations[0], **fields)
    colleague = make_member("collega", organisation=organisations[0])
    own = as_user(member.user).get(member.get_absolute_url()).content.decode()
    assert f"Dit ben jij. {said}" in own
    is_hidden = as_user(colleague.user).get(member.get_absolute_url()).status_code == 404
    assert is_hidden is said.startswith("Niemand")
