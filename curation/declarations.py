"""What editors' decisions about search hold of people."""

from core.declarations import WORK
from core.processing import holds_nothing, not_personal, personal
from core.ties import tie
from curation.models import HiddenResult, StopPhrase, Synonym, SynonymList

personal(SynonymList, "author", why=WORK, kept="as long as the list", seen_by="who works in `/cms/`")
personal(
    SynonymList,
    "report",
    why="Questions: editors see what visitors look for and miss",
    kept="60 days",
    seen_by="who may see the questions of visitors",
    erased="it quotes questions that several people asked, and no names; it goes by its date",
)
not_personal(SynonymList, "lines created_at live_at step done total problem")
holds_nothing(HiddenResult, StopPhrase, Synonym, because="words, and what editors decided about them")

tie("curation.SynonymList.author", "the list stays, without who made it")
tie("curation.HiddenResult.organisation", "the decision goes with the body")
