"""The addresses of the members, below `/leden/`; the list itself is a Wagtail page."""

from django.db.transaction import non_atomic_requests
from django.urls import path

from members import views

urlpatterns = [
    path("<str:slug>/", non_atomic_requests(views.profile), name="member"),
    path("<str:slug>/vcard/", non_atomic_requests(views.vcard), name="member_vcard"),
    path("<str:slug>/foto/", non_atomic_requests(views.photo), name="member_photo"),
]
