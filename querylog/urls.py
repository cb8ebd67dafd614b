"""Addresses below that of search."""

from django.urls import path

from querylog.views import count_click, wish, wish_thanks

urlpatterns = [
    path("klik/", count_click, name="count_click"),
    path("gemist/", wish, name="wish"),
    path("gemist/bedankt/", wish_thanks, name="wish_thanks"),
]
