"""The base of every page, and the site's own image."""

from collections.abc import Iterator
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Left, Length
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.images.models import AbstractImage, AbstractRendition, Image
from wagtail.models import Page, PageViewRestriction
from wagtail.url_routing import RouteResult

from core.layout import build_language_links, home_url
from core.page_forms import PageCopyForm, PageForm
from core.references import DraftReferences
from core.reserved import RESERVED_ROOT_SLUGS, SECTION_SLUGS
from core.searchable import build_page_stamp

DEPTH_BELOW_HOME = 3  # the root of the tree has depth 1, a home page 2

Pages = TypeVar("Pages", bound=models.QuerySet)


def listed(pages: Pages) -> Pages:
    """Return the pages that anyone may read: published, and neither private nor below a private page.

    Says the same as Wagtail's `live().public()`, without asking for the restrictions first.
    """
    above_or_self = Left(OuterRef("path"), Length("page__path"))
    return pages.filter(Q(live=True) & ~Exists(PageViewRestriction.objects.filter(page__path=above_or_self)))


class SiteImage(AbstractImage):
    """A photo or drawing with the name of its maker; `description` is its text alternative."""

    credit = models.CharField(
        _("maker"), max_length=200, blank=True, help_text=_("Bijvoorbeeld: foto Gemeente Breda")
    )

    admin_form_fields = (*Image.admin_form_fields, "credit")

    class Meta(AbstractImage.Meta):
        """Names, which `/cms/` shows where it lists what uses an image."""

        verbose_name = _("afbeelding")
        verbose_name_plural = _("afbeeldingen")

    @property
    def default_alt_text(self) -> str:
        """Return the description; not the title, which is the name of a file until somebody changes it."""
        return self.description


class SiteRendition(AbstractRendition):
    """A size of a `SiteImage`, made once."""

    image = models.ForeignKey(SiteImage, on_delete=models.CASCADE, related_name="renditions")

    class Meta:
        """One rendition per size."""

        unique_together = (("image", "filter_spec", "focal_point_key"),)

    def get_upload_to(self, filename: str) -> str:
        """Return a name that cannot be guessed: who knows it gets the file, even before a page shows it.

        It stays the same when the size is made anew, so that links to it keep working.
        """
        token = salted_hmac("rendition", f"{self.image_id}/{filename}").hexdigest()[:20]
        return f"images/{token}.{filename}"


