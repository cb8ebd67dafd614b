"""Try a list of synonyms out before it goes live: on an index of its own, which is gone afterwards.

The same questions are asked of the same documents, with the list that is live and with the one that is tried.
Synonyms work on a question and not on a text, so the index is made once and only its rules change in between.
"""

import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from itertools import combinations, islice
from typing import Any

from django.utils import timezone
from elasticsearch import Elasticsearch

from core.folding import fold, split_folded
from curation.rules import ARROW
from querylog.services import asked_lately, most_asked
from search import client
from search.backends.elasticsearch import ask
from search.client import EngineUnavailable
from search.index.analysis import build_query_filters
from search.index.documents import build_index_body, document_key
from search.index.indexing import drop, preview_prefix
from search.index.rebuilding import Report, send_entries, tidy
from search.models import EVERYONE, SearchEntry
from search.query.asked import build_asked
from search.query.parameters import SearchParameters
from search.query.results import Found
from search.text import vocabulary
from search.text.terms import clean_query, text_words
from search.text.vocabulary import Words
from worker.leases import Heartbeat

WRITE, BEFORE, AFTER = "write", "before", "after"  # the steps of a trial
MOST_SHOWN = 100  # questions of which the first ten changed
MOST_ASKED = 50  # questions that visitors asked most: a trial asks each twice
MOST_ABOUT = 50  # questions of visitors with a word that changes
MOST_TERMS = 200  # of the words that change
DEPTH = 10  # hits on which the answers are compared: who finds nothing among them asks something else
OFTEN = 10  # questions after which to tell how far it is

Answers = dict[str, tuple[Found, ...]]


def try_out(live: list[str], tried: list[str], report: Report) -> dict[str, Any]:
    """Return what would change with the rules `tried`, as the JSON data of `Comparison.summary`.

    Asked are what people asked lately with a word that changes (first, so that it is shown), the words
    themselves, and what people asked most lately. Raises EngineUnavailable.
    """
    tidy()
    changed = set(live) ^ set(tried)
    about, terms, lately = _asked_about(changed), _terms_of(changed), _asked_lately()
    texts = list(dict.fromkeys([*about, *terms, *lately]))
    index = f"{preview_prefix()}{timezone.now():%Y%m%d%H%M%S%f}"
    trial = _Trial(index, vocabulary.read(EVERYONE), texts, report)
    with Heartbeat(trial.index):
        try:
            trial.build(live)
            before = trial.ask_all(live, BEFORE)
            trial.change_rules(tried)
            after = trial.ask_all(tried, AFTER)
        finally:
            with suppress(EngineUnavailable):  # else the next rebuild drops it
                trial.drop()
    return Comparison(frozenset(terms), before, after).summary()


def _asked_lately() -> list[str]:
    """Return what visitors asked most in the last month."""
    return most_asked(count=MOST_ASKED)


def _asked_about(changed: Iterable[str]) -> list[str]:
    """Return what visitors asked in the last month with a word of these rules.

    What found nothing most often comes first. A word is there as it is written, since the engine reads
    synonyms before it stems; it may be several in a row.
    """
    terms = {" ".join(text_words(fold(term))) for term in _terms_of(changed)}
    about = (question for question in asked_lately() if not terms.isdisjoint(_phrases(question)))
    return list(islice(about, MOST_ABOUT))


def _terms_of(rules: Iterable[str]) -> list[str]:
    """Return the words and phrases that rules name, in the order of their letters."""
    terms = re.split(f",|{ARROW}", ",".join(rules))
    different = {term.strip() for term in terms} - {""}
    return sorted(different)[:MOST_TERMS]


def _phrases(question: str) -> set[str]:
    """Return each word of a question, and all words in a row."""
    words = text_words(fold(question))
    places = range(len(words) + 1)
    return {" ".join(words[start:end]) for start, end in combinations(places, 2)}


@dataclass(frozen=True)
class _Trial:
    """An index of its own, and the questions that are asked of it."""

    index: str
    words: Words
    texts: list[str]
    report: Report

    def build(self, rules: list[str]) -> None:
        """Make the index with everything that everyone may find."""
        entries = SearchEntry.objects.filter(audience=EVERYONE).order_by("key")
        keys = list(entries.values_list("key", flat=True))
        body = build_index_body(self.words.compounds(), rules)
        client.run(lambda engine: engine.indices.create(index=self.index, **body))
        send_entries(self.index, keys, partial(self.report, WRITE))
        client.run(lambda engine: engine.indices.refresh(index=self.index))

    def change_rules(self, rules: list[str]) -> None:
        """Have questions read with other rules; the engine allows that while an index is closed."""
        filters = build_query_filters(self.words.compounds(), rules)

        def operation(engine: Elasticsearch) -> None:
            engine.indices.close(index=self.index)
            engine.indices.put_settings(index=self.index, settings={"analysis": {"filter": filters}})
            engine.indices.open(index=self.index)

        client.run(operation)

    def drop(self) -> None:
        """Take the index away."""
        client.run(partial(drop, index=self.index))

    def ask_all(self, rules: list[str], step: str) -> Answers:
        """Return the answer to every question, as search would ask it with these rules."""
        vocabularies = [self.words, vocabulary.of_words(frozenset(split_folded(" ".join(rules))))]
        answers: Answers = {}
        for number, text in enumerate(self.texts, start=1):
            parameters = SearchParameters(query=clean_query(text), page_size=DEPTH)
            asked = build_asked(parameters, vocabularies)
            answers[text] = ask(asked, [self.index], run=client.run).found
            if number % OFTEN == 0 or number == len(self.texts):
                self.report(step, number, len(self.texts))
        return answers


@dataclass(frozen=True)
class Comparison:
    """The answers before and after; `terms` are those questions that are words of the list."""

    terms: frozenset[str]
    before: Answers
    after: Answers

    def summary(self) -> dict[str, Any]:
        """Return what an editor can judge.

        `asked` is the number of questions, `empty` how many of them found nothing before and after,
        `reordered` how many have the same first ten in another order. `changed` has the questions with other
        hits among the first ten, those that find nothing any more first: `text`, `is_asked` (by visitors;
        else it is a word of the list), `is_empty`, and by their keys in the index `came` and `went`.
        """
        pairs = {text: (_first(self.before[text]), _first(self.after[text])) for text in self.before}
        changed = [text for text, (before, after) in pairs.items() if set(before) != set(after)]
        changed.sort(key=lambda text: bool(pairs[text][1]))
        empty_before = sum(not before for before, _ in pairs.values())
        empty_after = sum(not after for _, after in pairs.values())
        different = sum(before != after for before, after in pairs.values())
        return {
            "asked": len(pairs),
            "empty": [empty_before, empty_after],
            "reordered": different - len(changed),
            "changed_count": len(changed),
            "changed": [self._describe(text, *pairs[text]) for text in changed[:MOST_SHOWN]],
        }

    def _describe(self, text: str, before: list[str], after: list[str]) -> dict[str, Any]:
        """Return which hits came and went for one question."""
        is_asked = text not in self.terms
        came = [key for key in after if key not in before]
        went = [key for key in before if key not in after]
        return {"text": text, "is_asked": is_asked, "is_empty": not after, "came": came, "went": went}


def _first(found: tuple[Found, ...]) -> list[str]:
    """Return the keys of the first ten hits, in their order; their titles are read when somebody looks."""
    return [document_key(item.label, item.pk) for item in found[:DEPTH]]
