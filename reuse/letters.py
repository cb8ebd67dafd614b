"""The letters of reuse. Each asks the database anew what is still so, and who may still hear of it."""

import datetime

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from activity.models import Verb
from activity.services import with_latest
from mail.kinds import writes
from mail.letters import Button, Letter, build_url
from mail.models import Delivery
from mail.services import link_make
from members.models import OrganisationContact
from members.workplaces import speaks_for
from organisations.models import Organisation
from reuse.cases import facts_of
from reuse.choices import Change, Standing, Status, Words
from reuse.models import Adoption
from reuse.services import WRITTEN, writer_of
from reuse.texts import has_changed
from users.models import User

CONFIRM, STILL, AGREE = "adoption_confirm", "adoption_still", "adoption_agree"  # purposes of links
AROUND = datetime.timedelta(minutes=1)  # what plans the weekly letter is recorded just before it
MOST_NAMED = 20  # cases in one letter


@writes("adoptions_proposed")
def write_proposed(delivery: Delivery) -> Letter | None:
    """Ask the contact of an organisation what somebody else says that it does."""
    asked = Adoption.objects.proposed().of_bodies(answered_by(delivery.person)).of_public_cases()
    rows = list(asked.exclude(recorded_by=delivery.person).with_bodies()[:MOST_NAMED])
    if not rows:
        return None
    lines = [line for row in rows for line in _ask(row, delivery.person, CONFIRM)]
    return Letter(
        ngettext("Doen jullie dit ook?", "Doen jullie dit ook? %(n)s vragen", len(rows)) % {"n": len(rows)},
        (
            _("Iemand zegt dat jouw organisatie werkt zoals in een praktijkvoorbeeld. Klopt dat?"),
            *lines,
        ),
        after=(_("Klopt het niet? Zeg dan nee bij Mijn Knooppunt:"), build_url(reverse("mine"))),
        why=_("Je krijgt hem omdat je de contactpersoon van je organisatie bent op Knooppunt."),
        stop=_("Antwoord je niet, dan vervalt de vraag na 60 dagen."),
    )


@writes("adoptions_yearly")
def write_yearly(delivery: Delivery) -> Letter | None:
    """Ask the contact of an organisation once a year whether all that it said is still so."""
    bodies = answered_by(delivery.person).filter(pk=int(delivery.about.partition(":")[0]))
    rows = list(Adoption.objects.said().of_bodies(bodies).of_public_cases().with_bodies())
    if not rows:
        return None
    lines = [line for row in rows for line in _ask(row, delivery.person, STILL)]
    return Letter(
        _("Klopt dit nog? Wat %(body)s ook doet") % {"body": rows[0].organisation.display_name},
        (_("Eens per jaar vragen we of dit nog klopt. Klik achter elk voorbeeld dat nog zo is."), *lines),
        after=(
            _("Is er iets veranderd, of zijn jullie gestopt? Verander het bij het voorbeeld, of hier:"),
            build_url(reverse("mine")),
        ),
        why=_(
            "Je krijgt hem omdat je de contactpersoon van je organisatie bent op Knooppunt, eens per jaar."
        ),
    )


def _ask(row: Adoption, person: User, purpose: str) -> list[str]:
    """Return a case with what is said of it, and the link to answer; and that its text changed meanwhile."""
    link = link_make(person=person, purpose=purpose, subject=row.pk)
    status = row.get_status_display().lower()
    said = _("%(case)s: %(status)s") % {"case": row.page.title, "status": status}
    lines = [said, build_url(link.path)]
    if has_changed(row):
        lines.insert(1, _("Sinds jullie het overnamen, is de tekst van het voorbeeld veranderd."))
    return lines


@writes("adoption_contact")
def write_contact(delivery: Delivery) -> Letter | None:
    """Ask somebody whether she may be named as who knows of an adoption."""
    key = int(delivery.about.partition("-")[0])
    rows = Adoption.objects.said().of_public_cases().with_bodies()
    row = rows.filter(pk=key, contact__user=delivery.person).first()
    if row is None or row.has_contact_agreed or not speaks_for(delivery.person, row.organisation):
        return None
    link = link_make(person=delivery.person, purpose=AGREE, subject=row.pk)
    return Letter(
        _("Mogen anderen jou hierover iets vragen?"),
        (
            _("Een collega zegt dat jij weet hoe %(body)s dit doet: %(case)s.")
            % {"body": row.organisation.display_name, "case": row.page.title},
            _("Vind je dat goed, dan staat je naam erbij. Je e-mailadres tonen we nooit."),
        ),
        button=Button(_("Kijk en beslis"), link.path),
        why=_("Je krijgt hem omdat een collega je noemde."),
        stop=_("Doe je niets, dan staat je naam er niet bij."),
    )


