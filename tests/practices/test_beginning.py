"""A new case begins with the usual sections, tells what it lacks, and is not published without it."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Group
from django.test import Client
from wagtail.models import GroupPagePermission
from wagtail.test.utils.form_data import inline_formset, rich_text, streamfield

from core.roles import EDITORS, MODERATORS
from practices.models import PracticePage
from users.models import User

JSON = {"HTTP_ACCEPT": "application/json"}
EMPTY = "Nog leeg. Schrijf hier iets, of haal dit onderdeel weg."
NO_HEADING = "Kies een onderdeel, of schrijf een eigen kop."
TWICE = "Deze kop is er al. Zet de tekst bij elkaar, of kies een andere kop."
NOTHING = "Er staat nog niets in. Schrijf een samenvatting of een verhaal."


def section(
    heading: str = "", text: str | None = "Zo ging het.", own: str = "", blocks: Any = ()
) -> tuple[str, dict[str, Any]]:
    """Return a section as the form has it; without a text only these blocks stand in it."""
    content = list(blocks) or (
        [] if text is None else [("text", rich_text(f"<p>{text}</p>" if text else ""))]
    )
    return "section", {"heading": heading, "own_heading": own, "content": streamfield(content)}


@pytest.fixture
def send(as_role: Any, index_pk: int, case_form: Any) -> Callable[..., Any]:
    """Return what sends the form of a new case."""
    editor = as_role(EDITORS)
    return lambda **fields: editor.post(
        f"/cms/pages/add/practices/practicepage/{index_pk}/", case_form(**fields)
    )


@pytest.fixture
def editor(as_role: Any) -> Client:
    """Return the browser of an editor."""
    browser: Client = as_role(EDITORS)
    return browser


def read(answer: Any) -> BeautifulSoup:
    """Return a page."""
    return BeautifulSoup(answer.content, "html.parser")


def story_of(soup: BeautifulSoup) -> Any:
    """Return the sections that the form of a case begins with, as Wagtail's script gets them."""
    return json.loads(soup.select_one("#body[data-block]")["data-w-block-arguments-value"])[0]


def points(soup: BeautifulSoup) -> dict[str, bool]:
    """Return the list beside the form: what is done and what is not."""
    rows = soup.select(".readiness__points li")
    return {
        row.select("span")[-1].get_text(" ", strip=True): "readiness__done" in row.get("class", [])
        for row in rows
    }


def test_the_first_page_leads_to_the_form(editor: Client, index_pk: int) -> None:
    link = read(editor.get("/cms/")).select_one("#new-case-content a")
    assert link["href"] == f"/cms/pages/add/practices/practicepage/{index_pk}/"
    GroupPagePermission.objects.filter(group=Group.objects.get(name=EDITORS)).delete()
    assert "Nieuw praktijkvoorbeeld" not in editor.get("/cms/").content.decode()


def test_a_new_case_begins_with_the_usual_sections(editor: Client, index_pk: int, make_case: Any) -> None:
    form = read(editor.get(f"/cms/pages/add/practices/practicepage/{index_pk}/"))
    value = story_of(form)
    headings = [item["value"]["heading"] for item in value]
    assert headings == [["aanleiding"], ["aanpak"], ["data-en-techniek"], ["resultaat"]]
    assert [[child["type"] for child in item["value"]["content"]] for item in value] == [["text"]] * 4
    kept = make_case(body=[], summary="Kort.", published=False)
    assert story_of(read(editor.get(f"/cms/pages/{kept.pk}/edit/"))) == [], (
        "who took them away does not get them back"
    )


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"body": streamfield([]), "summary": ""}, NOTHING),
        ({"body": streamfield([section("geleerde-lessen", text=None)])}, EMPTY),
        ({"body": streamfield([section("geleerde-lessen", text="")])}, EMPTY),
        ({"body": streamfield([section("aanpak", text="", own="Zo ging het")])}, EMPTY),
        ({"body": streamfield([section("aanpak", text="")]), "summary": ""}, NOTHING),
        ({"body": streamfield([section()])}, NO_HEADING),
        ({"body": streamfield([section("aanpak"), section(own=" AANPAK")])}, TWICE),
    ],
)
def test_what_is_not_whole_stays_a_draft(send: Any, fields: dict[str, Any], text: str) -> None:
    answer = send(**fields, **{"action-submit": "1"})
    assert answer.status_code == 200
    assert text in answer.content.decode()
    assert not PracticePage.objects.exists()


def test_a_section_that_nobody_touched_is_left_out_when_the_case_is_handed_in(send: Any) -> None:
    body = streamfield([section("aanleiding", text=""), section("aanpak"), section("resultaat", text="")])
    assert send(body=body, **{"action-submit": "1"}).status_code == 302
    page = PracticePage.objects.get().get_latest_revision_as_object()
    assert [part.value["heading"] for part in page.body] == ["aanpak"]


