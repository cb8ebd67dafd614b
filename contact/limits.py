"""What somebody may send, and how much, so that a network of colleagues stays one."""

import datetime
from typing import Any

from django.db.models import Max, Q
from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.utils.translation import gettext as _

from contact.models import Correspondent, Message, Participation
from organisations.models import OrganisationKind
from users.models import User

DAY, WEEK = datetime.timedelta(days=1), datetime.timedelta(days=7)
MOST_A_DAY, MOST_UNANSWERED = 20, 5  # messages
MOST_OF_NEW = 3  # conversations that an account of less than a week begins in a day; she may answer more


def refusal_to_begin(account: User, other: User | None) -> str:
    """Return why this account may not ask `other` a question now, in words, or nothing; None are the editors.

    Companies answer but do not begin, and who asks a member says where she works.
    """
    if other is None:
        return refusal_to_send(account) or _refusal_to_new(account)
    organisation = getattr(getattr(account, "member", None), "organisation", None)
    if organisation is None:
        return _("Vul eerst in je profiel in waar je werkt. Wie je iets vraagt, wil weten wie je bent.")
    if organisation.kind == OrganisationKind.BEDRIJF:
        return _("Wie bij een bedrijf werkt, kan vragen beantwoorden, maar leden niet zelf aanschrijven.")
    return refusal_to_send(account) or _refusal_to_new(account) or _refusal_by_silence(account, other)


def refusal_to_answer(account: User, other: User | None) -> str:
    """Return why this account may not write in a conversation that there is, or nothing."""
    return refusal_to_send(account) or (_refusal_by_silence(account, other) if other else "")


def refusal_to_send(account: User) -> str:
    """Return why this account may send nothing now, or nothing."""
    if not account.is_approved:
        return _("Je kunt berichten sturen zodra een moderator je aanmelding heeft goedgekeurd.")
    correspondent = Correspondent.objects.of(account)
    if correspondent.stopped_until and correspondent.is_stopped:
        text = _("Een moderator liet je berichten stoppen, tot %(day)s.")
        return text % {"day": format_date(timezone.localtime(correspondent.stopped_until), "j F Y")}
    own = Message.objects.filter(sender=account, is_of_editors=False)
    if own.filter(sent_at__gt=timezone.now() - DAY).count() < MOST_A_DAY:
        return ""
    text = _("Je stuurde %(n)s berichten in een dag. Meer kan niet. Probeer het morgen weer.")
    return text % {"n": MOST_A_DAY}


def _refusal_to_new(account: User) -> str:
    """Return that an account of less than a week began enough conversations today, or nothing."""
    now = timezone.now()
    begun = Participation.objects.filter(
        person=account, is_asker=True, conversation__started_at__gt=now - DAY
    )
    if now - account.date_joined >= WEEK or begun.count() < MOST_OF_NEW:
        return ""
    text = _(
        "Je bent nog geen week lid en begon %(n)s gesprekken in een dag. Antwoorden kan wel. "
        "Begin morgen weer een nieuw gesprek."
    )
    return text % {"n": MOST_OF_NEW}


def _refusal_by_silence(account: User, other: Any) -> str:
    """Return that somebody has not answered yet, when she got enough messages since she last wrote."""
    between = Message.objects.filter(conversation__participations__person=account).filter(
        conversation__participations__person=other
    )
    last = between.filter(sender=other, is_withheld=False).aggregate(last=Max("pk"))["last"] or 0
    if between.filter(Q(pk__gt=last), sender=account).count() < MOST_UNANSWERED:
        return ""
    return _("Je stuurde al vijf berichten zonder antwoord. Wacht tot de ander iets terugschrijft.")
