"""What search reads of the editors' decisions: each process reads them in one query, and caches them."""

import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.core.cache import caches
from django.db.models import CharField, IntegerField, Q, QuerySet, Subquery, Value
from django.db.models.functions import Concat
from django.utils import timezone
from wagtail.contrib.search_promotions.models import SearchPromotion

from core.folding import fold, fold_name, split_folded
from curation.models import HiddenResult, StopPhrase, SynonymList
from organisations.models import Organisation

TIMEOUT = 30  # seconds for which a process caches the decisions: no other one tells it of a change
_PIN, _HIDE, _STOP, _SYNONYMS = "pin", "hide", "stop", "synonyms"
_NOTHING = Value(0, output_field=IntegerField())
_AROUND = " ,.:;?!"


@dataclass(frozen=True)
class Curated:
    """What comes first for a question, in order, and what is hidden; both as `practices.practicepage:12`."""

    pinned: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Decisions:
    """All decisions: keys per normalised question, where the empty one means every question.

    `phrases` is a pattern of the stop phrases, or empty; `synonym_words` are all words of the live list.
    """

    pinned: dict[str, list[str]]
    hidden: dict[str, list[str]]
    phrases: str
    synonym_words: frozenset[str]


def synonym_rules() -> list[str]:
    """Return the live list, as lines for a `synonym_graph` in the format of Solr."""
    live = SynonymList.objects.by_live_date().first()
    return live.rules if live else []


def synonym_words() -> frozenset[str]:
    """Return every word of the live list: search knows them, even if no text has them."""
    return _decisions().synonym_words


def curated_for(text: str) -> Curated:
    """Return what editors pinned and hid for this question; case, accents and spaces make no difference."""
    decisions, question = _decisions(), fold_name(text)
    hidden = dict.fromkeys([*decisions.hidden.get("", []), *decisions.hidden.get(question, [])])
    pinned = dict.fromkeys(key for key in decisions.pinned.get(question, []) if key not in hidden)
    return Curated(tuple(pinned), tuple(hidden))


def without_stop_phrases(text: str) -> str:
    """Return the question without its stop phrases, or unchanged when no word would be left."""
    phrases = _decisions().phrases
    if not phrases:
        return text
    composed = unicodedata.normalize("NFC", text)
    flat = "".join((fold(char) or " ")[0] for char in composed)  # as long as the text, so that offsets agree
    parts, end = [], 0
    for found in re.finditer(phrases, flat):
        parts.append(composed[end : found.start()])
        end = found.end()
    rest = " ".join(" ".join([*parts, composed[end:]]).split()).strip(_AROUND)
    return rest if split_folded(rest) else text


def _decisions() -> _Decisions:
    """Return the decisions, from the cache if they were read lately."""
    decisions: _Decisions | None = caches["memory"].get("decisions")
    if decisions is None:
        decisions = _read_decisions()
        caches["memory"].set("decisions", decisions, TIMEOUT)
    return decisions


def forget() -> None:
    """Clear the cache, as something changed."""
    caches["memory"].delete("decisions")


def _read_decisions() -> _Decisions:
    """Read everything in one query."""
    pinned: dict[str, list[str]] = defaultdict(list)
    hidden: dict[str, list[str]] = defaultdict(list)
    phrases, synonyms = [], SynonymList()
    for what, text, label, pk, _ in sorted(_rows(), key=lambda row: (row[0], row[4] or 0)):
        if what == _SYNONYMS:
            synonyms.lines = text
        elif what == _STOP:
            phrases.append(r"\W+".join(split_folded(text)))
        else:
            (pinned if what == _PIN else hidden)[fold_name(text)].append(f"{label}:{pk}")
    longest_first = "|".join(sorted(phrases, key=len, reverse=True))
    pattern = rf"\b(?:{longest_first})\b" if phrases else ""
    return _Decisions(dict(pinned), dict(hidden), pattern, frozenset(split_folded(" ".join(synonyms.rules))))


def _rows() -> QuerySet[Any, tuple[str, str, str, int, int]]:
    """Return all decisions as `(what, question, phrase or lines, label of the model, key, place)`."""
    label = Concat("page__content_type__app_label", Value("."), "page__content_type__model")
    pins = SearchPromotion.objects.filter(page__isnull=False).order_by()
    hidden = HiddenResult.objects.filter(Q(until_date__isnull=True) | Q(until_date__gte=timezone.localdate()))
    live = SynonymList.objects.filter(pk=Subquery(SynonymList.objects.by_live_date().values("pk")[:1]))
    pages, organisations = hidden.filter(page__isnull=False), hidden.filter(organisation__isnull=False)
    return pins.values_list(_text(_PIN), "query__query_string", label, "page_id", "sort_order").union(
        pages.values_list(_text(_HIDE), "text", label, "page_id", _NOTHING),
        organisations.values_list(
            _text(_HIDE), "text", _text(Organisation._meta.label_lower), "organisation_id", _NOTHING
        ),
        StopPhrase.objects.order_by().values_list(_text(_STOP), "phrase", _text(""), _NOTHING, _NOTHING),
        live.values_list(_text(_SYNONYMS), "lines", _text(""), _NOTHING, _NOTHING),
        all=True,
    )


def _text(text: str) -> Value:
    """Return a column that has this text in each row."""
    return Value(text, output_field=CharField())
