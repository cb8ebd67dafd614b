"""What counted questions and wishes may hold of people."""

from core.processing import not_personal, personal
from core.ties import tie
from members.models import Member
from querylog.models import CaseWish, QuestionCount
from querylog.services import name_forget
from users.models import User

QUESTIONS = "Questions: editors see what visitors look for and miss"
NAMED = "what has her name goes"

personal(
    QuestionCount,
    "question",
    why=QUESTIONS,
    kept="90 days; 7 days when few asked it; nothing that looks like a name, an address or a number",
    seen_by="editors and moderators, when it was asked three times or more",
    erased=NAMED,
)
not_personal(
    QuestionCount,
    "day language listing asked without_result hits maybe facets clicks_first clicks_top clicks_page "
    "clicks_beyond",
)
personal(
    CaseWish,
    "question note",
    why=QUESTIONS,
    kept="90 days after it was dealt with",
    seen_by="editors and moderators",
    erased=NAMED,
)
not_personal(CaseWish, "times state changed_date")

# Once she is gone, nobody knows that these words are a name.
tie("querylog.QuestionCount.question", NAMED, lambda user: name_forget(user.get_full_name()), of=User)
tie("querylog.QuestionCount.question", NAMED, lambda member: name_forget(member.name), of=Member)
