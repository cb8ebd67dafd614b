"""The app with what all others build on."""

from typing import Any

from django.apps import AppConfig
from django.utils.translation import trans_real


class CoreConfig(AppConfig):
    """Starts to follow where pages stand, cleans pictures and tables, looks for public files."""

    name = "core"

    def ready(self) -> None:
        """Connect what needs the models."""
        from core import checks, formulas, moves, pictures, redirects, references

        checks.register_checks()
        formulas.connect()
        moves.connect()
        pictures.connect()
        redirects.connect()
        references.connect()


class OneCatalog(trans_real.TranslationCatalog):
    """The texts of all apps in a language together; those with another rule for plurals stay apart.

    Django means to do the same, but compares a function with code: so it looks through 23 catalogs twice for each text that has
    no translation, as all of ours in Dutch.
    """

    _plurals: list[Any]

    def update(self, trans: Any) -> None:
        """Add the texts of one app."""
        if trans.plural.__code__.co_code == self._plurals[0].__code__.co_code:
            self._catalogs[0].update(trans._catalog)  # noqa: SLF001  as Django's own class does
        else:
            super().update(trans)


trans_real.TranslationCatalog = OneCatalog  # type: ignore[misc]  # before the first text is looked up
