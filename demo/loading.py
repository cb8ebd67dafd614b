"""Load the demonstration: terms, organisations, 27 cases, accounts, specialists, adoptions, home pages."""

import datetime
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.management import CommandError
from django.db import transaction
from django.db.models import Q
from wagtail.models import Page

from core.locking import write_in_batches
from demo.accounts import load_accounts
from demo.adoptions import load_adoptions
from demo.members import load_specialists
from members.models import Member
from organisations.register import organisations_import
from pages.models import HomePage
from pages.setup import TEXTS, site_setup
from practices.exchange.importing import cases_import
from practices.models import PracticePage
from taxonomy.models import Technique, Theme

DATA = Path(__file__).parent / "data"
SPECIALISTS = 250  # who do not exist, see demo.members
SOURCE_MONTH = datetime.date(2019, 2, 1)  # of the Data Agenda Overheid, from which all cases come


def demo_load(report: Callable[[str], None]) -> None:
    """Load what is missing, step by step; a second run changes nothing.

    `report` gets one line for each step.
    """
    site_setup()
    bodies = organisations_import()
    report(f"organisations: {bodies.made} new")
    report(f"terms: {_load_terms(Theme, 'themes.json') + _load_terms(Technique, 'techniques.json')} new")
    cases = cases_import(path=DATA / "cases.jsonl")
    if cases.problems:  # most likely a case whose day is in the future
        why = "; ".join(f"line {problem.line}: {problem.message}" for problem in cases.problems)
        raise CommandError(f"The demonstration is refused. Is the clock of this machine right? {why}")
    report(f"cases: {cases.made} new")
    load_accounts()
    report(f"specialists: {load_specialists(SPECIALISTS)} new")
    _complete_cases()
    report(f"adoptions: {load_adoptions()} new")
    _fill_home_pages()


@transaction.atomic
def _load_terms(model: type[Theme] | type[Technique], name: str) -> int:
    """Create the terms that are missing, and return how many."""
    terms = json.loads((DATA / name).read_text(encoding="utf-8"))
    return sum(model.objects.get_or_create(name=term["name"], defaults=term)[1] for term in terms)


def _complete_cases() -> None:
    """Set the contact and the month of the source of each case that lacks one of them."""
    incomplete = PracticePage.objects.live().filter(Q(contact=None) | Q(as_of=None))
    for _batch in write_in_batches(incomplete, _complete_case):
        pass


def _complete_case(page: PracticePage) -> None:
    """Set the month of a case, and as its contact a specialist of its organisation, public if possible."""
    members = Member.findable().filter(organisation__practice_links__page=page, is_demo=True).order_by("pk")
    contact = min(
        members, key=lambda member: (member.visibility_of("name") != "public", member.pk), default=None
    )
    if page.as_of and not contact:
        return
    page.contact = page.contact or contact
    page.as_of = page.as_of or SOURCE_MONTH
    page.save_revision().publish()


@transaction.atomic
def _fill_home_pages() -> None:
    """Fill the home pages that have no figures yet."""
    texts = json.loads(TEXTS.read_text(encoding="utf-8"))["home"]
    for home in HomePage.objects.select_related("locale"):
        if not home.figures:
            _fill_home(home, texts[home.locale.language_code])


def _fill_home(home: HomePage, text: dict[str, Any]) -> None:
    """Set the featured case, examples, figures and invitations of a home page.

    In `text` figures name a case by its slug, and invitations a page below the home page.
    """
    cases = {page.slug: page.pk for page in PracticePage.objects.live()}
    below = {page.slug: page.pk for page in Page.objects.child_of(home)}
    home.featured_id = cases[text["featured"]]
    home.example_queries = "\n".join(text["example_queries"])
    home.figures = [
        ("figure", figure | {"case": Page(pk=cases[figure["case"]])}) for figure in text["figures"]
    ]
    home.invitations = [
        ("invitation", card | {"page": Page(pk=below[card["page"]])}) for card in text["invitations"]
    ]
    home.save_revision().publish()
