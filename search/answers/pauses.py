"""Until when members among the hits take no questions: a card says so in place of the way to ask."""

from dataclasses import replace
from itertools import chain

from contact.recipients import away_until
from search.query.results import Hit


def tell_pauses(lists: list[tuple[Hit, ...]]) -> list[tuple[Hit, ...]]:
    """Return the same lists of hits, in which members say until when they take no questions.

    That takes at most two queries for all of them, and none without members.
    """
    accounts = [hit.account for hit in chain.from_iterable(lists) if hit.account]
    away = away_until(accounts)
    return [
        tuple(replace(hit, away_until=away[hit.account]) if hit.account in away else hit for hit in hits)
        for hits in lists
    ]
