"""Nobody reads what is not for her: planted words are looked for in all that the site says and keeps.

`planting.py` plants a word in each field of profiles at each visibility, in names that are hidden, in
accounts, in what two sides write and what one of them never gets, in questions that wait, reports and
decisions, in adoptions that wait, are hidden, ended or proposed without a source, in cases that are closed or
drafts, in counted questions and wishes, and in keys of links. Beside each stands by hand who may read it.

Searched are: each answer of every address, by GET and by POST, in nine roles, and each answer to what people
do to plant some of the words: its body, headers, cookies and messages for the next page; every mail, as its
reader; every log record, as it is and as the site writes it; Django's caches and the page cache; and the
rows, documents and vocabulary of the index. Then everybody leaves who can, and all of it is searched again.

`make test` asks for a seeded sample; `make hard` for all, and then each word must also be found by each role
that may read it. An answer that repeats a word of the address that was asked for tells nothing.
"""

import gzip
import html
import json
import logging
import random
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest
from addresses import KEY, addresses, routes
from django.contrib.messages import get_messages
from django.core import mail
from django.core.cache import caches
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from matrix import OWN
from planting import (
    FINDER,
    MARK,
    MAY_READ,
    NOBODY,
    ROLES,
    STAYS,
    Planted,
    key_of,
    make_people,
    plant_rows,
    text_of,
    word,
)

from contact.models import Conversation, Draft, Message, Report
from core.logs import LineFormatter
from mail.models import SignedLink
from members.models import Member
from page_cache import middleware as page_cache
from reuse.models import Adoption, AdoptionEvent
from search.models import AUDIENCES, SearchEntry, Word
from users.models import User
from users.services import account_erase

WORD = re.compile(f"{MARK}([a-z]+)")
ZIPPED = b"\x1f\x8b"  # how a body begins that is
SAMPLE = 40  # answers in each role that `make test` asks for
STAY = ("visitor", "elsewhere", "other", "editor", "moderator", "administrator")
# Of queries, of what a template looks up and of titles: what they say below this level is not written.
BROKEN = 500
WRITTEN = dict.fromkeys(("django.db.backends", "django.template", "wagtail"), logging.WARNING)
STORES = {"index everyone": "visitor", "index members": "elsewhere", "page cache": "visitor"}  # who reads it


def unzip(body: bytes) -> str:
    """Return a body as text."""
    return (gzip.decompress(body) if body.startswith(ZIPPED) else body).decode(errors="replace")


def reader_of(address: str) -> str:
    """Return the name of who has an e-mail address."""
    return address.partition("@")[0].removeprefix(word("address"))


class Search:
    """What was read of the planted words, by word and reader, with the first place where it was."""

    def __init__(self) -> None:
        """Begin with nothing read; the keys of links are looked for too, by the names of words."""
        self.keys: dict[str, str] = {}
        self.place = ""
        self.answers = 0
        self.broken: dict[str, str] = {}  # who asked, by the address of a page that broke
        self.found: dict[str, dict[str, str]] = defaultdict(dict)

    def read(self, reader: str, text: str, place: str) -> None:
        """Note the words of a text, but those that its reader typed in the address herself."""
        self._note(reader, WORD.findall(html.unescape(text).replace("\r\n ", "").casefold()), place)
        self._note(
            reader, [name for name, key in self.keys.items() if key in text and key not in place], place
        )

    def _note(self, reader: str, names: Iterable[str], place: str) -> None:
        """Note words."""
        for name in names:
            if word(name) not in place.casefold():
                self.found[name].setdefault(reader, place)

    def answer(self, reader: str, answer: Any, place: str) -> None:
        """Note the words of an answer."""
        self.answers += 1
        if answer.status_code == BROKEN:
            self.broken[place] = reader
        request = getattr(answer, "wsgi_request", None)
        told = [str(message) for message in get_messages(request)] if request else []
        self.read(reader, f"{unzip(answer.getvalue())} {answer.headers} {answer.cookies} {told}", place)

    def mails(self) -> None:
        """Note the words of each mail as those of its reader, and forget it; links were made with it."""
        for link in SignedLink.objects.select_related("person"):
            self.keys[f"keyof{reader_of(link.person.email)}"] = key_of(link)
        for message in mail.outbox:
            whole = message.message()
            parts = [
                whole.as_string(),
                message.subject,
                *(str(part.get_payload(decode=True)) for part in whole.walk()),
            ]
            for address in message.recipients():
                self.read(reader_of(address), " ".join(parts), "a mail")
        mail.outbox.clear()

    def stores(self) -> None:
        """Note the words of caches and indices."""
        for name in ("default", "counters", "memory"):
            self.read("cache", str(getattr(caches[name], "_cache", {})), f"cache {name}")
        for _version, body, headers in page_cache.STORE.values():
            self.read("page cache", f"{unzip(body)} {headers}", "page cache")
        for audience in AUDIENCES:
            rows = SearchEntry.objects.filter(audience=audience).values()
            said = [json.dumps(row, default=str) for row in rows]
            said += Word.objects.filter(audience=audience).values_list("word", flat=True)
            self.read(f"index {audience}", " ".join(said), "the index")

    def leaks(self, may_read: dict[str, set[str]]) -> dict[tuple[str, str], str]:
        """Return each word and reader who may not read it, with the place."""
        return {
            (name, reader): place
            for name, readers in self.found.items()
            for reader, place in readers.items()
            if STORES.get(reader, reader) not in may_read.get(name, NOBODY)
        }


