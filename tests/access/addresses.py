"""Every route of the site, and its URLs for one thing of each kind."""

import re
from collections.abc import Iterator
from itertools import product
from typing import Any

from django.urls import URLResolver, get_resolver
from wagtail.admin.views.bulk_action.registry import bulk_action_registry
from wagtail.models import Page

from members.models import Member
from practices.models import PracticePage
from users.models import MembershipSettings, User

KEY = 90210  # of a profile, its account, a case, an organisation and a theme: one number fits every URL
PEOPLE = [KEY, KEY + 1, KEY + 2]
WORD = "zevenster"  # in every name, slug and e-mail address of the hidden people
ASKED = "Kwartelborg"  # finds the same people, without the word
ARGUMENT = re.compile(r"<(?:\w+:)?(\w+)>|\(\?P<(\w+)>[^)]*\)")
MODELS = (Member, User, PracticePage, Page, MembershipSettings)  # for URLs that name the model of the key


def views(resolver: Any = None, prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Yield every route with its view: Wagtail's, allauth's and our own; the first of equal ones answers."""
    for pattern in (resolver or get_resolver()).url_patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from views(pattern, route)
        else:
            yield route, getattr(pattern.callback, "view_class", pattern.callback)


def routes() -> Iterator[str]:
    """Yield every route."""
    return (route for route, _ in views())


def addresses(route: str, numbers: dict[str, int]) -> Iterator[str]:
    """Yield the URLs of a route for this key; for each of `MODELS`, where the route names a model."""
    names = [first or second for first, second in ARGUMENT.findall(route)]
    frame = re.sub(r"[\^$\\]", "", ARGUMENT.sub("{}", route))
    for model in MODELS if any("model" in name for name in names) else MODELS[:1]:
        app, word = model._meta.label_lower.split(".")
        words = {"app_label": app, "app_name": app, "content_type_app_name": app, "action_name": "approve"}
        words |= {
            "model_name": word,
            "content_type_model_name": word,
            "revision_id_a": "earliest",
            "revision_id_b": "latest",
        }
        actions = [
            action.action_type for action in bulk_action_registry.get_bulk_actions_for_model(app, word)
        ]
        choices = [
            actions if name == "action" else [words.get(name, numbers.get(name, KEY))] for name in names
        ]
        chosen_rows = f"?id={KEY}" if "action" in names else ""  # what a bulk action is about
        yield from (f"/{frame.format(*chosen)}{chosen_rows}" for chosen in product(*choices))
