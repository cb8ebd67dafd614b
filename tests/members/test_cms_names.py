"""Nobody reads in `/cms/` the name of somebody who hides it: every address is asked for her, by who works on the site."""

import re
from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.auth.models import Group
from django.contrib.messages import get_messages
from django.db import transaction
from django.test import Client
from django.urls import URLResolver, get_resolver
from wagtail.admin.views.bulk_action.registry import bulk_action_registry
from wagtail.models import Page

from core.roles import EDITORS, MODERATORS
from members.models import Expertise, Member
from organisations.models import Organisation
from practices.models import PracticeIndexPage, PracticePage
from taxonomy.models import Theme
from users.models import MembershipSettings, User
from users.services import account_admit, account_approve

KEY = 90210  # of a profile, its account, a case, an organisation and a theme, so that one number fits every address
PEOPLE = [KEY, KEY + 1, KEY + 2]
WORD = "zevenster"  # stands in every name, slug and e-mail address of who hides
ASKED = "Kwartelborg"  # finds the same people, without the word
ARGUMENT = re.compile(r"<(?:\w+:)?(\w+)>|\(\?P<(\w+)>[^)]*\)")
MODELS = (Member, User, PracticePage, Page, MembershipSettings)  # for addresses that say of what the number is
LISTS = "cms/snippets/members/member/"
# What the form of a profile and the page on privacy say that moderators see.
SAID = {LISTS, f"{LISTS}results/", f"{LISTS}edit/<int:pk>/", "cms/bulk/<str:app_label>/<str:model_name>/<str:action>/"}
SAID |= {"cms/reports/site-history/", "cms/reports/site-history/results/"}


def routes(resolver: Any = None, prefix: str = "") -> Iterator[str]:
    """Yield every route below `/cms/`: Wagtail's, and our own."""
    for pattern in (resolver or get_resolver()).url_patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern, route)
        elif route.startswith("cms/"):
            yield route


def addresses(route: str, numbers: dict[str, int]) -> Iterator[str]:
    """Yield the addresses of a route for who hides; a route that says of what the number is, for every model of people."""
    names = [first or second for first, second in ARGUMENT.findall(route)]
    frame = re.sub(r"[\^$\\]", "", ARGUMENT.sub("{}", route))
    for model in MODELS if any("model" in name for name in names) else MODELS[:1]:
        app, word = model._meta.label_lower.split(".")
        words = {"app_label": app, "app_name": app, "content_type_app_name": app, "action_name": "approve"}
        words |= {"model_name": word, "content_type_model_name": word, "revision_id_a": "earliest", "revision_id_b": "latest"}
        actions = [action.action_type for action in bulk_action_registry.get_bulk_actions_for_model(app, word)]
        choices = [actions if name == "action" else [words.get(name, numbers.get(name, KEY))] for name in names]
        yield from (f"/{frame.format(*chosen)}" for chosen in product(*choices))


@pytest.fixture
def numbers(site_frame: Any, make_user: Any, run_tasks: Callable[[], int]) -> dict[str, int]:
    """Plant who hides: by her own wish, with a closed account, or by a moderator; return the numbers of what came of it."""
    admin = make_user("beheer", is_superuser=True)
    body = Organisation.objects.create(pk=KEY, name="Gemeente Proefstad")
    theme = Theme.objects.create(pk=KEY, name="Proefthema")
    for key, fields in zip(PEOPLE, [{"visibility": {"name": "private"}}, {}, {"is_listed": False}], strict=True):
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
    """Make a case that is theirs no more, and hand it in; return the numbers of its revision and of its workflow."""
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
    return {"revision_id": first.pk, "workflow_state_id": workflow.pk, "task_state_id": state.pk, "task_id": state.task_id}


@pytest.fixture
def ask(make_user: Any, as_user: Any) -> Callable[..., Callable[..., Any]]:
    """Return what gives a way to ask as somebody of this group; of what is asked nothing stays."""

    def enter(group: str) -> Callable[..., Any]:
        user = make_user("staf")
        user.groups.add(Group.objects.get(name=group))
        TOTP.activate(user, generate_totp_secret())
        client: Client = as_user(user)
        client.raise_request_exception = False  # Wagtail has an address that always breaks
        cookies = client.cookies.copy()

        def ask(method: str, address: str, **question: str) -> Any:
            client.cookies = cookies.copy()
            with transaction.atomic():
                answer = getattr(client, method)(address, {"id": PEOPLE, **question})
                transaction.set_rollback(True)
            return answer

        return ask

    return enter


def says(answer: Any) -> bool:
    """Tell whether the word stands in an answer, in its headers, or in what it tells on the next page."""
    told = [str(message) for message in get_messages(answer.wsgi_request)]
    return WORD in f"{answer.getvalue().decode(errors='replace')} {answer.headers} {told}".casefold()


def naming(ask: Callable[..., Any], numbers: dict[str, int]) -> set[str]:
    """Return the routes that name who hides; a list is also searched, and asked as a file where it can be one."""
    found = set()
    for route in routes():
        for address in addresses(route, numbers):
            answers = [ask("get", address)]
            if answers[0].status_code == 200 and not ARGUMENT.search(route):
                answers.append(ask("get", address, q=ASKED, export="csv"))
            if answers[0].status_code == 405:
                answers.append(ask("post", address))
            found |= {route for answer in answers if says(answer)}
    return found


@pytest.mark.parametrize(("group", "said"), [(EDITORS, set()), pytest.param(MODERATORS, SAID, marks=pytest.mark.hard)])
def test_no_address_names_who_hides_but_what_members_are_told_that_moderators_see(
    numbers: dict[str, int], ask: Any, group: str, said: set[str]
) -> None:
    assert naming(ask(group), numbers) == said
