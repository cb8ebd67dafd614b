"""Compare the cases, pages and members of the database with the index; knows nothing of how search compares them.

Takes the address of a node and prints a line per difference. Who may see what is asked of Wagtail itself, and the index
over plain HTTP.
"""

import json
import sys
import urllib.request
from collections.abc import Iterator

from django.conf import settings
from wagtail.models import Page

from members.models import Member
from pages.models import ContentPage
from practices.models import PracticePage

MOST = 10_000


def read_index(audience: str) -> Iterator[tuple[str, int, str]]:
    """Yield label, key and title of everything in an index."""
    url = f"{sys.argv[1]}/{settings.SEARCH_INDEX_PREFIX}-{audience}"
    urllib.request.urlopen(urllib.request.Request(f"{url}/_refresh", method="POST")).close()
    with urllib.request.urlopen(f"{url}/_search?size={MOST}&_source=label,pk,title,title_en") as answer:
        hits = json.load(answer)["hits"]["hits"]
    for hit in hits:
        source = hit["_source"]
        yield source["label"], source["pk"], source.get("title") or source.get("title_en", "")


def read_database() -> Iterator[tuple[str, int, str]]:
    """Yield the same of what everybody may read, and of the members that members may see."""
    public = set(Page.objects.live().public().values_list("pk", flat=True))
    for model in (PracticePage, ContentPage):
        rows = model.objects.filter(pk__in=public).values_list("pk", "title")
        yield from ((model._meta.label_lower, pk, title) for pk, title in rows)
    for person in Member.objects.select_related("user"):
        is_member = person.user.is_active and person.user.approved_at is not None and person.is_listed
        if is_member and person.visibility.get("name") in {"public", "members"}:
            yield person._meta.label_lower, person.pk, person.name


wanted = sorted(read_database())
labels = {label for label, _, _ in wanted}
there = sorted(row for audience in ("public", "members") for row in read_index(audience) if row[0] in labels)
for row in sorted({*wanted, *there}):
    if wanted.count(row) != there.count(row):
        print(row, "is", wanted.count(row), "times in the database and", there.count(row), "times in the index")
print(len(wanted), "compared")
