"""Compare the cases, pages, members and organisations of the database with the index, without code of search.

Takes the address of a node and prints a line per difference. It asks Wagtail itself who may see what, and
reads the index over plain HTTP.
"""

import json
import sys
import urllib.request
from collections import Counter
from collections.abc import Iterator

from django.conf import settings
from django.utils import timezone
from wagtail.models import Page

from members.models import Member
from organisations.models import Organisation
from pages.models import ContentPage
from practices.models import PracticePage
from taxonomy.models import Technique, Theme

MOST = 10_000
TITLES = ("title", "title_en", "title_name")  # by language, or of what has a proper name
LABELS = {model._meta.label_lower for model in (PracticePage, ContentPage, Member, Organisation)}
CASE = PracticePage._meta.label_lower
TERMS = {name for model in (Theme, Technique) for name in model.objects.values_list("name", flat=True)}
# Label, key, title, and all names that it is found by, for a case with those of its terms.
Row = tuple[str, int, str, tuple[str, ...]]


def read_index(audience: str) -> Iterator[Row]:
    """Yield everything in an index that is compared."""
    url = f"{sys.argv[1]}/{settings.SEARCH_INDEX_PREFIX}-{audience}"
    urllib.request.urlopen(urllib.request.Request(f"{url}/_refresh", method="POST")).close()
    with urllib.request.urlopen(
        f"{url}/_search?size={MOST}&_source=label,pk,{','.join(TITLES)},names,keywords"
    ) as answer:
        hits = json.load(answer)["hits"]["hits"]
    for source in (hit["_source"] for hit in hits):
        if source["label"] in LABELS:
            title = next(filter(None, map(source.get, TITLES)), "")
            names = [
                *source["names"],
                *(TERMS.intersection(source["keywords"]) if source["label"] == CASE else ()),
            ]
            yield source["label"], source["pk"], title, tuple(sorted(names))


def read_database() -> Iterator[Row]:
    """Yield the same of what everybody may read, and of the members that members may see."""
    public = set(Page.objects.live().public().values_list("pk", flat=True))
    for pk, title in ContentPage.objects.filter(pk__in=public).values_list("pk", "title"):
        yield ContentPage._meta.label_lower, pk, title, (title,)
    for case in PracticePage.objects.filter(pk__in=public).prefetch_related("themes", "techniques"):
        terms = {term.name for term in (*case.themes.all(), *case.techniques.all())}
        yield CASE, case.pk, case.title, tuple(sorted([case.title, *terms]))
    for person in Member.objects.select_related("user"):
        is_member = person.user.is_active and person.user.approved_at is not None and person.is_listed
        if is_member and person.visibility.get("name") in {"public", "members"}:
            yield person._meta.label_lower, person.pk, person.name, (person.name,)
    yield from read_organisations(public)


def read_organisations(public: set[int]) -> Iterator[Row]:
    """Yield the organisations that exist, and those that ended and take part in a case that is public."""
    cases = PracticePage.objects.filter(pk__in=public)
    with_case = set(cases.values_list("organisation_links__organisation", flat=True))
    for body in Organisation.objects.all():
        if body.ended_date is None or body.ended_date > timezone.localdate() or body.pk in with_case:
            names = {
                body.name,
                body.short_name,
                body.abbreviation,
                *map(str.strip, body.aliases.splitlines()),
            } - {""}
            yield body._meta.label_lower, body.pk, body.name, tuple(sorted(names))


wanted = Counter(read_database())
there = Counter(row for audience in ("public", "members") for row in read_index(audience))
for row in sorted({*wanted, *there}):
    if wanted[row] != there[row]:
        print(row, "is", wanted[row], "times in the database and", there[row], "times in the index")
print(wanted.total(), "compared")