def test_a_fault_stands_at_its_own_section_beside_one_that_nobody_touched(send: Any) -> None:
    body = streamfield([section("aanleiding", text=""), section("geleerde-lessen", text="")])
    answer = send(body=body, **{"action-submit": "1"})
    block = read(answer).select_one("#body[data-block]")
    errors = json.loads(block["data-w-block-arguments-value"])[1]["blockErrors"]
    assert list(errors) == ["1"]


def test_a_draft_with_a_section_that_nobody_touched_goes_live_in_no_other_way(
    send: Any, as_role: Any
) -> None:
    send(body=streamfield([section("aanleiding", text=""), section("aanpak")]))
    page = PracticePage.objects.get()
    assert len(page.get_latest_revision_as_object().body) == 2
    as_role(MODERATORS).post(f"/cms/bulk/wagtailcore/page/publish/?id={page.pk}", {"next": "/cms/"})
    page.refresh_from_db()
    assert not page.live


def test_a_section_says_all_that_it_lacks_at_once(send: Any) -> None:
    text = send(body=streamfield([section(text=None)]), **{"action-submit": "1"}).content.decode()
    assert NO_HEADING in text
    assert EMPTY in text


def test_the_same_is_kept_as_a_draft(send: Any) -> None:
    assert send(body=streamfield([section(text=None), section()]), summary="").status_code == 302
    assert [part["value"]["heading"] for part in PracticePage.objects.get().body.raw_data] == ["", ""]


def test_a_summary_alone_is_enough(send: Any) -> None:
    assert send(body=streamfield([]), **{"action-submit": "1"}).status_code == 302
    assert PracticePage.objects.get().current_workflow_state


@pytest.mark.parametrize(
    "way",
    ["/cms/pages/workflow/action/{page}/approve/{state}/", "/cms/bulk/wagtailcore/page/publish/?id={page}"],
)
def test_no_other_way_leads_to_the_site(send: Any, as_role: Any, way: str) -> None:
    send(**{"action-submit": "1"})
    page = PracticePage.objects.get()
    state = page.current_workflow_task_state.pk
    moderator = as_role(MODERATORS)
    draft = page.get_latest_revision_as_object()
    draft.body, draft.summary = [], ""
    draft.save_revision(user=User.objects.get(email="moderatoren@knooppunt.example"))
    moderator.post(way.format(page=page.pk, state=state), {"next": "/cms/"})
    page.refresh_from_db()
    assert not page.live
    assert page.current_workflow_state
    told = read(moderator.get("/cms/")).select_one(".messages")
    assert NOTHING in told.get_text(" ", strip=True)
    assert told.select_one(f'a[href="/cms/pages/{page.pk}/edit/"]')


def test_the_list_beside_the_form_follows_what_is_kept(editor: Client, index_pk: int, case_form: Any) -> None:
    new = points(read(editor.get(f"/cms/pages/add/practices/practicepage/{index_pk}/")))
    assert len(new) == 9
    assert not any(new.values())
    assert [label for label in new if label.endswith("(moet nog)")] == list(new)[:2]
    editor.post(f"/cms/pages/add/practices/practicepage/{index_pk}/", case_form(phase="pilot"))
    page = PracticePage.objects.get()
    done = [
        label for label, is_done in points(read(editor.get(f"/cms/pages/{page.pk}/edit/"))).items() if is_done
    ]
    assert [label.split(":")[0] for label in done] == [
        "Samenvatting of verhaal",
        "Alles af",
        "Samenvatting",
        "Fase",
    ]
    kept = editor.post(
        f"/cms/pages/{page.pk}/edit/", case_form(body=streamfield([section()]), summary=""), **JSON
    ).json()
    status = BeautifulSoup(kept["html"], "html.parser").select_one(
        "template[data-w-teleport-target-value*=status]"
    )
    undone = [
        label
        for label, is_done in points(BeautifulSoup(status.decode_contents(), "html.parser")).items()
        if not is_done
    ]
    assert "(moet nog)" in next(label for label in undone if label.startswith("Alles af"))
    assert "Samenvatting: die staat in de zoekresultaten" in undone


@pytest.mark.parametrize(
    "fields",
    [
        {
            "body": streamfield(
                [
                    section(
                        "aanpak", blocks=[("figure", {"number": "3", "unit": "", "label": "x", "source": ""})]
                    )
                ]
            )
        },
        {"sources": inline_formset([{"title": "", "url": ""}])},
    ],
)
def test_a_tick_means_that_it_can_be_handed_in(
    editor: Client, index_pk: int, case_form: Any, fields: dict[str, Any]
) -> None:
    editor.post(f"/cms/pages/add/practices/practicepage/{index_pk}/", case_form(**fields))
    page = PracticePage.objects.get()
    listed = points(read(editor.get(f"/cms/pages/{page.pk}/edit/")))
    assert not next(is_done for label, is_done in listed.items() if label.startswith("Alles af"))
    assert not next(is_done for label, is_done in listed.items() if label.startswith("Bron"))


def test_other_pages_have_no_such_list(editor: Client, index_pk: int) -> None:
    assert not read(editor.get(f"/cms/pages/{index_pk}/edit/")).select(".readiness")
