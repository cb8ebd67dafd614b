"""The address of the button under somebody who is suggested, below `/mijn/collegas/`."""

from django.db.transaction import non_atomic_requests
from django.urls import path

from peers import views

# Without a transaction: what a refusal counted must stay.
urlpatterns = [
    path("<str:slug>/niet-voor-mij/", non_atomic_requests(views.dismiss), name="dismiss_peer"),
]
