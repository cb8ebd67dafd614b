"""Every change counts: which pages it touches nobody works out, all are old then."""

from typing import Any

from django.db import DatabaseError, connection, transaction
from django.db.models import Exists, F, Model
from django.db.models.signals import m2m_changed, post_delete, post_save
from django.dispatch import Signal
from wagtail.models import Page
from wagtail.signals import page_published, page_slug_changed, page_unpublished, post_page_move

from page_cache.models import SiteVersion, UncountedChange

# What is written all the time and no page for strangers shows, and that a migration was done.
UNSEEN_APPS = set(
    "migrations sessions usersessions mfa django_tasks_database querylog search wagtailadmin admin worker".split()
)
UNSEEN_MODELS = {
    "page_cache.uncountedchange",
    *(
        "wagtailcore." + name
        for name in ("revision", "pagelogentry", "modellogentry", "referenceindex", "uploadedfile")
    ),
}
OF_MIGRATION = "__fake__"  # where Django's migrations say that their models are from; after them all processes begin anew
LOGGED_IN = frozenset({"last_login"})  # what Django saves of an account then
# Sent when this process hears of a change: who remembers rows forgets them, so that no page that is kept has an old one.
site_changed = Signal()


def current_version() -> int | None:
    """Return how many times the site changed; nothing when the database does not say so, or has a change to be counted yet."""
    try:
        numbers = SiteVersion.objects.values_list("number", Exists(UncountedChange.objects.all()))
        number, is_behind = numbers.first() or (0, False)
    except DatabaseError:
        return None
    return None if is_behind else number


def pages_changed() -> None:
    """Make every page old that was kept, once what changes it is in the database.

    To count it within the transaction would let everybody wait who changes anything. So only a row is added there, of which
    each transaction has its own; until it is counted no page is kept.
    """
    if any(function is _change for _, function, *_ in connection.run_on_commit):
        return
    if connection.in_atomic_block:
        UncountedChange.objects.bulk_create([UncountedChange()])
    transaction.on_commit(_change, robust=True)


@transaction.atomic
def _change() -> None:
    """Count one change more, with all that nobody lived to count."""
    if not SiteVersion.objects.update(number=F("number") + 1):
        SiteVersion.objects.get_or_create(pk=1, defaults={"number": 1})
    UncountedChange.objects.all().delete()


def connect() -> None:
    """Listen to all that is saved and deleted; a page that was there and is saved changes nothing until it is published."""
    for signal in (post_save, post_delete, m2m_changed):
        signal.connect(on_change, dispatch_uid=f"page-cache-{id(signal)}")
    for signal in (page_published, page_unpublished, page_slug_changed, post_page_move):
        signal.connect(on_page_change, dispatch_uid=f"page-cache-{id(signal)}")


def on_change(
    sender: type[Model], signal: Any, update_fields: frozenset[str] | None = None, **kwargs: Any
) -> None:
    """Follow a row, unless no page shows it; a page that is live when it is made, such as an alias, is never published."""
    is_draft = (
        issubclass(sender, Page)
        and signal is post_save
        and not (kwargs["created"] and kwargs["instance"].live)
    )
    is_unseen = sender._meta.app_label in UNSEEN_APPS or sender._meta.label_lower in UNSEEN_MODELS
    if not (is_draft or is_unseen or update_fields == LOGGED_IN or sender.__module__ == OF_MIGRATION):
        pages_changed()


def on_page_change(**kwargs: Any) -> None:
    """Follow a page that goes live, off line or elsewhere."""
    pages_changed()
