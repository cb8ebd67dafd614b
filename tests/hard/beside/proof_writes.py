"""What editors and members do to a site: one write per request, in its transaction, as everywhere else."""

import random
from collections.abc import Callable
from typing import Any

from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db import DatabaseError, connection, transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from wagtail.models import Page, PageViewRestriction

from members.choices import Visibility
from members.models import Member
from organisations.models import Organisation
from pages.models import ContentPage, HomePage
from practices.models import PracticeIndexPage, PracticePage
from taxonomy.models import Technique, Theme

WORDS = (
    "asfalt bodem dijk energie fiets gemaal haven inspectie kaart lucht meting natuur polder riool stroom "
    "verkeer"
).split()
FEW = 40  # rows of a kind, so that the same ones are written again and again
MOST_CASES = 60
OURS = "proef-"  # how the slugs begin of pages that may be deleted
SHELVES = ("kast-a", "kast-b")  # pages of text with pages below them


@csrf_exempt
@transaction.non_atomic_requests  # or PostgreSQL would check deferred foreign keys only after this function
def write(request: HttpRequest, kind: str, seed: int) -> HttpResponse:
    """Do one write; 404 or 409 when what was drawn is gone or taken meanwhile, as also by a deadlock."""
    draw = random.Random(seed)
    try:
        with transaction.atomic():
            KINDS[kind](draw)
    except ObjectDoesNotExist:
        return HttpResponse(status=404)
    except (DatabaseError, ValidationError):
        return HttpResponse(status=409)
    return HttpResponse("ok")


def _hold_tree() -> None:
    """Wait until nobody else adds or moves a page: the tree does not bear two of them at once."""
    if connection.vendor == "postgresql":
        list(Page.objects.filter(depth=1).select_for_update())


def begin(draw: random.Random) -> None:
    """Make the shelves with pages on them."""
    home = HomePage.objects.get(locale__language_code="nl")
    for slug in SHELVES:
        shelf = home.add_child(instance=ContentPage(title=slug, slug=slug))
        shelf.save_revision().publish()
        for number in range(3):
            page = shelf.add_child(
                instance=ContentPage(title=_title(draw), slug=f"{slug}-{number}", intro=_title(draw))
            )
            page.save_revision().publish()


def _title(draw: random.Random) -> str:
    """Return a few words that are in no other title."""
    return f"{' '.join(draw.sample(WORDS, 3))} {draw.randrange(10**6)}"


def _pick(rows: Any, draw: random.Random) -> Any:
    """Return one of the first rows."""
    keys = list(rows.order_by("pk").values_list("pk", flat=True)[:FEW])
    return rows.model._default_manager.get(pk=draw.choice(keys or [0]))


def publish(draw: random.Random) -> None:
    """Publish a case with another title, or one that was off line."""
    page = _pick(PracticePage.objects.all(), draw)
    page.title, page.summary = _title(draw), _title(draw)
    page.save_revision().publish()


def unpublish(draw: random.Random) -> None:
    """Take a case off line."""
    _pick(PracticePage.objects.live(), draw).unpublish()


def expire(draw: random.Random) -> None:
    """Let the time of a case be over."""
    from django.core.management import call_command

    page = _pick(PracticePage.objects.live(), draw)
    PracticePage.objects.filter(pk=page.pk).update(expire_at=timezone.now())
    call_command("publish_scheduled", verbosity=0)


def create(draw: random.Random) -> None:
    """Make a case."""
    _hold_tree()
    if PracticePage.objects.count() > MOST_CASES:
        return
    page = PracticePage(title=_title(draw), slug=f"{OURS}{draw.randrange(10**9)}", language="nl")
    page.themes = [_pick(Theme.objects.all(), draw)]
    PracticeIndexPage.objects.get(locale__language_code="nl").add_child(instance=page)
    page.organisation_links.create(organisation=_pick(Organisation.objects.all(), draw))
    page.save_revision().publish()


def delete(draw: random.Random) -> None:
    """Delete a case that was made here."""
    _hold_tree()
    _pick(PracticePage.objects.filter(slug__startswith=OURS), draw).delete()


def slug(draw: random.Random) -> None:
    """Give a page of text another slug; Wagtail then also writes its number of children, maybe an old one."""
    _hold_tree()
    page = _pick(ContentPage.objects.filter(title__in=SHELVES), draw)
    page.slug = f"{page.title}-{draw.randrange(10**6)}"
    page.save_revision().publish()


def move(draw: random.Random) -> None:
    """Move a page of text to another shelf, which may be private."""
    _hold_tree()
    shelves = list(ContentPage.objects.filter(title__in=SHELVES).order_by("title"))
    page = _pick(ContentPage.objects.filter(slug__regex=r"^kast-[ab]-[0-2]$"), draw)
    page.move(draw.choice(shelves), pos="last-child")


def privacy(draw: random.Random) -> None:
    """Make a page private, with all below it, or public again.

    Wagtail fails when two people make the same page public at once: the last one waits, and makes it private.
    """
    places = [
        ContentPage.objects.filter(title__in=SHELVES),
        PracticePage.objects.all(),
        PracticeIndexPage.objects.all(),
    ]
    page = Page.objects.get(pk=_pick(draw.choices(places, [4, 4, 1])[0], draw).pk)
    restriction = PageViewRestriction.objects.select_for_update().filter(page=page).first()
    if restriction:
        restriction.delete()
    else:
        PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)


def rename_theme(draw: random.Random) -> None:
    """Give a theme or a technique another name."""
    term = _pick(draw.choice([Theme, Technique]).objects.all(), draw)
    term.name = f"{term.name.split(' nr ')[0]} nr {draw.randrange(10**6)}"
    term.save()


def rename_organisation(draw: random.Random) -> None:
    """Give an organisation another short name, or end it."""
    body = _pick(Organisation.objects.all(), draw)
    body.short_name = _title(draw)
    body.ended_date = draw.choice([None, None, None, timezone.localdate()])
    body.save()


def member(draw: random.Random) -> None:
    """Show or hide a member, a field of hers, or close her account."""
    profile = _pick(Member.objects.all(), draw)
    match draw.choice(["is_listed", "name", "can_help", "account"]):
        case "is_listed":
            profile.is_listed = not profile.is_listed
        case "account":
            profile.user.is_active = not profile.user.is_active
            profile.user.save()
        case field:
            profile.visibility[field] = draw.choice(Visibility.values)
    profile.save()


WEIGHTS = {
    publish: 6,
    unpublish: 3,
    expire: 1,
    create: 2,
    delete: 2,
    slug: 1,
    move: 2,
    privacy: 2,
    rename_theme: 1,
    rename_organisation: 3,
    member: 4,
}


def any_of_these(draw: random.Random) -> None:
    """Do any of the writes."""
    draw.choices(list(WEIGHTS), list(WEIGHTS.values()))[0](draw)


KINDS: dict[str, Callable[[random.Random], None]] = {
    each.__name__: each for each in (begin, any_of_these, *WEIGHTS)
}
