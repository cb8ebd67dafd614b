"""The addresses of the site, that of the writes, and a door."""

from django.urls import path
from proof_people import come_in
from proof_writes import write

from config.urls import *  # noqa: F403
from config.urls import urlpatterns

urlpatterns = [
    path("proof/<str:kind>/<int:seed>/", write),
    path("proof/come_in/<slug:token>/", come_in),
    *urlpatterns,
]
