"""Synonyms are tried out before they go live, and can come back."""

import datetime
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.conf import settings as site_settings
from django.contrib.auth.models import AnonymousUser, Group, Permission
from django.test import Client
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from wagtail.models import ModelLogEntry

from core.roles import EDITORS, MODERATORS
from curation.models import Synonym, SynonymList
from curation.synonyms import live_list, synonym_list_create, synonym_list_go_live
from querylog.models import QuestionCount
from search.answers import services
from search.client import EngineRefuses, EngineUnavailable
from search.cms import trial
from search.cms.tasks import try_synonyms
from search.index import rebuilding, tasks
from search.query.parameters import SearchParameters
from users.models import User
from worker.models import WorkerLease

pytestmark = pytest.mark.django_db
PAGE = "/cms/zoeken/synoniemen/"
START = f"{PAGE}proef/"
NEW = "sloerie, asfaltonderhoud"
LABEL = "practices.practicepage"
ADMINISTRATOR = "administrator"


@pytest.fixture
def draft(db: None) -> Synonym:
    """Return a group that is not live yet."""
    return Synonym.objects.create(words=NEW)


def ask(text: str) -> list[str]:
    return [hit.slug for hit in services.search(SearchParameters(text), viewer=AnonymousUser()).hits]


def text_of(answer: Any) -> str:
    """Return what an editor reads on the page."""
    return " ".join(BeautifulSoup(answer.text, "html.parser").main.get_text(" ").split())


def keep(question: str, asked: int, *, ago: int = 0, **fields: Any) -> None:
    """Have a question asked so often, so many days ago."""
    day = timezone.localdate() - datetime.timedelta(days=ago)
    QuestionCount.objects.create(day=day, question=question, asked=asked, language="nl", **fields)


def tried_out(
    *asked: str, words: tuple[str, ...] = (), came: Any = None, is_empty: bool = False
) -> SynonymList:
    """Return the draft after a trial, with questions of visitors and words of which the hits change."""
    keys = [f"{LABEL}:{came.pk}"] if came else []
    hits = {"is_empty": is_empty, "came": keys, "went": []}
    rows = [{"text": text, "is_asked": text in asked, **hits} for text in (*asked, *words)]
    counts = {"asked": 9, "empty": [1, 0], "reordered": 0, "changed_count": len(rows)}
    tried = synonym_list_create(user=None)
    SynonymList.objects.filter(pk=tried.pk).update(report={"changed": rows, **counts}, step="")
    return tried


class TestWhoMay:
    """Roles and routes."""

    ROUTES = [("get", PAGE), ("post", START), ("post", f"{PAGE}1/live/")]

    @pytest.mark.parametrize(("method", "address"), ROUTES)
    def test_strangers_log_in_first_and_members_are_refused(
        self, enter: Any, draft: Any, method: str, address: str
    ) -> None:
        assert getattr(Client(), method)(address).url.startswith("/accounts/login/")
        assert getattr(enter(""), method)(address).status_code == 403
        assert SynonymList.objects.count() == 1
        assert not DBTaskResult.objects.filter(task_path__startswith="search.cms.tasks.").exists()

    @pytest.mark.parametrize("role", [EDITORS, MODERATORS])
    def test_editors_and_moderators_may(self, enter: Any, draft: Any, role: str) -> None:
        client = enter(role)
        assert client.get(PAGE).status_code == 200
        assert client.post(START).url == PAGE
        assert SynonymList.objects.filter(live_at=None).exists()

    def test_an_editor_without_the_right_does_not_see_it(self, enter: Any) -> None:
        Group.objects.get(name=EDITORS).permissions.filter(
            codename="change_synonymlist"
        ).first().group_set.clear()
        client = enter()
        assert client.get(PAGE).url == "/cms/"
        assert "Synoniemen live zetten" not in client.get("/cms/").text

    @pytest.mark.parametrize("role", [EDITORS, MODERATORS, ADMINISTRATOR])
    def test_who_may_see_questions_of_visitors_reads_them_in_a_trial(
        self, enter: Any, draft: Any, role: str
    ) -> None:
        tried_out("vraag van een bezoeker", words=("sloerie",))
        client = enter(role)
        if role == ADMINISTRATOR:
            User.objects.update(is_superuser=True)
        shown = text_of(client.get(PAGE))
        assert "vraag van een bezoeker door bezoekers gevraagd" in shown
        assert "sloerie woord uit de lijst" in shown
        assert "zie je hier niet" not in shown

    @pytest.mark.parametrize("role", [EDITORS, MODERATORS])
    def test_who_may_not_is_told_how_many_there_are(self, enter: Any, draft: Any, role: str) -> None:
        tried_out("vraag van een bezoeker", "nog een vraag", words=("sloerie",))
        client = enter(role)
        Group.objects.get(name=role).permissions.remove(Permission.objects.get(codename="view_questioncount"))
        page = client.get(PAGE)
        assert "van een bezoeker" not in page.text
        assert "nog een vraag" not in page.text
        shown = text_of(page)
        assert "sloerie woord uit de lijst" in shown
        assert "2 vragen van bezoekers zie je hier niet" in shown
        assert "Zet live" in shown

    def test_the_button_comes_before_the_table(self, enter: Any, draft: Any) -> None:
        tried_out("vraag van een bezoeker")
        page = enter().get(PAGE).text.partition("</header>")[2]
        assert page.index("Met andere resultaten") < page.index("Zet live") < page.index("<table")

    def test_whose_questions_a_trial_of_before_asked_is_not_known(self, enter: Any, draft: Any) -> None:
        row = {"text": "vaste vraag", "type": "exact", "before": 1, "after": 0, "came": [], "went": []}
        report = {
            "types": [],
            "asked": 9,
            "empty": [1, 0],
            "reordered": 0,
            "changed_count": 1,
            "changed": [row],
        }
        SynonymList.objects.filter(pk=synonym_list_create(user=None).pk).update(report=report, step="")
        client = enter()
        assert "vaste vraag" in text_of(client.get(PAGE))
        Group.objects.get(name=EDITORS).permissions.remove(
            Permission.objects.get(codename="view_questioncount")
        )
        assert "1 vraag van bezoekers zie je hier niet" in text_of(client.get(PAGE))

    def test_what_changes_something_is_done_by_post_alone(self, enter: Any) -> None:
        client = enter()
        assert [client.get(address).status_code for address in (START, f"{PAGE}1/live/")] == [405, 405]


