"""What reuse holds of people, and what becomes of it."""

from core.processing import not_personal, personal
from core.ties import tie
from reuse.models import Adoption, AdoptionEvent

WHY = "Reuse: which organisation does what a case describes, and whom one may ask"
KEPT = "as long as the case and the organisation"
COLLEAGUES = "colleagues of the organisation, and editors"

personal(
    Adoption,
    "contact has_contact_agreed",
    why=WHY,
    kept="until she leaves the organisation, or somebody else is named",
    seen_by="who may see her name on her profile, once she agreed",
)
personal(Adoption, "recorded_by", why=WHY, kept=KEPT, seen_by=COLLEAGUES)
personal(
    Adoption,
    "scope changed effects partners stop_words proof",
    why=WHY,
    kept=KEPT,
    seen_by="everyone, unless an editor hides it",
    erased="the text stays: it is of the organisation; an editor hides a name when asked",
)
not_personal(
    Adoption,
    "page case_key revision organisation on_behalf_of status since started_from stop_reason words standing "
    "source is_demo recorded_at confirmed_at asked_at",
)
personal(AdoptionEvent, "by", why=WHY, kept=KEPT, seen_by=COLLEAGUES)
personal(
    AdoptionEvent,
    "reason",
    why=WHY,
    kept=KEPT,
    seen_by=COLLEAGUES,
    erased="why an editor hid words stays with them",
)
personal(
    AdoptionEvent,
    "values before",
    why=WHY,
    kept=KEPT,
    seen_by="nobody; an undo puts back what was said before",
    erased="the text stays: it is of the organisation",
)
not_personal(AdoptionEvent, "adoption change via at")

tie("reuse.Adoption.contact", "the adoption stays; who answers for the organisation is asked then")
tie("reuse.Adoption.recorded_by", "the adoption stays, without who wrote it")
tie("reuse.Adoption.organisation", "goes with the organisation")
tie("reuse.Adoption.on_behalf_of", "the adoption stays, without the body")
tie("reuse.AdoptionEvent.by", "the event stays, without who did it")
