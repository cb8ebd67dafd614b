"""What only this room knows of a case, for who records its reuse."""

from typing import cast

from wagtail.models import Page

from practices.models import PracticePage
from reuse.cases import Facts, tells_facts, tells_text


@tells_facts
def tell_facts(page: Page) -> Facts:
    """Return who made a case, whom one asks about it, and its themes."""
    case = PracticePage.objects.select_related("contact__user").get(pk=page.pk)
    makers = frozenset(case.organisation_links.values_list("organisation", flat=True))
    contact = case.contact.user if case.contact else None
    return Facts(makers, contact, tuple(case.themes.all()))


@tells_text
def tell_text(page: Page) -> str:
    """Return title, summary and sections of a case."""
    case = cast("PracticePage", page)
    return "\n".join([case.title, case.summary, *(passage.text for passage in case.section_passages())])
