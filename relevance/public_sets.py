"""Evaluation with public sets of other documents (`relevance/sets/`), each in a temporary index."""

import gzip
import json
import math
import random
import re
import statistics
import string
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from django.utils import timezone
from elasticsearch import Elasticsearch

from core.folding import fold
from core.searchable import Passage, SearchContent
from curation.services import synonym_rules
from relevance.evaluation import ALL, FOLDER, SHOWN, Evaluation, GoldenSet, Lists, Query, read_golden_set
from relevance.regression import MEASURE
from search import client
from search.backends import elasticsearch
from search.index.documents import build_document, build_index_body
from search.index.indexing import build_action, drop, preview_prefix, send
from search.query import queries, semantic
from search.query import question as questions
from search.query.asked import Asked
from search.query.parameters import SearchParameters
from search.query.question import understand
from search.semantic import embedding, vectors
from search.semantic.nearness import find_chance
from search.text.vocabulary import Words, split_text
from worker.leases import Heartbeat

LABEL = "practices.practicepage"
HIGHEST_GRADE = 3  # of the document that a title belongs to
PLAIN_FIELDS = ("title", "summary", "text")
Document = dict[str, Any]
Ask = Callable[[str], Lists]
MOST_ERRORS = 2  # typing errors in a query; search corrects at most two in a word
_MISTYPED = re.compile(r"[^\W\d_]{4,}")  # in a shorter word an error makes another word


@dataclass(frozen=True)
class Text:
    """A document of a set."""

    id: str
    title: str
    summary: str
    text: str

    def document(self, pk: int) -> Document:
        """Return it as a document for the engine, as if it were a case."""
        meta = SimpleNamespace(label_lower=LABEL)
        row: Any = SimpleNamespace(_meta=meta, pk=pk, search_kind="case", slug=self.id, search_stamp="")
        content = SearchContent(title=self.title, summary=self.summary, passages=(Passage("", self.text),))
        return build_document(row, content)


def list_sets() -> list[Path]:
    """Return the folders of the public sets."""
    return sorted(path for path in (FOLDER / "sets").iterdir() if path.is_dir())


def measure_set(folder: Path) -> dict[str, Evaluation]:
    """Return the evaluation of this search and of Elasticsearch's own Dutch analyzer on a set.

    Raises EngineUnavailable.
    """
    golden, texts = read_golden_set(folder), _read_texts(folder)
    found = {}
    for name, asker in {"this search": _this_search, "Elasticsearch, Dutch": _plain_search}.items():
        with asker(texts) as ask:
            found[name] = _evaluate(golden, ask)
    return found


def _evaluate(golden: GoldenSet, ask: Ask) -> Evaluation:
    """Return the evaluation of a search."""
    return Evaluation.of(golden, ask)


def write_mean() -> None:
    """Write the mean of the vectors of all questions of the sets, for `embedding.centre`."""
    questions = [query.text for folder in list_sets() for query in read_golden_set(folder).queries]
    raw = map(embedding.embed_raw, questions)
    units = [[number / length for number in vector] for vector in raw for length in [math.hypot(*vector)]]
    numbers = [f"{statistics.fmean(column):.5f}" for column in zip(*units, strict=True)]
    rows = [" ".join(numbers[start : start + 12]) for start in range(0, len(numbers), 12)]
    embedding.MEAN.write_text("\n".join(rows) + "\n", encoding="ascii")


def find_constant(name: str) -> Any:
    """Return the module of a constant that search is tuned with; raises LookupError for any other name."""
    for module in (queries, semantic, questions):
        if name.isupper() and isinstance(getattr(module, name, None), float | int | str):
            return module
    raise LookupError(name)


def measure_changes(folder: Path, changes: list[tuple[str, Any]]) -> list[float]:
    """Return nDCG@10 of a set as search is now, then with each of these constants changed alone.

    Raises EngineUnavailable.
    """
    golden, texts = read_golden_set(folder), _read_texts(folder)
    with _this_search(texts) as ask:
        means = [_mean(golden, ask)]
        for name, value in changes:
            with _changed(name, value):
                means.append(_mean(golden, ask))
    return means


def _mean(golden: GoldenSet, ask: Ask) -> float:
    """Return nDCG@10 of the queries that have an answer."""
    evaluation = _evaluate(golden, ask)
    return evaluation.mean(evaluation.groups[ALL], MEASURE) or 0.0


@contextmanager
def _changed(name: str, value: Any) -> Iterator[None]:
    """Give a constant of search another value during the block."""
    module = find_constant(name)
    was = getattr(module, name)
    setattr(module, name, value)
    try:
        yield
    finally:
        setattr(module, name, was)


