"""Approving publishes what the moderator saw, and she reads what came of it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Group
from django.test import Client
from django.utils import timezone
from wagtail.fields import StreamField
from wagtail.models import GroupApprovalTask, Page, Workflow, WorkflowTask
from wagtail.test.utils.form_data import nested_form_data

from core.roles import EDITORS, MODERATORS
from practices.blocks import TableBlock
from practices.models import PracticePage
from users.models import User

JSON = {"HTTP_ACCEPT": "application/json"}


@pytest.fixture
def handed_in(as_role: Any, index_pk: int, case_form: Any) -> PracticePage:
    """Return a case that an editor handed in."""
    as_role(EDITORS).post(
        f"/cms/pages/add/practices/practicepage/{index_pk}/", case_form() | {"action-submit": "1"}
    )
    return PracticePage.objects.get()


@pytest.fixture
def moderator(as_role: Any) -> Client:
    """Return the browser of a moderator."""
    browser: Client = as_role(MODERATORS)
    return browser


@pytest.fixture
def send(handed_in: PracticePage, case_form: Any) -> Callable[..., Any]:
    """Return a function that presses a workflow button in the editor.

    It sends the revision on the screen, as Wagtail's script does.
    """

    def send(client: Client, seen: Any, action: str = "approve", headers: Any = None, **fields: Any) -> Any:
        page = Page.objects.get(pk=handed_in.pk)
        section = seen.as_object().body.raw_data[0]
        shown = {"loaded_revision_id": seen.pk, "loaded_revision_created_at": seen.created_at.isoformat()}
        shown |= {
            "body-0-id": section["id"],
            "body-0-value-content-0-id": section["value"]["content"][0]["id"],
        }
        button = {"action-workflow-action": "true", "workflow-action-name": action}
        return client.post(
            f"/cms/pages/{page.pk}/edit/", case_form(**fields) | shown | button, **(headers or {})
        )

    return send


def change(page: PracticePage, email: str, summary: str) -> Any:
    """Save another version, as the editor of this address."""
    draft = page.get_latest_revision_as_object()
    draft.summary = summary
    return draft.save_revision(user=User.objects.get(email=email))


def another() -> str:
    """Make another moderator, and return her address."""
    user = User.objects.create_user("tweede@knooppunt.example")
    user.groups.add(Group.objects.get(name=MODERATORS))
    return user.email


def told(answer: Any, client: Client) -> str:
    """Return what the moderator reads next."""
    page = client.get("/cms/") if answer.status_code == 302 else answer
    return " ".join(BeautifulSoup(page.content, "html.parser").select_one(".messages").get_text(" ").split())


def test_one_button_publishes_also_with_her_own_changes(handed_in: Any, moderator: Client, send: Any) -> None:
    soup = BeautifulSoup(moderator.get(f"/cms/pages/{handed_in.pk}/edit/").content, "html.parser")
    labels = {
        button.get_text(strip=True)
        for button in soup.select("footer button[data-workflow-action-name=approve]")
    }
    assert "Goedkeuren en publiceren" in labels
    assert not soup.select("footer [name=action-publish]")
    answer = send(moderator, handed_in.get_latest_revision(), summary="Met een komma, dus.")
    handed_in.refresh_from_db()
    assert (handed_in.live, handed_in.summary, handed_in.has_unpublished_changes) == (
        True,
        "Met een komma, dus.",
        False,
    )
    assert handed_in.current_workflow_state is None
    assert "“Slim asfalt” is goedgekeurd en staat op de site." in told(answer, moderator)


def test_a_plain_approval_leaves_no_version_of_hers(handed_in: Any, moderator: Client, send: Any) -> None:
    seen = handed_in.get_latest_revision()
    send(moderator, seen)
    handed_in.refresh_from_db()
    assert handed_in.live
    autosave, twice = send(moderator, seen, headers=JSON), send(moderator, seen)
    assert autosave.status_code == 400
    assert handed_in.revisions.get() == seen
    assert "wacht niet meer op een moderator" in told(twice, moderator)
    send(moderator, seen, summary="Toch nog iets.")
    send(moderator, seen, summary="Op een oud scherm.")
    handed_in.refresh_from_db()
    assert handed_in.get_latest_revision_as_object().summary == "Toch nog iets."


def test_an_autosave_does_not_press_the_button(handed_in: Any, moderator: Client, send: Any) -> None:
    send(moderator, handed_in.get_latest_revision(), headers=JSON)
    handed_in.refresh_from_db()
    assert not handed_in.live


@pytest.mark.parametrize(("sent", "kept"), [("41.0", 41.0), ("41", 41.0), ("", None), ("veel", "veel")])
def test_a_number_in_a_table_is_no_change_of_itself(sent: str, kept: Any) -> None:
    cells = {
        "columns": [{"type": "number", "heading": "Aantal"}],
        "rows": [{"values": [kept]}],
        "caption": "Per jaar",
    }
    column = {"type": "number", "order": "0", "heading": "Aantal", "deleted": ""}
    form = {
        "caption": "Per jaar",
        "column": [column],
        "row": [{"order": "0", "deleted": ""}],
        "cell": [[sent]],
    }
    data = nested_form_data({"t": form | {"column-count": "1", "row-count": "1"}})
    block = StreamField([("table", TableBlock())]).stream_block.child_blocks["table"]
    assert block.get_prep_value(block.value_from_datadict(data, {}, "t")) == cells


def hand_in_again(page: PracticePage, waits: bool = True) -> Any:
    """Take a case back as its editor, change it and hand it in again; return the newer version."""
    page.current_workflow_state.cancel()
    latest = change(page, "redacteuren@knooppunt.example", "Van een ander.")
    if waits:
        page.get_workflow().start(page, latest.user)
    return latest


def test_a_version_that_she_did_not_see_is_neither_overwritten_nor_published(
    handed_in: Any, moderator: Client, send: Any
) -> None:
    seen, latest = handed_in.get_latest_revision(), hand_in_again(handed_in)
    answer = send(moderator, seen)
    soup = BeautifulSoup(answer.content, "html.parser")
    buttons = [link["href"] for link in soup.select('.messages a[target="_blank"]')]
    edit = f"/cms/pages/{handed_in.pk}/edit/"
    assert buttons == [f"/cms/pages/{handed_in.pk}/revisions/compare/{seen.pk}...{latest.pk}/", edit]
    form = soup.select_one("#page-edit-form")
    assert "w-autosave" not in str(form.attrs)
    assert form.select_one("[name=summary]").get_text(strip=True) == "In het kort."
    kept = {
        name: form.select_one(f"[name={name}]")["value"]
        for name in ("loaded_revision_id", "loaded_revision_created_at")
    }
    assert kept == {
        "loaded_revision_id": str(seen.pk),
        "loaded_revision_created_at": seen.created_at.isoformat(),
    }
    autosave = moderator.post(edit, kept, **JSON)
    assert (autosave.status_code, autosave.json()["error_code"]) == (400, "invalid_revision")
    assert "Niet gelukt" in told(send(moderator, seen), moderator)
    handed_in.refresh_from_db()
    assert (handed_in.live, handed_in.get_latest_revision()) == (False, latest)
    send(moderator, latest, summary="Van een ander.")
    handed_in.refresh_from_db()
    assert (handed_in.live, handed_in.summary) == (True, "Van een ander.")


@pytest.mark.parametrize(("action", "waits"), [("reject", True), ("approve", False)])
def test_no_button_of_the_workflow_overwrites_it_and_the_comment_is_kept(
    handed_in: Any, moderator: Client, send: Any, action: str, waits: bool
) -> None:
    seen, latest = handed_in.get_latest_revision(), hand_in_again(handed_in, waits)
    answer = send(moderator, seen, action, **{"workflow-action-extra-data": '{"comment": "Mooi <zo>."}'})
    assert "Je opmerking was: “Mooi <zo>.”" in told(answer, moderator)
    handed_in.refresh_from_db()
    assert (handed_in.get_latest_revision(), bool(handed_in.current_workflow_state)) == (latest, waits)


def test_a_screen_that_is_out_of_date_does_not_become_new_by_a_mistake_in_it(
    handed_in: Any, moderator: Client, send: Any
) -> None:
    seen = handed_in.get_latest_revision()
    change(handed_in, another(), "Van een ander.")
    form = BeautifulSoup(send(moderator, seen, title="").content, "html.parser").select_one("#page-edit-form")
    assert form.select_one("[name=loaded_revision_id]")["value"] == str(seen.pk)
    assert "w-autosave" not in str(form.attrs)


def test_a_screen_that_saved_by_itself_is_not_out_of_date_by_a_mistake_in_it(
    handed_in: Any, moderator: Client, send: Any
) -> None:
    seen = handed_in.get_latest_revision()
    latest = change(handed_in, "moderatoren@knooppunt.example", "Vanzelf bewaard.")
    form = BeautifulSoup(send(moderator, seen, title="").content, "html.parser").select_one("#page-edit-form")
    assert form.select_one("[name=loaded_revision_id]")["value"] == str(latest.pk)
    assert "w-autosave" in str(form.attrs)


def test_a_version_that_an_autosave_wrote_over_is_not_compared_with_itself(
    handed_in: Any, moderator: Client, send: Any
) -> None:
    seen = handed_in.get_latest_revision()
    handed_in.revisions.update(created_at=seen.created_at + timedelta(seconds=1))
    soup = BeautifulSoup(send(moderator, seen).content, "html.parser")
    assert [link["href"] for link in soup.select('.messages a[target="_blank"]')] == [
        f"/cms/pages/{handed_in.pk}/edit/"
    ]


@pytest.mark.parametrize("field", ["loaded_revision_id", "overwrite_revision_id"])
def test_a_version_that_is_no_number_is_a_bad_request(
    handed_in: Any, moderator: Client, send: Any, field: str
) -> None:
    change(handed_in, another(), "Van een ander.")
    address = f"/cms/pages/{handed_in.pk}/edit/"
    assert moderator.post(address, {field: "x", "action-workflow-action": "true"}).status_code == 400


@pytest.mark.parametrize("script", [{}, {"HTTP_X_REQUESTED_WITH": "XMLHttpRequest"}])
def test_the_first_page_shows_it_too(handed_in: Any, moderator: Client, script: dict[str, str]) -> None:
    seen, state = handed_in.get_latest_revision(), handed_in.current_workflow_task_state
    latest = change(handed_in, another(), "Van een ander.")
    address = f"/cms/pages/workflow/action/{handed_in.pk}/approve/{state.pk}/"
    difference = f"/cms/pages/{handed_in.pk}/revisions/compare/{seen.pk}...{latest.pk}/"
    for answer in (moderator.post(address, {"next": "/cms/"}, **script), moderator.get(address, **script)):
        assert difference in (answer["Location"] if not script else answer.json()["redirect"])
    handed_in.refresh_from_db()
    assert not handed_in.live
    assert "Nog niet goedgekeurd" in told(answer, moderator) if not script else True


def test_the_first_page_publishes_what_she_made_of_it(handed_in: Any, moderator: Client) -> None:
    change(handed_in, "moderatoren@knooppunt.example", "Van haarzelf.")
    assert ">Goedkeuren en publiceren<" in moderator.get("/cms/").content.decode()
    state = handed_in.current_workflow_task_state
    answer = moderator.post(
        f"/cms/pages/workflow/action/{handed_in.pk}/approve/{state.pk}/", {"next": "/cms/"}
    )
    handed_in.refresh_from_db()
    assert (handed_in.live, handed_in.summary) == (True, "Van haarzelf.")
    assert "is goedgekeurd en staat op de site" in told(answer, moderator)


def add_task() -> None:
    """Let somebody look at pages after the moderators."""
    task = GroupApprovalTask.objects.create(name="Eindredactie")
    task.groups.set(Group.objects.filter(name=MODERATORS))
    WorkflowTask.objects.create(workflow=Workflow.objects.get(), task=task, sort_order=9)


@pytest.mark.parametrize(
    ("outcome", "text", "place"),
    [
        ("next", "is goedgekeurd en staat nog niet op de site: eerst volgt “Eindredactie”.", "editor"),
        ("planned", "is goedgekeurd en komt op de site op", "editor"),
        ("next", "is goedgekeurd en staat nog niet op de site: eerst volgt “Eindredactie”.", "first page"),
        ("reject", "is terug bij de schrijver. Deze versie staat niet op de site.", "first page"),
    ],
)
def test_what_is_not_on_the_site_yet_is_said(
    handed_in: Any, moderator: Client, send: Any, outcome: str, text: str, place: str
) -> None:
    fields: dict[str, Any] = {}
    if outcome == "next":
        add_task()
        assert "Goedkeuren en publiceren" not in moderator.get("/cms/").content.decode()
    if outcome == "planned":
        draft = handed_in.get_latest_revision_as_object()
        draft.go_live_at = timezone.now() + timedelta(days=400)
        draft.save_revision(user=User.objects.get(email="moderatoren@knooppunt.example"))
        fields = {"go_live_at": timezone.localtime(draft.go_live_at).strftime("%Y-%m-%d %H:%M")}
    action = "reject" if outcome == "reject" else "approve"
    if place == "editor":
        answer = send(moderator, handed_in.get_latest_revision(), action, **fields)
    else:
        state = handed_in.current_workflow_task_state
        answer = moderator.post(
            f"/cms/pages/workflow/action/{handed_in.pk}/{action}/{state.pk}/", {"next": "/cms/"}
        )
    handed_in.refresh_from_db()
    assert not handed_in.live
    assert f"“Slim asfalt” {text}" in told(answer, moderator)


@pytest.mark.parametrize(
    "way",
    ["/cms/pages/workflow/action/{page}/approve/{state}/", "/cms/bulk/wagtailcore/page/publish/?id={page}"],
)
def test_what_lacks_something_is_not_published_and_she_reads_what(
    handed_in: Any, moderator: Client, make_case: Any, way: str
) -> None:
    state = handed_in.current_workflow_task_state
    draft = handed_in.get_latest_revision_as_object()
    draft.slug = "al-in-gebruik"
    draft.save_revision(user=User.objects.get(email="moderatoren@knooppunt.example"))
    make_case("al-in-gebruik", published=False)
    answer = moderator.post(way.format(page=handed_in.pk, state=state.pk), {"next": "/cms/"})
    assert answer["Location"] == "/cms/"
    assert "al-in-gebruik" in told(answer, moderator)
    handed_in.refresh_from_db()
    assert not handed_in.live


def test_of_several_pages_none_is_published_and_she_reads_so(make_case: Any, moderator: Client) -> None:
    faulty, fine = make_case(published=False), make_case("in-orde", published=False)
    faulty.province = "utrecht"
    faulty.save_revision(clean=False)
    answer = moderator.post(
        f"/cms/bulk/wagtailcore/page/publish/?id={faulty.pk}&id={fine.pk}", {"next": "/cms/"}
    )
    assert "Er is niets gepubliceerd, ook niet wat je verder koos." in told(answer, moderator)
    assert not PracticePage.objects.live().exists()


def test_each_page_below_that_is_wrong_is_named_and_none_is_published(
    make_case: Any, moderator: Client, index_pk: int
) -> None:
    for number in (1, 2):
        faulty = make_case(f"fout-{number}", published=False)
        faulty.province = "utrecht"
        faulty.save_revision(clean=False)
    make_case("in-orde", published=False)
    address = f"/cms/bulk/wagtailcore/page/publish/?id={index_pk}"
    text = told(moderator.post(address, {"next": "/cms/", "include_descendants": "on"}), moderator)
    assert [f"{title}: " in text for title in ("Fout 1", "Fout 2", "In orde")] == [True, True, False]
    assert "Er is niets gepubliceerd, ook niet wat je verder koos." in text
    assert not PracticePage.objects.live().exists()
    moderator.post(address, {"next": "/cms/"})
    PracticePage.objects.filter(slug__startswith="fout").delete()
    moderator.post(address, {"next": "/cms/", "include_descendants": "on"})
    assert PracticePage.objects.live().get().slug == "in-orde"
