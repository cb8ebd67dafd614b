"""What other apps may ask about cases."""

from django.db.models import Q

from organisations.models import Organisation
from practices.cards import Card
from practices.models import PracticePage

MOST_OF_ONE_ORGANISATION = 48


def cases_of(*, organisation: Organisation) -> list[Card]:
    """Return the cards of the newest public cases that an organisation takes part in or took over."""
    takes_part = Q(pk__in=organisation.practice_links.values("page"))
    took_over = Q(pk__in=organisation.reuse_links.values("page"))
    cases = PracticePage.findable_by(None).filter(takes_part | took_over).order_by("-first_published_at", "title")
    return list(cases[:MOST_OF_ONE_ORGANISATION])
