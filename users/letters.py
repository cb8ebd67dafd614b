"""The letters about an account: what a moderator or an administrator decided, and who waits."""

import logging

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from core.layout import home_url
from mail.kinds import writes
from mail.letters import Button, Letter, build_message, build_url
from mail.models import Delivery
from mail.sending import send
from users.models import User

logger = logging.getLogger("knooppunt.users")


@writes("approved")
def write_approved(delivery: Delivery) -> Letter | None:
    """Tell somebody that she is a member now."""
    if not delivery.person.is_approved:
        return None
    return Letter(
        _("Je bent nu lid van Knooppunt"),
        (_("Een moderator heeft je aanmelding goedgekeurd. Je kunt nu andere leden vinden."),),
        button=Button(_("Bekijk de leden"), f"{home_url()}leden/"),
        after=(
            _("Wil je zelf gevonden worden? Maak dan je profiel:"),
            build_url(reverse("profile")),
        ),
        why=_("Je krijgt hem omdat je je hebt aangemeld."),
    )


@writes("declined", is_for_closed=True)
def write_declined(delivery: Delivery) -> Letter | None:
    """Tell somebody why she was turned down and how to object, unless that was undone by now."""
    if delivery.person.declined_at is None:
        return None
    return Letter(
        _("Je aanmelding bij Knooppunt"),
        (_("Een moderator heeft je aanmelding bekeken en niet goedgekeurd. Dit is de reden:"),),
        quote=delivery.person.decline_reason,
        after=(
            _("Knooppunt is voor wie bij of met de overheid aan data werkt.")
            + " "
            + _("Denk je dat dit een vergissing is? Laat het ons weten. We kunnen je dan alsnog toelaten:"),
            build_url(f"{home_url()}contact/"),
        ),
        why=_("Je krijgt hem omdat je je hebt aangemeld."),
    )


@writes("waiting")
def write_waiting(delivery: Delivery) -> Letter | None:
    """Tell a moderator how many people wait, if any still do; the letter has no names."""
    count = User.objects.waiting().count()
    if not count or not User.objects.deciders().filter(pk=delivery.person_id).exists():
        return None
    subject = ngettext(
        "%(n)s aanmelding wacht bij Knooppunt", "%(n)s aanmeldingen wachten bij Knooppunt", count
    )
    text = ngettext("%(n)s persoon wacht op goedkeuring.", "%(n)s mensen wachten op goedkeuring.", count)
    return Letter(
        subject % {"n": count},
        (text % {"n": count} + " " + _("Bekijk wie het zijn, en keur ze goed of wijs ze af."),),
        button=Button(_("Bekijk de aanmeldingen"), reverse("waiting_accounts")),
        why=_("Je krijgt hem omdat je aanmeldingen mag beoordelen."),
        stop=_("We sturen er hoogstens één per uur, en alleen als er iemand bij komt."),
    )


def send_farewell(address: str, language: str) -> None:
    """Tell somebody whose account was erased what stays and why; a mail server that is away loses it."""
    with override(language):
        letter = Letter(
            _("Je account bij Knooppunt is weg"),
            (
                _("Je account en je profiel zijn verwijderd, met alles wat van jou was."),
                _(
                    "Dit blijft, zonder je naam: de tekst van voorbeelden waar je aan meewerkte, "
                    "wat je namens je organisatie schreef bij “Wij doen dit ook”, "
                    "berichten die je andere leden stuurde, en dat er iets gebeurde in het logboek."
                ),
                _("In reservekopieën staan je gegevens nog tot die zijn vervangen."),
            ),
            why=_("Je krijgt deze e-mail omdat je account is beëindigd. Het is de laatste."),
        )
        if problem := send(build_message(letter, to=address)):
            logger.warning("the last letter to somebody was not sent: %s", problem.name)


@writes("second_step_reset")
def write_second_step_reset(delivery: Delivery) -> Letter:
    """Tell somebody that her second step was removed."""
    return Letter(
        _("Je tweede stap bij Knooppunt is weggehaald"),
        (
            _(
                "Een beheerder heeft de tweede stap van je account weggehaald: je passkeys, je app met codes "
                "en je herstelcodes. Je bent ook overal uitgelogd."
            ),
            _("Log in met je wachtwoord en stel een nieuwe tweede stap in."),
        ),
        button=Button(_("Stel een tweede stap in"), reverse("mfa_index")),
        after=(
            _(
                "Heb je hier niet om gevraagd? Vraag dan meteen een nieuw wachtwoord aan, "
                "en laat het ons weten:"
            ),
            build_url(f"{home_url()}contact/"),
        ),
        why=_("Je krijgt hem omdat je account is veranderd."),
    )


@writes("second_step_reset_told")
def write_second_step_reset_told(delivery: Delivery) -> Letter | None:
    """Tell an administrator whose second step was removed, and by whom; `about` begins with both keys."""
    if not User.objects.administrators().filter(pk=delivery.person_id).exists():
        return None
    about, by = (int(key) for key in delivery.about.split()[:2])
    people = User.objects.in_bulk([about, by])
    text = _(
        "%(who)s heeft de tweede stap van %(whose)s weggehaald. "
        "Die persoon logt nu in met alleen een wachtwoord, tot er een nieuwe tweede stap is."
    )
    return Letter(
        _("Een tweede stap bij Knooppunt is weggehaald"),
        (
            text % {"who": people.get(by, "–"), "whose": people.get(about, "–")},
            _("Klopt dit niet? Sluit dan het account, en zoek uit wat er gebeurde."),
        ),
        button=Button(_("Bekijk het logboek"), reverse("wagtailadmin_reports:site_history")),
        why=_("Je krijgt hem omdat je beheerder bent."),
    )
