"""The fixed values of a case."""

from django.db import models
from django.utils.translation import gettext_lazy as _

EARLIEST_YEAR = 1950  # in which a case can have started or been published


class Phase(models.TextChoices):
    """How far a practice has come; the values are those of the exchange format."""

    IDEA = "idea", _("Idee")
    PILOT = "pilot", _("Proef")
    IN_USE = "in-use", _("In gebruik")
    SCALED = "scaled", _("Breed in gebruik")
    STOPPED = "stopped", _("Gestopt")


class Role(models.TextChoices):
    """What an organisation does in a practice."""

    OWNER = "owner", _("Trekker")
    PARTNER = "partner", _("Partner")
    KNOWLEDGE = "knowledge", _("Kennispartner")
    SUPPLIER = "supplier", _("Leverancier")


class Language(models.TextChoices):
    """The language that a case is written in; it picks the analyzer."""

    NL = "nl", "Nederlands"
    EN = "en", "English"
