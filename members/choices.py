"""The fixed values of a profile."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Visibility(models.TextChoices):
    """Who sees a field of a profile, from wide to narrow."""

    PUBLIC = "public", _("Iedereen")
    MEMBERS = "members", _("Leden")
    ORGANISATION = "organisation", _("Mijn organisatie")
    PRIVATE = "private", _("Alleen ik")


class Level(models.IntegerChoices):
    """How well somebody knows a subject."""

    BASIC = 1, _("basis")
    EXPERIENCED = 2, _("ervaren")
    EXPERT = 3, _("expert")


class Language(models.TextChoices):
    """Languages that members choose from, with their codes of ISO 639."""

    DUTCH = "nl", _("Nederlands")
    ENGLISH = "en", _("Engels")
    GERMAN = "de", _("Duits")
    FRENCH = "fr", _("Frans")
    SPANISH = "es", _("Spaans")
    ITALIAN = "it", _("Italiaans")
    PORTUGUESE = "pt", _("Portugees")
    FRISIAN = "fy", _("Fries")
    LIMBURGISH = "li", _("Limburgs")
    LOW_SAXON = "nds", _("Nedersaksisch")
    DUTCH_SIGN = "dse", _("Nederlandse Gebarentaal")
    PAPIAMENTO = "pap", _("Papiaments")
    SRANAN = "srn", _("Sranantongo")
    TURKISH = "tr", _("Turks")
    ARABIC = "ar", _("Arabisch")
    TAMAZIGHT = "zgh", _("Tamazight")
    POLISH = "pl", _("Pools")
    UKRAINIAN = "uk", _("Oekraïens")
    CHINESE = "zh", _("Chinees")


class Proof(models.TextChoices):
    """What makes certain that somebody works for the organisation on her profile."""

    ADDRESS = "address", _("bevestigd door het e-mailadres")
    MODERATOR = "moderator", _("bevestigd door een moderator")


class Seen(models.TextChoices):
    """As what an account was shown somebody."""

    PROFILE = "profile"
    CARD = "card"


# The fields with a visibility of their own. A test refuses a field of the model that is not here or below.
FIELDS = {
    "name": _("Naam"),
    "photo": _("Foto"),
    "organisation": _("Organisatie"),
    "role": _("Functie"),
    "about": _("Over mij"),
    "expertise": _("Expertise"),
    "can_help": _("Kan helpen met"),
    "seeks": _("Zoekt"),
    "languages": _("Talen"),
    "links": _("Links"),
}
# What a profile shows along with a field, and with the visibility of that field.
COMPANIONS = {"sought": "seeks"}
# What says nothing about the person, or is shown to nobody; `is_demo` stands beside the name.
STRUCTURAL = frozenset(
    "id user slug visibility is_listed is_suggested shares_card shares_email is_demo workplace_proof "
    "created_at updated_at".split()
)
