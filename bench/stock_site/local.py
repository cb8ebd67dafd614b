"""What the generated site needs to run here; its production settings import this file."""

import environ

from .base import INSTALLED_APPS

env = environ.Env()

SECRET_KEY = env.str("SECRET_KEY")
ALLOWED_HOSTS = ["127.0.0.1"]
INSTALLED_APPS = [*INSTALLED_APPS, "cases"]
DATABASES = {"default": {**env.db_url("DATABASE_URL"), "CONN_MAX_AGE": 60}}
WAGTAILSEARCH_BACKENDS = {
    "default": {
        "BACKEND": "wagtail.search.backends.elasticsearch8",
        "URLS": env.list("ELASTICSEARCH_URL"),
        "INDEX_PREFIX": env.str("SEARCH_INDEX_PREFIX"),
        "AUTO_UPDATE": False,  # `load_cases` writes two thousand pages; `update_index` comes after it
    }
}
