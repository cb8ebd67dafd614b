"""Old addresses of pages lead to the new ones, as far as who asks may see those, and never round in a circle."""

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
    """Wagtail's, without redirects that tell the address of a page that who asks may not see."""

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
    """Tell whether the redirect from this address has a target that who asks may see."""
    path = Redirect.normalise_path(request.get_full_path(), decode_unicode=False)
    redirect = middleware.get_redirect(request, path) or middleware.get_redirect(request, urlsplit(path).path)
    if redirect is None:  # taken away a moment ago
        return False
    page = redirect.redirect_page
    return page is None or (
        page.live and all(one.accept_request(request) for one in page.get_view_restrictions())
    )


def connect() -> None:
    """Follow where pages stand, and have the form of redirects, which their import fills in too, refuse what leads nowhere."""
    Redirect.clean = clean
    RedirectForm.clean_redirect_link = clean_redirect_link
    for signal in (page_published, page_slug_changed, post_page_move):
        signal.connect(on_page_placed, dispatch_uid=f"redirects-{id(signal)}")


def on_page_placed(instance: Page, **kwargs: Any) -> None:
    """Forget what Wagtail noted of another page that had this address, or of this one when it had it before."""
    placed = [instance, *instance.get_descendants().live()] if instance.live else []
    paths = [
        Redirect.normalise_path(parts[2]) for page in placed if (parts := page.get_url_parts()) and parts[2]
    ]
    Redirect.objects.filter(automatically_created=True, old_path__in=paths).delete()


clean_path = Redirect.clean


def clean(redirect: Redirect) -> None:
    """Refuse a redirect that leads back to where it begins, at once or through others."""
    clean_path(redirect)
    vars(redirect).pop("link", None)  # kept from before the form filled in another target
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
    """Refuse an address that is not of the web, or leaves open how to get there: Django's field would fill in something."""
    link: str = form.cleaned_data["redirect_link"]
    if urlsplit(link).scheme not in {"", "http", "https"} or str(
        form["redirect_link"].data
    ).strip().startswith("//"):
        raise ValidationError(_("Begin met https:// of http://."))
    return link


def _redirect_at(address: str, redirect: Redirect) -> Redirect | None:
    """Return what Wagtail would serve at an address once this redirect is saved: without its query if there is none with it."""
    others = Redirect.get_for_site(redirect.site).exclude(pk=redirect.pk)
    for path in (address, address.partition("?")[0]):
        if path == redirect.old_path:
            return redirect
        if other := others.filter(old_path=path).first():
            return other
    return None


def _address_after(redirect: Redirect) -> str | None:
    """Return the path and the query on this site where a redirect leads to, as a browser asks for it: without `..`."""
    if not redirect.link or not _is_ours(redirect.link):
        return None
    path = Redirect.normalise_path(redirect.link)
    return Redirect.normalise_path(urljoin("/", "./" + path.lstrip("/")))


def _is_ours(link: str) -> bool:
    """Tell whether this site answers at an address."""
    host = urlsplit(link).netloc.rpartition("@")[2]
    return not host or validate_host(split_domain_port(host)[0], settings.ALLOWED_HOSTS)


def _fault(passed: list[str]) -> str:
    """Return the message."""
    if not passed:
        return _("Dit is het adres waar de doorverwijzing begint. Kies een ander doel.")
    return _("Zo gaat de doorverwijzing in een kring: dit doel leidt terug naar het begin, via %(path)s.") % {
        "path": " → ".join(passed)
    }
