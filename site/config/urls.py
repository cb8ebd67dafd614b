"""The addresses of the site; Dutch at `/`, English at `/en/`."""

from typing import Any

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.contrib.staticfiles.urls import staticfiles_urlpatterns
from django.db.transaction import non_atomic_requests
from django.urls import include, path, re_path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.admin.auth import require_admin_access
from wagtail.contrib.sitemaps.views import sitemap
from wagtail.documents import urls as wagtaildocs_urls
from wagtail.urls import serve_pattern
from wagtail.views import serve

import api.urls
import members.urls
import organisations.urls
import practices.urls
import querylog.urls
import search.urls
from core import health, robots
from core.admin_views import ExternalLinkView, import_redirects, nothing_here
from core.files import serve_file
from core.locking import atomic_changes
from core.sitemaps import PublicPages
from pages.documents import serve_document
from users.doors import door_patterns
from users.shared_passwords import document_patterns, page_patterns


def read_only(patterns: list[Any]) -> list[Any]:
    """Make these views open no transaction, which takes the write lock of SQLite (decision 0008)."""
    for pattern in patterns:
        non_atomic_requests(pattern.callback)
    return patterns


urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("robots.txt", robots.robots_txt, name="robots"),
    path(".well-known/security.txt", robots.security_txt, name="security_txt"),
    path("sitemap.xml", non_atomic_requests(sitemap), {"sitemaps": {"pages": PublicPages}}, name="sitemap"),
    path("api/v1/", (read_only(api.urls.urls[0]), *api.urls.urls[1:])),
    *door_patterns,
    path("cms/failwhale/", nothing_here),  # Wagtail breaks there on purpose
    # Deletes and moves pages without our hooks, which refuse some of that.
    path("cms/api/main/pages/<int:pk>/action/<str:name>/", nothing_here),
    path("cms/choose-external-link/", require_admin_access(ExternalLinkView.as_view())),
    path("cms/redirects/import/process/", require_admin_access(import_redirects)),
    path("cms/", include(wagtailadmin_urls)),
]

if settings.DEMONSTRATION:  # in production nginx serves the renditions of images
    urlpatterns += [re_path(r"^media/(?P<path>.*)$", serve_file, {"folder": settings.MEDIA_ROOT})]
    urlpatterns += staticfiles_urlpatterns()

urlpatterns += [path("", include(read_only(practices.urls.urlpatterns)))]

urlpatterns += i18n_patterns(
    path("accounts/", include("users.account_urls")),
    path("accounts/", include("members.account_urls")),
    path("accounts/", include("allauth.urls")),
    path("embed/", include(read_only(practices.urls.embed_patterns))),
    path("zoeken/", include(read_only(search.urls.urlpatterns))),
    path("zoeken/", include(read_only(querylog.urls.urlpatterns))),
    path("api/", include(read_only(api.urls.urlpatterns))),
    path("berichten/", include("contact.urls")),
    path("mijn/", include("desk.urls")),
    path("mijn/collegas/", include("peers.urls")),
    path("overnames/", include("reuse.urls")),
    path("link/", include("mail.urls")),
    path("leden/", include(read_only(members.urls.urlpatterns))),
    path("organisaties/", include(read_only(organisations.urls.urlpatterns))),
    re_path(r"^documenten/(\d+)/(.*)$", serve_document, name="wagtaildocs_serve"),
    path("documenten/", include([*document_patterns, *wagtaildocs_urls.urlpatterns])),
    *page_patterns,
    re_path(serve_pattern, non_atomic_requests(serve), name="wagtail_serve"),
    path("", include(wagtail_urls)),
    prefix_default_language=False,
)

urlpatterns = atomic_changes(urlpatterns)

handler400 = "api.problems.bad_request"
handler403 = "api.problems.permission_denied"
handler404 = "api.problems.page_not_found"
handler500 = "api.problems.server_error"
