"""The search page and its results as a table; the address above them is a word of the language."""

from django.urls import path

from search.page.views import results_csv, search_page

urlpatterns = [path("", search_page, name="search"), path("resultaten.csv", results_csv, name="results_csv")]
