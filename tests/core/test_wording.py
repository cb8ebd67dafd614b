"""Wagtail speaks Dutch in our words: none of its texts is left in English, and none of ours is outdated."""

import ast
import gettext
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import django
import pytest
from django.apps import apps
from django.conf import settings
from django.template.loaders import app_directories
from modelcluster.models import get_all_child_relations
from taggit.models import ItemBase
from wagtail.contrib.settings.registry import registry
from wagtail.images import get_image_model
from wagtail.models import get_page_models
from wagtail.snippets.models import get_snippet_models

from core import template_loader

NAMES = ["django.po", "djangojs.po"]
CORE, USERS = (settings.BASE_DIR / room / "wording" / "nl" / "LC_MESSAGES" for room in ("core", "users"))
DJANGO = Path(django.__file__).parent / "conf" / "locale" / "nl" / "LC_MESSAGES"
STRING = r'((?:"(?:[^"\\]|\\.)*"\s*)+)'
ENTRY = re.compile(
    rf"^(?:msgctxt {STRING})?msgid {STRING}(?:msgid_plural {STRING})?"
    rf"msgstr(?:\[0\])? {STRING}(?:msgstr\[1\] {STRING})?",
    re.MULTILINE,
)
PLACE = re.compile(r"%\(\w+\)[sd]|\{\w+\}")
# What docs/words.md has another word for, "u" for "je", and a space too few or too many.
WRONG = re.compile(
    r"\b(u|uw|revisies?|taalregio('s)?|machtigingen|machtiging|notificaties?|uitgelichte?|slugs?|snippets?|"
    r"redirects?|privé|tags?|historie|administrators?|selecteer|geselecteerde?|reviewers?|worden verwijdert|"
    r"kan je|zoekterm\w*|zoekopdracht\w*)\b|"
    r"%\(\w+\)[sd]\w|\b\w+%\(|\.\.\.|  ",
    re.IGNORECASE,
)
# Names of apps, what only developers see, and two texts that our own template of the form stands for.
SHOWN_NOWHERE = re.compile(r'^Wagtail |token|^<p>(Promoted search|The "Search)', re.IGNORECASE)
# Not marked for translation, but translated where shown: see `core.template_loader`, taggit and
# django-tasks-db.
OF_NO_CATALOG = {"simple translation", "tags"}
OF_NO_CATALOG |= {"Task Result", "Task Results", "Can add page", "Can change page"}


def read(path: Path) -> Iterator[tuple[str, ...]]:
    """Yield context, text, plural, translation and its plural of each entry; "" for what there is not."""
    for entry in ENTRY.findall(path.read_text(encoding="utf-8") if path.exists() else ""):
        yield tuple(ast.literal_eval(f"({part})") if part else "" for part in entry)


def translations(paths: Iterable[Path]) -> dict[Any, str]:
    """Return the translations by what a catalog calls their texts; those of the last file hold."""
    found: dict[Any, str] = {}
    for context, text, plural, first, second in (entry for path in paths for entry in read(path) if entry[1]):
        key = f"{context}\x04{text}" if context else text
        found |= {(key, 0): first, (key, 1): second} if plural else {key: first}
    return found


def catalogs(language: str, name: str, app: str = "") -> list[Path]:
    """Return the catalogs called `name` of the apps whose name begins with `app`."""
    folders = [
        Path(config.path, "locale", language, "LC_MESSAGES")
        for config in apps.get_app_configs()
        if config.name.startswith(app)
    ]
    return [folder / name for folder in folders]


@pytest.mark.parametrize(("name", "least"), [("django.po", 1000), ("djangojs.po", 50)])
def test_all_that_wagtail_says_is_in_dutch(name: str, least: int) -> None:
    texts = translations(catalogs("en", name, "wagtail"))
    dutch = translations([*catalogs("nl", name, "wagtail"), CORE / name])
    assert len(texts) > least
    assert [text for text in texts if not dutch.get(text)] == []


@pytest.mark.parametrize("name", NAMES)
def test_it_says_nothing_in_words_that_we_have_others_for(name: str) -> None:
    dutch = translations([*catalogs("nl", name, "wagtail"), CORE / name])
    texts = translations(catalogs("en", name, "wagtail"))
    wrong = {text: dutch[text] for text in texts if WRONG.search(dutch[text])}
    assert {text: said for text, said in wrong.items() if not SHOWN_NOWHERE.search(str(text))} == {}


@pytest.mark.parametrize("name", NAMES)
def test_our_words_are_for_what_somebody_says(name: str) -> None:
    others = translations([*catalogs("nl", name), DJANGO / name])
    assert translations([CORE / name]).keys() - others.keys() - OF_NO_CATALOG == set()


def test_our_words_are_for_no_text_of_our_own() -> None:
    ours = translations([settings.BASE_DIR / "locale" / "en" / "LC_MESSAGES" / "django.po"])
    assert translations([CORE / "django.po"]).keys() & ours.keys() == set()


@pytest.mark.parametrize(
    "path", [CORE / "django.po", CORE / "djangojs.po", USERS / "django.po"], ids=lambda path: str(path)[-50:]
)
def test_the_words_are_compiled_and_fill_in_what_there_is(path: Path) -> None:
    with path.with_suffix(".mo").open("rb") as file:
        catalog = gettext.GNUTranslations(file)._catalog  # type: ignore[attr-defined]
        compiled = {text: said for text, said in catalog.items() if text}
    assert compiled == translations([path])
    for _, text, plural, *said in read(path):
        assert set(PLACE.findall("".join(said))) <= set(PLACE.findall(text + plural)), text


@pytest.mark.parametrize("name", template_loader.FORGOTTEN)
def test_what_wagtail_forgot_still_stands_in_its_template(name: str) -> None:
    folders = app_directories.Loader(None).get_dirs()
    (path,) = [Path(folder, name) for folder in folders if Path(folder, name).exists()]
    text = path.read_text(encoding="utf-8")
    assert [forgotten for forgotten, _ in template_loader.FORGOTTEN[name] if forgotten not in text] == []


def named() -> list[Any]:
    """Return the models whose name `/cms/` shows: those edited there, and rows of pages with references."""
    pages = get_page_models()
    rows = [relation.related_model for page in pages for relation in get_all_child_relations(page)]
    rows = [row for row in rows if not issubclass(row, ItemBase) and _refers(row)]
    models = {
        *pages,
        *rows,
        *get_snippet_models(),
        *registry,
        get_image_model(),
        apps.get_model("members.Expertise"),
        apps.get_model("members.Sought"),
    }
    return sorted(filter(_is_ours, models), key=lambda model: model._meta.label)


def _refers(row: Any) -> bool:
    """Tell whether a row of a page refers to something besides the page."""
    return sum(field.is_relation for field in row._meta.concrete_fields) > 1


def _is_ours(model: Any) -> bool:
    """Tell whether a model is one of this project."""
    return (settings.BASE_DIR / model.__module__.split(".")[0]).is_dir()


@pytest.mark.parametrize("model", named(), ids=lambda model: model._meta.label)
def test_what_is_edited_has_a_name_and_a_plural_of_ours(model: Any) -> None:
    is_row = "page" in {field.name for field in model._meta.fields}
    assert "verbose_name" in model._meta.original_attrs
    assert is_row or "verbose_name_plural" in model._meta.original_attrs
