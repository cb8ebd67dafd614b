"""Try a list of synonyms out before it goes live: on an index of its own, which is gone afterwards.

The same questions are asked of the same documents, with the list that is live and with the one that is tried. Synonyms work on
a question and not on a text, so the index is made once and only its rules are changed in between.
"""

import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import combinations, islice
from typing import Any

from django.utils import timezone
from elasticsearch import Elasticsearch

from core.folding import fold, split_folded
from core.leases import Heartbeat
from curation.rules import ARROW
from curation.services import Curated, curated_for, without_stop_phrases
from querylog.services import asked_lately, most_asked
from search import client, vocabulary
from search.analysis import build_query_filters
from search.client import EngineUnavailable
from search.documents import build_index_body, document_key
from search.engine import read_answer
from search.evaluation import DEPTH, FOLDER, Evaluation, GoldenSet, Query, read_golden_set
from search.indexing import drop, preview_prefix
from search.models import EVERYONE, SearchEntry
from search.parameters import SearchParameters
from search.queries import build_search
from search.question import Question, understand, with_meaning
from search.rebuilding import Report, send_entries, tidy
from search.regression import MEASURE
from search.results import Found
from search.terms import clean_query, text_words
from search.vocabulary import Words

WRITE, BEFORE, AFTER = "write", "before", "after"  # the steps of a trial
MOST_SHOWN = 100  # questions of which the first ten changed
MOST_ASKED, MOST_ABOUT = 50, 50  # of what visitors asked: the most asked, and those with a word that changes
OFTEN = 10  # questions after which to tell how far it is

Answers = dict[str, tuple[Found, ...]]


def try_out(live: list[str], tried: list[str], report: Report) -> dict[str, Any]:
    """Return what would change with the rules `tried`, as the JSON data of `Comparison.summary`.

    Asked are what people asked lately with a word that changes (first, so that it is shown), the golden set, if this site has
    its documents, and what people asked most lately. Raises EngineUnavailable.
    """
    tidy()
    names = _read_names()
    golden = _read_golden_set(set(names.values()))
    fixed = [query.text for query in golden.queries]
    texts = list(dict.fromkeys([*_asked_about(set(live) ^ set(tried)), *fixed, *_asked_lately()]))
    trial = _Trial(f"{preview_prefix()}{timezone.now():%Y%m%d%H%M%S%f}", vocabulary.read(EVERYONE), texts, report)
    with Heartbeat(trial.index):
        try:
            trial.build(live)
            before = trial.ask_all(live, BEFORE)
            trial.change_rules(tried)
            after = trial.ask_all(tried, AFTER)
        finally:
            with suppress(EngineUnavailable):  # else the next rebuild drops it
                trial.drop()
    return Comparison(golden, names, before, after).summary()


def _read_names() -> dict[str, str]:
    """Return what the golden set calls each object that everyone may find, by its key in the index."""
    entries = SearchEntry.objects.filter(audience=EVERYONE).order_by()
    return {key: f"{kind}:{slug}" for key, kind, slug in entries.values_list("key", "kind", "document__slug")}


def _read_golden_set(there: set[str]) -> GoldenSet:
    """Return the golden set; an empty one where none of its documents is, since it would say nothing there."""
    golden = read_golden_set() if FOLDER.exists() else GoldenSet((), {}, {}, {})
    is_at_home = any(there.intersection(grades) for grades in golden.grades.values())
    return golden if is_at_home else GoldenSet((), {}, {}, {})


def _asked_lately() -> list[str]:
    """Return what visitors asked most in the last month."""
    return most_asked(count=MOST_ASKED)


def _asked_about(changed: Iterable[str]) -> list[str]:
    """Return what visitors asked in the last month with a word of these rules, first what found nothing most often.

    A word is there as it is written, since the engine reads synonyms before it stems; it may be several in a row.
    """
    terms = {" ".join(text_words(fold(term))) for term in re.split(f",|{ARROW}", ",".join(changed))}
    return list(islice((question for question in asked_lately() if terms & _phrases(question)), MOST_ABOUT))


def _phrases(question: str) -> set[str]:
    """Return each word of a question, and all words in a row."""
    words = text_words(fold(question))
    return {" ".join(words[start:end]) for start, end in combinations(range(len(words) + 1), 2)}


