"""The addresses of a case outside its own page: its drawing, and its card for other sites."""

from django.db.transaction import non_atomic_requests
from django.urls import path, re_path

from practices.views import cover, embed

urlpatterns = [
    re_path(
        r"^omslag/(?P<slug>[\w-]+)-(?P<digest>[0-9a-f]{8})\.svg$", non_atomic_requests(cover), name="cover"
    )
]
embed_patterns = [path("praktijkvoorbeelden/<slug:slug>/", embed, name="embed")]
