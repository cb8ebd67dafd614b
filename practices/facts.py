"""What only this room knows of cases, for rooms below: of one, and how many an organisation takes over."""

from typing import cast

from django.db.models import Count, Expression, IntegerField, OuterRef, Subquery
from django.db.models.functions import Coalesce
from wagtail.models import Page

from core.models import listed
from organisations.counts import counts
from practices.asked import has_left
from practices.models import PracticeOrganisation, PracticePage
from reuse.cases import Facts, tells_facts, tells_text
from reuse.choices import Status
from reuse.models import Adoption


@tells_facts
def tell_facts(page: Page) -> Facts:
    """Return who made a case, whom one asks about it, and its themes."""
    case = PracticePage.objects.select_related("contact__user").get(pk=page.pk)
    makers = frozenset(body.pk for body in case.organisations())
    contact = case.contact.user if case.contact and not has_left(case) else None
    return Facts(makers, contact, tuple(case.themes.all()))


@tells_text
def tell_text(page: Page) -> str:
    """Return title, summary and sections of a case."""
    case = cast("PracticePage", page)
    return "\n".join([case.title, case.summary, *(passage.text for passage in case.section_passages())])


@counts("adopted")
def build_adopted() -> Expression:
    """Return how many public cases of others an organisation does, as far as that counts."""
    made = PracticeOrganisation.objects.filter(organisation=OuterRef(OuterRef("pk"))).values("page")
    rows = Adoption.objects.counted().filter(organisation=OuterRef("pk")).exclude(status=Status.STOPPED)
    rows = rows.filter(page__in=listed(PracticePage.objects.all()).values("pk")).exclude(page__in=made)
    number = rows.order_by().values("organisation").annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(number), 0, output_field=IntegerField())
