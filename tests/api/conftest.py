"""A few cases with all that filters know of them."""

from collections.abc import Callable
from typing import Any

import pytest

from organisations.models import Organisation
from practices.models import PracticeIndexPage, PracticePage
from taxonomy.models import Technique, Theme

CASES: dict[str, dict[str, Any]] = {
    "asfalt": {"phase": "pilot", "started": 2018, "place": "Breda", "province": "noord-brabant"},
    "fiets": {"phase": "in-use", "started": 2019},
    "gemaal": {
        "phase": "stopped",
        "stop_reason": "data",
        "started": 2018,
        "place": "Leiden",
        "province": "zuid-holland",
        "language": "en",
    },
}
TIMES = {"asfalt": 1, "fiets": 5, "gemaal": 0}  # that they were taken over


@pytest.fixture
def network(
    site_frame: Any, run_tasks: Callable[[], int], adopt: Callable[..., Any]
) -> dict[str, PracticePage]:
    """Publish three cases with themes, techniques, organisations and adopters, and return them by slug."""
    roads = Theme.objects.create(
        name="Verkeer", slug="verkeer", name_en="Traffic", description="Alles wat rijdt."
    )
    water = Theme.objects.create(name="Water", slug="water", order=1)
    model = Technique.objects.create(name="Voorspellend model", slug="voorspellend-model")
    breda = Organisation.objects.create(
        name="Gemeente Breda", slug="breda", kind="gemeente", province="noord-brabant", inhabitants=180_937
    )
    rijnland = Organisation.objects.create(
        name="Hoogheemraadschap van Rijnland", slug="rijnland", kind="waterschap"
    )
    adopters = [
        Organisation.objects.create(name=f"Gemeente Proef {number}", kind="gemeente") for number in range(5)
    ]
    terms = {
        "asfalt": ([roads], [model], [breda]),
        "fiets": ([roads, water], [], [breda, rijnland]),
        "gemaal": ([water], [model], [rijnland]),
    }
    parent = PracticeIndexPage.objects.get(locale__language_code="nl")
    for slug, (themes, techniques, bodies) in terms.items():
        page = PracticePage(slug=slug, title=slug.title(), summary=f"Over {slug}.", live=False, **CASES[slug])
        page.themes, page.techniques = themes, techniques
        parent.add_child(instance=page)
        for body in bodies:
            page.organisation_links.create(organisation=body)
        for body in adopters[: TIMES[slug]]:
            adopt(page, body)
        page.save_revision().publish()
    run_tasks()
    return {page.slug: page for page in PracticePage.objects.all()}