@writes("adoptions_of_case")
def write_of_case(delivery: Delivery) -> Letter | None:
    """Tell the contact of cases once a week who does the same."""
    since = delivery.planned_at - AROUND
    now = Adoption.objects.counted().exclude(status=Status.STOPPED).of_public_cases().with_bodies()
    recent = with_latest(now, verb=Verb.ADOPTED).filter(happened_at__gte=since)
    rows = [row for row in recent if facts_of(row.page).contact == delivery.person][:MOST_NAMED]
    if not rows or not delivery.person.is_approved:
        return None
    lines = [
        _("%(body)s: %(case)s") % {"body": row.organisation.name, "case": row.page.title} for row in rows
    ]
    return Letter(
        _("Zij doen het nu ook"),
        (_("Deze week lieten organisaties weten dat zij jouw voorbeeld ook gebruiken of proberen."), *lines),
        button=Button(_("Bekijk wie het zijn"), reverse("mine")),
        why=_("Je krijgt hem hoogstens eens per week, omdat je contactpersoon van een voorbeeld bent."),
    )


@writes("adoption_refused")
def write_refused(delivery: Delivery) -> Letter | None:
    """Tell who proposed it that the editors refused a proposal."""
    key = int(delivery.about)
    row = Adoption.objects.of_public_cases().with_bodies().filter(events=key).first()
    latest = row.events.first() if row else None
    if row is None or latest is None or latest.pk != key or not delivery.person.is_approved:
        return None
    return Letter(
        _("Je voorstel staat er niet bij"),
        (
            _("Je stelde voor dat %(body)s dit ook doet: %(case)s.")
            % {"body": row.organisation.display_name, "case": row.page.title},
            _("De redactie nam het niet over. Vaak is er dan geen openbare bron waarin het staat."),
        ),
        button=Button(_("Vraag het de redactie"), reverse("new_message")),
        why=_("Je krijgt hem omdat jij dit voorstelde."),
    )


@writes("adoption_words")
def write_words(delivery: Delivery) -> Letter | None:
    """Tell who wrote them that the words of a row can be read, or not."""
    key = int(delivery.about)
    rows = Adoption.objects.exclude(standing=Standing.ENDED).of_public_cases().with_bodies()
    row = rows.filter(events=key).first()
    if row is None or not _is_news(row, key, delivery.person):
        return None
    case, is_shown = {"case": row.page.title}, row.words == Words.SHOWN
    told = _("De redactie las je toelichting bij “%(case)s”. Die is nu te lezen.")
    hidden = _(
        "De redactie heeft je toelichting bij “%(case)s” verborgen. "
        "Dat jullie het doen, blijft staan. Dit is de reden:"
    )
    mend = _("Pas de tekst aan, dan kijken we opnieuw.")
    return Letter(
        _("Je toelichting is te lezen") if is_shown else _("Je toelichting is verborgen"),
        ((told if is_shown else hidden) % case,),
        quote=row.events.get(pk=key).reason,
        button=Button(_("Bekijk het"), row.get_absolute_url()),
        after=() if is_shown else (mend,),
        why=_("Je krijgt hem omdat jij dit schreef."),
    )


def _is_news(row: Adoption, key: int, person: User) -> bool:
    """Tell whether an editor decided this last, on words of somebody who still speaks for the body."""
    last = row.events.filter(change__in=[*WRITTEN, Change.WORDS_SHOWN, Change.WORDS_HIDDEN]).first()
    is_last = last is not None and last.pk == key
    return is_last and writer_of(row) == person and speaks_for(person, row.organisation)


def answered_by(user: User) -> QuerySet[Organisation]:
    """Return the organisations for which somebody answers now."""
    if not user.is_approved:
        return Organisation.objects.none()
    contacts = OrganisationContact.objects.valid().filter(member__user=user)
    return Organisation.objects.filter(contact__in=contacts)
