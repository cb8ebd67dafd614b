"""The list of facets, and which of them a list has."""

import datetime
from collections.abc import Iterable
from functools import lru_cache, partial
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from elasticsearch.dsl.query import Query

from core.provinces import NATIONWIDE, Province
from core.searchable import searchable_models
from members.choices import Language
from organisations.models import Organisation, OrganisationKind
from organisations.sizes import Size
from practices.choices import Phase
from reuse.choices import Status, StopReason
from search.kinds import KINDS, MEMBER, find_kind
from search.query.facet import Facet, KindFacet, PeriodFacet, RangeFacet
from search.query.parameters import SearchParameters
from taxonomy.models import Technique, Theme

REUSE_LABELS = {
    Status.IN_USE: _("Elders in gebruik"),
    Status.PILOT: _("Elders in proef"),
    Status.EXPLORING: _("Elders verkend"),
    Status.STOPPED: _("Elders gestopt"),
}
# Since when a member says that her profile is right, from short to long.
CONFIRMED_LABELS = {
    "kwartaal": _("In de laatste drie maanden"),
    "halfjaar": _("In het laatste half jaar"),
    "jaar": _("In het laatste jaar"),
}


def _kinds() -> dict[str, str]:
    """Return the words for the kinds of hits."""
    return {str(model.search_kind): str(model.search_kind_label) for model in searchable_models()}


def _provinces() -> dict[str, str]:
    """Return the words for the provinces, and for none of them."""
    return {NATIONWIDE: str(_("Landelijk")), **dict(Province.choices)}


def _choices(choices: Iterable[tuple[str, object]]) -> dict[str, str]:
    """Return the words of a list of choices in the active language."""
    return {value: str(label) for value, label in choices}


TYPE = KindFacet(
    "type",
    "soort",
    _("Soort"),
    _kinds,
    description="the kinds of results; `member` finds something for members only",
)
THEME = Facet("theme", "thema", _("Thema"), models=(Theme,), listed_at="themes")
TECHNIQUE = Facet("technique", "techniek", _("Techniek"), models=(Technique,), listed_at="techniques")
ORGANISATION_KIND = Facet(
    "organisation_kind",
    "organisatiesoort",
    _("Soort organisatie"),
    partial(_choices, OrganisationKind.choices),
)
ORGANISATION = Facet(
    "organisation",
    "organisatie",
    _("Organisatie"),
    models=(Organisation,),
    listed_at="organisations",
)
SIZE = RangeFacet(
    "size",
    "grootte",
    _("Aantal inwoners"),
    partial(_choices, Size.choices),
    description="how many inhabitants a municipality or province of it has; no other body has a size",
)
PROVINCE = Facet(
    "province",
    "provincie",
    _("Provincie"),
    _provinces,
    description="`landelijk`: of the whole country",
)
PHASE = Facet("phase", "fase", _("Fase"), partial(_choices, Phase.choices))
YEAR = Facet(
    "year",
    "jaar",
    _("Begonnen in"),
    is_newest_first=True,
    pattern="^[0-9]{4}$",
    description="the years in which it was started",
)
REUSE = Facet(
    "reuse",
    "overgenomen",
    _("Wie doet dit ook"),
    partial(_choices, REUSE_LABELS.items()),
    description="how far another organisation is with it, as that organisation confirmed",
)
OUTCOME = Facet(
    "outcome",
    "gestopt",
    _("Leer van wat niet lukte"),
    partial(_choices, StopReason.choices),
    description="why it stopped",
)
LANGUAGE = Facet(
    "language",
    "taal",
    _("Taal"),
    partial(_choices, settings.LANGUAGES),
    description="the language that it is written in",
)
SEEKS = Facet("seeks", "zoekt", _("Zoekt hulp bij"), models=(Theme, Technique), only_of=MEMBER.name)
LANGUAGES = Facet(
    "languages", "spreekt", _("Spreekt"), partial(_choices, Language.choices), only_of=MEMBER.name
)
# The index has the last day on which she takes no questions, so yesterday or before means that she does.
WILLING = PeriodFacet(
    "willing",
    "vragen",
    _("Neemt vragen aan"),
    partial(_choices, (("nu", _("Nu")),)),
    only_of=MEMBER.name,
    periods=(("nu", None, 1),),
)
CONFIRMED = PeriodFacet(
    "confirmed",
    "bevestigd",
    _("Profiel bevestigd"),
    partial(_choices, CONFIRMED_LABELS.items()),
    only_of=MEMBER.name,
    periods=(("kwartaal", 91, 0), ("halfjaar", 182, 0), ("jaar", 365, 0)),
)
# In the order in which a page shows them.
FACETS = (
    *(TYPE, THEME, TECHNIQUE, ORGANISATION_KIND, ORGANISATION, SIZE, PROVINCE),
    *(PHASE, YEAR, REUSE, OUTCOME, LANGUAGE, WILLING, SEEKS, LANGUAGES, CONFIRMED),
)
PLAIN_LISTS = len(KINDS) + 1  # one of everything, and one of each kind


