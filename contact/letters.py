"""The letters of contact: a message, a question that waits, a report, and what was decided."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from contact.choices import Decision
from contact.identities import sender_of
from contact.models import Block, Conversation, Draft, Message, Participation, Report
from contact.texts import name_links
from contact.topics import topic_of
from mail.kinds import writes
from mail.letters import Button, Letter
from mail.models import Delivery
from mail.services import link_make
from users.models import User

ANSWER = "report_answer"  # the purpose of the link with which somebody answers a decision


@writes("message")
def write_message(delivery: Delivery) -> Letter | None:
    """Bring a message, whole, unless its reader blocked or its sender left or lost her access meanwhile."""
    messages = Message.objects.with_senders().select_related("conversation")
    message = messages.filter(pk=int(delivery.about), is_withheld=False).first()
    if message is None or not _may_still_come(message, delivery.person):
        return None
    if message.is_of_editors:
        return _letter_of_editors(message)
    sender = sender_of(message)
    topic = topic_of(message.conversation, delivery.person)
    about = [_("Het gaat over: %(topic)s") % {"topic": topic.title}] if topic.title else []
    return Letter(
        _("%(name)s: %(subject)s") % {"name": sender.name, "subject": message.conversation.subject},
        (_("%(name)s stuurde je een bericht via Knooppunt.") % {"name": sender.full}, *about),
        quote=name_links(message.text),
        button=Button(_("Lees en beantwoord het"), message.conversation.get_absolute_url()),
        after=(_address_of(message), _("Antwoorden op deze e-mail kan niet: dat komt niet aan.")),
        why=_("Je krijgt hem omdat leden je via Knooppunt iets kunnen vragen."),
        stop=_("Wil je minder vragen, of even geen? Dat kies je hier: %(url)s")
        % {"url": Button("", reverse("contact_settings")).url},
    )


def _letter_of_editors(message: Message) -> Letter:
    """Return the answer of the editors to somebody who asked them."""
    return Letter(
        _("Antwoord van de redactie: %(subject)s") % {"subject": message.conversation.subject},
        (_("De redactie van Knooppunt heeft je vraag beantwoord."),),
        quote=name_links(message.text),
        button=Button(_("Lees en beantwoord het"), message.conversation.get_absolute_url()),
        after=(_("Antwoorden op deze e-mail kan niet: dat komt niet aan."),),
        why=_("Je krijgt hem omdat je de redactie iets vroeg."),
    )


def _address_of(message: Message) -> str:
    """Return whether the sender shared her address, and then what it is."""
    if message.shares_address and message.sender:
        return _("De afzender deelt een e-mailadres met je: %(address)s") % {"address": message.sender.email}
    return _("Jullie zien elkaars e-mailadres niet.")


def _may_still_come(message: Message, reader: User) -> bool:
    """Tell whether the reader is still a member and in the conversation, and the sender may write to her."""
    sides = Participation.objects.filter(conversation=message.conversation, is_hidden=False)
    if not reader.is_approved or not sides.filter(person=reader).exists():
        return False
    if message.is_of_editors:
        return True
    sender = message.sender
    if sender is None or not sender.is_approved:
        return False
    return not Block.objects.filter(person=reader, other=sender).exists()


@writes("editors_waiting")
def write_editors_waiting(delivery: Delivery) -> Letter | None:
    """Tell somebody who answers for the editors how many conversations wait, without names or texts."""
    count = Conversation.objects.of_editors().unread().count()
    is_editor = User.objects.with_right("contact", "answer_for_editors").filter(pk=delivery.person_id)
    if not count or not is_editor.exists():
        return None
    text = ngettext(
        "%(n)s bericht aan de redactie wacht op antwoord.",
        "%(n)s berichten aan de redactie wachten op antwoord.",
        count,
    )
    return Letter(
        _("Er wacht een bericht aan de redactie"),
        (text % {"n": count},),
        button=Button(_("Bekijk de berichten"), f"{reverse('inbox')}?map=redactie"),
        why=_("Je krijgt hem omdat je voor de redactie mag antwoorden."),
        stop=_("We sturen er hoogstens één per uur."),
    )


@writes("draft")
def write_draft(delivery: Delivery) -> Letter | None:
    """Tell somebody who was let in that her question waits for her to send it."""
    draft = Draft.objects.filter(pk=int(delivery.about), account=delivery.person).first()
    if draft is None or not delivery.person.is_approved:
        return None
    return Letter(
        _("Je vraag staat klaar op Knooppunt"),
        (
            _("Je bent toegelaten. Je typte een vraag voordat je lid was, en die hebben we voor je bewaard."),
            _("Hij is nog niet verstuurd. Kijk hem na, en verstuur hem als hij nog klopt."),
        ),
        quote=draft.subject,
        button=Button(_("Bekijk je vraag"), reverse("draft", args=(draft.key,))),
        why=_("Je krijgt hem omdat je een vraag hebt getypt. Na 14 dagen gooien we die weg."),
    )


@writes("report")
def write_report(delivery: Delivery) -> Letter | None:
    """Tell a moderator that a message was reported, if she may decide about it, without its text."""
    waiting = Report.objects.waiting().for_moderator(delivery.person)
    is_moderator = User.objects.with_right("contact", "decide_report").filter(pk=delivery.person_id)
    if not is_moderator.exists() or not waiting.filter(pk=int(delivery.about)).exists():
        return None
    return Letter(
        _("Een bericht is gemeld"),
        (_("Een lid heeft een bericht gemeld. Kijk wat er aan de hand is, en beslis."),),
        button=Button(_("Bekijk de melding"), reverse("report", args=(int(delivery.about),))),
        why=_("Je krijgt hem omdat je meldingen mag beoordelen."),
    )


@writes("decision_for_sender", is_for_closed=True)
def write_decision_for_sender(delivery: Delivery) -> Letter | None:
    """Tell somebody what a moderator decided about a message of hers, why, and how to answer once."""
    report = _decided(delivery)
    if report is None or report.message.sender_id != delivery.person_id:
        return None
    said = {
        Decision.DISMISS: _("We laten het hierbij. Wat we eerder besloten, geldt niet meer."),
        Decision.WARN: _("Dit is een waarschuwing. Je kunt gewoon berichten blijven sturen."),
        Decision.PAUSE: _("Je kunt dertig dagen geen berichten sturen."),
        Decision.WITHDRAW: _("We hebben je account gesloten. Je kunt niet meer inloggen."),
    }
    subject = report.message.conversation.subject
    text = _("Iemand heeft een bericht van je gemeld. Het gaat om het gesprek ‘%(subject)s’.")
    return Letter(
        _("Een besluit over je bericht"),
        (text % {"subject": subject}, said[Decision(report.decision)], _("De reden:")),
        quote=report.decision_reason,
        **_way_to_answer(report, delivery.person),
        why=_("Je krijgt hem omdat een moderator over een bericht van je besliste."),
    )


@writes("decision_for_reporter", is_for_closed=True)
def write_decision_for_reporter(delivery: Delivery) -> Letter | None:
    """Tell the reporter what became of her report, why, and how to answer once."""
    report = _decided(delivery)
    if report is None or report.reporter_id != delivery.person_id:
        return None
    said = {
        Decision.DISMISS: _("We laten het hierbij. Wat we eerder besloten, geldt niet meer.")
        if report.is_final
        else _("We doen er niets mee. De ander weet niet dat je het meldde."),
        Decision.WARN: _("We hebben de ander gewaarschuwd."),
        Decision.PAUSE: _("De ander kan dertig dagen geen berichten sturen."),
        Decision.WITHDRAW: _("We hebben het account van de ander gesloten."),
    }
    return Letter(
        _("Een besluit over je melding"),
        (
            _("Een moderator keek naar het bericht dat je meldde."),
            said[Decision(report.decision)],
            _("De reden:"),
        ),
        quote=report.decision_reason,
        **_way_to_answer(report, delivery.person),
        why=_("Je krijgt hem omdat je een bericht hebt gemeld."),
    )


def _decided(delivery: Delivery) -> Report | None:
    """Return the report that a letter is about, once it was decided."""
    reports = Report.objects.select_related("message__conversation")
    return reports.filter(pk=int(delivery.about.split()[0])).exclude(decision="").first()


def _way_to_answer(report: Report, person: User) -> dict[str, Any]:
    """Return the button for the one against whom the decision goes, or that the decision is the last one."""
    if report.is_final:
        return {"after": (_("Dit besluit is het laatste."),)}
    is_against_reporter = report.decision == Decision.DISMISS
    if is_against_reporter != (person.pk == report.reporter_id):
        return {}
    link = link_make(person=person, purpose=ANSWER, subject=report.pk)
    text = _(
        "Ben je het er niet mee eens? Je kunt één keer antwoorden. Dan kijkt een moderator er nog eens naar."
    )
    return {"button": Button(_("Geef een antwoord"), link.path), "after": (text,)}
