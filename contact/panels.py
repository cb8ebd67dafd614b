"""What contact shows a member on her own page: new messages, and questions that she has not sent."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from contact.models import Conversation, Draft, Report
from contact.moderation import DECIDE
from contact.views import ANSWERS_FOR_EDITORS
from core.panels import Line, waits
from users.requests import AccountRequest


@waits(10)
def find_messages(request: AccountRequest) -> Iterator[Line]:
    """Yield new messages, and those to the editors for who answers them."""
    new = Conversation.objects.of(request.user).unread().count()
    if new:
        text = ngettext("%(n)s gesprek met iets nieuws", "%(n)s gesprekken met iets nieuws", new)
        yield Line(text % {"n": new}, reverse("inbox"), _("Lees"))
    if request.user.has_perm(ANSWERS_FOR_EDITORS) and (
        waiting := Conversation.objects.of_editors().unread().count()
    ):
        text = ngettext("%(n)s vraag aan de redactie", "%(n)s vragen aan de redactie", waiting)
        yield Line(text % {"n": waiting}, f"{reverse('inbox')}?map=redactie", _("Lees en antwoord"))


@waits(20)
def find_drafts(request: AccountRequest) -> Iterator[Line]:
    """Yield the questions that were typed before there was an account; who waits reads of them above."""
    if not request.user.is_approved:
        return
    for draft in Draft.objects.filter(account=request.user):
        text = _("Je vraag ‘%(subject)s’ is nog niet verstuurd") % {"subject": draft.subject}
        yield Line(text, reverse("draft", args=(draft.key,)), _("Bekijk"))


@waits(30)
def find_reports(request: AccountRequest) -> Iterator[Line]:
    """Yield how many reports wait for a moderator."""
    if not request.user.has_perm(DECIDE):
        return
    if count := Report.objects.waiting().for_moderator(request.user).count():
        text = ngettext("%(n)s gemeld bericht", "%(n)s gemelde berichten", count) % {"n": count}
        yield Line(text, reverse("reports"), _("Beslis"))