class TestThePage:
    """What an editor reads, without an engine."""

    def test_nothing_to_change_is_nothing_to_try(self, enter: Any) -> None:
        client = enter()
        assert "gelijk aan wat live staat" in text_of(client.get(PAGE))
        assert "Er is niets uit te proberen" in text_of(client.post(START, follow=True))
        assert SynonymList.objects.count() == 1

    def test_while_it_waits_nothing_is_said_to_be_live(self, enter: Any, draft: Any) -> None:
        client = enter()
        tried = tried_out()
        client.post(f"{PAGE}{tried.pk}/live/")
        shown = text_of(client.get(PAGE))
        assert "Wachten tot het begint" in shown
        assert "gaan nu live. Tot dan zoekt de site met de woorden van daarvoor." in shown
        assert "Niets: de lijst is gelijk aan wat live gaat." in shown
        assert "live gezet op" not in shown
        SynonymList.objects.filter(pk=tried.pk).update(step="")
        shown = text_of(client.get(PAGE))
        assert "live gezet op" in shown
        assert "gelijk aan wat live staat" in shown

    def test_it_names_what_comes_and_what_goes(self, enter: Any, draft: Any) -> None:
        Synonym.objects.filter(words="opendata, open data").delete()
        shown = text_of(enter().get(PAGE))
        assert f"Erbij: {NEW}" in shown
        assert "Eraf: opendata, open data" in shown

    def test_a_trial_that_waits_or_runs_shows_how_far_it_is_and_is_the_only_one(
        self, enter: Any, draft: Any
    ) -> None:
        client = enter()
        client.post(START)
        page = client.get(PAGE)
        assert "Wachten tot het begint" in text_of(page)
        assert 'data-poll="2000"' in page.text
        assert "Probeer uit" not in text_of(page)
        SynonymList.objects.filter(live_at=None).update(step="before", done=20, total=282)
        assert "Vragen stellen met de woorden van nu… 20 van 282" in text_of(client.get(PAGE))
        assert "Er loopt al een proef" in text_of(client.post(START, follow=True))
        assert DBTaskResult.objects.filter(task_path=try_synonyms.module_path).count() == 1

    def test_without_an_engine_a_trial_says_that_it_failed_and_cannot_go_live(
        self, enter: Any, draft: Any, run_tasks: Any
    ) -> None:
        client = enter()
        client.post(START)
        run_tasks()
        shown = text_of(client.get(PAGE))
        assert "De proef lukte niet" in shown
        assert "Zet live" not in shown
        tried = SynonymList.objects.get(live_at=None)
        assert client.post(f"{PAGE}{tried.pk}/live/").status_code == 404

    def test_who_puts_a_trial_live_that_a_newer_one_replaced_is_told_so(self, enter: Any, draft: Any) -> None:
        client = enter()
        client.post(START)
        old = SynonymList.objects.get(live_at=None).pk
        DBTaskResult.objects.all().delete()
        client.post(START)
        page = client.post(f"{PAGE}{old}/live/", follow=True)
        assert "Deze proef is er niet meer" in text_of(page)
        assert not SynonymList.objects.filter(pk=old).exists()

    def test_a_trial_that_nobody_does_any_more_can_be_started_again(self, enter: Any, draft: Any) -> None:
        client = enter()
        client.post(START)
        DBTaskResult.objects.all().delete()
        page = client.get(PAGE)
        assert "De proef lukte niet" in text_of(page)
        assert "data-poll" not in page.text
        client.post(START)
        assert SynonymList.objects.filter(live_at=None).count() == 1

    def test_what_finds_nothing_any_more_is_named_so(self, enter: Any, draft: Any) -> None:
        tried_out("walvis", is_empty=True)
        assert "walvis door bezoekers gevraagd: vindt niets meer" in text_of(enter().get(PAGE))

    def test_a_hit_is_shown_as_it_is_now_and_not_when_it_was_taken_back(
        self, enter: Any, draft: Any, three_cases: Any
    ) -> None:
        tried_out("walvis", came=three_cases[0])
        client = enter()
        assert "walvis door bezoekers gevraagd Slim asfaltonderhoud" in text_of(client.get(PAGE))
        three_cases[0].title = "Slimmer asfaltonderhoud"
        three_cases[0].save_revision().publish()
        assert '<a href="/praktijkvoorbeelden/asfalt/">Slimmer asfaltonderhoud</a>' in client.get(PAGE).text
        three_cases[0].unpublish()
        shown = text_of(client.get(PAGE))
        assert "walvis" in shown
        assert "Slim" not in shown

    def test_a_trial_counts_only_for_the_list_that_it_was_compared_with(self, enter: Any, draft: Any) -> None:
        client, first = enter(), live_list()
        synonym_list_go_live(synonym_list_create(user=None), user=None)
        Synonym.objects.create(words="tegel, stoeptegel")
        tried = tried_out("vaste vraag")
        assert "vaste vraag" in text_of(client.get(PAGE))
        client.post(f"{PAGE}{first.pk}/live/")
        DBTaskResult.objects.all().delete()
        page = client.get(PAGE)
        assert "Na deze proef ging een andere lijst live." in text_of(page)
        assert "vaste vraag" not in page.text
        assert "Zet live" not in page.text
        assert f"{PAGE}{tried.pk}/live/" not in page.text
        assert "Probeer uit" in text_of(page)
        refused = client.post(f"{PAGE}{tried.pk}/live/", follow=True)
        assert "Dit is niet live gezet. Na deze proef ging een andere lijst live." in text_of(refused)
        assert live_list() == first
        assert not DBTaskResult.objects.exists()
        again = tried_out("vaste vraag")
        assert "Zet live" in client.get(PAGE).text
        client.post(f"{PAGE}{again.pk}/live/")
        assert live_list() == again

    def test_words_that_changed_after_the_trial_are_told_of(self, enter: Any, draft: Any) -> None:
        synonym_list_create(user=None)
        Synonym.objects.create(words="tegel, stoeptegel")
        assert "daarna nog veranderd" in text_of(enter().get(PAGE))

    def test_a_trial_that_is_gone_or_done_by_now_is_no_error(self) -> None:
        try_synonyms.call(999_999)
        tried = synonym_list_create(user=None)
        SynonymList.objects.filter(pk=tried.pk).update(report={"old": 1})
        try_synonyms.call(tried.pk)
        assert SynonymList.objects.get(pk=tried.pk).report == {"old": 1}


