"""What is counted, what is not, and that no page ever waits for it or fails because of it."""

import datetime
import logging
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.utils import timezone

from members.models import Member
from querylog import counting
from querylog.counting import MOST_WAITING, Writer, write_waiting
from querylog.models import QuestionCount
from querylog.services import most_asked, record

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("words"), pytest.mark.both_databases]


def ask(
    question: str,
    hits: int = 5,
    maybe: int = 0,
    facets: tuple[str, ...] = (),
    listing: str = "",
    **headers: str,
) -> None:
    """Ask a question as a browser does."""
    request = RequestFactory().get("/zoeken/", headers={"User-Agent": "Mozilla/5.0 Firefox/140.0", **headers})
    told: dict[str, Any] = {"facets": facets, "language": "nl", "listing": listing, "request": request}
    record(question, hits=hits, maybe=maybe, **told)


def row(question: str, **fields: Any) -> QuestionCount:
    """Return what was written about a question."""
    write_waiting()
    return QuestionCount.objects.get(question=question, **fields)


def test_a_question_is_counted_per_day_language_and_list() -> None:
    for text in ("Warmtenet", "warmtenét", "  WARMTENET "):
        ask(text, hits=7)
    ask("warmtenet", hits=2, listing="case")
    found = row("warmtenet", listing="")
    assert (found.asked, found.hits, found.without_result, found.day) == (3, 7, 0, timezone.localdate())
    assert row("warmtenet", listing="case").asked == 1


def test_a_second_write_adds_to_the_first() -> None:
    ask("warmtenet", hits=3)
    write_waiting()
    ask("warmtenet", hits=0)
    found = row("warmtenet")
    assert (found.asked, found.hits, found.without_result) == (2, 3, 1)


def test_what_may_be_meant_is_counted_apart_and_is_no_result() -> None:
    for maybe in (3, 10, 0):
        ask("warmtenet", hits=0, maybe=maybe)
    found = row("warmtenet")
    assert (found.asked, found.hits, found.maybe, found.without_result) == (3, 0, 10, 3)
    ask("warmtenet", hits=2, maybe=4)
    found = row("warmtenet")
    assert (found.asked, found.hits, found.maybe, found.without_result) == (4, 2, 10, 3)


def test_no_field_knows_who_asked_or_when_on_a_day() -> None:
    fields = {field.name: field.get_internal_type() for field in QuestionCount._meta.get_fields()}
    assert {name for name in fields if fields[name] in {"CharField", "TextField", "JSONField"}} == {
        "question", "language", "listing", "facets",
    }  # fmt: skip
    assert not {"DateTimeField", "TimeField", "ForeignKey", "GenericIPAddressField"} & set(fields.values())