class LogReader(logging.Handler):
    """Reads each log record, as it is and as the site writes it; the key of a link is in the first alone."""

    def __init__(self, search: Search) -> None:
        """Keep where to note what was read."""
        super().__init__(logging.DEBUG)
        self.search, self.records = search, 0
        self.setFormatter(LineFormatter("{asctime} {levelname} {name} {message}", style="{"))

    def emit(self, record: logging.LogRecord) -> None:
        """Read a record."""
        self.records += 1
        line = self.format(record)
        text = f"{line} {record.getMessage()} {record.args}"
        self.search.read("log", text, f"{self.search.place} {record.name}")
        if any(key in line for key in self.search.keys.values()):
            self.search.found["key in a line"].setdefault("log", record.name)


@pytest.fixture
def _keep_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cache pages from the first moment, and run what waits for a commit at once, as outside a test."""
    monkeypatch.setattr(page_cache, "STORE", page_cache.make_store(2**24))
    monkeypatch.setattr(page_cache, "REST_AFTER_CHANGE", 0.0)
    connection.run_on_commit.clear()
    monkeypatch.setattr(transaction, "on_commit", lambda function, **options: function())


@pytest.fixture
def search(_keep_pages: None) -> Iterator[Search]:
    """Return what notes the words, with every log record from now on."""
    search = Search()
    reader = LogReader(search)
    loggers = [logging.getLogger(name) for name in (None, *logging.root.manager.loggerDict)]
    levels = [(logger, logger.level) for logger in loggers]
    for logger in loggers:
        logger.setLevel(WRITTEN.get(logger.name, logging.DEBUG))
    written, logging.root.handlers = logging.root.handlers, [reader]  # not to the console at this level
    yield search
    logging.root.handlers = written
    for logger, level in levels:
        logger.setLevel(level)
    assert reader.records > 0


class Visits:
    """Browsers of all roles, whose answers are searched."""

    def __init__(self, people: dict[str, Any], search: Search, run_tasks: Callable[[], int]) -> None:
        """Keep who there is."""
        self.people, self.search, self.run_tasks = people, search, run_tasks
        self.clients: dict[str, Client] = {}

    def client(self, role: str) -> Client:
        """Return the browser of a role."""
        if role not in self.clients:
            self.clients[role] = Client(raise_request_exception=False)
            if role != "visitor":
                self.clients[role].force_login(self.people[role])
        return self.clients[role]

    def send(self, role: str, method: str, place: str, **fields: Any) -> Any:
        """Send a request and search the answer."""
        client = self.client(role)
        self.search.place = place
        answer = getattr(client, method)(place, fields, headers={"Accept-Encoding": "gzip"})
        self.search.answer(role, answer, place)
        self.search.place = ""
        return answer

    def look(self, role: str, method: str, place: str) -> Any:
        """Send a request whose changes are undone."""
        client = self.client(role)
        cookies = client.cookies.copy()
        with transaction.atomic():
            answer = self.send(role, method, place)
            transaction.set_rollback(True)
        client.cookies = cookies
        return answer

    def do(self, role: str, place: str, **fields: Any) -> Any:
        """Do something that has to work, follow where it leads to, and send the mail that comes of it."""
        answer = self.send(role, "post", place, **fields)
        assert answer.status_code == 302, (role, place, answer.content.decode()[-3000:])
        self.send(role, "get", answer["Location"])
        self.run_tasks()
        self.search.mails()
        return answer


@pytest.fixture
def planted_words(planted: dict[str, Any], site_frame: Any, search: Search, run_tasks: Any) -> Planted:
    """Plant everything, and return it."""
    words = Planted(make_people())
    plant_rows(words, site_frame)
    run_tasks()
    search.mails()
    return words


@pytest.fixture
def visits(planted_words: Planted, search: Search, run_tasks: Callable[[], int]) -> Visits:
    """Return the browsers, after people asked, blocked, reported, decided and waited."""
    visits = Visits(planted_words.people, search, run_tasks)
    _talk(visits, planted_words)
    _decide(visits, planted_words)
    _wait(visits)
    _adopt(visits, planted_words)
    return visits


def _ask(visits: Visits, role: str, over: str, subject: str, text: str, **fields: Any) -> Conversation:
    """Ask somebody a question through the message box; return the conversation."""
    place = f"/berichten/nieuw/?over={over}" if over else "/berichten/nieuw/"
    form = visits.send(role, "get", place).context["form"]
    values = {"to": form.fields["to"].choices[0][0], "key": str(form.initial["key"])} | fields
    answer = visits.do(role, place, subject=f"{FINDER} {word(subject)}", text=text_of(text), **values)
    return Conversation.objects.get(key=answer["Location"].split("/")[-2])


def _talk(visits: Visits, planted: Planted) -> None:
    """Let two members write, one of whom is blocked, and the owner the editors too."""
    people = planted.people
    talk = _ask(visits, "owner", f"member:{people['other'].member.slug}", "subject", "question")
    visits.do("other", talk.get_absolute_url(), text=text_of("answer"), shares_address="on")
    answer = Message.objects.get(text__contains=word("answer"))
    place = f"{talk.get_absolute_url()}melden/{answer.pk}/"
    visits.do("owner", place, reason="rude", note=text_of("note"), blocks="on")
    visits.do("other", talk.get_absolute_url(), text=text_of("withheld"))
    visits.send("owner", "get", talk.get_absolute_url())
    visits.do("owner", f"{talk.get_absolute_url()}archief/")
    people["blocked"].member.refresh_from_db()
    first = _ask(visits, "blocked", f"member:{people['owner'].member.slug}", "openersubject", "openertext")
    visits.do("owner", f"{first.get_absolute_url()}blokkeren/")
    _ask(visits, "blocked", f"member:{people['owner'].member.slug}", "keptsubject", "kepttext")
    editors = _ask(visits, "owner", "", "subjecteditors", "toeditors", to="redactie")
    visits.do("editor", editors.get_absolute_url(), text=text_of("fromeditors"))


def _decide(visits: Visits, planted: Planted) -> None:
    """Let moderators decide about a message and an account, and let who wrote the message answer that."""
    report = Report.objects.get()
    visits.do("moderator", f"/cms/meldingen/{report.pk}/", decision="warn", reason=text_of("decision"))
    link = SignedLink.objects.get(purpose="report_answer")
    visits.send("visitor", "get", f"{link.path[:-1]}x/")  # a key that is almost right, in a line of the log
    visits.send("other", "get", link.path)
    assert visits.send("other", "post", link.path, text=text_of("objection")).status_code == 200
    declined = planted.people["declined"]
    visits.do("moderator", f"/cms/aanmeldingen/{declined.pk}/afwijzen/", reason=text_of("refusal"))


def _wait(visits: Visits) -> None:
    """Let somebody who waits type a question, and somebody who has no account yet."""
    place = "/berichten/nieuw/?over=case:voorbeeld"
    visits.do("waiting", place, subject=word("draftsubject"), text=text_of("drafttext"))
    visits.do("visitor", place, subject=word("strangersubject"), text=text_of("strangertext"))
    visits.clients.pop("visitor")  # whose browser keeps the question


def _adopt(visits: Visits, planted: Planted) -> None:
    """Let a colleague say what her body does, an editor hide it, and others dismiss or mistype something."""
    page = f"/praktijkvoorbeelden/{planted.cases['unsaid'].slug}/hergebruik/melden/"
    nothing = {"contact": "", "effecten-TOTAL_FORMS": 0, "effecten-INITIAL_FORMS": 0}
    said = visits.do("colleague", page, status="in-use", changed=text_of("saidchanged"), **nothing)
    seen = AdoptionEvent.objects.latest("pk").pk
    visits.do("editor", f"{said['Location']}verberg-tekst/", reason=text_of("hidereason"), seen=seen)
    visits.do("elsewhere", f"/mijn/collegas/{planted.people['members'].member.slug}/niet-voor-mij/")
    wrong = {"name": "Iemand elsewhere", "about": word("mistyped"), "organisation": word("nobody")}
    assert visits.send("elsewhere", "post", "/accounts/profiel/bewerken/", **wrong).status_code == 200


SEARCHED = ("/zoeken/", "/en/zoeken/", "/leden/", "/en/leden/", "/organisaties/", "/praktijkvoorbeelden/")
SEARCHED += ("/api/v1/search", "/api/v1/suggest", "/zoeken/resultaten.csv", "/berichten/", "/cms/search/")
SEARCHED += (
    "/cms/pages/search/",
    "/cms/snippets/choose/members/member/results/",
    "/cms/snippets/members/member/",
)
EXPORTED = (
    "/cms/users/",
    "/cms/reports/site-history/",
    "/cms/snippets/members/member/",
    "/cms/reports/zoekvragen/",
)


def own_places(planted: dict[str, Any], words: Planted) -> list[str]:
    """Return our own addresses, and those of each thing that was planted."""
    numbers = planted | {"member": words.people["public"].member.slug}
    lines = {route: line.get("at", f"/{route}") for route, line in OWN.items()}
    places = [re.sub(r"<[^>]*>", str(KEY), at.format(**numbers)) for at in lines.values() if "(?P" not in at]
    places += ["/", "/en/", "/leden/", "/organisaties/", "/praktijkvoorbeelden/"]
    places += [f"{path}?q={query}" for path in SEARCHED for query in (FINDER, MARK[:-1])]
    places += [f"{path}?export=csv" for path in EXPORTED]
    places += [*_of_people(words), *_of_cases(words), *_of_contact()]
    return list(dict.fromkeys(places))


def _of_people(words: Planted) -> Iterator[str]:
    """Yield the addresses of each profile and account."""
    for member in Member.objects.all():
        yield from (f"/leden/{member.slug}/{end}" for end in ("", "vcard/", "foto/"))
        yield f"/berichten/nieuw/?over=member:{member.slug}"
        yield f"/cms/snippets/members/member/edit/{member.pk}/"
        yield f"/cms/snippets/choose/members/member/chosen/{member.pk}/"
        yield from (
            f"/cms/bulk/members/member/{act}_workplace/?id={member.pk}" for act in ("confirm", "revoke")
        )
    for user in words.people.values():
        yield from (f"/cms/users/edit/{user.pk}/", f"/cms/users/history/{user.pk}/")
        yield f"/cms/aanmeldingen/{user.pk}/afwijzen/"


def _of_cases(words: Planted) -> Iterator[str]:
    """Yield the addresses of each case and adoption."""
    for case in words.cases.values():
        page = f"/praktijkvoorbeelden/{case.slug}/"
        yield from (
            f"{page}{end}" for end in ("", "hergebruik/", "hergebruik/melden/", "hergebruik/voorstellen/")
        )
        yield f"/embed/praktijkvoorbeelden/{case.slug}/"
        yield from (f"/api/v1/cases/{case.slug}{end}" for end in ("", "/adoptions", "/similar"))
        yield f"/berichten/nieuw/?over=case:{case.slug}"
        yield from (f"/cms/pages/{case.pk}/{end}/" for end in ("edit", "history", "view_draft"))
    yield from (f"/overnames/{row.pk}/" for row in Adoption.objects.all())


def _of_contact() -> Iterator[str]:
    """Yield the addresses of each conversation, message, question that waits and report."""
    yield from ("/berichten/?map=redactie", "/berichten/?archief", f"/berichten/?archief&q={FINDER}")
    yield from (f"/berichten/concept/{draft.key}/" for draft in Draft.objects.all())
    yield from (f"/cms/meldingen/{report.pk}/" for report in Report.objects.all())
    for talk in Conversation.objects.all():
        yield talk.get_absolute_url()
        yield from (f"{talk.get_absolute_url()}melden/{message.pk}/" for message in talk.messages.all())


def all_places(planted: dict[str, Any], words: Planted) -> list[str]:
    """Return every address of the site, once for each model of a route, and those of what was planted."""
    every = [place for route in dict.fromkeys(routes()) for place in addresses(route, planted)]
    return list(dict.fromkeys([*own_places(planted, words), *every]))


def leave(visits: Visits) -> None:
    """Erase everybody but who stays, and forget what was read before."""
    staying = [visits.people[name].pk for name in STAY if name != "visitor"]
    for user in User.objects.exclude(pk__in=staying):
        account_erase(user=user)
    visits.run_tasks()
    visits.search.mails()
    visits.search.found.clear()
    page_cache.STORE.clear()  # pages of before are served to nobody, and go within five minutes


def test_nobody_reads_a_word_that_is_not_for_her(
    planted: dict[str, Any], planted_words: Planted, visits: Visits
) -> None:
    chance = random.Random("planted words")
    search, places = visits.search, own_places(planted, planted_words)
    for role in ROLES:
        for place in chance.sample(places, SAMPLE):
            visits.look(role, "get", place)
    search.stores()
    assert search.leaks(MAY_READ) == {}
    read = {(name, reader) for name, readers in search.found.items() for reader in readers}
    assert len(read) > len(MAY_READ)
    leave(visits)
    for role in STAY:
        for place in chance.sample(places, SAMPLE):
            visits.look(role, "get", place)
    search.stores()
    assert search.leaks(STAYS) == {}
    assert search.broken == {}


def test_the_search_sees_a_word_wherever_it_is_put(search: Search, db: None) -> None:
    body = gzip.compress(json.dumps({"text": word("inbody")}).encode())
    answer = HttpResponse(body, headers={"X-Said": word("inheader")})
    answer.set_cookie("said", word("incookie"))
    search.answer("visitor", answer, "/")
    search.answer("visitor", HttpResponse(word("typed")), f"/zoeken/?q={word('typed')}")
    mail.send_mail("Post", word("inmail"), None, [f"{word('addressother')}@adres.example"])
    logging.getLogger("knooppunt.words").debug("Een regel met %s", word("inlog"))
    caches["memory"].set("said", word("incache"))
    page_cache.store("said", (1, gzip.compress(word("inpage").encode()), {}))
    Word.objects.create(audience=AUDIENCES[0], word=word("inindex"), count=1)
    search.mails()
    search.stores()
    seen = set(search.leaks({}))
    said = {("inbody", "visitor"), ("inheader", "visitor"), ("incookie", "visitor"), ("inmail", "other")}
    kept = {("inlog", "log"), ("incache", "cache"), ("inpage", "page cache"), ("inindex", "index everyone")}
    assert seen >= said | kept
    assert "typed" not in search.found


@pytest.mark.hard
@pytest.mark.parametrize("role", ROLES)
def test_nobody_reads_one_at_any_address(
    planted: dict[str, Any],
    planted_words: Planted,
    visits: Visits,
    role: str,
    tell: Callable[[str], None],
) -> None:
    search, places = visits.search, all_places(planted, planted_words)
    look_everywhere(visits, role, places)
    tell(f"{len(places)} addresses, {search.answers} answers, {len(MAY_READ)} words")
    assert search.leaks(MAY_READ) == {}
    hers = {name for name, readers in MAY_READ.items() if role in readers}
    assert {name for name in hers if role not in search.found[name]} == set()
    assert search.broken == {}
    if role in STAY:
        leave(visits)
        look_everywhere(visits, role, places)
        assert search.leaks(STAYS) == {}


def look_everywhere(visits: Visits, role: str, places: Iterable[str]) -> None:
    """Ask for every address, and look at what is kept."""
    for place in places:
        for method in ("get", "post"):
            visits.look(role, method, place)
    visits.search.stores()
