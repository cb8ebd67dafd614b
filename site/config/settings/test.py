"""Settings for the tests: quick hashing, mail in memory, tasks run when a test asks for it."""

from config.settings.development import *  # noqa: F403
from config.settings.development import CACHES, STORAGES

SECRET_KEY = "only-for-tests"  # noqa: S105
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "testserver"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
SEMANTIC_SEARCH = False  # a passage takes a tenth of a second; the tests of semantic search turn it on
CACHES["default"] = {"BACKEND": "core.counters.MemoryCounters"}
PAGE_CACHE_BYTES = 0  # no page is cached; the tests of the page cache have a store of their own
# Look for a static file when it is requested: otherwise each client of a test reads all of them first.
WHITENOISE_AUTOREFRESH = True
