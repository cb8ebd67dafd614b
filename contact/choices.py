"""The fixed values of reports."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Reason(models.TextChoices):
    """Why somebody reports a message."""

    RUDE = "rude", _("Het is kwetsend of bedreigend")
    SALES = "sales", _("Het is reclame of acquisitie")
    FALSE = "false", _("Iemand doet zich voor als een ander, of vraagt om gegevens")
    OTHER = "other", _("Iets anders")


class Decision(models.TextChoices):
    """What a moderator decides about a report, from light to heavy."""

    DISMISS = "dismiss", _("Niets doen")
    WARN = "warn", _("Waarschuwen")
    PAUSE = "pause", _("30 dagen geen berichten laten sturen")
    WITHDRAW = "withdraw", _("Het account sluiten")
