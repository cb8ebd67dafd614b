"""Which cases name a term, an organisation, a member or an account, in what is published or in a draft."""

from collections.abc import Iterator
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, Q
from wagtail.models import Revision

from members.models import Member
from organisations.models import Organisation
from practices.models import PracticePage
from taxonomy.models import Technique, Theme
from users.models import User

# The fields of a case that name such a thing, as lookups. The content of a revision has the same names.
FIELDS = {
    Theme: ("themes",),
    Technique: ("techniques",),
    Organisation: ("organisation_links__organisation",),
    Member: ("contact", "authors"),
}


def titles_by_named(things: list[Any]) -> dict[Any, list[str]]:
    """Return the titles of the cases that name these things, which are all of one model.

    Things that no case names are left out. An account is named through its profile. The number of queries is
    that of the fields plus two, however many things there are.
    """
    model = type(things[0]) if things else Model
    if model is User:
        profiles = Member.objects.filter(user__in=things).select_related("user")
        return {profile.user: titles for profile, titles in titles_by_named(list(profiles)).items()}
    if model not in FIELDS:
        return {}
    titles: dict[int, dict[int, str]] = {thing.pk: {} for thing in things}
    for key, case, title in (*_published(FIELDS[model], things), *_drafted(FIELDS[model])):
        if key in titles:
            titles[key].setdefault(case, title)
    return {thing: sorted(titles[thing.pk].values()) for thing in things if titles[thing.pk]}


def _published(fields: tuple[str, ...], things: list[Any]) -> Iterator[tuple[int | None, int, str]]:
    """Yield for each row that names a thing the key of that thing, and the key and title of the case."""
    for field in fields:
        yield from PracticePage.objects.filter(**{f"{field}__in": things}).values_list(field, "pk", "title")


def _drafted(fields: tuple[str, ...]) -> Iterator[tuple[int | None, int, str]]:
    """Yield the same for drafts.

    These are the latest revision of a case with unpublished changes, and revisions that are scheduled.
    """
    changed = PracticePage.objects.filter(has_unpublished_changes=True).values("latest_revision")
    cases = Revision.objects.filter(content_type=ContentType.objects.get_for_model(PracticePage))
    drafts = cases.filter(Q(pk__in=changed) | Q(approved_go_live_at__isnull=False))
    for content in drafts.values_list("content", flat=True):
        yield from _named_in(content, fields)


def _named_in(content: Any, fields: tuple[str, ...]) -> Iterator[tuple[int | None, int, str]]:
    """Yield the same for one revision, where a field holds one key, several, or rows with one key each."""
    for field in fields:
        name, _, column = field.partition("__")
        value = content.get(name)
        for item in value if isinstance(value, list) else [value]:
            yield item[column] if column else item, content["pk"], content["title"]
