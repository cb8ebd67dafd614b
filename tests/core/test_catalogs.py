"""Texts of all apps are looked up in one catalog per language."""

from django.utils.translation import gettext, ngettext, override, trans_real


def test_the_catalogs_of_all_apps_are_one() -> None:
    with override("nl"):
        assert gettext("Bewaar dit") == "Bewaar dit"  # nobody translates what is Dutch
        catalogs = trans_real._translations["nl"]._catalog._catalogs
    assert len(catalogs) <= 3, "Django keeps them apart again: see core.apps.merge_catalog"


def test_texts_of_ours_and_of_others_are_still_translated() -> None:
    with override("en"):
        assert gettext("Zoeken") == "Search"
        assert ngettext("%(n)s praktijkvoorbeeld", "%(n)s praktijkvoorbeelden", 2) == "%(n)s cases"
    with override("nl"):
        assert gettext("January") == "januari"
        assert ngettext("%(n)s praktijkvoorbeeld", "%(n)s praktijkvoorbeelden", 2) == "%(n)s praktijkvoorbeelden"
