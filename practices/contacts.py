"""Whom a question about a case leads to, and what passes on when its contact works elsewhere."""

import datetime
from collections import Counter
from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.log_actions import log

from contact.recipients import Candidate, contacts_of, leads_to
from mail.kinds import writes
from mail.letters import Button, Letter, build_url
from mail.models import Delivery
from mail.services import summary_plan
from members.content import is_findable
from members.handovers import hands_over
from members.models import Member
from organisations.models import Organisation
from practices.asked import adopters_of, candidates_of, find_next, has_left
from practices.models import PracticePage
from practices.queries import PracticeQuerySet

LEFT = "practices.contact_left"  # in the log of a page
PASSED_ON, NAMED = "passed_on", "contact_named"  # the letters
AROUND = datetime.timedelta(minutes=1)  # what plans a letter is published just before it


@leads_to("case")
def find_contacts_of_case(key: int) -> list[Candidate]:
    """Return whom a question about a case leads to, then who does it elsewhere; each person once."""
    page = PracticePage.objects.filter(pk=key).with_everything().first()
    if page is None:
        return []
    found: dict[int, Candidate] = {}
    for item in (*candidates_of(page), *adopters_of(page)):
        found.setdefault(item.member.pk, item)
    return list(found.values())


def find_heirs(pages: PracticeQuerySet) -> Iterator[tuple[PracticePage, Member | None]]:
    """Yield each case with who is asked when its contact is not; without anybody it is the editors."""
    cases = list(pages.with_everything())
    answering = contacts_of({body for case in cases for body in case.organisations()})
    for case in cases:
        others = (item.member for item in find_next(case, answering) if item.member != case.contact)
        yield case, next(filter(is_findable, others), None)


def _cases_at(body: Organisation) -> PracticeQuerySet:
    """Return the public cases of an organisation."""
    return PracticePage.objects.listed().filter(pk__in=body.practice_links.values("page"))


def find_inherited(member: Member) -> list[PracticePage]:
    """Return the public cases about which somebody is asked now, as their contact works elsewhere."""
    if member.organisation is None:
        return []
    left = find_heirs(_cases_at(member.organisation).left_by_contact())
    return [case for case, heir in left if heir == member]


def tell_cases(member: Member) -> Iterator[str]:
    """Yield to whom questions about her cases go once she works elsewhere."""
    body = member.organisation
    mine = find_heirs(_cases_at(body).filter(contact=member)) if body else ()
    heirs = Counter(heir.name if heir else _("de redactie") for _case, heir in mine)
    for heir, count in heirs.items():
        text = ngettext(
            "Je bent contactpersoon van %(n)s praktijkvoorbeeld van %(body)s. Werk je straks ergens anders? "
            "Dan gaan vragen daarover naar %(heir)s.",
            "Je bent contactpersoon van %(n)s praktijkvoorbeelden van %(body)s. Werk je straks ergens "
            "anders? Dan gaan vragen daarover naar %(heir)s.",
            count,
        )
        yield text % {"n": count, "body": body, "heir": heir}


def pass_cases_on(member: Member, before: Organisation) -> None:
    """Log at each case that its contact left, and tell who is asked now; the page itself asks `has_left`."""
    for case, heir in find_heirs(_cases_at(before).filter(contact=member)):
        if has_left(case):
            log(case, LEFT, user=member.user)
            if heir:
                summary_plan(person=heir.user, kind=PASSED_ON, wait=datetime.timedelta())


hands_over(tell=tell_cases, follow=pass_cases_on)


@writes(PASSED_ON)
def write_passed_on(delivery: Delivery) -> Letter | None:
    """Tell somebody about which cases she is asked now, as their contact works elsewhere."""
    member = Member.objects.select_related("organisation").filter(user=delivery.person_id).first()
    titles = tuple(f"– {case.title}" for case in find_inherited(member)) if member else ()
    if not titles:
        return None
    return Letter(
        _("Vragen over praktijkvoorbeelden komen nu bij jou"),
        (
            _("De contactpersoon van deze praktijkvoorbeelden werkt nu ergens anders:"),
            *titles,
            _("Tot de redactie een ander kiest, komen vragen erover bij jou."),
        ),
        button=Button(_("Vraag de redactie om een ander"), reverse("new_message")),
        why=_("Je krijgt hem omdat je meeschreef, of omdat je contactpersoon van je organisatie bent."),
    )


@writes(NAMED)
def write_named(delivery: Delivery) -> Letter | None:
    """Tell somebody of which cases that were just published she is the contact, if she still is."""
    hers = PracticePage.objects.listed().filter(contact__user=delivery.person, alias_of=None)
    hers = hers.filter(last_published_at__gte=delivery.planned_at - AROUND)
    left = hers.left_by_contact().values("pk")
    titles = tuple(f"– {title}" for title in hers.exclude(pk__in=left).values_list("title", flat=True))
    if not titles or not delivery.person.is_approved:
        return None
    return Letter(
        _("Je bent contactpersoon van een praktijkvoorbeeld"),
        (
            _("Op Knooppunt sta je nu als contactpersoon bij:"),
            *titles,
            _("Leden kunnen je er via de site iets over vragen. Je e-mailadres tonen we nooit."),
        ),
        button=Button(_("Bekijk je voorbeelden"), reverse("mine")),
        after=(
            _("Klopt dit niet, of wil je dit niet? Vraag de redactie om een ander:"),
            build_url(reverse("new_message")),
        ),
        why=_("Je krijgt hem omdat iemand anders jou als contactpersoon invulde."),
        stop=_("Wil je minder vragen, of even geen? Dat kies je hier: %(url)s")
        % {"url": build_url(reverse("contact_settings"))},
    )
