"""Words planted in everything that not everybody may read, and a table by hand of who may read each of them.

Most are planted by what people do on the site, so that each answer on the way is searched too.
"""

import io
from dataclasses import dataclass, field
from typing import Any

from addresses import KEY
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.usersessions.models import UserSession
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.utils import timezone
from PIL import Image

from core.roles import EDITORS, MODERATORS
from mail.models import SignedLink
from mail.services import link_make
from members.choices import FIELDS
from members.models import Member
from organisations.models import Organisation
from peers.models import Dismissal
from practices.models import PracticeIndexPage, PracticePage
from querylog.models import CaseWish, QuestionCount
from reuse.choices import Change, Source, Standing, Via, Words
from reuse.models import Adoption, AdoptionEvent
from users.models import User

MARK = "kwikstaart"  # begins every planted word
FINDER = "watermolen"  # stands beside them, so that a search finds the text without typing a planted word
ROLES = ("visitor", "waiting", "elsewhere", "colleague", "owner", "other", "editor", "moderator")
ROLES += ("administrator",)
GROUPS = {"editor": EDITORS, "moderator": MODERATORS}
HOME = KEY  # the organisation of the owner, and of her colleague

EVERYONE = {*ROLES, "blocked"}  # she is a colleague of the owner who hides her name
MEMBERS = EVERYONE - {"visitor", "waiting"}
COLLEAGUES = {"colleague", "owner", "blocked"}
STAFF = {"editor", "moderator", "administrator"}
DECIDERS = {"moderator", "administrator"}
SIDES = {"owner", "other"}
NOBODY: set[str] = set()
LEVELS = {"public": EVERYONE, "members": MEMBERS, "organisation": COLLEAGUES, "private": {"owner"}}
TEXTS = ("role", "about", "help", "seeks", "language", "link", "photo")

# Who may read a word. A reader is a role, the person whom a mail is for, or a place where words are kept.
MAY_READ: dict[str, set[str]] = {f"{name}{level}": who for level, who in LEVELS.items() for name in TEXTS}
# Strangers open no profile: of one that is public they read the card beside a case.
MAY_READ |= dict.fromkeys(("aboutpublic", "seekspublic", "languagepublic", "linkpublic"), MEMBERS)
MAY_READ |= {
    # Names of people by who may see them, and what is public in a profile whose name is not.
    "namemembers": MEMBERS,
    "aboutnamemembers": MEMBERS,
    "nameorganisation": COLLEAGUES | DECIDERS,
    "aboutnameorganisation": COLLEAGUES,
    "nameprivate": {"owner", "blocked"} | DECIDERS,  # she wrote to the owner
    "aboutnameprivate": {"blocked"},
    "nameunlisted": DECIDERS,
    "aboutnameunlisted": NOBODY,
    "nameclosed": DECIDERS,
    "aboutnameclosed": NOBODY,
    # Accounts: names, addresses, what was typed at the sign-up, and why somebody was refused.
    "firstowner": {"owner", "administrator"},
    "firstwaiting": {"waiting"} | DECIDERS,
    "firstdeclined": {"declined"} | DECIDERS,
    "firsteditor": STAFF,  # the log of /cms/ says who did what
    "firstmoderator": STAFF,
    "addressowner": {"owner", "administrator"},
    "addresscolleague": MEMBERS,  # on her card
    "addressother": SIDES | {"administrator"},  # sent along with an answer
    "addresselsewhere": {"elsewhere", "administrator"},
    **{f"address{name}": {"administrator"} for name in ("public", "members", "organisation")},
    "addresswaiting": {"waiting"} | DECIDERS,
    "addressdeclined": {"declined"} | DECIDERS,
    "addresseditor": {"editor", "administrator"},
    "addressmoderator": {"moderator", "administrator"},
    "addressadministrator": {"administrator"},
    "hintowner": NOBODY,
    "hintwaiting": DECIDERS,
    "hintdeclined": DECIDERS,
    "refusal": {"declined"} | DECIDERS,
    "browser": NOBODY,
    # Contact: what two sides wrote, what one of them never got, what waits, and what moderators decide.
    "subject": SIDES,
    "question": SIDES | DECIDERS,
    "answer": SIDES | DECIDERS,
    "withheld": {"other"},
    "openersubject": {"blocked", "owner"},
    "openertext": {"blocked", "owner"},
    "keptsubject": {"blocked"},  # of somebody who was blocked before she asked
    "kepttext": {"blocked"},
    "subjecteditors": {"owner"} | STAFF,
    "toeditors": {"owner"} | STAFF,
    "fromeditors": {"owner"} | STAFF,
    "draftsubject": {"waiting"},
    "drafttext": {"waiting"},
    "strangersubject": NOBODY,
    "strangertext": NOBODY,
    "note": DECIDERS,
    "decision": SIDES | DECIDERS,
    "objection": DECIDERS,
    # Adoptions: words that everybody reads, that wait, are hidden, of a proposal, or of before.
    "shownwords": EVERYONE,
    **dict.fromkeys(("waitingscope", "waitingchanged", "waitingeffect", "waitingstop"), COLLEAGUES | STAFF),
    "hiddenwords": COLLEAGUES | STAFF,
    "withoutsource": COLLEAGUES | STAFF,
    "withsource": COLLEAGUES | STAFF,
    "endedwords": COLLEAGUES | STAFF,
    "saidchanged": COLLEAGUES | STAFF,
    "hidereason": COLLEAGUES | STAFF,
    "mistyped": {"elsewhere"},  # in a form that was not right, and stays there
    "nobody": {"elsewhere"},
    "wordsbefore": NOBODY,
    # Cases that are not for everybody, questions and wishes.
    "closedcase": STAFF,
    "draftcase": STAFF,
    "askedonce": NOBODY,
    "askedoften": STAFF,
    "wish": STAFF,
    "wishnote": STAFF,
    # Keys of links in mails.
    "keyofother": {"other"},
    "keyofowner": NOBODY,
}
# What stays when all leave but `other`, `elsewhere` and who works on the site: decisions 0025 and 0026.
STAYS = {
    "subject": {"other"},
    **{name: {"other"} | DECIDERS for name in ("question", "answer", "decision")},
    **{name: MAY_READ[name] for name in ("note", "objection", "withheld", "keyofother")},
    **{name: MAY_READ[name] for name in ("firsteditor", "firstmoderator", "addresseditor")},
    **{name: MAY_READ[name] for name in ("addressmoderator", "addressadministrator", "addresselsewhere")},
    "addressother": {"other", "administrator"},
    **{name: MAY_READ[name] for name in ("shownwords", "askedoften", "wish", "wishnote")},
    **{name: MAY_READ[name] - COLLEAGUES for name in MAY_READ if name.startswith("waiting")},
    **dict.fromkeys(
        ("hiddenwords", "withoutsource", "withsource", "endedwords", "saidchanged", "hidereason"), STAFF
    ),
    **dict.fromkeys(("closedcase", "draftcase"), STAFF),
}


