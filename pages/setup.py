"""Set up an empty site: home and section pages in both languages, the groups, and the moderation workflow."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.db.models import Q
from markdown_it import MarkdownIt
from wagtail.models import (
    Collection,
    GroupApprovalTask,
    GroupPagePermission,
    Locale,
    Page,
    Site,
    Workflow,
    WorkflowPage,
    WorkflowTask,
)

from core.models import BasePage
from core.roles import EDITORS, MODERATORS, SHOWN_AT_ONCE
from members.models import MemberIndexPage
from organisations.models import OrganisationIndexPage
from pages.models import ContentPage, HomePage
from practices.models import PracticeIndexPage

TEXTS = Path(__file__).parent / "data" / "pages.json"
SECTIONS: dict[str, tuple[type[BasePage], dict[str, str]]] = {
    "praktijkvoorbeelden": (PracticeIndexPage, {"nl": "Praktijkvoorbeelden", "en": "Cases of good practice"}),
    "organisaties": (OrganisationIndexPage, {"nl": "Organisaties", "en": "Organisations"}),
    "leden": (MemberIndexPage, {"nl": "Leden", "en": "Members"}),
}
GROUP_PAGE_PERMISSIONS = {
    EDITORS: ["add_page", "change_page"],
    MODERATORS: ["add_page", "change_page", "publish_page", "lock_page", "unlock_page"],
}
WRITERS_PERMISSIONS = ["access_admin", "submit_translation"]
EDITED_APPS = ["curation", "organisations", "querylog", "taxonomy", "wagtailsearchpromotions"]
MODERATORS_ONLY = "organisationdomain"  # in the apps above; it opens what colleagues show each other
KEPT_FROM_EDITORS = Q(content_type__model__in=SHOWN_AT_ONCE, codename__regex="^(change|delete)_")
# In groups that may answer as the editors, or do what moderators do besides.
EDITOR_PERMISSIONS = [("contact", "answer_for_editors"), ("reuse", "review_adoption")]
MODERATOR_PERMISSIONS = [
    *EDITOR_PERMISSIONS,
    ("contact", "decide_report"),
    ("users", "approve_user"),
    ("members", "change_member"),
    ("members", "view_member"),
    ("members", "add_organisationcontact"),
    ("members", "delete_organisationcontact"),
    ("members", "view_organisationcontact"),
    ("organisations", "add_organisationdomain"),
    ("organisations", "delete_organisationdomain"),
    ("organisations", "view_organisationdomain"),
]


@transaction.atomic
def site_setup() -> None:
    """Make what is missing of the structure of the site; a second run changes nothing."""
    texts = json.loads(TEXTS.read_text())
    homes = {code: _home(code, texts["home"][code]) for code, _ in settings.LANGUAGES}
    for slug, (model, titles) in SECTIONS.items():
        _translated_children(homes, model, slug, {code: {"title": title} for code, title in titles.items()})
    for key, by_language in texts.items():
        if key != "home":
            values = {code: _content_values(text) for code, text in by_language.items()}
            _translated_children(homes, ContentPage, by_language["nl"]["slug"], values)
    _site(homes["nl"])
    _roots()
    _groups()
    _workflow(homes["nl"])


def _home(code: str, text: dict[str, Any]) -> HomePage:
    """Return the home page in this language, made if missing; the Dutch one replaces Wagtail's own page."""
    locale, _created = Locale.objects.get_or_create(language_code=code)
    found = HomePage.objects.filter(locale=locale).first()
    if found:
        return found
    root = Page.get_first_root_node()
    slug = "home" if code == settings.LANGUAGE_CODE else f"home-{code}"
    root.get_children().filter(slug="home", content_type__model="page").delete()
    page = HomePage(title=text["title"], slug=slug, locale=locale, intro=text["intro"])
    original = HomePage.objects.filter(locale__language_code=settings.LANGUAGE_CODE).first()
    if original:
        page.translation_key = original.translation_key
    Page.objects.get(pk=root.pk).add_child(instance=page)
    page.save_revision().publish()
    return page


