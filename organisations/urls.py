"""The address of an organisation, below `/organisaties/`."""

from django.db.transaction import non_atomic_requests
from django.urls import path

from organisations.views import OrganisationView

urlpatterns = [path("<slug:slug>/", non_atomic_requests(OrganisationView.as_view()), name="organisation")]
