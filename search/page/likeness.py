"""What a list says of "organisations like mine": who they are, why, and how to change that."""

from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from organisations.likeness import PROVINCE, SIZE, Alike, bases_of, describe, is_comparable
from organisations.models import Organisation
from search.query.links import build_url, like_pairs
from search.query.parameters import SearchParameters

LIKE_NAME, LIKE_LABEL = "like", gettext_lazy("Zoals")  # as a filter, in the report of questions too
MOST_SHOWN = 6  # bodies on the page of one


def build_like(parameters: SearchParameters, path: str, own: Organisation | None) -> dict[str, Any] | None:
    """Return what is said of bodies like one, and links that change it.

    When none are asked for it is `{offer_url}`, for a reader of whose own organisation there can be any.
    """
    like = parameters.like
    if like is None:
        is_offered = own is not None and is_comparable(own)
        return {"offer_url": _url(path, parameters, Alike(own))} if own and is_offered else None
    return {
        "organisation": like.organisation,
        "is_own": like.organisation == own,
        "fields": like_pairs(like),
        "changes": _build_changes(path, parameters, like),
        **explain(like),
    }


def build_like_chips(parameters: SearchParameters, path: str) -> list[dict[str, str]]:
    """Return the choice as an active filter `{facet_label, label, remove_url}`, if it was made."""
    if parameters.like is None:
        return []
    name = parameters.like.organisation.name
    return [{"facet_label": str(LIKE_LABEL), "label": name, "remove_url": _url(path, parameters, None)}]


def explain(like: Alike) -> dict[str, Any]:
    """Return in words which bodies are like one (`text`), what decides it (`rule`), and whether all count."""
    return {"text": like.describe(), "rule": _build_rule(like), "has_more": like.has_more}


def _url(path: str, parameters: SearchParameters, like: Alike | None) -> str:
    """Return the address of the first page of the list with these bodies."""
    return build_url(path, replace(parameters, like=like, page=1))


def _build_rule(like: Alike) -> str:
    """Return what decides which bodies are like one."""
    if not is_comparable(like.organisation):
        return _("We weten niet wat voor soort organisatie dit is, en dus ook niet welke erop lijken.")
    if SIZE in like.bases:
        rule = _("Dezelfde soort, met half tot dubbel zoveel inwoners.")
    elif like.organisation.inhabitants:
        rule = _("Dezelfde soort, van elke grootte.")
    else:
        rule = _("Dezelfde soort. De grootte telt niet mee: daarvan hebben we geen cijfer.")
    place = _("Alleen uit %(province)s.") if PROVINCE in like.bases else _("Uit heel Nederland.")
    return f"{rule} {place % {'province': like.provinces}}"


def _build_changes(path: str, parameters: SearchParameters, like: Alike) -> list[dict[str, str]]:
    """Return the links that widen or narrow which bodies count, as `{label, url}`."""
    labels = {
        PROVINCE: (_("Alleen in %(province)s"), _("Ook buiten %(province)s")),
        SIZE: (_("Alleen van vergelijkbare grootte"), _("Van elke grootte")),
    }
    changes = []
    for basis in sorted(bases_of(like.organisation)):
        label = labels[basis][basis in like.by] % {"province": like.provinces}
        changed = Alike(like.organisation, like.by ^ {basis})
        changes.append({"label": label, "url": _url(path, parameters, changed)})
    return changes if is_comparable(like.organisation) else []


def build_rows(like: Alike) -> list[dict[str, str]]:
    """Return the bodies that are most like one as `{name, url, reason}`."""
    shown = like.bodies[:MOST_SHOWN]
    return [{"name": body.name, "url": body.get_absolute_url(), "reason": describe(body)} for body in shown]
