"""The addresses of messages, below `/berichten/`."""

from django.urls import path

from contact import views

urlpatterns = [
    path("", views.inbox, name="inbox"),
    path("nieuw/", views.new, name="new_message"),
    path("instellingen/", views.settings, name="contact_settings"),
    path("instellingen/<int:pk>/toelaten/", views.unblock, name="unblock"),
    path("concept/<uuid:thread>/", views.draft, name="draft"),
    path("<uuid:thread>/", views.conversation, name="conversation"),
    path("<uuid:thread>/archief/", views.archive, name="archive_conversation"),
    path("<uuid:thread>/blokkeren/", views.block, name="block_person"),
    path("<uuid:thread>/melden/<int:pk>/", views.report, name="report_message"),
]
