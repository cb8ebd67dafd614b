"""What the tests of the home page and the pages of text share."""

from collections.abc import Callable
from typing import Any

import pytest

from organisations.models import Organisation
from practices.models import PracticeIndexPage, PracticePage
from taxonomy.models import Theme


@pytest.fixture
def publish_cases(site_frame: Any, adopt: Callable[..., Any]) -> Callable[[int], list[PracticePage]]:
    """Return what publishes a number of cases, each with a theme and an organisation."""

    def publish(count: int) -> list[PracticePage]:
        themes = [Theme.objects.get_or_create(name=f"Thema {number}")[0] for number in range(7)]
        body = Organisation.objects.get_or_create(
            name="Gemeente Breda", kind="gemeente", province="noord-brabant"
        )[0]
        pages = []
        for number in range(count):
            page = PracticePage(
                title=f"Voorbeeld {number}", slug=f"voorbeeld-{number}", summary="Kort.", live=False
            )
            page.themes = [themes[number % 7]]
            PracticeIndexPage.objects.get(locale__language_code="nl").add_child(instance=page)
            page.organisation_links.create(organisation=body)
            adopt(page, Organisation.objects.get_or_create(name="Gemeente Ede", kind="gemeente")[0])
            page.save_revision().publish()
            pages.append(PracticePage.objects.get(pk=page.pk))
        return pages

    return publish
