"""The addresses of the search page and of its results as a table, below the word of their language."""

from django.urls import path

from search.page.views import results_csv, search_page

urlpatterns = [path("", search_page, name="search"), path("resultaten.csv", results_csv, name="results_csv")]
