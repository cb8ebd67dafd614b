"""What every page can tell somebody about her messages."""

from typing import Any

from django.db.models import Sum
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from contact.models import Participation


def unread_messages(request: HttpRequest) -> dict[str, Any]:
    """Return how many messages somebody has not read; counted once, and only where a page shows it."""
    return {"unread_messages": SimpleLazyObject(lambda: _count(request.user))}


def _count(user: Any) -> int:
    """Return the number."""
    mine = Participation.objects.filter(person=user, is_hidden=False, unread__gt=0)
    return mine.aggregate(count=Sum("unread"))["count"] or 0
