"""What other apps may ask about cases, and what becomes of a case when its author goes."""

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from activity.models import Verb
from activity.services import with_latest
from core.models import listed
from members.models import Member
from organisations.models import Organisation, case_count
from practices.cards import Card
from practices.models import PracticeOrganisation, PracticePage
from reuse.choices import Status
from reuse.lists import Row, arrange
from reuse.models import Adoption

MOST_OF_ONE_ORGANISATION = 48  # cards on the page of an organisation
MOST_TAKING_PART = 24  # organisations above the list of all of them


def authors_let_go(member: Member) -> None:
    """Let the cases of an author who goes say that a former member wrote them."""
    PracticePage.objects.filter(authors=member).update(has_former_author=True)


def cases_of(*, organisation: Organisation) -> list[Card]:
    """Return cards of the newest public cases that an organisation takes part in."""
    made = PracticePage.cards().filter(pk__in=organisation.practice_links.values("page"))
    cases = made.order_by("-first_published_at", "title")
    return list(cases[:MOST_OF_ONE_ORGANISATION])


def adopted_by(organisation: Organisation) -> list[Row]:
    """Return what an organisation does of the public cases that others made, what works first."""
    made = organisation.practice_links.values("page")
    rows = Adoption.objects.public().of_bodies([organisation]).of_public_cases()
    return arrange(Row(adoption) for adoption in rows.exclude(page__in=made).with_bodies())


def latest_adopted(most: int) -> list[Row]:
    """Return what other organisations took over last of the public cases, the latest first."""
    links = PracticeOrganisation.objects.filter(page=OuterRef("page"), organisation=OuterRef("organisation"))
    rows = Adoption.objects.confirmed().exclude(status=Status.STOPPED).exclude(Exists(links))
    latest = with_latest(rows.of_public_cases().select_related("organisation", "page"), verb=Verb.ADOPTED)
    return [Row(adoption) for adoption in latest[:most]]


def taking_part() -> QuerySet[Organisation]:
    """Return the organisations with most public cases.

    Each has the number of these (`cases`) and the title of the newest (`newest`).
    """
    public = listed(PracticePage.objects.all()).values("pk")
    links = PracticeOrganisation.objects.filter(organisation=OuterRef("pk"), page__in=public)
    newest = links.order_by("-page__first_published_at", "page__title").values("page__title")[:1]
    found = Organisation.objects.annotate(cases=case_count(), newest=Subquery(newest)).filter(cases__gt=0)
    return found.order_by("-cases", "name")[:MOST_TAKING_PART]
