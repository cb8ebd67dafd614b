"""The address of the drawing of a case; the case itself is a Wagtail page."""

from django.db.transaction import non_atomic_requests
from django.urls import re_path

from practices.views import cover

urlpatterns = [
    re_path(
        r"^omslag/(?P<slug>[\w-]+)-(?P<digest>[0-9a-f]{8})\.svg$", non_atomic_requests(cover), name="cover"
    )
]
