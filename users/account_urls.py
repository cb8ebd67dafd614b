"""The addresses below `/accounts/` that come before allauth's own."""

from django.urls import path

from users.doors import login

urlpatterns = [path("login/", login, name="account_login")]