def long_facets() -> tuple[Facet, ...]:
    """Return the facets with values that grow with the site: one can ask for more, and look for one."""
    return tuple(facet for facet in FACETS if not facet.is_fixed)


def shared_facets() -> list[Facet]:
    """Return the facets of a search over everything: without those that only one kind has."""
    return [facet for facet in FACETS if not facet.only_of]


def facets_of(parameters: SearchParameters) -> list[Facet]:
    """Return the facets of a list: one of a single kind has only what tells its rows apart."""
    if not parameters.listing:
        return shared_facets()
    kind = find_kind(parameters.listing)
    names = kind.facets if kind else ()
    if names:
        return [facet for facet in FACETS if facet.name in names]
    return [facet for facet in shared_facets() if facet is not TYPE]


def chosen_facets(parameters: SearchParameters) -> list[tuple[Facet, tuple[str, ...]]]:
    """Return the facets with a choice, each with the chosen values."""
    # As most often; a page asks for this with every address of another state.
    if not parameters.facets:
        return []
    choices = [(facet, parameters.chosen(facet.name)) for facet in facets_of(parameters)]
    return [(facet, values) for facet, values in choices if values]


def languages_of(parameters: SearchParameters) -> list[str]:
    """Return of which languages texts of the site are found: those chosen, else that of the reader."""
    return list(parameters.chosen(LANGUAGE.name)) or [get_language() or settings.LANGUAGE_CODE]


def build_like(parameters: SearchParameters) -> list[Query]:
    """Return the condition to be of one of the bodies like one, when that is asked."""
    return [ORGANISATION.filter(parameters.like.slugs)] if parameters.like else []


def build_aggregations(parameters: SearchParameters) -> dict[str, Any]:
    """Return the counts of all facets that are shown, as the engine takes them."""
    is_plain = not (parameters.facets or parameters.expanded or parameters.sought)
    if is_plain:
        return _plain_aggregations(parameters.listing, timezone.localdate())
    return _aggregations(parameters)


@lru_cache(maxsize=PLAIN_LISTS)
def _plain_aggregations(listing: str, today: datetime.date) -> dict[str, Any]:
    """Return the counts of a list of which nothing is chosen: the same all day."""
    return _aggregations(SearchParameters(listing=listing))


def _aggregations(parameters: SearchParameters) -> dict[str, Any]:
    """Return the counts per facet, each among what the choices of all other facets leave."""
    filters = {facet: facet.filter(values) for facet, values in chosen_facets(parameters)}
    aggregations = {}
    for facet in facets_of(parameters):
        others = [part for other, part in filters.items() if other is not facet]
        aggregations[facet.name] = facet.aggregation(parameters, others)
    return aggregations
