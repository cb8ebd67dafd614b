"""What other apps may ask about cases."""

from django.db.models import OuterRef, Q, QuerySet, Subquery

from core.models import listed
from organisations.models import Organisation, case_count
from practices.cards import Card
from practices.models import PracticeOrganisation, PracticePage

MOST_OF_ONE_ORGANISATION = 48
MOST_TAKING_PART = 24


def cases_of(*, organisation: Organisation) -> list[Card]:
    """Return the cards of the newest public cases that an organisation takes part in or took over."""
    takes_part = Q(pk__in=organisation.practice_links.values("page"))
    took_over = Q(pk__in=organisation.reuse_links.values("page"))
    cases = (
        PracticePage.findable_by(None).filter(takes_part | took_over).order_by("-first_published_at", "title")
    )
    return list(cases[:MOST_OF_ONE_ORGANISATION])


def taking_part() -> QuerySet[Organisation]:
    """Return the organisations with most public cases, each with their number (`cases`) and the newest title (`newest`)."""
    public = listed(PracticePage.objects.all()).values("pk")
    links = PracticeOrganisation.objects.filter(organisation=OuterRef("pk"), page__in=public)
    newest = links.order_by("-page__first_published_at", "page__title").values("page__title")[:1]
    found = Organisation.objects.annotate(cases=case_count(), newest=Subquery(newest)).filter(cases__gt=0)
    return found.order_by("-cases", "name")[:MOST_TAKING_PART]
