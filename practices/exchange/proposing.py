"""What a file says of reuse becomes proposals: only an organisation itself says what it does.

An import never takes one away, and changes none that is there.
"""

from typing import Any

from core.folding import fold_name
from organisations.models import Organisation, OrganisationKind
from practices.exchange.fields import Values
from practices.models import PracticePage
from reuse.choices import Source, Status, Via
from reuse.models import STATEMENT
from reuse.services import adoption_propose

News = list[tuple[Organisation, dict[str, Any]]]


def find_news(page: PracticePage, values: Values, found: dict[str, Any]) -> News:
    """Return what a row says of organisations of which the site has nothing at this case yet."""
    said = [(body, {"status": Status.IN_USE}) for body in found.get("reused_by", [])]
    rows = {fold_name(row["organisation"]): row for row in values.get("adoptions", [])}
    # What is said in full wins.
    wanted = {id(body): (body, said) for body, said in said}
    for body in found.get("adoptions", []):
        row = next(rows[fold_name(name)] for name in body.all_names() if fold_name(name) in rows)
        wanted[id(body)] = (body, _build_values(row))
    if not wanted:
        return []
    known = {row.organisation_id for row in page.all_adoptions}
    known |= {body.pk for body in page.organisations()}
    return [
        (body, said)
        for body, said in wanted.values()
        if body.pk not in known and body.kind != OrganisationKind.BEDRIJF  # it never adopts, see `can_adopt`
    ]


def _build_values(row: Values) -> dict[str, Any]:
    """Return what a row says, by the fields of an adoption."""
    return {name: row["results" if name == "effects" else name] for name in STATEMENT}


def adoptions_propose(page: PracticePage, news: News) -> None:
    """Propose what is new; companies, and who made the case, are passed over."""
    for organisation, values in news:
        adoption_propose(
            page=page,
            organisation=organisation,
            user=None,
            source=Source.IMPORT,
            values=values,
            via=Via.IMPORT,
        )
