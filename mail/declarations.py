"""What mail holds of people, and what becomes of it."""

from core.processing import not_personal, personal
from core.ties import tie
from mail.models import AddressRefusal, Delivery, SignedLink

MAIL = "Mail: each letter reaches its reader once, and only as long as it is right"

GOES = "goes with the account"
NOBODY = "nobody"

personal(
    Delivery,
    "person kind about message_id state tries planned_at next_at ended_at problem",
    why=MAIL,
    kept="90 days after it was sent, dropped or refused",
    seen_by=NOBODY,
)
personal(
    SignedLink,
    "person purpose subject made_at used_at",
    why=MAIL,
    kept="120 days",
    seen_by="who has the link reads her name",
)
personal(
    AddressRefusal,
    "address refused_at",
    why=MAIL,
    kept="until she says that the address is right, or confirms another one",
    seen_by="she herself",
    erased=GOES,
)
not_personal(AddressRefusal, "problem")

tie("mail.Delivery.person", "goes with the account, also a letter that waits")
tie("mail.SignedLink.person", "stops working, and goes with the account")
