"""The fixed values of reuse."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Status(models.TextChoices):
    """How far an organisation is with a practice, in the order of the road."""

    EXPLORING = "exploring", _("Verkent")
    PILOT = "pilot", _("Proef")
    IN_USE = "in-use", _("In gebruik")
    STOPPED = "stopped", _("Gestopt")


class Standing(models.TextChoices):
    """Whether the organisation stands behind what a row says.

    A proposal is of somebody else. What is not confirmed for 18 months is aged; what was declined, undone or
    never answered has ended.
    """

    PROPOSED = "proposed", _("voorgesteld")
    CONFIRMED = "confirmed", _("bevestigd")
    AGED = "aged", _("niet herbevestigd")
    ENDED = "ended", _("vervallen")


class Source(models.TextChoices):
    """Who says so."""

    OWN = "own", _("de organisatie zelf")
    COLLEAGUE = "colleague", _("iemand die zegt er te werken")
    MAKER = "maker", _("de contactpersoon van het voorbeeld")
    EDITOR = "editor", _("de redactie")
    IMPORT = "import", _("een import")


class StopReason(models.TextChoices):
    """Why an organisation stopped; words beside it say more."""

    RESULT = "result", _("Het leverde te weinig op")
    COST = "cost", _("Te duur of te veel werk")
    DATA = "data", _("De data waren niet goed genoeg")
    PEOPLE = "people", _("Geen mensen of kennis meer")
    SUPPORT = "support", _("Te weinig draagvlak")
    LAW = "law", _("Het mocht niet, of niet meer")
    REPLACED = "replaced", _("Iets anders kwam ervoor in de plaats")
    DONE = "done", _("Het doel is bereikt")
    OTHER = "other", _("Iets anders")


class Words(models.TextChoices):
    """Whether others read the words of a row; its status shows at once."""

    SHOWN = "shown", _("zichtbaar")
    WAITING = "waiting", _("wacht op een redacteur")
    HIDDEN = "hidden", _("verborgen")


class Change(models.TextChoices):
    """What an event did to a row."""

    PROPOSED = "proposed", _("voorgesteld")
    RECORDED = "recorded", _("vastgelegd")
    CHANGED = "changed", _("gewijzigd")
    CONFIRMED = "confirmed", _("bevestigd")
    RECONFIRMED = "reconfirmed", _("opnieuw bevestigd")
    DECLINED = "declined", _("afgewezen")
    REFUSED = "refused", _("door de redactie geweigerd")
    WITHDRAWN = "withdrawn", _("voorstel ingetrokken")
    LAPSED = "lapsed", _("zonder antwoord vervallen")
    AGED = "aged", _("te lang niet bevestigd")
    UNDONE = "undone", _("ongedaan gemaakt")
    WORDS_SHOWN = "words-shown", _("tekst vrijgegeven")
    WORDS_HIDDEN = "words-hidden", _("tekst verborgen")


class Via(models.TextChoices):
    """How a change was made."""

    SITE = "site", _("op de site")
    LINK = "link", _("via de link in een e-mail")
    IMPORT = "import", _("met een import")
    CLOCK = "clock", _("vanzelf")
