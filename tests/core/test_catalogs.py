"""Texts of all apps are looked up in one catalog per language."""

from django.utils.translation import gettext, ngettext, override, trans_real

CASES = ("%(n)s praktijkvoorbeeld", "%(n)s praktijkvoorbeelden")
OURS, OF_DJANGO, OF_NOBODY = "Zoeken", "January", "Dit vertaalt niemand"


def test_the_catalogs_of_all_apps_are_one() -> None:
    with override("nl"):
        assert gettext(OF_NOBODY) == OF_NOBODY
        catalogs = trans_real._translations["nl"]._catalog._catalogs
    assert len(catalogs) <= 3, "Django keeps them apart again: see core.apps.OneCatalog"


def test_texts_of_ours_and_of_others_are_still_translated() -> None:
    with override("en"):
        assert gettext(OURS) == "Search"
        assert ngettext(*CASES, 2) == "%(n)s cases"
    with override("nl"):
        assert gettext(OF_DJANGO) == "januari"
        assert ngettext(*CASES, 2) == CASES[1]
