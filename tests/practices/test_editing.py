"""From a first draft to a case on the site, through the real pages of `/cms/`."""

from typing import Any

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.core.management import call_command
from django.test import Client
from wagtail.admin.widgets import AdminDateInput, SlugInput
from wagtail.models import Page, WorkflowState
from wagtail.test.utils.form_data import inline_formset

from core.roles import EDITORS, MODERATORS
from practices.models import PracticeIndexPage, PracticePage
from taxonomy.models import Theme
from users.models import User


def add(client: Client, form: Any, index_pk: int, action: str = "", **fields: Any) -> Any:
    """Send the form of a new case."""
    data = form(**fields) | ({action: "1"} if action else {})
    return client.post(f"/cms/pages/add/practices/practicepage/{index_pk}/", data)


def test_an_editor_writes_a_case_and_hands_it_in(as_role: Any, index_pk: int, case_form: Any) -> None:
    editor = as_role(EDITORS)
    theme = Theme.objects.create(name="Landbouw")
    results = inline_formset([{"label": "water", "value": "30", "unit": "%", "how": ""}])
    answer = add(
        editor,
        case_form,
        index_pk,
        "action-submit",
        themes=[theme.pk],
        phase="pilot",
        started="2018",
        results=results,
    )
    assert answer.status_code == 302
    page = PracticePage.objects.get(slug="slim-asfalt")
    assert not page.live
    assert page.current_workflow_state.status == WorkflowState.STATUS_IN_PROGRESS
    draft = page.get_latest_revision_as_object()
    assert (draft.phase, draft.started, [row.value for row in draft.results.all()]) == ("pilot", 2018, ["30"])
    assert list(draft.themes.all()) == [theme]
    assert Client().get("/praktijkvoorbeelden/slim-asfalt/").status_code == 404


def test_a_moderator_approves_and_the_case_is_on_the_site(
    as_role: Any, index_pk: int, run_tasks: Any, case_form: Any
) -> None:
    add(as_role(EDITORS), case_form, index_pk, "action-submit")
    page, moderator = PracticePage.objects.get(), as_role(MODERATORS)
    assert "Slim asfalt" in moderator.get("/cms/").content.decode()
    task = page.current_workflow_task_state
    assert moderator.get(f"/cms/pages/{page.pk}/edit/").status_code == 200
    answer = moderator.post(f"/cms/pages/workflow/action/{page.pk}/approve/{task.pk}/", {"next": "/cms/"})
    assert answer.status_code in {200, 302}
    page.refresh_from_db()
    assert page.live
    assert Client().get("/praktijkvoorbeelden/slim-asfalt/").status_code == 200
    assert run_tasks() > 0


def test_an_editor_cannot_publish_or_approve(as_role: Any, index_pk: int, case_form: Any) -> None:
    editor = as_role(EDITORS)
    add(editor, case_form, index_pk, "action-publish")
    page = PracticePage.objects.get()
    assert not page.live
    editor.post(f"/cms/pages/{page.pk}/edit/", case_form() | {"action-publish": "1"})
    add(editor, case_form, index_pk, "action-submit", slug="twee", title="Twee")
    second = PracticePage.objects.get(slug="twee")
    task = second.current_workflow_task_state
    editor.post(f"/cms/pages/workflow/action/{second.pk}/approve/{task.pk}/", {"next": "/cms/"})
    assert not PracticePage.objects.filter(live=True).exists()


def test_an_editor_does_not_take_a_published_case_off_line_or_away(
    as_role: Any, index_pk: int, case_form: Any
) -> None:
    add(as_role(MODERATORS), case_form, index_pk, "action-publish")
    page, editor = PracticePage.objects.get(live=True), as_role(EDITORS)
    editor.post(f"/cms/pages/{page.pk}/unpublish/")
    editor.post(f"/cms/pages/{page.pk}/delete/")
    editor.post(f"/cms/pages/{page.pk}/privacy/", {"restriction_type": "login"})
    page.refresh_from_db()
    assert page.live
    assert not page.view_restrictions.exists()


@pytest.mark.parametrize(
    "address", ["users/", "groups/new/", "sites/", "settings/users/membershipsettings/", "aanmeldingen/"]
)
def test_an_editor_has_no_business_with_accounts_and_settings(as_role: Any, address: str) -> None:
    answer = as_role(EDITORS).get(f"/cms/{address}")
    assert answer.status_code in {302, 403, 404}


def test_a_member_of_the_network_has_no_business_in_the_cms(
    as_role: Any, index_pk: int, case_form: Any
) -> None:
    client = as_role("")
    for address in (
        "/cms/",
        "/cms/pages/",
        f"/cms/pages/add/practices/practicepage/{index_pk}/",
        "/cms/snippets/",
    ):
        assert client.get(address).status_code == 403
    assert add(client, case_form, index_pk).status_code == 403
    assert not PracticePage.objects.exists()


def test_a_visitor_is_sent_to_the_one_door(index_pk: int, client: Client, case_form: Any) -> None:
    assert client.get("/cms/pages/")["Location"] == "/accounts/login/?next=/cms/pages/"
    assert add(client, case_form, index_pk)["Location"].startswith("/accounts/login/")