def measure_typing(folder: Path, every: int = 1) -> list[float]:
    """Return nDCG@10 of the titles of a set as queries: as they are, with one typing error and with two.

    `every` takes a part: every second title when it is 2. The errors are the same at each run. Raises
    EngineUnavailable.
    """
    texts = _read_texts(folder)
    keys: dict[str, dict[str, int]] = {}
    for text in texts:
        keys.setdefault(text.title, {})[f"case:{text.id}"] = HIGHEST_GRADE
    titles = list(keys)[::every]
    queries = tuple(Query(title, "title", "nl", is_held_out=False, text=title) for title in titles)
    golden = GoldenSet(queries, {title: keys[title] for title in titles}, {}, {})
    with _this_search(texts) as ask:
        return [_mean_of_mistyped(golden, errors, ask) for errors in range(MOST_ERRORS + 1)]


def _mean_of_mistyped(golden: GoldenSet, errors: int, ask: Ask) -> float:
    """Return nDCG@10 of queries with this number of errors in each."""
    draw = random.Random(errors)  # noqa: S311  the same errors at each run
    evaluation = _evaluate(golden, lambda text: ask(mistype(text, errors, draw)))
    return evaluation.mean(golden.queries, MEASURE) or 0.0


def mistype(text: str, errors: int, draw: random.Random) -> str:
    """Return a text with this number of typing errors, in words of at least four letters.

    An error swaps two letters, leaves one out, puts one in or replaces one.
    """
    for _ in range(errors):
        words = list(_MISTYPED.finditer(text))
        if not words:
            return text
        word = draw.choice(words)
        place = draw.randrange(word.start(), word.end() - 1)
        one, other = text[place], text[place + 1]
        letter = draw.choice(string.ascii_lowercase)
        wrong = draw.choice([other + one, other, one + letter + other, letter + other])
        text = f"{text[:place]}{wrong}{text[place + 2 :]}"
    return text


def _read_texts(folder: Path) -> list[Text]:
    """Return the documents of a set."""
    lines = gzip.decompress((folder / "documents.jsonl.gz").read_bytes()).decode().splitlines()
    return [Text(**json.loads(line)) for line in lines]


@contextmanager
def _this_search(texts: list[Text]) -> Iterator[Ask]:
    """Yield a function that asks these texts as the site does."""
    documents = [text.document(pk) for pk, text in enumerate(texts)]
    if embedding.is_available():
        vectors.make(vectors.find_missing(documents))
    words = _read_words(documents)
    with _index(build_index_body(words.compounds(), synonym_rules())) as index:
        _fill(index, vectors.with_vectors(documents))

        def ask(query: str) -> Lists:
            asked = Asked(SearchParameters(query=query, page_size=SHOWN), understand(query, [words]))
            answer = elasticsearch.ask(asked, [index])
            lists = (answer.found, answer.maybe)
            sure, maybe = ([f"case:{texts[item.pk].id}" for item in found] for found in lists)
            return sure, maybe

        yield ask


def _read_words(documents: list[Document]) -> Words:
    """Return the words of these documents, with the thresholds of similarity that their passages give."""
    counts: Counter[str] = Counter()
    for document in documents:
        passages = [passage["text"] for passage in document["passages"]]
        text = "\n".join([document["title"], document["summary"], *passages])
        counts.update(set(split_text(fold(text))))
    if not embedding.is_available():
        return Words(counts)
    return Words(counts, *find_chance(vectors.of_each(documents)))


@contextmanager
def _plain_search(texts: list[Text]) -> Iterator[Ask]:
    """Yield a function that asks for any of the words in these texts, with the analyzer `dutch` alone."""
    fields = {name: {"type": "text", "analyzer": "dutch"} for name in PLAIN_FIELDS}
    with _index({"mappings": {"properties": fields}}) as index:
        _fill(index, [{name: getattr(text, name) for name in PLAIN_FIELDS} for text in texts])

        def ask(query: str) -> Lists:
            question = {"multi_match": {"query": query, "fields": list(PLAIN_FIELDS)}}
            options: dict[str, Any] = {"query": question, "size": SHOWN, "source": False}
            answer = client.run(lambda engine: engine.search(index=index, **options))
            found = [texts[int(hit["_id"])] for hit in answer["hits"]["hits"]]
            return [f"case:{text.id}" for text in found], []

        yield ask


@contextmanager
def _index(body: dict[str, Any]) -> Iterator[str]:
    """Yield the name of a new index, and delete it afterwards; a lease keeps it from being tidied away."""
    name = f"{preview_prefix()}{timezone.now():%Y%m%d%H%M%S%f}"
    with Heartbeat(name):
        client.run(lambda engine: engine.indices.create(index=name, **body))
        try:
            yield name
        finally:
            client.run(partial(drop, index=name))


def _fill(index: str, documents: list[Document]) -> None:
    """Write documents to an index, each under its place in the list, and make them findable."""
    actions = [build_action(index, str(pk), document, version=1) for pk, document in enumerate(documents)]
    client.run(partial(_send, index=index, actions=actions))


def _send(engine: Elasticsearch, index: str, actions: list[Document]) -> None:
    """Send a bulk request and refresh the index."""
    send(engine, actions)
    engine.indices.refresh(index=index)
