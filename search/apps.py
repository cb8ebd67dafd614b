"""The app with everything that knows Elasticsearch."""

from django.apps import AppConfig


class SearchConfig(AppConfig):
    """Follows changes from the start, and tells the apps below what only search knows."""

    name = "search"
    verbose_name = "zoeken"

    def ready(self) -> None:
        """Connect what needs the models."""
        from core import health
        from page_cache import middleware
        from querylog import labels, people
        from search import checks
        from search.index import signal_handlers
        from search.index.health import check_answers, check_search, check_vectors
        from search.page.forms import parameter_names
        from search.page.lists import name_facets, name_lists, name_lists_of_people
        from search.query.ordinary import is_ordinary

        signal_handlers.connect()
        checks.register_checks()
        health.register("search", check_search)
        # Not vital: a question that anybody may send must not take the site out of service.
        health.register("search_answers", check_answers, is_vital=False)
        # Words find what has no vector yet.
        health.register("semantic", check_vectors, is_vital=False)
        people.register_words(is_ordinary)
        labels.register(listings=name_lists(), facets=name_facets(), of_people=name_lists_of_people())
        middleware.register_parameters(parameter_names())
