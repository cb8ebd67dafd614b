"""What accounts hold of people, in our own tables and in those of allauth, sessions and Wagtail."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from wagtail.users.models import UserProfile

from core.declarations import WORK
from core.processing import holds_nothing, personal
from core.ties import tie
from users.models import MembershipSettings, User
from users.services import address_forget, farewell_bid

ACCOUNTS = "Accounts: somebody logs in, and nobody else in her name"
ADMISSION = "Admission: moderators decide who becomes a member"

HERS = "as long as the account"
GOES = "goes with the account"
ADMINISTRATORS = "she herself; administrators"
NOBODY = "nobody else"

personal(
    User,
    "email",
    why=ACCOUNTS,
    kept=HERS,
    seen_by="she herself; administrators; moderators while the account waits or was turned down; "
    "what stands behind the @, moderators who confirm where she works",
    erased=GOES,
)
personal(
    User,
    "first_name last_name",
    why=ACCOUNTS,
    kept=HERS,
    seen_by="she herself; administrators; moderators while she waits; who works in `/cms/`, of each other",
    erased=GOES,
)
personal(User, "password", why=ACCOUNTS, kept=HERS, seen_by="nobody; it is hashed", erased=GOES)
personal(
    User,
    "last_login language is_active is_staff is_superuser groups user_permissions",
    why=ACCOUNTS,
    kept=HERS,
    seen_by=ADMINISTRATORS,
    erased=GOES,
)
personal(
    User,
    "organisation_hint date_joined approved_at declined_at decline_reason",
    why=ADMISSION,
    kept=HERS,
    seen_by="she herself; moderators; administrators",
    erased=GOES,
)
personal(
    User,
    "confirmed_at",
    why=ADMISSION,
    kept=HERS,
    seen_by="she herself; members, who see whether it was in the last three months, half year or year",
    erased=GOES,
)
personal(User, "approved_by", why=ADMISSION, kept=HERS, seen_by="administrators")
holds_nothing(MembershipSettings, because="a domain is of all people of a body")

personal(
    EmailAddress, "user email verified primary", why=ACCOUNTS, kept=HERS, seen_by=ADMINISTRATORS, erased=GOES
)
personal(
    Authenticator,
    "user type data created_at last_used_at",
    why=ACCOUNTS,
    kept="until she takes it away",
    seen_by=NOBODY,
    erased=GOES,
)
personal(
    UserSession,
    "user ip user_agent session_key created_at last_seen_at data",
    why=ACCOUNTS,
    kept="as long as the session",
    seen_by=NOBODY,
    erased=GOES,
)
personal(
    Session,
    "session_key session_data expire_date",
    why=ACCOUNTS,
    kept="two weeks",
    seen_by="nobody",
    erased="her sessions go with the account",
)
personal(
    UserProfile,
    "user avatar preferred_language current_time_zone theme contrast density keyboard_shortcuts dismissibles "
    "submitted_notifications approved_notifications rejected_notifications updated_comments_notifications",
    why=WORK,
    kept=HERS,
    seen_by="who works in `/cms/` sees the picture",
    erased=GOES,
)

tie("account.EmailAddress.user", "goes with the account, after one last letter", before=farewell_bid)
tie("users.User.approved_by", "the approval stays, without who gave it")
tie("mail.AddressRefusal.address", "goes with the account", before=address_forget, of=User)
