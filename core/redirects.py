"""Redirects from old addresses of pages: only to pages that the visitor may see, and never in a circle."""

from typing import Any
from urllib.parse import urljoin, urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.http.request import split_domain_port, validate_host
from django.utils.translation import gettext as _
from wagtail.contrib.redirects import middleware
from wagtail.contrib.redirects.forms import RedirectForm
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page
from wagtail.signals import page_published, page_slug_changed, post_page_move


class RedirectMiddleware(middleware.RedirectMiddleware):
    """Wagtail's middleware, without redirects that reveal the address of a page closed to the visitor."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Answer with a redirect, or leave it at 404."""
        answer = super().process_response(request, response)
        if answer is response:
            return response
        target = answer["Location"]
        address = urlsplit(target)._replace(scheme="", netloc="", fragment="").geturl()
        is_circle = _is_ours(target) and address == request.get_full_path()
        return response if is_circle or not _leads_to_open_page(request) else answer


def _leads_to_open_page(request: HttpRequest) -> bool:
    """Tell whether the redirect from this address has a target that the visitor may see."""
    path = Redirect.normalise_path(request.get_full_path(), decode_unicode=False)
    redirect = middleware.get_redirect(request, path) or middleware.get_redirect(request, urlsplit(path).path)
    if redirect is None:  # deleted a moment ago
        return False
    page = redirect.redirect_page
    if page is None:
        return True
    return page.live and all(one.accept_request(request) for one in page.get_view_restrictions())


def connect() -> None:
    """Follow pages that move, and validate redirects in their form, which their import uses too."""
    Redirect.clean = clean
    RedirectForm.clean_redirect_link = clean_redirect_link
    for signal in (page_published, page_slug_changed, post_page_move):
        signal.connect(on_page_placed, dispatch_uid=f"redirects-{id(signal)}")


def on_page_placed(instance: Page, **kwargs: Any) -> None:
    """Delete Wagtail's automatic redirects from addresses that this page, or one below it, has now."""
    placed = [instance, *instance.get_descendants().live()] if instance.live else []
    addresses = [parts[2] for page in placed if (parts := page.get_url_parts())]
    paths = [Redirect.normalise_path(address) for address in addresses if address]
    Redirect.objects.filter(automatically_created=True, old_path__in=paths).delete()


clean_path = Redirect.clean


def clean(redirect: Redirect) -> None:
    """Raise ValidationError for a redirect that leads back to its start, directly or through others."""
    clean_path(redirect)
    vars(redirect).pop("link", None)  # a cached property, from before the form filled in another target
    passed: list[str] = []
    address = _address_after(redirect)
    while address and address not in passed:
        passed.append(address)
        step = _redirect_at(address, redirect)
        if step == redirect:
            field = "redirect_page" if redirect.redirect_page_id else "redirect_link"
            raise ValidationError({field: _fault(passed[:-1])})
        address = _address_after(step) if step else None


def clean_redirect_link(form: RedirectForm) -> str:
    """Return the target; raises ValidationError for other schemes than http and https, and for `//…`.

    Django's field would complete the latter with a scheme that nobody chose.
    """
    link: str = form.cleaned_data["redirect_link"]
    has_no_scheme = str(form["redirect_link"].data).strip().startswith("//")
    if has_no_scheme or urlsplit(link).scheme not in {"", "http", "https"}:
        raise ValidationError(_("Begin met https:// of http://."))
    return link


def _redirect_at(address: str, redirect: Redirect) -> Redirect | None:
    """Return the redirect that Wagtail would follow at an address once this one is saved.

    When none has the query string too, that is the one of the path alone.
    """
    others = Redirect.get_for_site(redirect.site).exclude(pk=redirect.pk)
    for path in (address, address.partition("?")[0]):
        if path == redirect.old_path:
            return redirect
        if other := others.filter(old_path=path).first():
            return other
    return None


def _address_after(redirect: Redirect) -> str | None:
    """Return path and query of the target as a browser requests it, without `..`; None for another site."""
    if not redirect.link or not _is_ours(redirect.link):
        return None
    path = Redirect.normalise_path(redirect.link)
    return Redirect.normalise_path(urljoin("/", "./" + path.lstrip("/")))


def _is_ours(link: str) -> bool:
    """Tell whether an address is one of this site."""
    host = urlsplit(link).netloc.rpartition("@")[2]
    return not host or validate_host(split_domain_port(host)[0], settings.ALLOWED_HOSTS)


def _fault(passed: list[str]) -> str:
    """Return the message for a circle through these addresses."""
    if not passed:
        return _("Dit is het adres waar de doorverwijzing begint. Kies een ander doel.")
    return _("Zo gaat de doorverwijzing in een kring: dit doel leidt terug naar het begin, via %(path)s.") % {
        "path": " → ".join(passed)
    }
