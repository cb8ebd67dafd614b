"""What must hold of a sure hit: each notion of the question is there."""

from collections.abc import Callable, Iterator

from elasticsearch.dsl import Q
from elasticsearch.dsl.query import Query

from search.kinds import MEMBER
from search.query.clauses import (
    DUTCH,
    ENGLISH,
    PASSAGES,
    build_any,
    build_best,
    build_match,
    build_nested,
)
from search.query.notions import Notion, find_notions
from search.query.question import Question

NEAR = 8  # words between the parts of a compound: `onderhoud van het asfalt` is `asfaltonderhoud`
MET = "met-"  # begins the name of the condition that a word or a part of a compound is there
# Several words for one thing are the thing only where they stand together: not in the whole body.
_TOGETHER = ("title", "summary", "keywords")
_TOGETHER_IN_ENGLISH = ("title_en", "summary_en", "keywords_en")
IS_MEMBER = Q("term", kind=MEMBER.name)
Notions = tuple[Notion, ...]


def build_sure(question: Question) -> Query:
    """Return the condition that a hit has every notion, in one of the spellings, or that all is its name."""
    texts = dict.fromkeys(text for text in (question.corrected, question.respelled) if text)
    ways = [build_per_kind(text, question, _build_every) for text in texts]
    if question.decompounded:  # no document has the compound
        near = build_best(question.decompounded, PASSAGES, type="phrase", slop=NEAR)
        ways.append(build_nested(near))
    # Several words may have one that stands for them, such as an abbreviation.
    ways += _build_same(question.corrected)
    ways.append(build_match("names", question.corrected, operator="and"))
    ways.append(Q("match_phrase", proper_names=question.corrected))
    return build_any(ways)


def build_per_kind(text: str, question: Question, build: Callable[[Notions], Query]) -> Query:
    """Return the condition on the notions of a text; of members, where there may be some, on theirs."""
    notions = find_notions(text)
    theirs = find_notions(text, of_members=True) if question.has_members else notions
    if theirs == notions:
        return build(notions)
    of_member = Q("bool", filter=[IS_MEMBER, build(theirs)])
    return build_any([of_member, Q("bool", filter=[build(notions)], must_not=[IS_MEMBER])])


def _build_every(notions: Notions) -> Query:
    """Return the condition that all of these notions are there; nothing has none."""
    if not notions:
        return Q("match_none")
    return Q("bool", filter=[_build_notion(notion) for notion in notions])


def _build_notion(notion: Notion) -> Query:
    """Return the condition that a notion is there.

    It is as a word, as what stands for it, as all its parts together, or as a name.
    """
    return build_any([*_build_word(notion.word), *_build_parts(notion), *_build_names(notion)])


def _build_word(word: str) -> list[Query]:
    """Return where a word or its stem may stand, and what stands for it."""
    return [
        build_best(word, DUTCH, analyzer="nl_words"),
        build_best(word, ENGLISH, analyzer="en_words"),
        *_build_same(word),
    ]


def _build_same(text: str) -> list[Query]:
    """Return where all words of a text may stand together, or what stands for them.

    The parts of a compound do not stand for it here: they have to be near each other.
    """
    dutch, english = PASSAGES
    return [
        build_best(text, _TOGETHER, analyzer="nl_same", operator="and"),
        build_best(text, _TOGETHER_IN_ENGLISH, operator="and"),
        build_nested(build_best(text, (dutch,), analyzer="nl_same", operator="and")),
        build_nested(build_best(text, (english,), operator="and")),
    ]


def _build_parts(notion: Notion) -> list[Query]:
    """Return where all parts of a compound may stand together."""
    if not notion.parts:
        return []
    parts = " ".join(notion.parts)
    return [
        build_match("names", parts, operator="and"),
        build_best(parts, _TOGETHER, analyzer="nl_words", type="phrase", slop=NEAR),
        build_nested(build_best(parts, ("passages.text",), analyzer="nl_words", type="phrase", slop=NEAR)),
    ]


def _build_names(notion: Notion) -> list[Query]:
    """Return the names that a word may be in: a part of its own name, or what a body or place is called."""
    return [build_match("names", notion.word), Q("terms", called=list(notion.names))]


def build_met(question: Question) -> Iterator[Query]:
    """Yield the named conditions that tell which words of the question, and parts of them, a hit has.

    None of them adds to a score.
    """
    for notion in question.notions:
        yield Q("constant_score", filter=_build_notion(notion), boost=0, _name=f"{MET}{notion.word}")
        for part in notion.parts:
            has_part = build_best(part, DUTCH, analyzer="nl_words")
            yield Q("constant_score", filter=has_part, boost=0, _name=f"{MET}{part}")
