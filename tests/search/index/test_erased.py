"""Who leaves is erased everywhere: planted words of hers are in no row, no file and no document afterwards.

They stand in every field of four profiles, each shown to others, and in all that an account leaves behind.
"""

import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.files.base import ContentFile
from django.db import connection
from django.test import Client
from django.utils import timezone
from PIL import Image
from wagtail.admin.models import FormState
from wagtail.documents.models import Document
from wagtail.log_actions import log
from wagtail.models import Comment, CommentReply, ModelLogEntry, Page, PageLogEntry
from wagtail.users.models import UserProfile

from mail.models import AddressRefusal
from mail.services import delivery_plan, link_make
from members.choices import FIELDS, Visibility
from members.models import Expertise, Member, Sought
from organisations.models import Organisation
from querylog.models import CaseWish, QuestionCount
from taxonomy.models import Theme
from users.models import User
from users.services import account_approve, account_erase

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

MARK = "kwartelplan"  # begins every planted word
KEPT = "kwartelkopie"  # what a case says about somebody, written by an editor


@pytest.fixture(params=[pytest.param("engine", marks=pytest.mark.engine), "database"])
def follow(request: pytest.FixtureRequest) -> Callable[[], None]:
    """Return a function that lets the index follow the database; once with the engine, once without."""
    return request.getfixturevalue("index" if request.param == "engine" else "fallback")


@pytest.fixture
def all_bytes(request: pytest.FixtureRequest, own_files: Any) -> Callable[[], str]:
    """Return a function that reads every row of every table, every file, and every document of the engine."""
    is_indexed = "engine" in request.node.callspec.params.values()
    engine = request.getfixturevalue("engine") if is_indexed else None

    def read() -> str:
        parts = [*rows(), *files(own_files.private), *files(own_files.public)]
        parts += [str(session.get_decoded()) for session in Session.objects.all()]
        if engine:
            place = f"{settings.SEARCH_INDEX_PREFIX}-*"
            engine.indices.refresh(index=place)
            hits = engine.search(index=place, size=1000, expand_wildcards="all")["hits"]["hits"]
            assert hits
            parts += [str(hits), str(engine.indices.get_settings(index=place).body)]
        return "\n".join(parts).casefold()

    return read


