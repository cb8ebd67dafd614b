"""Every template compiles, every URL name resolves, and no public address answers with a server error."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings
from django.template import engines
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse
from django.urls.resolvers import RegexPattern

ROOT = Path(settings.BASE_DIR)
FOLDERS = [ROOT / "templates", *ROOT.glob("*/templates")]
TEMPLATES = sorted({str(path.relative_to(folder)) for folder in FOLDERS for path in folder.rglob("*.*")})
ANY = "1"
FILLING = {
    "IntConverter": 999999,
    "StringConverter": "x",
    "SlugConverter": "x",
    "PathConverter": "x",
    "UUIDConverter": UUID(int=0),
}
GROUPS = {"digest": "00000000"}


@pytest.mark.parametrize("name", TEMPLATES)
def test_every_template_compiles(name: str) -> None:
    engine = "jinja2" if name.startswith("jinja2/") else "django"
    assert engines[engine].get_template(name.removeprefix("jinja2/"))


def patterns(
    resolver: Any, namespace: str = "", above: tuple[Any, ...] = ()
) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """Yield every named URL of the site with its patterns, without those of `/cms/`, which are Wagtail's."""
    for entry in resolver.url_patterns:
        route = (*above, entry.pattern)
        if isinstance(entry, URLPattern):
            yield namespace + (entry.name or ""), route
        elif not str(entry.pattern).startswith("cms/"):
            yield from patterns(
                entry, f"{namespace}{entry.namespace}:" if entry.namespace else namespace, route
            )


def address(name: str, route: tuple[Any, ...]) -> str:
    """Return an address with this name, with something for every part that varies."""
    kwargs = {key: FILLING[type(found).__name__] for part in route for key, found in part.converters.items()}
    groups = [part.regex for part in route if isinstance(part, RegexPattern) and part.regex.groups]
    if groups and not groups[0].groupindex:
        return reverse(name, args=[ANY] * groups[0].groups if name == "wagtaildocs_serve" else [""])
    kwargs |= {key: GROUPS.get(key, "x") for regex in groups for key in regex.groupindex}
    return reverse(name, kwargs=kwargs)


NAMED = sorted(
    {name: route for name, route in patterns(get_resolver()) if name and not name.endswith(":")}.items()
)


@pytest.mark.parametrize(("name", "route"), NAMED, ids=[name for name, _ in NAMED])
def test_every_name_resolves_and_its_address_answers_without_an_error_of_ours(
    site_frame: Any, client: Client, name: str, route: tuple[Any, ...]
) -> None:
    client.raise_request_exception = False
    for ask in (client.get, client.post):
        assert ask(address(name, route)).status_code < 500


def test_there_are_addresses_to_test() -> None:
    names = {name for name, _ in NAMED}
    assert {
        "search",
        "cover",
        "organisation",
        "account_login",
        "mfa_index",
        "robots",
        "healthz",
        "wagtail_serve",
    } <= names
    assert len(TEMPLATES) > 50
