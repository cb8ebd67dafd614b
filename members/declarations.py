"""What profiles hold of people, and what becomes of them."""

from core.processing import holds_nothing, not_personal, personal
from core.ties import tie
from members.models import Expertise, Member, MemberIndexPage, OrganisationContact, Sighting, Sought
from members.services import account_profile_withdraw

FINDING = "Finding each other: members see who knows what, who seeks it, and where she works"

PROFILE = "as long as the profile"
GOES = "goes with the profile"

personal(Member, "user", why=FINDING, kept=PROFILE, seen_by="moderators while the account waits")
personal(
    Member,
    "name organisation",
    why=FINDING,
    kept=PROFILE,
    seen_by="whom she chose: everyone, members, colleagues, nobody; moderators always",
    erased=GOES,
)
personal(
    Member,
    "photo role about can_help seeks languages links",
    why=FINDING,
    kept=PROFILE,
    seen_by="whom she chose, field by field",
    erased=GOES,
)
personal(
    Member,
    "slug visibility is_listed workplace_proof created_at updated_at",
    why=FINDING,
    kept=PROFILE,
    seen_by="she herself; moderators; the slug, who may open the profile",
    erased=GOES,
)
personal(
    Member,
    "is_suggested shares_card shares_email",
    why=FINDING,
    kept=PROFILE,
    seen_by="she herself; members see whether there is a card",
    erased=GOES,
)
not_personal(Member, "is_demo")
for row, field in ((Expertise, "theme technique level"), (Sought, "theme technique")):
    personal(row, field, why=FINDING, kept=PROFILE, seen_by="whom she chose", erased=GOES)
    personal(row, "member", why=FINDING, kept=PROFILE, seen_by="whom she chose")
    tie(f"{row._meta.label}.member", GOES)
    tie(f"{row._meta.label}.theme", "the row goes: the word no longer says what she knows or seeks")
    tie(f"{row._meta.label}.technique", "the row goes: the word no longer says what she knows or seeks")
personal(
    Sighting,
    "account kind person seen_at",
    why="Against copying: nobody may take the directory over",
    kept="a day",
    seen_by="nobody; of whom she saw it keeps a code that cannot be read",
)
personal(
    OrganisationContact,
    "member organisation confirmed_by since_date",
    why=FINDING,
    kept="until a moderator takes it back, or she works elsewhere",
    seen_by="members; moderators",
)
tie("members.Sighting.account", "goes with the account")
tie("members.OrganisationContact.member", "goes: colleagues and the editors are asked then")
tie("members.OrganisationContact.organisation", "goes with the organisation")
tie("members.OrganisationContact.confirmed_by", "the contact stays, without who confirmed her")
holds_nothing(MemberIndexPage, because="a list")

tie("members.Member.user", "the profile goes with the account", before=account_profile_withdraw)
tie("members.Member.organisation", "the profile stays, without a place of work")
