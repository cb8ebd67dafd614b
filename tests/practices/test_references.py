"""Who names something is counted, and what a case names is not deleted under it."""

from datetime import timedelta
from io import BytesIO
from types import SimpleNamespace
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.contrib.messages import get_messages
from django.core.files.base import ContentFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from PIL import Image
from taggit.managers import TaggableManager
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Page, ReferenceIndex
from wagtail.tasks import update_reference_index_task

from core.references import NOTHING_DELETED
from core.roles import EDITORS, MODERATORS
from members.services import profile_save
from organisations.models import Organisation
from practices.models import PracticeDocument, PracticeOrganisation, PracticePage
from practices.naming import titles_by_named
from taxonomy.models import Technique, Theme
from users.models import User

OWN = {"core", "curation", "members", "organisations", "pages", "practices", "querylog", "taxonomy", "users"}
NAMED = ["theme", "technique", "organisation", "account", "member"]
FILES = ["image", "document"]


def make_image() -> Any:
    """Return an image."""
    buffer = BytesIO()
    Image.new("RGB", (60, 40), "navy").save(buffer, "PNG")
    return get_image_model().objects.create(title="Gemaal", file=ContentFile(buffer.getvalue(), "gemaal.png"))


def make_document() -> Any:
    """Return a document."""
    return get_document_model().objects.create(title="Het plan", file=ContentFile(b"plan", "plan.txt"))


def picture(image: Any) -> dict[str, Any]:
    """Return a block with an image."""
    shown = {"image": image.pk, "alt_text": "Een gemaal", "decorative": False}
    return {"type": "image", "value": {"image": shown, "caption": ""}}


def text(html: str) -> dict[str, Any]:
    """Return a block of text."""
    return {"type": "text", "value": html}


def body(*content: dict[str, Any]) -> list[dict[str, Any]]:
    """Return a section with these blocks."""
    return [{"type": "section", "value": {"heading": "aanpak", "own_heading": "", "content": list(content)}}]


def follow() -> None:
    """Let the list of references follow, and nothing else."""
    waiting = DBTaskResult.objects.ready().filter(task_path=update_reference_index_task.module_path)
    for task in waiting:
        update_reference_index_task.call(*task.args_kwargs["args"])
    waiting.delete()


@pytest.fixture
def named(make_case: Any, make_body: Any, make_member: Any, own_files: Any) -> SimpleNamespace:
    """Return a case, all that it names, and what a member names beside it."""
    organisation, theme = make_body(), Theme.objects.create(name="Landbouw")
    technique = Technique.objects.create(name="Regressie")
    member = make_member(organisation=organisation)
    profile_save(member=member, expertise=[("theme", theme.pk, 1), ("technique", technique.pk, 1)], sought=[])
    image, document = make_image(), make_document()
    linked = make_case("gelinkt", published=False)
    case = make_case(
        body=body(picture(image)),
        contact=member,
        themes=[theme],
        techniques=[technique],
        organisations=[organisation],
        related=[linked],
    )
    case.documents, case.authors = [PracticeDocument(document=document)], [member]
    case.save_revision().publish()
    follow()
    found = {
        "theme": theme,
        "technique": technique,
        "organisation": organisation,
        "image": image,
        "document": document,
    }
    return SimpleNamespace(case=case, member=member, account=member.user, linked=linked, **found)


@pytest.fixture
def as_admin(as_role: Any) -> Client:
    """Return the browser of an administrator."""
    client: Client = as_role("")
    User.objects.filter(email="lid@knooppunt.example").update(is_superuser=True)
    return client


def addresses(thing: Any) -> list[str]:
    """Return where one deletes it: alone, and together with others."""
    app, model = thing._meta.app_label, thing._meta.model_name
    alone = {
        "user": f"/cms/users/delete/{thing.pk}/",
        "siteimage": f"/cms/images/{thing.pk}/delete/",
        "document": f"/cms/documents/delete/{thing.pk}/",
        "practicepage": f"/cms/pages/{thing.pk}/delete/",
    }
    own = alone.get(model, f"/cms/snippets/{app}/{model}/delete/{thing.pk}/")
    together = "wagtailcore/page" if isinstance(thing, Page) else f"{app}/{model}"
    return [own, f"/cms/bulk/{together}/delete/?id={thing.pk}"]


def ask_all(client: Client, addresses: list[str]) -> list[str]:
    """Send an empty form to each of the addresses, and return all that is told next."""
    for address in addresses:
        answer = client.post(address)
    return [" ".join(str(message).split()) for message in get_messages(answer.wsgi_request)]


def is_there(thing: Any) -> bool:
    """Tell whether it was not deleted."""
    return type(thing)._base_manager.filter(pk=thing.pk).exists()