class BasePage(Page):
    """What all our pages share: breadcrumbs, language links, and the rule that slugs are no reserved words.

    `listing` names the kind of hits that search shows on the page; empty for a page that shows itself.
    `is_section` is true for the pages that own a reserved word.
    """

    listing = ""
    is_section = False
    base_form_class = PageForm
    copy_form_class = PageCopyForm

    promote_panels = Page.promote_panels
    settings_panels = Page.settings_panels

    draft_references = DraftReferences(verbose_name=_("concept"))

    class Meta:
        """Pages of their own types only."""

        abstract = True

    def clean(self) -> None:
        """Check fields together and against the place of the page, with each message at its own field."""
        super().clean()
        errors = {name: fault for name, fault in self.faults() if fault}
        if errors:
            raise ValidationError(errors)

    def minimal_clean(self) -> None:
        """Check slugs of drafts too: a copy or translation begins as a draft, and passes no page form."""
        super().minimal_clean()
        if fault := self.slug_fault():
            raise ValidationError({"slug": fault})

    def faults(self) -> Iterator[tuple[str, Any]]:
        """Yield pairs of a field and what is wrong with it, or None."""
        yield "slug", self.slug_fault()

    def publishing_faults(self) -> Iterator[tuple[str, Any]]:
        """Yield the same for what a draft may lack and a live page may not."""
        yield from ()

    def slug_fault(self) -> Any:
        """Return what is wrong with the slug: directly below the home page it may be no reserved word."""
        is_new_below_home = not self.depth and "pages.HomePage" in self.parent_page_types
        is_below_home = self.depth == DEPTH_BELOW_HOME or is_new_below_home
        owns_slug = self.is_section and self.slug in SECTION_SLUGS
        if self.slug in RESERVED_ROOT_SLUGS and is_below_home and not owns_slug:
            return _("Dit woord gebruikt de site zelf. Kies een ander webadres.")
        return None

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Give a new page the language of its parent: a copy or alias would keep that of its original."""
        if self._state.adding and self.depth >= DEPTH_BELOW_HOME:
            self.locale_id = self.get_parent().locale_id
        super().save(*args, **kwargs)

    @property
    def preview_modes(self) -> list[tuple[str, str]]:
        """Return the preview modes; a page that lists hits has none, as the preview would show hits."""
        return [] if self.listing else list(super().preview_modes)

    @cached_property
    def drafts(self) -> list[Page]:
        """Return the revisions that are not live, as pages: the latest one, and a scheduled one."""
        if not self.has_unpublished_changes:
            return []
        versions = self.revisions.filter(Q(pk=self.latest_revision_id) | Q(approved_go_live_at__isnull=False))
        return [self.with_content_json(version.content) for version in versions]

    @property
    def search_stamp(self) -> str:
        """Return a text that changes each time the page goes live."""
        is_alias = self.alias_of_id is not None
        return build_page_stamp(
            revision=self.live_revision_id, published_at=self.last_published_at, is_alias=is_alias
        )

    def route(self, request: HttpRequest, path_components: list[str]) -> RouteResult:
        """Find what is live; an address of a draft takes as many queries as one without a page."""
        if (
            len(path_components) == 1
            and not self.get_children().live().filter(slug=path_components[0]).exists()
        ):
            raise Http404
        result: RouteResult = super().route(request, path_components)
        return result

    def refusal(self, request: HttpRequest) -> HttpResponse | None:
        """Return the answer to a visitor who may not see the list on this page; None lets everybody in."""
        return None

    def get_sitemap_urls(self, request: HttpRequest) -> list[dict[str, Any]]:
        """Return no address for a page that refuses this visitor."""
        return [] if self.refusal(request) else super().get_sitemap_urls(request)

    @cached_property
    def live_translations(self) -> list[Page]:
        """Return this page in the other languages, where anyone may read it."""
        return list(listed(self.get_translations()).select_related("locale"))

    def breadcrumbs(self, request: HttpRequest) -> list[dict[str, str]]:
        """Return the pages from home to this one as `{title, url}`; this page itself has no address."""
        if self.depth == DEPTH_BELOW_HOME:  # the only ancestor is the home page, so no query is needed
            return [{"title": gettext("Start"), "url": home_url()}, {"title": self.title, "url": ""}]
        ancestors = (
            self.get_ancestors()
            .live()
            .filter(depth__gt=1)
            .only("title", "url_path", "depth", "path", "locale_id")
        )
        crumbs = [{"title": page.title, "url": page.get_url(request) or ""} for page in ancestors]
        if crumbs:
            crumbs[0]["title"] = gettext("Start")
        return [*crumbs, {"title": self.title, "url": ""}]

    def readable_urls(self) -> dict[str, str]:
        """Return other addresses, by language, where this page is shown untranslated; most have none."""
        return {}

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add breadcrumbs, the language links, and the address of the edit form for those who may edit."""
        context = super().get_context(request, *args, **kwargs)
        urls = {page.locale.language_code: page.get_url(request) for page in self.live_translations}
        context["language_links"] = build_language_links(request.path, urls, self.readable_urls())
        context["breadcrumbs"] = self.breadcrumbs(request)
        context["edit_url"] = self.edit_url(request)
        return context

    def edit_url(self, request: HttpRequest) -> str:
        """Return the address of the edit form; empty for those who may not edit, and in a preview."""
        is_beside = getattr(request, "is_preview", False)
        if is_beside or not request.user.has_perm("wagtailadmin.access_admin"):
            return ""
        may_edit = self.permissions_for_user(request.user).can_edit()
        return reverse("wagtailadmin_pages:edit", args=[self.pk]) if may_edit else ""