def word(name: str) -> str:
    """Return the planted word with this name."""
    return MARK + name


@dataclass
class Planted:
    """What was planted: people, by role where they have one, and cases, by their words."""

    people: dict[str, User]
    cases: dict[str, PracticePage] = field(default_factory=dict)


def text_of(name: str) -> str:
    """Return a text with a planted word."""
    return f"{FINDER} {word(name)} en meer"


def make_people() -> dict[str, User]:
    """Make everybody, each with the words of her account and of her profile."""
    home = Organisation.objects.get(pk=HOME)
    others = [
        Organisation.objects.create(name=f"Gemeente {name}", kind="gemeente") for name in ("Ander", "Elders")
    ]
    bodies = dict.fromkeys((*LEVELS, "owner", "colleague"), home)
    bodies |= dict(zip(("other", "elsewhere"), others, strict=True))
    names = ("public", "members", "organisation", *ROLES[1:], "declined")
    people = {name: _make_account(name, KEY + 200 + number) for number, name in enumerate(names)}
    for name, user in people.items():
        if name not in {"waiting", "declined"}:
            level = "private" if name == "owner" else name
            _make_profile(user, name, bodies.get(name), _fields(level) if level in LEVELS else {})
    # The first three were made with the case.
    keys = (KEY, KEY + 1, KEY + 2, KEY + 220, KEY + 221)
    for key, level in zip(keys, ("private", "closed", "unlisted", "members", "organisation"), strict=True):
        _hide(key, f"name{level}", home, level)
    Member.objects.filter(user=people["colleague"]).update(shares_card=True, shares_email=True)
    Member.objects.filter(user=people["members"]).update(shares_card=True)
    return {**people, "blocked": User.objects.get(pk=KEY), "dismissed": User.objects.get(pk=KEY + 2)}


def _make_account(name: str, key: int) -> User:
    """Make an account, with rights and a second step where the role has them."""
    user = User.objects.create_user(
        f"{word('address' + name)}@adres.example",
        "Zeer-geheim-41",
        pk=key,
        first_name=word("first" + name) if f"first{name}" in MAY_READ else name.title(),
        organisation_hint=word("hint" + name) if f"hint{name}" in MAY_READ else "",
        approved_at=None if name in {"waiting", "declined"} else timezone.now(),
        is_superuser=name == "administrator",
    )
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    if name in GROUPS:
        user.groups.add(Group.objects.get(name=GROUPS[name]))
    if name in STAFF:
        TOTP.activate(user, generate_totp_secret())
    return user


def _make_profile(user: User, name: str, body: Organisation | None, fields: dict[str, Any]) -> Member:
    """Make a profile of somebody of whom it is certain where she works."""
    values = {"name": f"Iemand {name}", "organisation": body, "workplace_proof": "moderator"}
    member = Member.objects.create(user=user, pk=user.pk, **values | fields)
    if fields:
        member.photo.save("foto.webp", ContentFile(_photo(f"photo{name}")))
    return member


