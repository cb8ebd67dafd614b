"""What a member shows to whom; every page, card, index and API response asks here."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from core.provinces import Province
from core.searchable import Passage, SearchContent
from members.choices import COMPANIONS, FIELDS, Language, Level, Visibility

if TYPE_CHECKING:
    from members.models import Expertise, Member

ANYONE = frozenset({Visibility.PUBLIC})
MEMBERS = ANYONE | {Visibility.MEMBERS}
COLLEAGUES = MEMBERS | {Visibility.ORGANISATION}
SELF = COLLEAGUES | {Visibility.PRIVATE}


def seen_by(member: "Member", viewer: Any) -> frozenset[Visibility]:
    """Return the visibilities that this viewer may look through."""
    if not getattr(viewer, "is_authenticated", False):
        return ANYONE
    if viewer.pk == member.user_id:
        return SELF
    if not viewer.is_approved:
        return ANYONE
    is_certain = member.organisation_id is not None and member.workplace_proof != ""
    is_colleague = is_certain and member.organisation_id == workplace(viewer)
    return COLLEAGUES if is_colleague else MEMBERS


def is_shown(member: "Member") -> bool:
    """Tell whether others may see anything of the profile at all."""
    return member.is_listed and member.user.is_approved


def is_findable(member: "Member") -> bool:
    """Tell whether every member of the network may know the name, as `MemberQuerySet.listed()` does."""
    return is_shown(member) and member.visibility_of("name") in MEMBERS


def is_seen_by_others(member: "Member") -> bool:
    """Tell whether anybody but the member sees something of the profile now: who may see its name."""
    levels = COLLEAGUES if member.workplace_proof else MEMBERS
    return is_shown(member) and member.visibility_of("name") in levels


def workplace(viewer: Any) -> int | None:
    """Return the organisation that the viewer works for, if that is certain and she shows it to all members.

    Somebody who hides her organisation is nobody's colleague: people who know better must be able to see a
    false claim.
    """
    profile = getattr(viewer, "member", None)
    if (
        profile is None
        or not profile.workplace_proof
        or not profile.is_listed
        or profile.visibility_of("organisation") not in MEMBERS
    ):
        return None
    return profile.organisation_id


def shown_fields(
    member: "Member", levels: frozenset[Visibility], fields: Iterable[str] = (*FIELDS, *COMPANIONS)
) -> dict[str, Any]:
    """Return the fields with one of these visibilities, and what goes along with them, by name.

    Empty ones are left out.
    """
    values = {field: _value(member, field) for field in fields if member.visibility_of(field) in levels}
    return {field: value for field, value in values.items() if value}


def _value(member: "Member", field: str) -> Any:
    """Return the value of a field as a page shows it."""
    match field:
        case "expertise":
            return build_skills(member)
        case "sought":
            return [item.subject.label for item in member.sought.all()]
        case "languages":
            return [name_language(language) for language in member.languages]
        case "links":
            return member.link_list
        case "photo":
            return reverse("member_photo", args=(member.slug,)) if member.photo else ""
    return getattr(member, field)


def name_language(language: str) -> str:
    """Return the name of a language; a word that is no code stays as the member once wrote it."""
    return str(Language(language).label) if language in Language.values else language


def build_skills(member: "Member") -> list[dict[str, Any]]:
    """Return the expertise as `{label, level, level_label}`, the best known first."""
    return [
        {"label": item.subject.label, "level": item.level, "level_label": str(Level(item.level).label)}
        for item in member.expertise.all()
    ]


def build_card(
    member: "Member", levels: frozenset[Visibility], *, with_skills: bool = True
) -> dict[str, Any] | None:
    """Return what a card shows, or None if not even the name may be seen; visitors get no link.

    The expertise costs a query where it was not prefetched: leave it out where nothing shows it.
    """
    fields = FIELDS if with_skills else [field for field in FIELDS if field != "expertise"]
    shown = shown_fields(member, levels, fields)
    if "name" not in shown:
        return None
    organisation = shown.get("organisation")
    return {
        "name": shown["name"],
        "url": member.get_absolute_url() if levels != ANYONE else "",
        "slug": member.slug if levels != ANYONE else "",
        "account": member.user_id if levels != ANYONE else None,
        "initials": member.initials,
        "photo_url": shown.get("photo", ""),
        "role": shown.get("role", ""),
        "organisation": describe_workplace(member, organisation.display_name) if organisation else "",
        "can_help": shown.get("can_help", ""),
        "skills": shown.get("expertise", []),
        "is_demo": member.is_demo,
    }


def describe_workplace(member: "Member", name: str) -> str:
    """Return where a member works; an unconfirmed claim says so."""
    if member.workplace_proof:
        return name
    return gettext("%(organisation)s (nog niet bevestigd)") % {"organisation": name}


def build_search_content(member: "Member") -> SearchContent:
    """Return what the index of members may hold: only fields that every member of the network may see.

    What somebody seeks is not what she knows: it is a facet, and no word by which she is found.
    """
    shown = shown_fields(member, MEMBERS)
    organisation = shown.get("organisation")
    items = list(member.expertise.all()) if "expertise" in shown else []
    words = [name for item in items for name in _keywords(item)]
    names = _names_of(organisation) if organisation else []
    words += organisation.kind_words() if organisation else ()
    texts = [key for key in ("can_help", "about") if key in shown]
    return SearchContent(
        title=shown.get("name", ""),
        summary=shown.get("role", ""),
        passages=tuple(Passage(str(FIELDS[key]), shown[key]) for key in texts),
        keywords=tuple(words),
        is_named=True,
        proper_names=tuple(names),
        facets=_facets(organisation, items) | _facets_of_members(member, shown),
    )


def _names_of(organisation: Any) -> list[str]:
    """Return what a body is called, and the provinces in which it works: people ask for both."""
    names = [name for name in organisation.all_names() if not name.startswith("https://")]
    return [*names, *(Province(province).label for province in organisation.provinces)]


def _keywords(item: "Expertise") -> list[str]:
    """Return the names of a subject, as many times as its level.

    The engine counts how often a word is there, so an expert comes before who knows the basics.
    """
    names = [name for name in (item.subject.name, item.subject.name_en) if name]
    return names * item.level


def _facets(organisation: Any, items: list[Any]) -> dict[str, tuple[str, ...]]:
    """Return the values of the facets that members share with other kinds, from the fields that are shown."""
    facets = {
        "theme": tuple(item.theme.slug for item in items if item.theme),
        "technique": tuple(item.technique.slug for item in items if item.technique),
    }
    if organisation:
        facets |= {"organisation": (organisation.slug,), "organisation_kind": (organisation.kind,)}
        facets |= {"size": (organisation.size,) if organisation.size else ()}
        facets["province"] = tuple(organisation.provinces)
    return {name: values for name, values in facets.items() if values}


def _facets_of_members(member: "Member", shown: dict[str, Any]) -> dict[str, tuple[str, ...]]:
    """Return the values of the facets that only members have: of fields that are shown, and of the account.

    A theme and a technique that share a slug are one value of what is sought: it finds who seeks either.
    Words that are no language of the list are left out.
    """
    sought = [item.subject.slug for item in member.sought.all()] if "sought" in shown else []
    spoken = [code for code in member.languages if code in Language.values] if "languages" in shown else []
    confirmed = [timezone.localdate(member.user.confirmed_at).isoformat()] if "name" in shown else []
    facets = {"seeks": tuple(dict.fromkeys(sought)), "languages": tuple(spoken)}
    facets["confirmed"] = tuple(confirmed)
    return {name: values for name, values in facets.items() if values}
