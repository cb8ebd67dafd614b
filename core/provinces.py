"""The twelve provinces, with their place on the map of nodes."""

from django.db import models


class Province(models.TextChoices):
    """A province; its value is the slug in addresses and in the index."""

    GRONINGEN = "groningen", "Groningen"
    FRYSLAN = "fryslan", "Fryslân"
    DRENTHE = "drenthe", "Drenthe"
    OVERIJSSEL = "overijssel", "Overijssel"
    FLEVOLAND = "flevoland", "Flevoland"
    GELDERLAND = "gelderland", "Gelderland"
    UTRECHT = "utrecht", "Utrecht"
    NOORD_HOLLAND = "noord-holland", "Noord-Holland"
    ZUID_HOLLAND = "zuid-holland", "Zuid-Holland"
    ZEELAND = "zeeland", "Zeeland"
    NOORD_BRABANT = "noord-brabant", "Noord-Brabant"
    LIMBURG = "limburg", "Limburg"


NATIONWIDE = "landelijk"

# Abbreviation, and column and row of the node; neighbours on the map are neighbours on the grid.
NODES: dict[Province, tuple[str, float, float]] = {
    Province.FRYSLAN: ("FR", 2.5, 0),
    Province.GRONINGEN: ("GR", 3.5, 0),
    Province.NOORD_HOLLAND: ("NH", 1, 1),
    Province.FLEVOLAND: ("FL", 2, 1),
    Province.DRENTHE: ("DR", 3, 1),
    Province.ZUID_HOLLAND: ("ZH", 0.5, 2),
    Province.UTRECHT: ("UT", 1.5, 2),
    Province.GELDERLAND: ("GE", 2.5, 2),
    Province.OVERIJSSEL: ("OV", 3.5, 2),
    Province.ZEELAND: ("ZE", 0, 3),
    Province.NOORD_BRABANT: ("NB", 1, 3),
    Province.LIMBURG: ("LI", 2, 3),
}


def province_by_name(name: str) -> str:
    """Return the value of the province with this name, or an empty string."""
    return next((province.value for province in Province if province.label == name), "")
