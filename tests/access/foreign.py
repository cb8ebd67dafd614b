"""Objects that somebody may not see, and how they are asked for; a room adds its own in `references`.

What is the same to everybody stands in `DOORS`, with the reason.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from addresses import KEY, PEOPLE, addresses, routes
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from django.core.files.base import ContentFile
from django.utils import timezone
from matrix import ROLES, may
from wagtail.documents.models import Document
from wagtail.models import Collection, CollectionViewRestriction

from contact.models import Block, Conversation, Draft, Message, Participation
from members.models import Member
from organisations.models import Organisation
from practices.models import PracticeIndexPage, PracticePage
from users.models import User

STRANGERS, OUTSIDE = ROLES[:2], ROLES[:3]
HIDDEN = KEY + 100  # the key of what is made here, five digits like that of what is not there
NO_KEY = KEY + 8000
THREAD, NO_THREAD = (f"00000000-0000-4000-8000-00000000000{number}" for number in (1, 2))
WORD = "zqvxtwrel"  # in the names of the hidden, and in no language
# Fields that no list is sorted by, and that no answer includes.
FIELDS = ("user__email", "contact__user", "visibility__name", "workplace_proof", "is_superuser")
ENDS = ("", "fields=*", "include=contact", "expand=user", "order=email", "format=json", "page=2", "pagina=2")
ENDS += ("next=/cms/", "preview=1", "rev=1", "sorteer=nieuwste", "lang=en", "version=2", "limit=100", "q=de")

# What answers in its own way though it may not be seen, and why that is right.
DOORS = {
    "a page or a document with a password": "who has the password has to be asked for it",
    "a page for people who are logged in, or for a group": "who was sent it has to be asked who she is",
    "an address of `/cms/` that a role may use": "who works there sees what exists, as its lists show it",
    "an address of `/cms/` that needs another right": (
        "who works there is told that she lacks it, as by Wagtail everywhere; that a number is in use says "
        "nothing, as they count up"
    ),
}


@dataclass(frozen=True)
class Reference:
    """A way to ask for objects: `address` has `{}` for what names one, `there` the names of some that exist.

    `roles` are those to whom they are nothing. `missing` names others that do not exist, each as long as one
    of `there`. `told` is what of the answer tells that it exists, with the reason where it is used.
    """

    name: str
    address: str
    there: tuple[str, ...]
    roles: tuple[str, ...] = ROLES
    missing: tuple[str, ...] = ()
    told: tuple[str, ...] = ()

    def pairs(self) -> Iterator[tuple[str, str, str, str]]:
        """Yield address and name of an object, then of one that does not exist."""
        for number, name in enumerate(self.there):
            other = self.missing[number] if self.missing else unlike(name)
            yield self.address.replace("{}", name), name, self.address.replace("{}", other), other


def unlike(name: str) -> str:
    """Return a name of the same length and sort that nothing has."""
    return str(int(name) + NO_KEY - KEY) if name.isdecimal() else f"{name[:-1]}j"


def make_foreign(home: Any, run_tasks: Any) -> None:
    """Make what the tests ask for, beside what `planted` made: profiles, drafts, files and a second step."""
    body = Organisation.objects.get(pk=KEY)
    now = timezone.now()
    kinds: list[tuple[Any, dict[str, Any]]] = [
        (now, {"visibility": {"name": "private"}}),
        (now, {"visibility": {"name": "organisation"}, "workplace_proof": "moderator"}),
        (now, {"is_listed": False}),
        (None, {}),
    ]
    for key, (approved_at, fields) in enumerate(kinds, HIDDEN):
        user = User.objects.create(pk=key, email=f"{WORD}{key}@adres.example", approved_at=approved_at)
        Member.objects.create(pk=key, user=user, organisation=body, name=f"{WORD} {key}", **fields)
    Authenticator.objects.create(
        pk=HIDDEN, user_id=HIDDEN, type=Authenticator.Type.WEBAUTHN, data={"name": WORD, "credential": {}}
    )
    draft = PracticePage(pk=HIDDEN, title=f"{WORD} concept", slug=f"{WORD}-concept", live=False)
    PracticeIndexPage.objects.get(locale=home.locale).add_child(instance=draft)
    draft.save_revision()
    closed = Collection.get_first_root_node().add_child(instance=Collection(pk=HIDDEN, name=WORD))
    CollectionViewRestriction.objects.create(pk=HIDDEN, collection=closed, restriction_type="login")
    Document.objects.create(pk=HIDDEN, title=WORD, file=ContentFile(b"stuk", "stuk.txt"), collection=closed)
    conversation = Conversation.objects.create(pk=HIDDEN, key=THREAD, subject=WORD)
    for person in (HIDDEN, HIDDEN + 1):
        Participation.objects.create(conversation=conversation, person_id=person)
    Message.objects.create(pk=HIDDEN, conversation=conversation, sender_id=HIDDEN, text=WORD)
    Draft.objects.create(key=THREAD, account_id=HIDDEN, subject=WORD, text=WORD)
    Block.objects.create(pk=HIDDEN, person_id=HIDDEN, other_id=HIDDEN + 1)
    run_tasks()


def references(planted: dict[str, Any]) -> Iterator[Reference]:
    """Yield every way to ask for something foreign."""
    yield from _people(planted)
    yield from _pages(planted)
    yield from _files(planted)
    yield from _accounts()
    yield from _messages()
    yield from _lists()


def _people(planted: dict[str, Any]) -> Iterator[Reference]:
    """Yield profiles by their slugs and keys: hidden ones, and to strangers every one."""
    hidden = tuple(
        Member.objects.filter(pk__in=[*PEOPLE, *range(HIDDEN, HIDDEN + 4)]).values_list("slug", flat=True)
    )
    for start in ("/leden/", "/en/leden/"):
        for end in ("", "foto/"):
            yield Reference("hidden profile", f"{start}{{}}/{end}", hidden)
            yield Reference("profile", f"{start}{{}}/{end}", (planted["member"],), STRANGERS)
    keys = tuple(str(key) for key in (*PEOPLE, *range(HIDDEN, HIDDEN + 4)))
    chooser = "/cms/snippets/choose/members/member/"
    yield Reference("hidden profile, chosen", f"{chooser}chosen/{{}}/", keys)
    yield Reference("hidden profiles, chosen", f"{chooser}chosen-multiple/?id={{}}", keys)


def _pages(planted: dict[str, Any]) -> Iterator[Reference]:
    """Yield drafts and closed cases by their slugs."""
    draft, closed = f"{WORD}-concept", "besloten"
    yield Reference("draft", "/praktijkvoorbeelden/{}/", (draft,))
    yield Reference("draft, in English", "/en/cases-of-good-practice/{}/", (draft,))
    for address in ("/api/v1/cases/{}", "/api/v1/cases/{}/similar", "/omslag/{}-00000000.svg"):
        yield Reference("draft or closed case", address, (draft, closed))
    yield Reference("draft, at the front", "/{}/", (draft, closed))


def _messages() -> Iterator[Reference]:
    """Yield conversations, waiting questions and blocks of others, and what is hidden in the message box."""
    for end in ("", "archief/", "blokkeren/", f"melden/{HIDDEN}/"):
        yield Reference("conversation", f"/berichten/{{}}/{end}", (THREAD,), missing=(NO_THREAD,))
    yield Reference("question that waits", "/berichten/concept/{}/", (THREAD,), missing=(NO_THREAD,))
    yield Reference("block", "/berichten/instellingen/{}/toelaten/", (str(HIDDEN),))
    hidden = tuple(Member.objects.filter(pk__in=range(HIDDEN, HIDDEN + 4)).values_list("slug", flat=True))
    yield Reference("hidden profile, asked", "/berichten/nieuw/?over=member:{}", hidden)
    yield Reference("draft, asked about", "/berichten/nieuw/?over=case:{}", (f"{WORD}-concept",))


def _files(planted: dict[str, Any]) -> Iterator[Reference]:
    """Yield documents and originals of images."""
    keys = (str(KEY), str(HIDDEN))
    for name in (planted["file"], "stuk.txt", "ander.txt"):
        yield Reference("document", f"/documenten/{{}}/{name}", keys, OUTSIDE)
    yield Reference(
        "original", "/cms/bestanden/original_images/{}", (planted["image"].rpartition("/")[2],), OUTSIDE
    )


def _accounts() -> Iterator[Reference]:
    """Yield the second step and the new password of somebody else."""
    for end in ("edit", "remove"):
        yield Reference("second step", f"/accounts/2fa/webauthn/keys/{{}}/{end}/", (str(HIDDEN),))
    people = User.objects.in_bulk([*PEOPLE, HIDDEN])
    yield Reference(
        "new password",
        "/accounts/password/reset/key/{}-d1a2b3-0123456789abcdef0123456789abcdef/",
        tuple(user_pk_to_url_str(user) for user in people.values()),
        missing=tuple(user_pk_to_url_str(User(pk=int(unlike(str(key))))) for key in people),
        told=("queries",),  # the number of an account says nothing about anybody
    )


def _lists() -> Iterator[Reference]:
    """Yield lists: searched for what is hidden, filtered, sorted and with fields that nobody is given."""
    chooser = "/cms/snippets/choose/members/member/results/"
    searched = ("/zoeken/", "/en/zoeken/", "/leden/", "/organisaties/", "/praktijkvoorbeelden/", chooser)
    for path in (*searched, "/api/v1/search", "/api/v1/suggest", "/zoeken/resultaten.csv"):
        yield Reference("search", f"{path}?q={{}}", (WORD,))
    lists = (*searched, "/api/v1/search", "/api/v1/cases", "/api/v1/organisations")
    for path in lists:
        for name in ("sorteer", "sort", "ordering", "include", "fields", "expand"):
            yield Reference("field", f"{path}?{name}={{}}", FIELDS)
        for name in (
            "organisatie",
            "organisation",
            "thema",
            "theme",
            "zoekt",
            "spreekt",
            "vragen",
            "bevestigd",
            "contact",
            "author",
        ):
            yield Reference("value", f"{path}?{name}={{}}", (WORD, f"{WORD}-concept", str(HIDDEN)))


def closed_routes(role: str, planted: dict[str, Any]) -> Iterator[tuple[Reference, str, str, str, str]]:
    """Yield pairs for every route of `/cms/` that names something, to a role that does not work there."""
    if role not in OUTSIDE:
        return
    for route in dict.fromkeys(routes()):
        if not route.startswith("cms/") or may(route, role):
            continue
        for address in addresses(route, planted):
            if str(KEY) in address:
                reference = Reference(route, address.replace(str(KEY), "{}"), (str(KEY),), (role,))
                yield from ((reference, *pair) for pair in reference.pairs())
