"""The app with what all others build on."""

from typing import Any

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import trans_real


class CoreConfig(AppConfig):
    """Connects what follows pages, cleans images and exported tables, and checks the public folder.

    It also imports what each room declares about people in its module `declarations`.
    """

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
        autodiscover_modules("declarations")


class OneCatalog(trans_real.TranslationCatalog):
    """The translations of all apps in one catalog; only those with another plural rule stay apart.

    Django means to do the same, but compares a function with a code object. So it searches 23 catalogs twice
    for each text without a translation, and in Dutch none of our texts has one.
    """

    _plurals: list[Any]

    def update(self, trans: Any) -> None:
        """Add the translations of one app."""
        if trans.plural.__code__.co_code == self._plurals[0].__code__.co_code:
            self._catalogs[0].update(trans._catalog)  # noqa: SLF001  as Django's own class does
        else:
            super().update(trans)


trans_real.TranslationCatalog = OneCatalog  # type: ignore[misc]  # before the first text is looked up