def test_asking_writes_nothing_yet(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        ask("warmtenet")


@pytest.mark.parametrize(
    "headers",
    [
        {"DNT": "1"},
        {"Sec-GPC": "1"},
        {"Sec-Purpose": "prefetch;prerender"},
        {"Purpose": "prefetch"},
        {"X-Moz": "prefetch"},
        {"User-Agent": ""},
        {"User-Agent": "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"},
        {"User-Agent": "Mozilla/5.0 (compatible; bingbot/2.0)"},
        {"User-Agent": "facebookexternalhit/1.1"},
        {"User-Agent": "WhatsApp/2.23"},
        {"User-Agent": "python-requests/2.32"},
        {"User-Agent": "curl/8.5"},
        {"User-Agent": "Mozilla/5.0 (X11) HeadlessChrome/131.0"},
        {"User-Agent": "Mozilla/5.0 SkypeUriPreview Preview/0.5"},
    ],
    ids=lambda headers: " ".join(headers.values())[:30] or "nothing",
)
def test_who_objects_and_who_is_no_person_is_not_counted(headers: dict[str, str]) -> None:
    ask("warmtenet", **headers)
    assert not counting._waiting


def test_a_preview_of_an_editor_and_a_look_at_the_head_are_not_counted() -> None:
    for method, is_preview in (("get", True), ("head", False)):
        request: HttpRequest = getattr(RequestFactory(), method)(
            "/zoeken/", headers={"User-Agent": "Mozilla/5.0 Firefox/140.0"}
        )
        request.is_preview = is_preview  # type: ignore[attr-defined]
        record("warmtenet", hits=1, maybe=0, facets=(), language="nl", listing="", request=request)
    assert not counting._waiting


@pytest.mark.parametrize("header", ["Referer", "HX-Current-URL"])
def test_the_same_question_with_a_filter_counts_only_the_filter(header: str) -> None:
    ask("Warmtenet", hits=9)
    ask("warmtenet", hits=0, facets=("theme", "year"), **{header: "http://testserver/zoeken/?q=Warmtenet"})
    ask(
        "warmtenet",
        hits=1,
        facets=("theme",),
        **{header: "http://testserver/zoeken/?q=warmtenet&thema=water"},
    )
    ask("warmtenet", hits=9, **{header: "http://testserver/zoeken/?q=warmtenet&thema=water"})
    found = row("warmtenet")
    assert (found.asked, found.hits, found.without_result, found.facets) == (1, 9, 0, ["theme", "year"])


@pytest.mark.parametrize(
    "before",
    [
        "http://testserver/",
        "http://testserver/zoeken/?q=weg",
        "http://[",
        "http://testserver/leden/?q=warmtenet",
    ],
)
def test_a_question_that_comes_from_elsewhere_counts(before: str) -> None:
    ask("warmtenet", Referer=before)
    assert row("warmtenet").asked == 1


def test_filters_that_leave_nothing_do_not_mean_that_there_is_nothing() -> None:
    ask("warmtenet", hits=0, facets=("theme",))
    found = row("warmtenet")
    assert (found.asked, found.without_result) == (1, 0)


def test_what_waits_has_an_end() -> None:
    for number in range(MOST_WAITING + 50):
        ask(f"warmtenet {number % 7}")
    assert len(counting._waiting) == MOST_WAITING


def test_a_database_that_is_busy_costs_counts_and_nothing_else(monkeypatch: Any, caplog: Any) -> None:
    def fail(*args: Any) -> None:
        raise OperationalError("database is locked: PLANTED")

    ask("warmtenet PLANTED")
    monkeypatch.setattr(counting, "_write", fail)
    with caplog.at_level(logging.DEBUG):
        write_waiting()
    assert "1 counts of questions are lost: OperationalError" in caplog.text
    assert "PLANTED" not in caplog.text
    monkeypatch.undo()
    ask("warmtenet")
    assert row("warmtenet").asked == 1


def test_what_looks_like_a_person_is_not_written(make_member: Callable[[str], Member]) -> None:
    make_member("Marit Zonnewendel")
    for text in ("jan jansen", "zonnewendel", "sanne@voorbeeld.nl", "dorpsstraat 12", "een vraag " * 9):
        ask(text)
    ask("bakker", listing="member")
    ask("bakker", listing="case")
    write_waiting()
    assert [str(count) for count in QuestionCount.objects.all()] == ["bakker"]
    assert QuestionCount.objects.get().listing == "case"


@pytest.mark.parametrize(("asked", "kept"), [("=1+1 warmtenet", "1+1 warmtenet"), ("+-@=", ""), ("   ", "")])
def test_what_a_spreadsheet_takes_for_a_formula_is_not_kept_so(asked: str, kept: str) -> None:
    ask(asked)
    write_waiting()
    assert [str(count) for count in QuestionCount.objects.all()] == ([kept] if kept else [])


def test_odd_signs_do_no_harm() -> None:
    for text in (
        "\x00",
        "warmtenet\x00",
        "\ud800 warmtenet",
        "ß" * 70,
        "\N{ARABIC LIGATURE SALLALLAHOU ALAYHE WASALLAM}" * 9,
    ):
        ask(text)
    write_waiting()
    assert [str(count) for count in QuestionCount.objects.order_by("question")] == [" warmtenet".strip()]


def test_other_rooms_hear_only_what_was_asked_three_times() -> None:
    for text, times, hits in (("warmtenet", 4, 3), ("laadpaal", 3, 0), ("dashboard", 2, 0), ("weg", 9, 1)):
        for _ in range(times):
            ask(text, hits=hits)
    write_waiting()
    assert most_asked() == ["weg", "warmtenet", "laadpaal"]
    assert most_asked(count=1) == ["weg"]
    QuestionCount.objects.update(day=timezone.localdate() - datetime.timedelta(days=20))
    assert most_asked(days=7) == []
    assert most_asked(days=30, count=2) == ["weg", "warmtenet"]


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_writers_in_several_threads_lose_nothing() -> None:
    if connection.vendor == "sqlite" and connection.is_in_memory_db():
        pytest.skip("there is one connection for all on SQLite")
    moments = [
        counting.Moment(f"warmtenet fase {number % 4}", "nl", "", hits=1, is_asked=True)
        for number in range(40)
    ]
    errors: list[BaseException] = []

    def write() -> None:
        try:
            for _ in range(5):
                counting._write(counting._tally(moments))
        except BaseException as error:  # noqa: BLE001
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert [count.asked for count in QuestionCount.objects.all()] == [200] * 4


def test_a_writer_writes_the_last_when_it_stops(monkeypatch: Any) -> None:
    monkeypatch.setattr(counting, "PAUSE", 60.0)
    writer = Writer()
    monkeypatch.setattr(writer, "join", lambda patience: None)
    ask("warmtenet")
    writer.stop()
    assert QuestionCount.objects.get().asked == 1


@pytest.mark.usefixtures("site_frame")
@pytest.mark.parametrize("address", ["/zoeken/", "/praktijkvoorbeelden/", "/organisaties/"])
def test_a_page_of_hits_counts_what_it_was_asked_and_leafing_does_not(visitor: Client, address: str) -> None:
    visitor.get(f"{address}?q=warmtenet")
    visitor.get(f"{address}?q=warmtenet&pagina=2")
    visitor.get(
        f"{address}?q=warmtenet&provincie=utrecht",
        headers={"HX-Request": "true", "HX-Current-URL": f"http://testserver{address}?q=warmtenet"},
    )
    visitor.get(address)
    found = row("warmtenet")
    assert (found.asked, found.without_result, found.facets, found.language) == (1, 1, ["province"], "nl")


@pytest.mark.usefixtures("site_frame")
def test_a_page_does_not_fail_with_the_query_log(visitor: Client, monkeypatch: Any) -> None:
    monkeypatch.setattr(counting, "read_neighbourhood", lambda: 1 / 0)
    assert visitor.get("/zoeken/?q=warmtenet").status_code == 200
    write_waiting()
    assert not QuestionCount.objects.exists()