def test_who_names_it_is_counted_once_and_not_named_when_she_hides_what_she_knows(
    named: SimpleNamespace, as_role: Any
) -> None:
    groups = {
        name: ReferenceIndex.get_grouped_references_to(getattr(named, name))
        for name in (*NAMED, *FILES, "linked")
    }
    counts = {name: group.count() for name, group in groups.items()}
    assert counts == dict.fromkeys(counts, 1) | dict.fromkeys(["theme", "technique", "organisation"], 2)
    named.member.visibility["expertise"] = "private"
    named.member.save()
    page = as_role(MODERATORS).get(f"/cms/snippets/taxonomy/theme/usage/{named.theme.pk}/").content.decode()
    assert "Slim asfalt" in page
    assert named.member.name not in page


def test_no_field_that_names_something_is_passed_over() -> None:
    models = [model for model in ReferenceIndex.indexed_models if model._meta.app_label in OWN]
    fields = [field for model in models for field in model._meta.get_fields() if field.concrete]
    others = [
        field
        for field in fields
        if field.many_to_many or (field.one_to_one and not field.remote_field.parent_link)
    ]
    assert others
    assert [
        str(f) for f in others if not hasattr(f, "extract_references") and not isinstance(f, TaggableManager)
    ] == []


def test_what_a_case_names_is_not_deleted_and_the_refusal_names_the_case(
    named: SimpleNamespace, as_admin: Client
) -> None:
    things = [getattr(named, name) for name in NAMED]
    told = ask_all(as_admin, [address for thing in things for address in addresses(thing)])
    assert told == [
        f"“{thing}” staat nog bij “Slim asfalt”. Haal het daar eerst weg."
        for thing in things
        for _ in range(2)
    ]
    case = PracticePage.objects.get(pk=named.case.pk)
    assert all(is_there(thing) for thing in things)
    assert (case.contact, list(case.themes.all()), case.organisations()) == (
        named.member,
        [named.theme],
        [named.organisation],
    )
    case.delete()
    for thing in reversed(things):
        as_admin.post(addresses(thing)[0])
        assert not is_there(thing)


@pytest.fixture
def drafted(make_case: Any, make_body: Any, make_member: Any) -> SimpleNamespace:
    """Return a live case, and what its planned version and the draft after that name, each in one field."""
    theme, technique = Theme.objects.create(name="Landbouw"), Technique.objects.create(name="Regressie")
    owner, planned = (make_body(f"Gemeente {name}") for name in ("Breda", "Epe"))
    contact, author = (make_member(name, f"{name.lower()}@gemeente.example") for name in ("Noor", "Sam"))
    case = make_case()
    case.organisation_links = [PracticeOrganisation(organisation=planned)]
    case.save_revision(approved_go_live_at=timezone.now() + timedelta(days=9))
    case.title, case.contact, case.authors, case.themes, case.techniques = (
        "Concept",
        contact,
        [author],
        [theme],
        [technique],
    )
    case.organisation_links = [PracticeOrganisation(organisation=owner)]
    case.save_revision()
    later = [theme, technique, owner, contact.user, author.user, contact, author]
    return SimpleNamespace(planned=planned, later=later, theme=theme, technique=technique)


def test_what_only_a_draft_names_is_not_deleted_either(drafted: SimpleNamespace, as_admin: Client) -> None:
    titles = dict.fromkeys(drafted.later, "Concept") | {drafted.planned: "Slim asfalt"}
    told = ask_all(as_admin, [address for thing in titles for address in addresses(thing)])
    expected = [
        f"“{thing}” staat nog bij “{title}”. Haal het daar eerst weg." for thing, title in titles.items()
    ]
    assert told == [text for text in expected for _ in range(2)]
    assert all(is_there(thing) for thing in titles)


def test_of_several_things_none_is_deleted_and_the_refusal_says_so(
    drafted: SimpleNamespace, as_admin: Client, django_assert_num_queries: Any
) -> None:
    others = [Theme.objects.create(name=f"Thema {number}") for number in range(5)]
    told = ask_all(as_admin, [addresses(drafted.theme)[1] + "".join(f"&id={theme.pk}" for theme in others)])
    assert told == ["“Landbouw” staat nog bij “Concept”. Haal het daar eerst weg.", str(NOTHING_DELETED)]
    assert all(is_there(theme) for theme in others)
    for themes in (others[:1], others):
        with django_assert_num_queries(2):
            assert titles_by_named(themes) == {}


def test_only_who_may_publish_a_page_takes_away_what_it_uses_and_is_told_of_it(
    named: SimpleNamespace, make_case: Any, as_role: Any
) -> None:
    editor, moderator = as_role(EDITORS), as_role(MODERATORS)
    for name in FILES:
        thing = getattr(named, name)
        alone, together = addresses(thing)
        for address in (alone, together, f"/cms/{name}s/multiple/{thing.pk}/delete/"):
            editor.post(address, headers={"X-Requested-With": "XMLHttpRequest"})
            assert is_there(thing), address
        question = BeautifulSoup(moderator.get(alone).content, "html.parser")
        [count] = question.select(f'[href="{thing.usage_url}?describe_on_delete=1"]')
        assert " ".join(count.parent.get_text().split()) == "Hiernaar wordt 1 keer verwezen."
        assert "Slim asfalt" in moderator.get(thing.usage_url).content.decode()
    other = make_case("los", published=False)
    Page.objects.filter(pk__in=[named.linked.pk, other.pk]).update(owner=User.objects.get(first_name=EDITORS))
    text = "Hiernaar verwijst: “Slim asfalt”. Alleen wie dat mag publiceren, kan dit verwijderen."
    alone, together = addresses(named.linked)
    assert ask_all(editor, [alone, together, f"{together}&id={other.pk}"]) == [
        *[text] * 3,
        str(NOTHING_DELETED),
    ]
    assert is_there(named.linked)
    assert is_there(other)
    for name in (*FILES, "linked"):
        moderator.post(addresses(getattr(named, name))[0])
        assert not is_there(getattr(named, name))


