"""Finding everything: the only app that knows Elasticsearch."""