def _translated_children(
    homes: dict[str, HomePage], model: type[BasePage], slug: str, values: dict[str, dict[str, Any]]
) -> None:
    """Make the page `slug` below each home page where it is missing, as translations of each other."""
    key = None
    for code, home in homes.items():
        page = Page.objects.child_of(home).filter(slug=slug).first()
        if page is None:
            page = model(slug=slug, locale=home.locale, **values[code])
            if key:
                page.translation_key = key
            Page.objects.get(pk=home.pk).add_child(instance=page)
            page.save_revision().publish()
        key = page.translation_key


def _content_values(text: dict[str, str]) -> dict[str, str]:
    """Return the fields of a `ContentPage` for a text in the data file."""
    html = MarkdownIt().render(text["body_markdown"])
    return {"title": text["title"], "intro": text["intro"], "body": html}


def _site(home: HomePage) -> None:
    """Serve the Dutch home page at the root of the site; its translations follow by their locale."""
    address = urlsplit(settings.WAGTAILADMIN_BASE_URL)
    place = {"hostname": address.hostname, "port": address.port or (443 if address.scheme == "https" else 80)}
    values = {"root_page": home, "site_name": settings.WAGTAIL_SITE_NAME, **place}
    Site.objects.update_or_create(is_default_site=True, defaults=values)


def _roots() -> None:
    """Rename what Wagtail calls "Root" in every language: the root page and the root collection."""
    name = settings.WAGTAIL_SITE_NAME
    Page.objects.filter(depth=1, title="Root").update(title=name, draft_title=name)
    Collection.objects.filter(depth=1, name="Root").update(name=name)


def _groups() -> None:
    """Name Wagtail's two groups in Dutch, with their permissions on pages, terms, search and accounts."""
    Group.objects.filter(name="Editors").update(name=EDITORS)
    Group.objects.filter(name="Moderators").update(name=MODERATORS)
    root = Page.get_first_root_node()
    of_pages = Permission.objects.filter(content_type__app_label="wagtailcore")
    edited = Permission.objects.filter(content_type__app_label__in=EDITED_APPS)
    edited = edited.exclude(content_type__model=MODERATORS_ONLY)
    for name, codenames in GROUP_PAGE_PERMISSIONS.items():
        group, _created = Group.objects.get_or_create(name=name)
        group.permissions.add(*Permission.objects.filter(codename__in=WRITERS_PERMISSIONS))
        group.permissions.add(*(edited.exclude(KEPT_FROM_EDITORS) if name == EDITORS else edited))
        for permission in of_pages.filter(codename__in=codenames):
            GroupPagePermission.objects.get_or_create(group=group, page=root, permission=permission)
    for name, permissions in ((EDITORS, EDITOR_PERMISSIONS), (MODERATORS, MODERATOR_PERMISSIONS)):
        group = Group.objects.get(name=name)
        for app, codename in permissions:
            group.permissions.add(Permission.objects.get(content_type__app_label=app, codename=codename))


def _workflow(home: HomePage) -> None:
    """Have a moderator review what an editor submits, on every page of the site."""
    workflow = Workflow.objects.filter(name__in=["Moderators approval", "Moderatie"]).first() or Workflow()
    workflow.name = "Moderatie"
    workflow.active = True
    workflow.save()
    names = ["Moderators approval", "Nakijken door een moderator"]
    task = GroupApprovalTask.objects.filter(name__in=names).first() or GroupApprovalTask()
    task.name = "Nakijken door een moderator"
    task.active = True
    task.save()
    task.groups.set(Group.objects.filter(name=MODERATORS))
    WorkflowTask.objects.get_or_create(workflow=workflow, task=task)
    for page in HomePage.objects.all():
        WorkflowPage.objects.get_or_create(page_id=page.pk, defaults={"workflow": workflow})
