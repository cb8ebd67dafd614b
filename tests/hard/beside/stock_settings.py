"""A site as `wagtail start` makes it, with Wagtail's own Elasticsearch backend and a URL for writes."""

import environ
from stock.settings.base import *  # noqa: F403
from stock.settings.base import INSTALLED_APPS, STORAGES

env = environ.Env()

SECRET_KEY = "only for a proof"
ALLOWED_HOSTS = ["127.0.0.1"]
DEBUG = False
INSTALLED_APPS = [*INSTALLED_APPS, "cases"]
ROOT_URLCONF = "stock_urls"
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
DATABASES = {"default": env.db_url("DATABASE_URL")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):  # as ours: a lock must not be what it fails for
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
WAGTAILSEARCH_BACKENDS = {
    "default": {
        "BACKEND": "wagtail.search.backends.elasticsearch8",
        "URLS": env.list("ELASTICSEARCH_URL"),
        "INDEX_PREFIX": f"{env.str('SEARCH_INDEX_PREFIX')}-",
        "ATOMIC_REBUILD": True,
    }
}
