"""The addresses of one's own profile, below `/accounts/`."""

from django.urls import path

from members import account_views as views

urlpatterns = [
    path("profiel/", views.own_profile, name="profile"),
    path("profiel/bewerken/", views.edit, name="profile_edit"),
    path("profiel/foto/", views.own_photo, name="profile_photo"),
    path("profiel/verwijderen/", views.delete, name="profile_delete"),
]
