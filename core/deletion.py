"""Deleting pages: nobody deletes a page to which pages link that she may not publish."""

from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages
from wagtail.models import Page

from core.references import NOTHING_DELETED, pages_of_others

MOST_SHOWN = 5  # titles in a message, so that it stays readable


def keep_named_page(request: HttpRequest, page: Page) -> HttpResponse | None:
    """Refuse to delete a page to which pages link that this person may not publish."""
    return refuse_deletion(request, [page])


def keep_named_pages(
    request: HttpRequest, action_type: str, objects: list[Any], action: Any
) -> HttpResponse | None:
    """Refuse the same for a bulk deletion."""
    return refuse_deletion(request, objects) if action_type == "delete" and action.model is Page else None


def refuse_deletion(request: HttpRequest, pages: list[Page]) -> HttpResponse | None:
    """Return a redirect with a message that names the pages of others that link here, or None.

    Links to pages below these count too.
    """
    below = [Q(path__startswith=page.path) for page in pages]
    going = Page.objects.filter(reduce(or_, below, Q(pk=None)))
    named_by = pages_of_others(request.user, going).exclude(pk__in=going.values("pk"))
    titles = [f"“{title}”" for title in named_by.values_list("title", flat=True)[:MOST_SHOWN]]
    if not titles:
        return None
    text = _("Hiernaar verwijst: %(titles)s. Alleen wie dat mag publiceren, kan dit verwijderen.")
    messages.error(request, text % {"titles": ", ".join(titles)})
    if len(pages) > 1:
        messages.error(request, NOTHING_DELETED)
    return redirect("wagtailadmin_explore", pages[0].get_parent().pk)
