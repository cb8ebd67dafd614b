"""Write thousands of Wagtail pages at once, without revisions and signals; copied into the stock site too."""

import itertools
from collections.abc import Iterable

from django.db import transaction
from django.db.models import F
from django.db.models.sql import InsertQuery
from wagtail.models import Page

PORTION = 500  # pages in one statement


@transaction.atomic
def add_pages(parent: Page, pages: Iterable[Page]) -> list[Page]:
    """Put live pages of one type, which have their titles and slugs, below a parent; return them."""
    made: list[Page] = []
    numbers = itertools.count(parent.numchild + 1)
    for portion in _portions(pages):
        for page, number in zip(portion, numbers, strict=False):
            _place(page, parent, number)
        _insert(portion)
        made += portion
    Page.objects.filter(pk=parent.pk).update(numchild=F("numchild") + len(made))
    return made


def _portions(pages: Iterable[Page]) -> Iterable[list[Page]]:
    """Yield the pages, some hundreds at once."""
    iterator = iter(pages)
    return iter(lambda: list(itertools.islice(iterator, PORTION)), [])


def _place(page: Page, parent: Page, number: int) -> None:
    """Give a page its place in the tree, as treebeard and Wagtail would."""
    page.depth = parent.depth + 1
    # treebeard has no public name for it.
    page.path = type(parent)._get_path(parent.path, page.depth, number)  # noqa: SLF001
    page.url_path = f"{parent.url_path}{page.slug}/"
    page.draft_title, page.locale_id, page.live = page.title, parent.locale_id, True


def _insert(pages: list[Page]) -> None:
    """Write the rows of the table of all pages, then those of the table of this type."""
    names = [field.attname for field in Page._meta.concrete_fields if not field.primary_key]
    values = [{name: getattr(page, name) for name in names} for page in pages]
    rows = Page.objects.bulk_create(Page(**columns) for columns in values)
    for page, row in zip(pages, rows, strict=True):
        page.pk = row.pk
    # Django refuses `bulk_create` for a model with a parent table.
    query = InsertQuery(type(pages[0]))
    query.insert_values(type(pages[0])._meta.local_concrete_fields, pages, raw=True)
    query.get_compiler("default").execute_sql()
