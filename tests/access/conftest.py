"""What the tests of every URL share: a case and people with one key, and a client for each role."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.db import transaction
from django.test import Client
from django.utils import timezone
from wagtail.contrib.redirects.models import Redirect
from wagtail.contrib.search_promotions.models import Query
from wagtail.documents.models import Document
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import (
    Collection,
    CollectionViewRestriction,
    GroupApprovalTask,
    Page,
    PageViewRestriction,
    Site,
    Workflow,
)

from core.roles import EDITORS, MODERATORS
from curation.models import HiddenResult, StopPhrase, Synonym, SynonymList
from members.models import Expertise, Member
from organisations.models import Organisation, OrganisationDomain
from practices.models import PracticeIndexPage, PracticePage
from querylog.models import CaseWish
from reuse.models import Adoption
from taxonomy.models import Technique, Theme
from users.models import MembershipSettings, User
from users.services import account_admit, account_approve

sys.path.append(str(Path(__file__).parent))

from addresses import ASKED, KEY, PEOPLE, WORD

GROUPS = {"editor": EDITORS, "moderator": MODERATORS}


@pytest.fixture
def numbers(site_frame: Any, run_tasks: Callable[[], int]) -> dict[str, int]:
    """Make people who are hidden: by choice, by a closed account, or by a moderator; return the keys made."""
    admin = User.objects.create_superuser("beheer@adres.example")
    body = Organisation.objects.create(pk=KEY, name="Gemeente Proefstad")
    theme = Theme.objects.create(pk=KEY, name="Proefthema")
    for key, fields in zip(
        PEOPLE, [{"visibility": {"name": "private"}}, {}, {"is_listed": False}], strict=True
    ):
        email = f"{WORD}{key}@adres.example"
        user = User.objects.create(pk=key, email=email, first_name=WORD, last_name=ASKED)
        account_approve(user=user, moderator=admin)
        member = Member.objects.create(pk=key, user=user, organisation=body, name=f"{WORD} {ASKED}", **fields)
        Expertise.objects.create(member=member, theme=theme)
    User.objects.filter(pk=KEY + 1).update(is_active=False)
    MembershipSettings.objects.update_or_create(defaults={"domains": "proefstad.example"})
    quiet = User.objects.create(email=f"{WORD}@proefstad.example", first_name=WORD)
    assert account_admit(user=quiet, address=quiet.email)
    numbers = _case_with_history(site_frame, admin)
    run_tasks()
    return numbers


def _case_with_history(home: Any, editor: User) -> dict[str, int]:
    """Make and submit a case that no longer names them; return the keys of its revision and its workflow."""
    people = list(Member.objects.filter(pk__in=PEOPLE))
    case = PracticePage(pk=KEY, title="Voorbeeld", slug="voorbeeld", contact=people[0])
    PracticeIndexPage.objects.get(locale=home.locale).add_child(instance=case)
    case.authors = people
    case.save()
    first = case.save_revision(user=editor, log_action=True)
    case.contact, case.authors = people[1], people[1:]
    case.save_revision(user=editor, log_action=True).publish(user=editor)
    workflow = case.get_workflow().start(case, editor)
    state = workflow.current_task_state
    return {
        "revision_id": first.pk,
        "workflow_state_id": workflow.pk,
        "task_state_id": state.pk,
        "task_id": state.task_id,
    }


@pytest.fixture
def planted(numbers: dict[str, int], own_files: Any) -> dict[str, Any]:
    """Make one of every other kind too; return the arguments of URLs: keys, and slugs by what they are of."""
    body, case = Organisation.objects.get(pk=KEY), Page.objects.get(pk=KEY)
    Synonym.objects.create(pk=KEY, words="proefwoord, toetswoord")
    SynonymList.objects.create(pk=KEY, lines="proefwoord, toetswoord", live_at=timezone.now())
    HiddenResult.objects.create(pk=KEY, text="proefvraag", page=case, reason="Een proef")
    StopPhrase.objects.create(pk=KEY, phrase="voor de proef")
    CaseWish.objects.create(pk=KEY, question="proefvraag")
    OrganisationDomain.objects.create(pk=KEY, domain="toetsstad.example", organisation=body)
    Technique.objects.create(pk=KEY, name="Proeftechniek")
    Site.objects.create(pk=KEY, hostname="proef.example", root_page=case)
    Group.objects.create(pk=KEY, name="Proefgroep")
    Redirect.objects.create(pk=KEY, old_path="/oud", redirect_page=case)
    Query.objects.create(pk=KEY, query_string="proefvraag")
    Workflow.objects.create(pk=KEY, name="Proefgang")
    GroupApprovalTask.objects.create(pk=KEY, name="Proeftaak")
    MembershipSettings.objects.update(id=KEY)
    collection = Collection.get_first_root_node().add_child(
        instance=Collection(pk=KEY, name="Proefverzameling")
    )
    document = Document.objects.create(pk=KEY, title="Stuk", file=ContentFile(b"stuk", "stuk.txt"))
    image = get_image_model().objects.create(pk=KEY, title="Beeld", file=get_test_image_file())
    CollectionViewRestriction.objects.create(
        pk=KEY, collection=collection, restriction_type="password", password="geheim"
    )
    index = case.get_parent()
    PageViewRestriction.objects.create(
        pk=KEY, page=_add_closed_page(index), restriction_type="password", password="geheim"
    )
    shown = _make_account("shown").member
    said = {"status": "in-use", "standing": "confirmed", "source": "own", "confirmed_at": timezone.now()}
    Adoption.objects.create(pk=KEY, page=case, case_key=case.translation_key, organisation=body, **said)
    names = {"case": case.slug, "file": document.filename, "image": image.file.name, "member": shown.slug}
    return {**numbers, **names, "organisation": body.slug, "closed": KEY + 1, "key": KEY}


def _add_closed_page(index: Page) -> PracticePage:
    """Add a case that a password is going to be on."""
    case = PracticePage(pk=KEY + 1, title="Besloten", slug="besloten")
    index.add_child(instance=case)
    return case


@pytest.fixture
def ask(db: None) -> Callable[..., Callable[..., Any]]:
    """Return a function from a role to a function that sends requests, whose changes are undone."""

    def enter(role: str) -> Callable[..., Any]:
        client = Client(raise_request_exception=False)  # Wagtail has an address that always breaks
        if role != "visitor":
            client.force_login(_make_account(role))
        cookies = client.cookies.copy()

        def ask(method: str, address: str, **question: Any) -> Any:
            client.cookies = cookies.copy()
            with transaction.atomic():
                answer = getattr(client, method)(address, question)
                transaction.set_rollback(True)
            return answer

        return ask

    return enter


def _make_account(role: str) -> User:
    """Make an account of a role, with a profile, and with a second step where the role asks for one."""
    approved = None if role == "waiting" else timezone.now()
    user = User.objects.create_user(
        f"{role}@adres.example", "Zeer-geheim-41", approved_at=approved, first_name=role
    )
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    if role != "waiting":
        Member.objects.create(user=user, name=f"Iemand {role}")
    if role == "administrator":
        User.objects.filter(pk=user.pk).update(is_superuser=True)
    if role in GROUPS:
        user.groups.add(Group.objects.get(name=GROUPS[role]))
    if role in {"administrator", *GROUPS}:
        TOTP.activate(user, generate_totp_secret())
    return user