def _fields(level: str) -> dict[str, Any]:
    """Return the fields of a profile that shows its name and organisation, and all else at one level."""
    return {
        "visibility": dict.fromkeys(FIELDS, level) | {"name": "public", "organisation": "public"},
        "role": text_of(f"role{level}"),
        "about": text_of(f"about{level}"),
        "can_help": text_of(f"help{level}"),
        "seeks": text_of(f"seeks{level}"),
        "languages": ["nl", word(f"language{level}")],
        "links": f"https://{word(f'link{level}')}.example",
    }


def _photo(name: str) -> bytes:
    """Return a picture with a word behind its last byte."""
    buffer = io.BytesIO()
    Image.new("RGB", (4, 4), "navy").save(buffer, "WEBP")
    return buffer.getvalue() + word(name.replace("owner", "private")).encode()


def _hide(key: int, name: str, body: Organisation, level: str) -> None:
    """Make a profile that is public but for its name, or hidden as a whole; some are there."""
    shown = {"name": level} if level in LEVELS else {}
    user = User.objects.get_or_create(
        pk=key, defaults={"email": f"{level}@adres.example", "approved_at": timezone.now()}
    )[0]
    member = Member.objects.filter(pk=key).first() or Member(pk=key, user=user)
    member.name, member.about, member.organisation = f"Iemand {word(name)}", text_of(f"about{name}"), body
    member.slug, member.workplace_proof = "", "moderator"
    member.visibility = dict.fromkeys(FIELDS, "public") | shown
    member.save()


def plant_rows(planted: Planted, home: Any) -> None:
    """Plant what nobody types during the test: adoptions, cases, questions, and traces of accounts."""
    people, body = planted.people, Organisation.objects.get(pk=HOME)
    said = {"standing": Standing.CONFIRMED, "source": Source.OWN, "confirmed_at": timezone.now()}
    proposed = {"standing": Standing.PROPOSED, "source": Source.MAKER, "words": Words.SHOWN}
    waiting = {"stop_words": word("waitingstop"), "changed": word("waitingchanged")}
    waiting |= {"effects": [{"label": word("waitingeffect"), "value": "3", "unit": ""}]}
    rows = {
        "shownwords": said,
        "waitingscope": said | waiting | {"words": Words.WAITING, "status": "stopped", "stop_reason": "cost"},
        "hiddenwords": said | {"words": Words.HIDDEN},
        "withoutsource": proposed,
        "withsource": proposed | {"words": Words.WAITING, "proof": "https://bron.example/stuk"},
        "endedwords": said | {"standing": Standing.ENDED},
    }
    for number, (name, fields) in enumerate(rows.items()):
        case = planted.cases[name] = make_case(home, KEY + 200 + number)
        values = {"status": "in-use", "scope": word(name), "recorded_by": people["owner"]} | fields
        row = Adoption.objects.create(
            pk=case.pk, page=case, case_key=case.translation_key, organisation=body, **values
        )
        before = {"status": "in-use", "changed": word("wordsbefore")}
        AdoptionEvent.objects.create(
            adoption=row,
            change=Change.CHANGED,
            by=people["owner"],
            via=Via.SITE,
            values=before,
            before=before,
        )
    planted.cases["shownwords"].authors = [people["public"].member]
    planted.cases["shownwords"].contact = people["public"].member
    planted.cases["shownwords"].save_revision().publish()
    planted.cases["unsaid"] = make_case(home, KEY + 211)
    draft = make_case(home, KEY + 210, title=f"{FINDER} {word('draftcase')}", is_live=False)
    planted.cases["draft"] = draft
    closed = planted.cases["closed"] = PracticePage.objects.get(pk=KEY + 1)
    closed.summary = text_of("closedcase")
    closed.save_revision().publish()
    _plant_traces(planted)


def _plant_traces(planted: Planted) -> None:
    """Plant questions, wishes, what somebody wants no more of, a browser, and a link that no mail has."""
    people = planted.people
    for name, times in (("askedonce", 1), ("askedoften", 5)):
        QuestionCount.objects.create(day=timezone.localdate(), question=word(name), asked=times)
    CaseWish.objects.create(question=word("wish"), note=word("wishnote"))
    Dismissal.objects.create(person=people["owner"], other=people["dismissed"])
    UserSession.objects.create(
        user=people["owner"], ip="127.0.0.1", user_agent=word("browser"), session_key="niet-van-deze-toets"
    )
    link_make(person=people["owner"], purpose="yearly", subject="x")


def make_case(home: Any, key: int, *, is_live: bool = True, title: str = "") -> PracticePage:
    """Make a case."""
    case = PracticePage(pk=key, title=title or f"{FINDER} {key}", slug=f"zaak-{key}", live=False)
    PracticeIndexPage.objects.get(locale=home.locale).add_child(instance=case)
    revision = case.save_revision()
    if is_live:
        revision.publish()
    return PracticePage.objects.get(pk=case.pk)


def key_of(link: SignedLink) -> str:
    """Return the part of the address of a link that nobody can guess."""
    return link.path.rstrip("/").rpartition(":")[2]