class TestWhatVisitorsAsked:
    """Which of their questions a trial asks."""

    def test_what_was_asked_most_in_the_last_month(self) -> None:
        keep("laadpaal", 4)
        keep("warmtenet", 5, ago=29)
        keep("te zelden", 2)
        keep("te lang geleden", 9, ago=30)
        assert trial._asked_lately() == ["warmtenet", "laadpaal"]

    @pytest.mark.parametrize(
        ("question", "is_asked"),
        [
            ("tankstation", True),
            ("een laadpaal in de wijk", True),
            ("laadpaalbeleid", False),
            ("open data van de stad", True),
            ("wat is open-data", True),
            ("open standaarden voor data", False),
            ("voor het park", False),
            ("werken bij dienst voor het wegbeheer", True),
            ("etalage", False),
            ("efficiënte e.t. en a.v.g.", True),
            ("warmtenet", False),
        ],
    )
    def test_what_has_a_word_that_changes(self, question: str, is_asked: bool) -> None:
        keep(question, 3)
        rules = [
            "tankstation => tankstation, laadpaal",
            "opendata, open data",
            "dwb, dienst voor het wegbeheer",
            "avg, eta",
        ]
        assert trial._asked_about(rules) == ([question] if is_asked else [])

    def test_first_what_found_nothing_and_never_what_few_asked_or_long_ago(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        keep("sloerie vaak", 8)
        keep("sloerie leeg", 3, without_result=3)
        keep("sloerie soms", 4, without_result=1)
        keep("sloerie zelden", 2, without_result=2)
        keep("sloerie vroeger", 9, ago=30)
        assert trial._asked_about([NEW]) == ["sloerie leeg", "sloerie soms", "sloerie vaak"]
        assert trial._asked_about([]) == []
        monkeypatch.setattr(trial, "MOST_ABOUT", 2)
        assert trial._asked_about([NEW]) == ["sloerie leeg", "sloerie soms"]


@pytest.mark.engine
class TestOnARealEngine:
    """From draft to trial, live and back."""

    def test_a_trial_tells_what_would_change_and_leaves_no_trace(
        self, three_cases: Any, index: Any, draft: Any, enter: Any, run_tasks: Any, engine: Any
    ) -> None:
        keep("de sloerie", 3)
        client = enter()
        client.post(START)
        run_tasks()
        report = SynonymList.objects.get(live_at=None).report
        assert (report["asked"], report["empty"], report["changed_count"]) == (3, [2, 0], 2)
        assert [(row["text"], row["is_asked"]) for row in report["changed"]] == [
            ("de sloerie", True),
            ("sloerie", False),
        ]
        assert all(
            row["came"] == [f"{LABEL}:{three_cases[0].pk}"] and row["went"] == [] for row in report["changed"]
        )
        shown = text_of(client.get(PAGE))
        assert "Met andere resultaten bij de eerste tien: 2." in shown
        assert "Zonder resultaat: straks 0, nu 2." in shown
        assert ask("sloerie") == []
        assert not engine.indices.get(index=f"{site_settings.SEARCH_INDEX_PREFIX}-preview-*").body

    def test_what_was_tried_goes_live_and_comes_back(
        self, three_cases: Any, index: Any, draft: Any, enter: Any, run_tasks: Any
    ) -> None:
        client, first = enter(), live_list()
        client.post(START)
        run_tasks()
        tried = SynonymList.objects.get(live_at=None)
        shown = text_of(client.post(f"{PAGE}{tried.pk}/live/", follow=True))
        assert "Je woorden gaan live" in shown
        assert "Maak ongedaan" not in shown
        assert ask("sloerie") == []
        index()
        assert ask("sloerie") == ["asfalt"]
        assert rebuilding.is_up_to_date()
        shown = text_of(client.get(PAGE))
        assert "Maak ongedaan" in shown
        assert "De laatste proef" not in shown
        client.post(f"{PAGE}{first.pk}/live/")
        index()
        assert ask("sloerie") == []
        assert f"Erbij: {NEW}" in text_of(client.get(PAGE))
        actions = ModelLogEntry.objects.filter(content_type__model="synonymlist").order_by("timestamp")
        assert [entry.action for entry in actions] == [
            "curation.try",
            "curation.go_live",
            "curation.bring_back",
        ]
        assert "Eerdere synoniemen teruggezet" in enter(MODERATORS).get("/cms/reports/site-history/").text

    def test_a_rare_question_that_found_nothing_shows_what_a_synonym_does_for_it(
        self,
        three_cases: Any,
        index: Any,
        draft: Any,
        enter: Any,
        run_tasks: Any,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr(trial, "MOST_ASKED", 2)
        keep("wegen", 30)
        keep("rioolgemalen", 20)
        keep("de sloerie", 3, without_result=3)
        client = enter()
        client.post(START)
        run_tasks()
        report = SynonymList.objects.get(live_at=None).report
        assert report["asked"] == 3 + 2
        assert report["changed"][0] == {
            "text": "de sloerie",
            "is_asked": True,
            "is_empty": False,
            "came": [f"{LABEL}:{three_cases[0].pk}"],
            "went": [],
        }
        assert "de sloerie door bezoekers gevraagd Slim asfaltonderhoud" in text_of(client.get(PAGE))

    def test_what_finds_nothing_any_more_comes_first(
        self, three_cases: Any, index: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(trial, "_asked_lately", lambda: ["stoep"])
        rules = ["stoep, asfaltonderhoud", "sloerie, asfaltonderhoud"]
        report = trial.try_out(rules, ["stoep => walvis"], lambda *progress: None)
        changed = [(row["text"], row["is_empty"]) for row in report["changed"]]
        assert changed == [("sloerie", True), ("stoep", True)]

    def test_a_trial_tells_how_far_it_is(self, three_cases: Any, index: Any) -> None:
        steps = []
        trial.try_out([], [NEW], lambda *progress: steps.append(progress))
        assert [step for step, _, _ in steps] == ["write", "before", "after"]
        assert all(done == total for _, done, total in steps)

    def test_a_word_of_a_synonym_is_not_corrected_to_another_one(
        self, three_cases: Any, index: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(trial, "_asked_lately", lambda: ["asfaltonderhout"])
        report = trial.try_out([], ["asfaltonderhout, rioolgemalen"], lambda *progress: None)
        (change,) = report["changed"]
        assert change["went"] == [f"{LABEL}:{three_cases[0].pk}"]
        assert change["came"] == [f"{LABEL}:{three_cases[2].pk}"]

    def test_a_trial_reads_english_questions_with_the_rules_too(
        self, make_case: Any, index: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        page = make_case("bridges", "Inspecting bridges", "Drones look at them.", language="en")
        index()
        monkeypatch.setattr(trial, "_asked_lately", lambda: ["sloerie"])
        (change,) = trial.try_out([], ["sloerie, bridge inspection"], lambda *progress: None)["changed"]
        assert change["came"] == [f"{LABEL}:{page.pk}"]

    def test_rules_that_the_engine_refuses_are_a_failed_trial(
        self, three_cases: Any, index: Any, engine: Any, run_tasks: Any, enter: Any
    ) -> None:
        SynonymList.objects.all().delete()
        tried = SynonymList.objects.create(lines="sloerie, asfalt", step="waiting")
        with pytest.raises(EngineRefuses):
            trial.try_out([], ["&, asfalt"], lambda *progress: None)
        assert not engine.indices.get(index=f"{site_settings.SEARCH_INDEX_PREFIX}-preview-*").body
        try_synonyms.call(tried.pk)
        assert SynonymList.objects.get(pk=tried.pk).report["asked"] == 2

    def test_what_a_killed_trial_left_is_dropped_by_the_next_one(
        self, three_cases: Any, index: Any, engine: Any
    ) -> None:
        left, other = (f"{site_settings.SEARCH_INDEX_PREFIX}-preview-{moment:020}" for moment in (1, 2))
        for name in (left, other):
            engine.indices.create(index=name)
        engine.indices.close(index=left)
        WorkerLease.objects.renew(other)
        rebuilding.tidy()
        there = engine.indices.get(
            index=f"{site_settings.SEARCH_INDEX_PREFIX}-preview-*", expand_wildcards="all"
        ).body
        assert list(there) == [other]

    def test_an_engine_that_is_away_while_a_list_goes_live_is_waited_for(
        self, three_cases: Any, index: Any, draft: Any, enter: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        client = enter()
        tried = SynonymList.objects.create(lines=NEW, report={})
        client.post(f"{PAGE}{tried.pk}/live/")

        def fail(report: Any) -> None:
            raise EngineUnavailable("away")

        monkeypatch.setattr(rebuilding, "rebuild", fail)
        DBTaskResult.objects.all().delete()
        tasks.renew_index.call()
        assert "Wachten tot het begint" in text_of(client.get(PAGE))
        monkeypatch.undo()
        tasks.renew_index.call()
        assert live_list().step == ""
        assert rebuilding.is_up_to_date()

    def test_an_index_that_cannot_be_made_is_told_of(
        self, three_cases: Any, index: Any, enter: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        client = enter()
        tried = SynonymList.objects.create(lines=NEW, report={})
        client.post(f"{PAGE}{tried.pk}/live/")

        def refuse(report: Any) -> None:
            raise EngineRefuses("rule 3")

        monkeypatch.setattr(rebuilding, "rebuild", refuse)
        DBTaskResult.objects.all().delete()
        with pytest.raises(EngineRefuses):
            tasks.renew_index.call()
        shown = text_of(client.get(PAGE))
        assert "Het live zetten is niet afgemaakt" in shown
        assert "rule 3" in shown
        assert "Zet opnieuw live" in shown
