"""The address of links in mails."""

from django.urls import path

from mail.views import signed_link

urlpatterns = [path("<str:token>/", signed_link, name="signed_link")]
