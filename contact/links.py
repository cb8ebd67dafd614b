"""The link in a letter with which somebody answers a decision, also when her account was closed."""

from django.utils.translation import gettext as _

from contact.letters import ANSWER
from contact.models import Report
from contact.services import report_answer
from mail.models import SignedLink
from mail.purposes import PURPOSES, Purpose, Question


def _ask(link: SignedLink) -> Question | None:
    """Return the question, unless somebody answered already."""
    if not Report.objects.filter(pk=int(link.subject), answered_at=None).exists():
        return None
    return Question(
        _("Geef een antwoord op het besluit"),
        (
            _(
                "Schrijf op waarom je het er niet mee eens bent. "
                "Een moderator leest het en beslist daarna opnieuw."
            ),
        ),
        _("Verstuur je antwoord"),
        text_label=_("Je antwoord"),
    )


def _answer(link: SignedLink, text: str) -> str:
    """Keep the answer."""
    report = Report.objects.get(pk=int(link.subject))
    if report_answer(report=report, person=link.person, text=text):
        return _("Je antwoord is verstuurd. Je hoort per e-mail wat het besluit wordt.")
    return _("Iemand antwoordde net al. Een moderator kijkt er opnieuw naar.")


PURPOSES[ANSWER] = Purpose(_ask, _answer)
