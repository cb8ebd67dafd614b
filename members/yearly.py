"""Once a year: is this still right? Who does not say so for a month waits for approval again.

Directories of experts fill with people who left, and their addresses with nobody who reads them.
"""

import datetime
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from mail.kinds import writes
from mail.letters import Button, Letter, build_url
from mail.models import AddressRefusal, Delivery, DeliveryState, SignedLink
from mail.purposes import PURPOSES, Purpose, Question
from mail.services import delivery_plan, link_make
from members.models import Member
from users.models import User
from users.services import account_lapse, account_still_right

YEAR, MONTH = datetime.timedelta(days=365), datetime.timedelta(days=30)
REMINDER = datetime.timedelta(days=21)  # after the first letter, while its link still works
PURPOSE = "yearly"
FIRST, AGAIN = "yearly", "yearly_again"


def yearly_ask() -> None:
    """Plan the letters of who said a year ago that all is right, and once more for who says nothing."""
    for user in _silent().exclude(_has_letter(FIRST)):
        delivery_plan(person=user, kind=FIRST, about=_round_of(user))
    for user in _asked_before(timezone.now() - REMINDER).exclude(_has_letter(AGAIN)):
        delivery_plan(person=user, kind=AGAIN, about=_round_of(user))


def yearly_lapse() -> None:
    """Let accounts wait again that were asked a month ago and say nothing, or whose address refuses mail."""
    month_ago = timezone.now() - MONTH
    refused = AddressRefusal.objects.filter(refused_at__lt=month_ago).values("address")
    for user in [*_asked_before(month_ago), *_members().filter(email__in=refused)]:
        account_lapse(user=user)


def _members() -> QuerySet[User]:
    """Return the members of the network; administrators keep the site running, and never lapse."""
    return User.objects.filter(is_active=True, approved_at__isnull=False, is_superuser=False)


def _silent() -> QuerySet[User]:
    """Return the members who have not said for a year that all is right."""
    return _members().filter(confirmed_at__lt=timezone.now() - YEAR)


def _has_letter(kind: str, **condition: Any) -> Exists:
    """Return whether such a letter was planned since somebody last said that all is right."""
    letters = Delivery.objects.filter(person=OuterRef("pk"), planned_at__gt=OuterRef("confirmed_at"))
    return Exists(letters.filter(kind=kind, **condition))


def _asked_before(moment: datetime.datetime) -> QuerySet[User]:
    """Return the silent members whom the first letter reached before this moment.

    Who was never asked, as her address is not confirmed, is not held to an answer.
    """
    return _silent().filter(_has_letter(FIRST, state=DeliveryState.SENT, ended_at__lt=moment))


def _round_of(user: User) -> str:
    """Return which year's question this is: it begins anew whenever somebody says that all is right."""
    return user.confirmed_at.date().isoformat()


@writes(FIRST)
def write_yearly(delivery: Delivery) -> Letter | None:
    """Ask whether all is still right."""
    if not _is_open(delivery):
        return None
    return _letter(delivery, _("Klopt dit nog?"))


@writes(AGAIN)
def write_yearly_again(delivery: Delivery) -> Letter | None:
    """Ask it once more."""
    if not _is_open(delivery):
        return None
    return _letter(delivery, _("Klopt dit nog? We hoorden nog niets van je"))


def _is_open(delivery: Delivery) -> bool:
    """Tell whether the question of this round was not answered yet."""
    return delivery.person.is_approved and delivery.about == _round_of(delivery.person)


def _letter(delivery: Delivery, subject: str) -> Letter:
    """Return the letter with what others see of her, and the button that says that it is right."""
    link = link_make(person=delivery.person, purpose=PURPOSE, subject=delivery.about)
    return Letter(
        subject,
        (
            _("Eens per jaar vragen we of je gegevens nog kloppen. Zo vinden collega’s je ook echt."),
            *_facts(delivery.person),
        ),
        button=Button(_("Ja, dit klopt nog"), link.path),
        after=(
            _("Werk je ergens anders, of klopt er iets niet? Log in en verander het:"),
            build_url(reverse("profile")),
            _("Horen we een maand niets? Dan ben je voor anderen niet meer te vinden, tot je het bevestigt."),
        ),
        why=_("Je krijgt hem omdat je lid bent van Knooppunt, eens per jaar."),
    )


def _facts(user: User) -> tuple[str, ...]:
    """Return where she says to work and as what, in sentences."""
    member = Member.objects.select_related("organisation").filter(user=user).first()
    if member is None:
        return ()
    body = member.organisation.name if member.organisation else ""
    facts = (
        _("Je organisatie: %(name)s") % {"name": body} if body else "",
        _("Je functie: %(role)s") % {"role": member.role} if member.role else "",
        _("Je kunt helpen met: %(text)s") % {"text": member.can_help} if member.can_help else "",
    )
    return tuple(fact for fact in facts if fact)


def _ask(link: SignedLink) -> Question | None:
    """Return the question, unless it was answered already."""
    if not link.person.is_active or link.subject != _round_of(link.person):
        return None
    return Question(_("Klopt dit nog?"), _facts(link.person), _("Ja, dit klopt nog"))


def _do(link: SignedLink, text: str) -> str:
    """Keep the answer."""
    account_still_right(user=link.person)
    return _("Bedankt. Over een jaar vragen we het weer.")


PURPOSES[PURPOSE] = Purpose(_ask, _do)
