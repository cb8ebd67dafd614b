"""A document goes with the pages that it stands on: who may read none of them does not get it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.documents import get_document_model
from wagtail.models import Collection, CollectionViewRestriction, Page

from core.roles import EDITORS
from pages.models import ContentPage
from practices.models import PracticeDocument, PracticePage
from users.models import User

pytestmark = pytest.mark.django_db

WAYS = ["child", "block", "text"]
SECRET = b"kanarie"


@pytest.fixture
def document(own_files: SimpleNamespace) -> Any:
    """Return a document that stands nowhere."""
    return get_document_model().objects.create(title="Het plan", file=ContentFile(SECRET, "plan.txt"))


@pytest.fixture
def place(make_case: Any, document: Any, run_tasks: Callable[[], int]) -> Callable[..., PracticePage]:
    """Return what makes a case with the document on it, and lets the list of references follow."""

    def make(slug: str = "met-document", way: str = "child", *, published: bool = True) -> PracticePage:
        link = f'<p>Zie <a linktype="document" id="{document.pk}">het plan</a>.</p>'
        content = {
            "child": [],
            "block": [{"type": "document", "value": document.pk}],
            "text": [{"type": "text", "value": link}],
        }
        body = [
            {"type": "section", "value": {"heading": "aanpak", "own_heading": "", "content": content[way]}}
        ]
        page = make_case(slug, body=body, published=False)
        if way == "child":
            page.documents = [PracticeDocument(document=document)]
        revision = page.save_revision()
        if published:
            revision.publish()
        run_tasks()
        return PracticePage.objects.get(pk=page.pk)

    return make


def ask(client: Client, document: Any, **headers: str) -> tuple[int, bytes]:
    """Return the status and the content that somebody gets."""
    answer = client.get(document.url, headers=headers)
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return answer.status_code, content


@pytest.mark.parametrize("way", WAYS)
def test_a_document_of_a_published_case_is_for_everybody(
    place: Any, document: Any, client: Client, way: str
) -> None:
    place(way=way)
    assert ask(client, document) == (200, SECRET)


def take_off_line(page: PracticePage) -> None:
    page.unpublish()


def let_expire(page: PracticePage) -> None:
    page.expire_at = timezone.now() - timezone.timedelta(minutes=1)
    page.save()
    call_command("publish_scheduled")


def make_private(page: PracticePage) -> None:
    page.view_restrictions.create(restriction_type="login")


def move_below_private(page: PracticePage) -> None:
    below = Page.objects.get(pk=page.get_parent().get_parent().pk).add_child(
        instance=ContentPage(title="Dicht", slug="dicht")
    )
    below.view_restrictions.create(restriction_type="login")
    Page.objects.get(pk=page.pk).move(Page.objects.get(pk=below.pk), pos="last-child")


def publish_without(page: PracticePage) -> None:
    page.documents, page.body = [], []
    page.save_revision().publish()


def delete(page: PracticePage) -> None:
    page.delete()


CLOSING = [take_off_line, let_expire, make_private, move_below_private, publish_without, delete]


@pytest.mark.parametrize(
    ("way", "close"),
    [*(("child", close) for close in CLOSING), *((way, publish_without) for way in WAYS[1:])],
)
@pytest.mark.parametrize("is_behind", [True, False])
def test_a_document_goes_when_the_case_does_also_while_the_worker_is_away(
    place: Any,
    document: Any,
    client: Client,
    run_tasks: Any,
    way: str,
    close: Callable[[PracticePage], None],
    is_behind: bool,
) -> None:
    close(place(way=way))
    if not is_behind:
        run_tasks()
    assert ask(client, document)[0] == 404


def test_a_document_of_a_draft_is_hidden(place: Any, document: Any, client: Client) -> None:
    place(published=False)
    assert ask(client, document)[0] == 404


def test_a_document_in_a_change_that_is_not_published_is_hidden(
    make_case: Any, document: Any, client: Client, run_tasks: Any
) -> None:
    page = make_case()
    page.documents = [PracticeDocument(document=document)]
    page.save_revision()
    run_tasks()
    assert document.get_usage().count() == 1
    assert ask(client, document)[0] == 404


def test_a_document_that_stands_nowhere_is_hidden(document: Any, client: Client) -> None:
    assert ask(client, document)[0] == 404


def test_no_way_to_ask_gives_a_hidden_document(place: Any, document: Any, client: Client) -> None:
    page = place()
    known = client.get(document.url)
    b"".join(known.streaming_content)
    headers = {
        "if-none-match": known["ETag"],
        "if-modified-since": known["Last-Modified"],
        "range": "bytes=0-3",
    }
    assert client.get(document.url, headers={"if-none-match": known["ETag"]}).status_code == 304
    page.unpublish()
    answers = [client.get(document.url, headers={name: value}) for name, value in headers.items()]
    answers += [client.head(document.url), client.options(document.url), client.post(document.url)]
    assert {answer.status_code for answer in answers} <= {403, 404}
    assert not any(SECRET in answer.content for answer in answers)


def test_one_open_case_is_enough(place: Any, document: Any, client: Client) -> None:
    make_private(place("dicht"))
    place("concept", published=False)
    assert ask(client, document)[0] == 404
    place("open")
    assert ask(client, document) == (200, SECRET)


def test_who_is_let_in_by_the_page_gets_its_documents(place: Any, document: Any, client: Client) -> None:
    page, group = place(), Group.objects.create(name="Leesgroep")
    page.view_restrictions.create(restriction_type="groups").groups.add(group)
    user = User.objects.create_user("lezer@adres.example")
    client.force_login(user)
    assert ask(client, document)[0] == 404
    user.groups.add(group)
    assert ask(client, document) == (200, SECRET)


def test_who_gave_the_password_of_the_page_gets_its_documents(
    place: Any, document: Any, client: Client
) -> None:
    page = place()
    restriction = page.view_restrictions.create(restriction_type="password", password="sesam")
    assert ask(client, document)[0] == 404
    form = {"password": "sesam", "return_url": page.url}
    address = reverse("wagtailcore_authenticate_with_password", args=[restriction.pk, page.pk])
    assert page.title in client.post(address, form, follow=True).text
    assert ask(client, document) == (200, SECRET)


def test_who_keeps_documents_gets_those_that_stand_nowhere(document: Any, as_role: Any) -> None:
    assert ask(as_role(EDITORS), document) == (200, SECRET)
    assert ask(as_role(""), document)[0] == 404


def test_an_editor_without_a_second_factor_gets_what_a_visitor_gets(document: Any, client: Client) -> None:
    user = User.objects.create_user("redactie@gemeente.example")
    user.groups.add(Group.objects.get(name=EDITORS))
    client.force_login(user)
    assert ask(client, document)[0] == 404


def test_the_restriction_of_a_collection_holds_also_for_a_document_of_an_open_case(
    place: Any, document: Any, client: Client
) -> None:
    place()
    document.collection = Collection.get_first_root_node().add_child(name="Besloten")
    document.save()
    CollectionViewRestriction.objects.create(collection=document.collection, restriction_type="login")
    answer = client.get(document.url)
    assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, "/accounts/login/")
    client.force_login(User.objects.create_user("lezer@adres.example"))
    assert ask(client, document) == (200, SECRET)


def test_nobody_else_keeps_a_document_and_a_browser_asks_each_time(
    place: Any, document: Any, client: Client, as_role: Any
) -> None:
    place()
    answers = [client.get(document.url), as_role("").get(document.url)]
    assert [answer["Cache-Control"] for answer in answers] == ["private, no-cache", "private, no-store"]
    assert all(answer["Content-Disposition"] == 'attachment; filename="plan.txt"' for answer in answers)
    assert all(answer["X-Content-Type-Options"] == "nosniff" for answer in answers)


def files_in(folder: Path) -> Iterator[str]:
    """Yield the files below a folder."""
    return (str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_no_document_lies_where_a_web_server_gives_files_to_anybody(
    place: Any, document: Any, own_files: SimpleNamespace, client: Client
) -> None:
    place()
    assert list(files_in(own_files.public)) == []
    assert list(files_in(own_files.private)) == ["documents/plan.txt"]
    assert client.get("/media/documents/plan.txt").status_code == 404


def test_a_document_that_is_deleted_leaves_no_file(
    document: Any, own_files: SimpleNamespace, run_tasks: Any, django_capture_on_commit_callbacks: Any
) -> None:
    run_tasks()
    with django_capture_on_commit_callbacks(execute=True):
        document.delete()
    run_tasks()
    assert list(files_in(own_files.private)) == []


@pytest.mark.parametrize("rows", [1, 10])
def test_a_document_of_many_cases_asks_no_more(
    place: Any, document: Any, client: Client, django_assert_max_num_queries: Any, rows: int
) -> None:
    for number in range(rows):
        place(f"voorbeeld-{number}")
    with django_assert_max_num_queries(20):
        assert ask(client, document)[0] == 200
