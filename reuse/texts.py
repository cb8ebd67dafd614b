"""Whether a case says something else than when an organisation took it over."""

from difflib import SequenceMatcher

from reuse.cases import text_of
from reuse.models import Adoption

LITTLE = 0.95  # of the words are the same: a mended sentence is no news for who took it over


def has_changed(adoption: Adoption) -> bool:
    """Tell whether the text of the case changed by more than a little since it was taken over.

    False when the text of that time is not kept any more.
    """
    revision = adoption.revision
    if revision is None or revision.pk == adoption.page.live_revision_id:
        return False
    before, now = (text_of(page).split() for page in (revision.as_object(), adoption.page.specific))
    return SequenceMatcher(None, before, now, autojunk=False).ratio() < LITTLE