@dataclass(frozen=True)
class _Trial:
    """An index of its own, and the questions that are asked of it."""

    index: str
    words: Words
    texts: list[str]
    report: Report

    def build(self, rules: list[str]) -> None:
        """Make the index with everything that everyone may find."""
        keys = list(SearchEntry.objects.filter(audience=EVERYONE).order_by("key").values_list("key", flat=True))
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
            question = with_meaning(understand(without_stop_phrases(clean_query(text)), vocabularies))
            answers[text] = self._ask(question, curated_for(text))
            if number % OFTEN == 0 or number == len(self.texts):
                self.report(step, number, len(self.texts))
        return answers

    def _ask(self, question: Question, curated: Curated) -> tuple[Found, ...]:
        """Return the hits; twice as many as count, since a page in two languages counts once."""
        search = build_search(SearchParameters(query=question.text, page_size=DEPTH * 2), question, [self.index], curated)
        body, options = search.to_dict(), search._params
        return client.run(lambda engine: read_answer(engine.search(index=self.index, body=body, **options).body)).found


@dataclass(frozen=True)
class Comparison:
    """The answers before and after, and what they are worth."""

    golden: GoldenSet
    names: dict[str, str]
    before: Answers
    after: Answers

    def summary(self) -> dict[str, Any]:
        """Return what an editor wants to know.

        `types` has `name`, `count`, `before` and `after` (nDCG@10) per type of query, and `empty`: how many of them found
        nothing before and after; `asked` is the number of questions,
        `empty` how many of them found nothing before and after, `reordered` how many have the same first ten in another order;
        `changed` has the questions with other hits among the first ten: `text`, `type`, `before`, `after`, and by their names
        in the index `came` and `went`.
        """
        changed = [text for text in self.before if set(self._first(self.before, text)) != set(self._first(self.after, text))]
        ordered = [text for text in self.before if list(self._first(self.before, text)) != list(self._first(self.after, text))]
        shown = [text for text in changed if not self._is_held_out(text)]
        return {
            "types": [self._type(name, queries) for name, queries in self._was.groups.items() if queries],
            "asked": len(self.before),
            "empty": [sum(not found for found in answers.values()) for answers in (self.before, self.after)],
            "reordered": len(ordered) - len(changed),
            "changed_count": len(changed),
            "changed": [self._change(text) for text in shown[:MOST_SHOWN]],
        }

    def _first(self, answers: Answers, text: str) -> dict[str, Found]:
        """Return the first ten hits by name, in their order."""
        named: dict[str, Found] = {}
        for found in answers[text]:
            named.setdefault(self.names.get(document_key(found.label, found.pk), ""), found)
        return dict(list(named.items())[:DEPTH])

    def _evaluate(self, answers: Answers) -> Evaluation:
        """Return the measures of the golden set."""
        return Evaluation(self.golden, {query.id: list(self._first(answers, query.text)) for query in self.golden.queries})

    @cached_property
    def _was(self) -> Evaluation:
        """Return the measures before."""
        return self._evaluate(self.before)

    @cached_property
    def _is(self) -> Evaluation:
        """Return the measures after."""
        return self._evaluate(self.after)

    @cached_property
    def _queries(self) -> dict[str, Query]:
        """Return the queries of the golden set by their text."""
        return {query.text: query for query in self.golden.queries}

    def _is_held_out(self, text: str) -> bool:
        """Tell whether a question is one of those that nobody may improve search on."""
        return text in self._queries and self._queries[text].is_held_out

    def _type(self, name: str, queries: Iterable[Query]) -> dict[str, Any]:
        """Return the measure of one type of query."""
        queries = list(queries)
        before, after = (_round(evaluation.mean(queries, MEASURE)) for evaluation in (self._was, self._is))
        empty = [sum(not evaluation.found[query.id] for query in queries) for evaluation in (self._was, self._is)]
        return {"name": name, "count": len(queries), "before": before, "after": after, "empty": empty}

    def _change(self, text: str) -> dict[str, Any]:
        """Return which hits came and went for one question."""
        before, after = self._first(self.before, text), self._first(self.after, text)
        query = self._queries.get(text)
        scores = [
            _round(evaluation.scores.get(query.id, {}).get(MEASURE)) if query else None for evaluation in (self._was, self._is)
        ]
        return {
            "text": text,
            "type": query.type if query else "",
            "before": scores[0],
            "after": scores[1],
            "came": _list_keys(after[name] for name in after if name not in before),
            "went": _list_keys(before[name] for name in before if name not in after),
        }


def _list_keys(found: Iterable[Found]) -> list[str]:
    """Return the names of hits in the index; their titles are read when somebody looks, as they may be taken back."""
    return [document_key(hit.label, hit.pk) for hit in found]


def _round(value: float | None) -> float | None:
    """Return a measure in three decimals."""
    return None if value is None else round(value, 3)
