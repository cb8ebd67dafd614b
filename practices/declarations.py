"""Whom cases name, and what becomes of cases when that person, a body or a term goes."""

from core.declarations import SHOWING
from core.processing import holds_nothing, not_personal, personal
from core.ties import tie
from practices.models import (
    PracticeDocument,
    PracticeIndexPage,
    PracticeLesson,
    PracticeOrganisation,
    PracticePage,
    PracticeResult,
    PracticeSource,
    PracticeTag,
    RelatedPractice,
)
from practices.services import authors_let_go

CASE = "as long as the case"

for people, kept in (
    ("contact", "until an editor takes it away; not shown once she works elsewhere"),
    ("authors", "until an editor takes it away"),
):
    personal(
        PracticePage,
        people,
        why=SHOWING,
        kept=kept,
        seen_by="who may see her name on her profile",
    )
personal(
    PracticePage,
    "summary body stopped_because next_time",
    why=SHOWING,
    kept=CASE,
    seen_by="everyone",
    erased="the text stays; an editor takes a name out of it when asked",
)
not_personal(
    PracticePage,
    "themes techniques tags phase stop_reason started place province latitude longitude language as_of "
    "has_former_author",
)
for part, fields, others in (
    (PracticeLesson, "text", "page sort_order"),
    (PracticeSource, "title url", "page sort_order"),
):
    personal(
        part,
        fields,
        why=SHOWING,
        kept=CASE,
        seen_by="everyone",
        erased="the text stays; an editor takes a name out of it when asked",
    )
    not_personal(part, others)
holds_nothing(PracticeResult, because="a measured effect")
holds_nothing(
    PracticeDocument, PracticeOrganisation, PracticeTag, RelatedPractice, because="a link of a case"
)
holds_nothing(PracticeIndexPage, because="a list")

tie("practices.PracticePage.contact", "the case stays; questions go to colleagues or the editors")
tie(
    "practices.PracticePage.authors",
    "the case stays, and says that a former member wrote it",
    before=authors_let_go,
)
tie("practices.PracticePage.themes", "the case stays, without the theme")
tie("practices.PracticePage.techniques", "the case stays, without the technique")
tie("practices.PracticeOrganisation.organisation", "the case stays, without the body")
