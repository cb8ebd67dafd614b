"""What the generated site needs to run here; its production settings import this file."""

import environ

from .base import INSTALLED_APPS

env = environ.Env()

SECRET_KEY = env.str("SECRET_KEY")
ALLOWED_HOSTS = ["127.0.0.1"]
INSTALLED_APPS = [*INSTALLED_APPS, "cases"]
DATABASES = {"default": {**env.db_url("DATABASE_URL"), "CONN_MAX_AGE": 60}}
ELASTICSEARCH = {
    "BACKEND": "wagtail.search.backends.elasticsearch8",
    "URLS": env.list("ELASTICSEARCH_URL"),
    "INDEX_PREFIX": env.str("SEARCH_INDEX_PREFIX"),
}
DATABASE = {"BACKEND": "wagtail.search.backends.database"}
# `load_cases` writes thousands of pages at once; `update_index` comes after it.
WAGTAILSEARCH_BACKENDS = {
    "default": (DATABASE if env.bool("SEARCH_IN_DATABASE") else ELASTICSEARCH) | {"AUTO_UPDATE": False}
}
