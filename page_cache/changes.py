"""Count changes: nobody works out which pages a change touches, so each one invalidates all cached pages."""

from typing import Any

from django.db import DatabaseError, connection, transaction
from django.db.models import Exists, F, Model
from django.db.models.signals import m2m_changed, post_delete, post_save
from django.dispatch import Signal
from wagtail.models import Page
from wagtail.signals import page_published, page_slug_changed, page_unpublished, post_page_move

from page_cache.models import SiteVersion, UncountedChange

# Apps and models that are written all the time and that no page for anonymous visitors shows; and Django's
# record of migrations.
UNSEEN_APPS = set(
    """
    admin django_tasks_database mfa migrations querylog search sessions usersessions wagtailadmin worker
    """.split()
)
UNSEEN_MODELS = {
    "members.sighting",
    "page_cache.uncountedchange",
    *(
        "wagtailcore." + name
        for name in ("revision", "pagelogentry", "modellogentry", "referenceindex", "uploadedfile")
    ),
}
# The module of models in Django's migrations. They need no count: after migrations all processes start anew.
OF_MIGRATION = "__fake__"
LOGGED_IN = frozenset({"last_login"})  # the field that Django saves at a login
# Sent when this process hears of a change: who remembers rows forgets them, or a cached page could have an
# old one.
site_changed = Signal()


def current_version() -> int | None:
    """Return how many times the site changed.

    None when the database does not answer, or has a change that is not counted yet.
    """
    try:
        numbers = SiteVersion.objects.values_list("number", Exists(UncountedChange.objects.all()))
        number, is_behind = numbers.first() or (0, False)
    except DatabaseError:
        return None
    return None if is_behind else number


def pages_changed() -> None:
    """Invalidate every cached page, once the change is in the database.

    Counting within the transaction would make all other writers wait for one row. So a transaction only adds
    a row of its own; until that is counted no page is cached.
    """
    if any(function is _change for _, function, *_ in connection.run_on_commit):
        return
    if connection.in_atomic_block:
        UncountedChange.objects.bulk_create([UncountedChange()])
    transaction.on_commit(_change, robust=True)


@transaction.atomic
def _change() -> None:
    """Count one more change, and remove the rows of killed processes, which nobody else will count."""
    if not SiteVersion.objects.update(number=F("number") + 1):
        SiteVersion.objects.get_or_create(pk=1, defaults={"number": 1})
    UncountedChange.objects.all().delete()


def connect() -> None:
    """Listen to all that is saved, deleted and published."""
    for signal in (post_save, post_delete, m2m_changed):
        signal.connect(on_change, dispatch_uid=f"page-cache-{id(signal)}")
    for signal in (page_published, page_unpublished, page_slug_changed, post_page_move):
        signal.connect(on_page_change, dispatch_uid=f"page-cache-{id(signal)}")


def on_change(
    sender: type[Model], signal: Any, update_fields: frozenset[str] | None = None, **kwargs: Any
) -> None:
    """Count a change of a row that a page may show.

    Saving a page changes nothing until it is published. A page that is live when it is created, such as an
    alias, is never published, so creating it does count.
    """
    is_draft = (
        issubclass(sender, Page)
        and signal is post_save
        and not (kwargs["created"] and kwargs["instance"].live)
    )
    is_unseen = sender._meta.app_label in UNSEEN_APPS or sender._meta.label_lower in UNSEEN_MODELS
    if not (is_draft or is_unseen or update_fields == LOGGED_IN or sender.__module__ == OF_MIGRATION):
        pages_changed()


def on_page_change(**kwargs: Any) -> None:
    """Count a page that goes live, goes off line or moves."""
    pages_changed()
