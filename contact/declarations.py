"""What contact holds of people, and what becomes of it."""

from contact.models import Block, Conversation, Correspondent, Draft, Message, Participation, Report
from contact.services import conversations_let_go
from core.processing import personal
from core.ties import tie

CONTACT = "Contact: members ask each other and the editors"
SAFETY = "Safety of contact: blocks, and reports that a moderator decides"

CONVERSATION = "24 months after the last message"
SIDES = "both sides, and who answers for the editors if they are one; a moderator, once it is reported"
REPORT = "12 months after the decision"
DECIDERS = "moderators who have nothing to do with either side; of the decision, both sides"
STAYS = "stays with the other side, as of a former member; goes when nobody is left to read it"

personal(
    Conversation,
    "subject about_kind about_key about_title started_at last_at key",
    why=CONTACT,
    kept=CONVERSATION,
    seen_by=SIDES,
    erased=STAYS,
)
personal(
    Participation,
    "person conversation is_asker is_hidden unread archived_at",
    why=CONTACT,
    kept=CONVERSATION,
    seen_by=SIDES,
)
personal(
    Message,
    "sender conversation is_of_editors is_withheld shares_address text sent_at",
    why=CONTACT,
    kept=CONVERSATION,
    seen_by=SIDES,
)
personal(
    Correspondent,
    "account most_per_month paused_until stopped_until",
    why=CONTACT,
    kept="as long as the account",
    seen_by="members see until when she takes no questions",
)
personal(
    Draft,
    "account key organisation subject text made_at about_kind about_key about_title",
    why=CONTACT,
    kept="14 days",
    seen_by="she herself",
)
personal(Block, "person other made_at", why=SAFETY, kept="until she takes it back", seen_by="she herself")
personal(
    Report,
    "reporter message reason note reported_at",
    why=SAFETY,
    kept=REPORT,
    seen_by=DECIDERS,
)
personal(
    Report,
    "decided_by decision decision_reason decided_at",
    why=SAFETY,
    kept=REPORT,
    seen_by=DECIDERS,
)
personal(Report, "answered_by answer answered_at", why=SAFETY, kept=REPORT, seen_by=DECIDERS)

tie("contact.Draft.organisation", "the question stays, for whoever the case leads to")
tie("contact.Participation.person", "goes; " + STAYS, before=conversations_let_go)
tie("contact.Message.sender", "the message stays with the other side, without her name")
tie("contact.Correspondent.account", "goes with the account")
tie("contact.Draft.account", "goes with the account")
tie("contact.Block.person", "goes with the account")
tie("contact.Block.other", "goes with the account of either")
tie("contact.Report.reporter", "the report stays until its time is over, without her")
tie("contact.Report.decided_by", "the decision stays, without who took it")
tie("contact.Report.answered_by", "the answer stays, without who gave it")
