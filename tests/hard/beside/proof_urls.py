"""The addresses of the site, and that of the writes."""

from django.urls import path
from proof_writes import write

from config.urls import *  # noqa: F403
from config.urls import urlpatterns

urlpatterns = [path("proof/<str:kind>/<int:seed>/", write), *urlpatterns]