def rows() -> Iterator[str]:
    """Yield each row of each table as text."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608  names of tables
            for row in cursor.fetchall():
                yield f"{table}: {[as_text(value) for value in row]}"


def as_text(value: Any) -> str:
    """Return a value of a column as text, also one of bytes."""
    return bytes(value).decode("latin-1") if isinstance(value, bytes | memoryview) else str(value)


def files(folder: Path) -> Iterator[str]:
    """Yield the name and the bytes of each file."""
    for path in folder.rglob("*"):
        yield f"{path}: {path.read_bytes().decode('latin-1')}" if path.is_file() else str(path)


class Planted:
    """Somebody whose every word begins with the mark; `words` are all that were planted."""

    def __init__(self, visibility: str) -> None:
        """Begin with no word planted."""
        self.visibility = visibility
        self.words: list[str] = []

    def word(self, name: str) -> str:
        """Return a word that nothing else has."""
        self.words.append(f"{MARK}{name}{self.visibility}")
        return self.words[-1]

    def plant(self, body: Organisation, theme: Theme) -> User:
        """Make the account and the profile."""
        user = User.objects.create_user(
            f"{self.word('adres')}@leden.example",
            "Zeer-geheim-41",
            first_name=self.word("voornaam").title(),
            last_name=self.word("achternaam").title(),
            organisation_hint=self.word("werkgever"),
            decline_reason=self.word("reden"),
        )
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        TOTP.activate(user, generate_totp_secret())
        texts = {name: self.word(name) for name in ("role", "about", "can_help", "seeks")}
        member = Member(
            user=user,
            name=f"{user.first_name} {self.word('profielnaam').title()}",
            organisation=body,
            languages=["nl", self.word("taal")],
            links=f"https://{self.word('link')}.example",
            visibility=dict.fromkeys(FIELDS, self.visibility),
            **texts,
        )
        member.photo.save("foto.webp", ContentFile(picture(self.word("foto"))))
        Expertise.objects.create(member=member, theme=theme)
        Sought.objects.create(member=member, theme=theme)
        log(member, "members.claim", user=user, data={"organisation": self.word("claim")})
        return user

    def leave_traces(self, user: User, boss: User, case: Page) -> None:
        """Leave what somebody leaves who logs in, works in `/cms/` and is asked for."""
        client = Client()
        client.force_login(user)
        UserSession.objects.create(
            user=user,
            ip="127.0.0.1",
            user_agent=self.word("browser"),
            session_key=client.session.session_key,
        )
        UserProfile.objects.create(
            user=user, avatar=ContentFile(picture(self.word("plaatje")), "plaatje.webp")
        )
        FormState.objects.create(
            user=user,
            content_object=case,
            data=f"title={self.word('formulier')}",
            last_updated_at=timezone.now(),
        )
        comment = Comment.objects.create(
            page=case, user=user, text=self.word("opmerking"), contentpath="title"
        )
        comment.log_create(user=user)
        asked = Comment.objects.create(page=case, user=boss, text="Klopt dit?", contentpath="title")
        for above, who, text in (
            (comment, boss, "Dank je"),
            (asked, user, self.word("antwoord")),
        ):
            reply = CommentReply.objects.create(comment=above, user=who, text=text)
            reply.log_create(user=who)
        Page.objects.get(pk=case.pk).specific.save_revision(user=boss)
        Document.objects.create(title="Stuk", file=ContentFile(b"stuk", "stuk.txt"), uploaded_by_user=user)
        name = user.member.name.casefold()
        for number, question in enumerate((name, f"wat doet {self.words[2]}")):
            QuestionCount.objects.create(day=timezone.localdate(), question=question, asked=number + 1)
        CaseWish.objects.create(question=name, note="gezocht")
        CaseWish.objects.create(question=f"wens {self.visibility}", note=f"blijft\nvan {name}")

    def leave_mail(self, user: User) -> None:
        """Leave a mail that waits, and one that the mail server refused."""
        delivery_plan(person=user, kind="approved", about="waits")
        AddressRefusal.objects.create(address=user.email, problem="550")
        link_make(person=user, purpose="yearly", subject="x")


def picture(comment: str) -> bytes:
    """Return a small image with words behind its last byte."""
    file = io.BytesIO()
    Image.new("RGB", (4, 4), "navy").save(file, "WEBP")
    return file.getvalue() + comment.encode()


@pytest.fixture
def case(make_case: Callable[..., Any]) -> Any:
    """Return a case that says something about somebody in its text."""
    return make_case("zaak", "Een voorbeeld", f"Hier schreef een redacteur {KEPT}.")


@pytest.fixture
def people(case: Any, follow: Callable[[], None], own_files: Any) -> dict[User, Planted]:
    """Plant four people, each of whom is contact and author of the case, in a revision and live."""
    boss = User.objects.create_superuser("beheer@adres.example")
    body, theme = Organisation.objects.create(name="Gemeente Proefstad"), Theme.objects.create(name="Water")
    planted = {}
    for person in map(Planted, Visibility.values):
        user = person.plant(body, theme)
        account_approve(user=user, moderator=boss)
        User.objects.filter(pk=user.pk).update(decline_reason=person.words[4])
        case.contact, case.authors = user.member, [user.member]
        case.save_revision(user=user, log_action=True).publish()
        Page.objects.filter(pk=case.pk).update(owner=user)
        person.leave_traces(user, boss, case)
        planted[user] = person
    follow()
    for user, person in planted.items():
        person.leave_mail(user)
    return planted


def test_no_word_of_who_left_is_anywhere(
    people: dict[User, Planted],
    all_bytes: Callable[[], str],
    follow: Callable[[], None],
    django_capture_on_commit_callbacks: Any,
) -> None:
    before = all_bytes()
    words = [word for person in people.values() for word in person.words]
    assert [word for word in words if word not in before] == []
    with django_capture_on_commit_callbacks(execute=True):
        for user in list(people):
            account_erase(user=user)
    follow()
    assert [line for line in all_bytes().splitlines() if MARK in line] == []
    assert not Session.objects.exists()


def test_what_others_wrote_in_comments_stays(people: dict[User, Planted], case: Any) -> None:
    for user in list(people):
        account_erase(user=user)
    assert set(Comment.objects.values_list("text", flat=True)) == {"Klopt dit?"}
    version = Page.objects.get(pk=case.pk).latest_revision
    comments = version.content["wagtail_admin_comments"]
    assert [(comment["text"], comment["replies"]) for comment in comments] == [("Klopt dit?", [])] * 4


def test_what_stays_is_what_the_page_says(
    people: dict[User, Planted], case: Any, all_bytes: Callable[[], str], follow: Callable[[], None]
) -> None:
    """The text of a case, without her as contact or author, and by number what was done and when."""
    keys = [user.pk for user in people]
    for user in list(people):
        account_erase(user=user)
    follow()
    case = type(case).objects.get(pk=case.pk)
    assert KEPT in str(case.body)
    assert (case.contact, list(case.authors.all()), case.owner) == (None, [], None)
    assert set(PageLogEntry.objects.filter(page=case.pk).values_list("user", flat=True)) >= set(keys)
    labels = set(ModelLogEntry.objects.values_list("label", flat=True))
    assert labels >= {f"account {key}" for key in keys}
    assert CaseWish.objects.get(question="wens public").note == "blijft"
