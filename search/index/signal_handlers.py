"""Every change that may alter what can be found becomes a task, in the transaction of the change itself.

A handler only tells which rows to look at; the task reads them as they are when it runs.
"""

from typing import Any

from django.conf import settings
from django.db.models import Model
from django.db.models.signals import post_delete, post_save, pre_delete, pre_save
from wagtail.models import Page, PageViewRestriction
from wagtail.signals import page_published, page_slug_changed, page_unpublished, post_page_move

import curation.services
from core.searchable import ADDITIONS, Searchable, searchable_models
from page_cache.changes import LOGGED_IN, site_changed
from search.index.tasks import plan, tidy_indices
from search.query import facet_results
from worker.leases import leases_ended


def connect() -> None:
    """Listen to pages, to other findable models, and to all that these say their content depends on."""
    for signal in (page_published, page_unpublished):
        signal.connect(on_page_change, dispatch_uid=f"search-{id(signal)}")
    page_slug_changed.connect(on_page_slug_changed)
    post_page_move.connect(on_post_page_move)
    post_save.connect(on_post_save_restriction, sender=PageViewRestriction)
    post_delete.connect(on_post_save_restriction, sender=PageViewRestriction)
    for model in searchable_models():
        post_delete.connect(on_post_delete, sender=model)
        post_save.connect(on_post_save_page if issubclass(model, Page) else on_post_save, sender=model)
        for link in model.search_links:
            for signal in (pre_save, post_save):
                signal.connect(on_link_saved, sender=link)
    post_save.connect(on_post_save_related)
    pre_delete.connect(on_pre_delete_related)
    leases_ended.connect(on_leases_ended)
    site_changed.connect(on_site_changed)


def on_site_changed(**kwargs: Any) -> None:
    """Forget what this process remembers of editors' decisions and of words.

    Otherwise a page that is made and cached after the change could still hold them.
    """
    curation.services.forget()
    facet_results.forget()


def _plan_row(instance: Model) -> None:
    """Enqueue one row, if its kind can be found."""
    if isinstance(instance, Searchable) and instance.search_kind:
        plan(instance._meta.label_lower, [instance.pk])


def _plan_tree(path: str) -> None:
    """Enqueue the pages at and below a place in the tree."""
    for model in searchable_models():
        if issubclass(model, Page):
            rows: Any = model._default_manager
            plan(model._meta.label_lower, rows.filter(path__startswith=path).values_list("pk", flat=True))


def _plan_touched(instance: Model) -> None:
    """Enqueue the rows of which the content depends on this one."""
    for model in searchable_models():
        touched = model.touched_by(instance)
        if touched is not None:
            plan(model._meta.label_lower, touched.values_list("pk", flat=True))


def _plan_added(instance: Model) -> None:
    """Enqueue the rows of which this one changes what rooms above them add."""
    for addition in ADDITIONS:
        touched = addition.touched_by(instance)
        if touched is not None:
            plan(addition.model._meta.label_lower, touched.values_list("pk", flat=True))


def on_page_change(instance: Page, **kwargs: Any) -> None:
    """Follow a page that was published or unpublished, and the rows of which the content depends on it."""
    _plan_row(instance)
    _plan_touched(instance)


def on_page_slug_changed(instance: Page, **kwargs: Any) -> None:
    """Follow the new address of a page and of what is below it."""
    _plan_tree(instance.path)


def on_post_page_move(instance: Page, **kwargs: Any) -> None:
    """Follow a page, and what is below it, to its new place: it may be private there."""
    _plan_tree(instance.path)
    _plan_touched(instance)


def on_post_save_restriction(instance: PageViewRestriction, **kwargs: Any) -> None:
    """Follow a page, and what is below it, that became private or public."""
    _plan_tree(instance.page.path)
    _plan_touched(instance)


def on_post_save_page(
    instance: Page, created: bool, update_fields: frozenset[str] | None, **kwargs: Any
) -> None:
    """Follow a page that gets a live revision, or that is created live: an alias is never published."""
    if (created and instance.live) or "live_revision" in (update_fields or ()):
        _plan_row(instance)


def on_link_saved(instance: Model, **kwargs: Any) -> None:
    """Follow the rows that a link names, before it is saved and after: these may be different rows."""
    _plan_touched(instance)


def on_post_save(instance: Model, **kwargs: Any) -> None:
    """Follow a row that is no page."""
    _plan_row(instance)


def on_post_delete(instance: Model, **kwargs: Any) -> None:
    """Follow a row that is gone."""
    _plan_row(instance)


def on_post_save_related(
    instance: Model, created: bool, update_fields: frozenset[str] | None, **kwargs: Any
) -> None:
    """Follow a term, an organisation or an account that other rows name, and what rooms add to rows.

    Nobody names a new one yet, and logging in changes nothing that can be found.
    """
    if not created and update_fields != LOGGED_IN:
        _plan_touched(instance)
    _plan_added(instance)


def on_pre_delete_related(instance: Model, **kwargs: Any) -> None:
    """Follow what names a row that is about to be deleted, while it still names it."""
    _plan_touched(instance)
    _plan_added(instance)


def on_leases_ended(names: list[str], **kwargs: Any) -> None:
    """Clear away what a killed rebuild left behind: its lease has the name of its index."""
    if any(name.startswith(f"{settings.SEARCH_INDEX_PREFIX}-") for name in names):
        tidy_indices.enqueue()
