"""References: Wagtail's reference index, extended with what it leaves out.

They keep a thing that pages name from being deleted behind the back of who may publish these.
"""

from collections.abc import Iterator
from copy import copy
from functools import partial
from typing import Any

from django.contrib.contenttypes.fields import GenericRelation
from django.contrib.contenttypes.models import ContentType
from django.db.models import SET_NULL, Model, QuerySet
from django.db.models.signals import post_save
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page, ReferenceIndex, Revision
from wagtail.permissions import page_permission_policy
from wagtail.tasks import update_reference_index_task

# The model and the key of the target, and the place within the field: as a pattern, and exactly.
Reference = tuple[type[Model] | None, str, str, str]
# A bulk deletion is all or nothing: one thing that pages name keeps the others too.
NOTHING_DELETED = _("Er is niets verwijderd, ook niet wat je verder koos.")


def follow_fields(model: type[Model], *names: str) -> None:
    """Make Wagtail's reference index follow these fields; it skips many-to-many and one-to-one fields."""
    for name in names:
        field: Any = model._meta.get_field(name)
        field.extract_references = partial(_references_of, field)


def _references_of(field: Any, value: Any) -> Iterator[Reference]:
    """Yield the references in the value of a field: one key, or rows."""
    keys = [value] if field.one_to_one else [row.pk for row in value]
    yield from ((field.related_model, str(key), "", "") for key in keys)


class DraftReferences(GenericRelation):
    """Adds the references of drafts to Wagtail's reference index, which reads saved rows only."""

    def __init__(self, **options: Any) -> None:
        """Relate to revisions; `SET_NULL` is how Wagtail then describes what a deletion does to them."""
        super().__init__(Revision, for_concrete_model=False, **options)
        self.remote_field.on_delete = SET_NULL

    def extract_references(self, versions: Any) -> Iterator[Reference]:
        """Yield the references in drafts that the page itself does not have."""
        page = versions.instance
        found = {reference for draft in page.drafts for reference in references_on(draft)}
        own = {reference[:2] for reference in references_on(page)} if found else set()
        for kind, key, path, place in (reference for reference in found if reference[:2] not in own):
            yield ContentType.objects.get_for_id(kind).model_class(), key, path, place


def references_on(page: Page) -> Iterator[tuple[int, str, str, str]]:
    """Yield the references of a page or a draft alone, as in Wagtail's index: content type, key, place."""
    alone = copy(page)
    alone.drafts = []
    # Only the index itself is public.
    yield from ReferenceIndex._extract_references_from_object(alone)  # noqa: SLF001


def connect() -> None:
    """Follow revisions that are scheduled, and those that no longer are."""
    post_save.connect(on_revision_is_planned, sender=Revision, dispatch_uid="references")


def on_revision_is_planned(instance: Revision, update_fields: Any, **kwargs: Any) -> None:
    """Update the references of the page, which Wagtail does not save when only the date changed."""
    if update_fields == {"approved_go_live_at"}:
        update_reference_index_task.enqueue(*instance.content_type.natural_key(), instance.object_id)


def pages_of_others(user: Any, things: list[Model] | QuerySet) -> QuerySet[Page]:
    """Return the pages that name one of these, live or in a draft, and that this person may not publish."""
    keys = {int(key) for key in _names_on_pages(things).values_list("object_id", flat=True)}
    own = page_permission_policy.instances_user_has_permission_for(user, "publish")
    return Page.objects.filter(pk__in=keys).exclude(pk__in=own.values("pk"))


def keys_named_by_others(user: Any, things: list[Model]) -> set[str]:
    """Return the keys of the things, all of one model, that pages of others name."""
    pages = [str(key) for key in pages_of_others(user, things).values_list("pk", flat=True)]
    return set(_names_on_pages(things).filter(object_id__in=pages).values_list("to_object_id", flat=True))


def _names_on_pages(things: list[Model] | QuerySet) -> QuerySet[ReferenceIndex]:
    """Return the references to these things from pages."""
    on_pages = ContentType.objects.get_for_model(Page)
    return ReferenceIndex.get_references_to_in_bulk(things).filter(base_content_type=on_pages)