def test_a_locked_case_is_not_changed(as_role: Any, index_pk: int, case_form: Any) -> None:
    moderator, editor = as_role(MODERATORS), as_role(EDITORS)
    add(moderator, case_form, index_pk, "action-publish")
    page = PracticePage.objects.get()
    moderator.post(f"/cms/pages/{page.pk}/lock/")
    editor.post(f"/cms/pages/{page.pk}/edit/", case_form(title="Anders"))
    page.refresh_from_db()
    assert page.locked
    assert page.get_latest_revision_as_object().title == "Slim asfalt"


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"slug": "delen"}, "Dit woord gebruikt de site zelf"),
        ({"slug": "Twee_Woorden"}, "Gebruik alleen kleine letters, cijfers en streepjes"),
        ({"place": "Breda", "latitude": "51.5", "longitude": ""}, "Vul beide coördinaten in"),
        ({"started": "2999"}, "te ver in de toekomst"),
        ({"title": "x" * 201}, "hoogstens 200 tekens"),
    ],
)
def test_an_editor_reads_what_is_wrong_at_its_field(
    as_role: Any, index_pk: int, fields: dict[str, str], said: str, case_form: Any
) -> None:
    answer = add(as_role(EDITORS), case_form, index_pk, "action-submit", **fields)
    assert answer.status_code == 200
    assert said in answer.content.decode()
    assert not PracticePage.objects.exists()


def test_the_form_of_a_new_case_is_in_dutch(as_role: Any, index_pk: int) -> None:
    answer = as_role(EDITORS).get(f"/cms/pages/add/practices/practicepage/{index_pk}/")
    soup = BeautifulSoup(answer.content, "html.parser")
    tabs = [tab.get_text(strip=True).removesuffix("()") for tab in soup.select('[role="tab"]')]
    assert tabs[:6] == ["Verhaal", "Kenmerken", "Resultaten", "Mensen", "Bronnen", "Vindbaarheid"]
    assert soup.html["lang"] == "nl"


def test_the_form_has_the_widgets_of_wagtail(db: None) -> None:
    fields = PracticePage.get_edit_handler().get_form_class().base_fields
    assert isinstance(fields["slug"].widget, SlugInput)
    assert isinstance(fields["as_of"].widget, AdminDateInput)


def test_the_english_list_of_cases_takes_an_english_case(
    as_role: Any, site_frame: Page, case_form: Any
) -> None:
    english = PracticeIndexPage.objects.get(locale__language_code="en")
    add(as_role(MODERATORS), case_form, english.pk, "action-publish", language="en")
    assert Client().get("/en/praktijkvoorbeelden/slim-asfalt/").status_code == 200


class TestAfterTheDayOfExpiry:
    """A page went off line by itself; its old date stands in the form."""

    @pytest.fixture
    def expired(self, as_role: Any, index_pk: int, case_form: Any) -> tuple[PracticePage, Client]:
        """Return a case that expired, and the browser of a moderator."""
        with time_machine.travel("2026-06-17T12:00+02:00"):
            moderator = as_role(MODERATORS)
            add(moderator, case_form, index_pk, "action-publish", expire_at="2026-06-18 12:00")
        page = PracticePage.objects.get()
        with time_machine.travel("2026-06-19T12:00+02:00"):
            call_command("publish_scheduled")
        return page, moderator

    def save(self, expired: tuple[PracticePage, Client], form: dict[str, str]) -> Any:
        """Send the form two days later."""
        page, moderator = expired
        with time_machine.travel("2026-06-20T12:00+02:00"):
            moderator.force_login(User.objects.get(email__startswith="moderator"))
            return moderator.post(f"/cms/pages/{page.pk}/edit/", form)

    def test_a_draft_can_be_saved_with_the_old_date(self, expired: Any, case_form: Any) -> None:
        assert not PracticePage.objects.get().live
        answer = self.save(expired, case_form(title="Beter", expire_at="2026-06-18 12:00"))
        assert answer.status_code == 302
        draft = PracticePage.objects.get().get_latest_revision_as_object()
        assert (draft.title, draft.expire_at.day) == ("Beter", 18)

    @pytest.mark.parametrize(
        "change",
        [{"expire_at": "2026-06-17 12:00"}, {"expire_at": "2026-06-18 12:00", "action-publish": "1"}],
    )
    def test_a_new_date_that_is_over_and_publishing_are_refused(
        self, expired: Any, case_form: Any, change: dict[str, str]
    ) -> None:
        answer = self.save(expired, case_form(title="Beter") | change)
        assert answer.status_code == 200
        assert "moet in de toekomst liggen" in answer.text
        assert not PracticePage.objects.get().live

    def test_who_empties_the_date_can_publish(self, expired: Any, case_form: Any) -> None:
        assert self.save(expired, case_form() | {"expire_at": "", "action-publish": "1"}).status_code == 302
        assert PracticePage.objects.get().live