@pytest.fixture
def written(make_case: Any, own_files: Any) -> SimpleNamespace:
    """Return a live case with a scheduled revision and a later draft, and the files that they refer to.

    One file is in all three.
    """
    live, planned, block, embedded = (make_image() for _ in range(4))
    beside, linked = make_document(), make_document()
    case = make_case(body=body(picture(live)))
    case.body, case.go_live_at = body(picture(live), picture(planned)), timezone.now() + timedelta(days=9)
    case.save_revision().publish()
    links = f'<p>Zie <a linktype="document" id="{linked.pk}">het plan</a>.</p>'
    links += f'<embed embedtype="image" id="{embedded.pk}" format="left" alt="Een gemaal"/>'
    case.body, case.documents = (
        body(picture(live), picture(block), text(links)),
        [PracticeDocument(document=beside)],
    )
    case.save_revision()
    follow()
    return SimpleNamespace(case=case, live=live, planned=planned, later=[block, embedded, beside, linked])


def test_what_only_a_draft_names_is_counted_and_taken_by_who_may_publish_it(
    written: SimpleNamespace, as_role: Any
) -> None:
    editor, moderator = as_role(EDITORS), as_role(MODERATORS)
    for thing in (written.planned, *written.later):
        for address in addresses(thing):
            editor.post(address)
            assert is_there(thing), address
        assert thing.get_usage().count() == 1
        address = f"{thing.usage_url}?describe_on_delete=1"
        [row] = BeautifulSoup(moderator.get(address).content, "html.parser").select(".listing tbody tr")
        assert (
            " ".join(row.get_text(" ").split())
            == "Slim asfalt Praktijkvoorbeeld Concept : wordt de verwijzing leeg"
        )
        moderator.post(addresses(thing)[0])
        assert not is_there(thing)


def test_a_file_that_is_on_the_page_counts_once_whatever_the_drafts_say(written: SimpleNamespace) -> None:
    assert ReferenceIndex.get_references_to(written.live).count() == 1


def test_a_draft_that_is_no_more_names_nothing(written: SimpleNamespace) -> None:
    plan = written.case.revisions.get(approved_go_live_at__isnull=False)
    plan.approved_go_live_at = None
    plan.save(update_fields=["approved_go_live_at"])
    follow()
    assert [thing.get_usage().count() for thing in (written.planned, *written.later)] == [0, 1, 1, 1, 1]
    written.case.body, written.case.documents = body(picture(written.live)), []
    written.case.save_revision()
    follow()
    assert [thing.get_usage().count() for thing in written.later] == [0] * 4


def test_of_many_files_those_that_others_use_stay_with_as_many_questions_as_for_two(
    written: SimpleNamespace, as_role: Any
) -> None:
    editor = as_role(EDITORS)
    images, documents = [written.planned, *written.later[:2]], written.later[2:]
    for used, make in ((images, make_image), (documents, make_document)):
        unused = [make() for _ in range(3)]
        type(unused[0]).objects.update(uploaded_by_user=User.objects.get(first_name=EDITORS))
        numbers, two = [], [used[0], unused[0]]
        for things in (two, two, [*used, *unused]):  # the first time fills what Django remembers
            address = addresses(things[0])[1] + "".join(f"&id={thing.pk}" for thing in things[1:])
            with CaptureQueriesContext(connection) as queries:
                question = editor.get(address)
            numbers.append(len(queries))
        assert numbers[1] == numbers[2]
        assert {item["item"] for item in question.context["items_with_no_access"]} == set(used)
        editor.post(address)
        assert [is_there(thing) for thing in (*used, *unused)] == [True] * len(used) + [False] * 3


@pytest.mark.parametrize(("role", "may"), [(EDITORS, False), (MODERATORS, True)])
def test_only_who_may_publish_renames_or_deletes_what_visitors_read_at_once(
    as_role: Any, role: str, may: bool
) -> None:
    client = as_role(role)
    for model in (Theme, Technique, Organisation):
        base = f"/cms/snippets/{model._meta.app_label}/{model._meta.model_name}/"
        client.post(f"{base}add/", {"name": "Nieuw woord", "kind": "overig", "order": "0"})
        made = model.objects.get(slug="nieuw-woord")
        client.post(
            f"{base}edit/{made.pk}/",
            {"name": "Ander woord", "kind": "overig", "order": "0", "slug": made.slug},
        )
        made.refresh_from_db()
        assert (made.name == "Ander woord") == may
        for address in addresses(made):
            client.post(address)
        assert is_there(made) != may
