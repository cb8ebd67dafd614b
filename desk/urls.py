"""The address of a member's own page."""

from django.urls import path

from desk.views import mine

urlpatterns = [path("", mine, name="mine")]
