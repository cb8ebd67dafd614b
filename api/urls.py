"""The addresses of the JSON API, below `/api/v1/`, and of its page for people."""

from django.urls import path

from api.operations import api
from api.protocol import serve
from api.views import api_page

patterns, app_name, namespace = api.urls
urls = (serve(patterns, api.parameters_of), app_name, namespace)
urlpatterns = [path("", api_page, name="api")]
