"""Moving a page: it keeps its language, and its slug must be allowed at the new place.

Wagtail only compares slugs with those of the pages beside it.
"""

from copy import copy
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page
from wagtail.signals import pre_page_move

from core.models import BasePage

KEEPS_LANGUAGE = _(
    "Een pagina kan niet naar een plek in een andere taal. Kopieer de pagina daarheen, en verwijder die hier."
)


def connect() -> None:
    """Check each move before it is made."""
    pre_page_move.connect(on_page_moves, dispatch_uid="moves")


def on_page_moves(instance: Page, parent_page_after: Page, **kwargs: Any) -> None:
    """Raise ValidationError for a move to a place where the page could not be saved."""
    page = copy(instance.specific)
    page.depth = parent_page_after.depth + 1
    if isinstance(page, BasePage) and (fault := page.slug_fault()):
        raise ValidationError({"slug": fault})


def leaves_language(page: Page, destination: Page) -> bool:
    """Tell whether the destination is in another language; the root is in all of them."""
    return bool(destination.depth > 1 and destination.locale_id != page.locale_id)
