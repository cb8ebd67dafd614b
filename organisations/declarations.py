"""Organisations hold nothing of people; a domain goes with its body."""

from core.processing import holds_nothing
from core.ties import tie
from organisations.models import Organisation, OrganisationDomain, OrganisationIndexPage

holds_nothing(Organisation, because="bodies of the register, and those that editors added")
holds_nothing(OrganisationDomain, because="a domain is of all people of a body")
holds_nothing(OrganisationIndexPage, because="a list")

tie("organisations.OrganisationDomain.organisation", "the domain goes with the body")
