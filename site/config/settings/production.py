"""Settings for production: everything from the environment, and no start with something missing or unsafe."""

import zlib
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from config.settings.base import *  # noqa: F403
from config.settings.base import CACHES, DATABASES, ELASTICSEARCH_URL, VAR_DIR, env

LOOPBACK = {"localhost", "127.0.0.1", "::1"}
LEAST_CHARACTERS = 50  # of a key, as `manage.py check --deploy` wants
# Bytes of a compressed key: 50 random digits have more, an alphabet that is written twice has fewer.
LEAST_KEY = 38


def _refuse_unsafe_engine(urls: list[str]) -> None:
    """Raise ImproperlyConfigured for an engine without TLS or password, unless it is on loopback."""
    for url in urls:
        parts = urlsplit(url)
        if parts.hostname in LOOPBACK:
            continue
        if parts.scheme != "https" or not parts.password:
            raise ImproperlyConfigured(
                f"ELASTICSEARCH_URL: {parts.hostname} needs https and a user with a password."
            )


def _refuse_guessable_key(key: str) -> None:
    """Raise ImproperlyConfigured for a key that is short or repeats itself, and for Django's example."""
    if len(key) < LEAST_CHARACTERS:
        raise ImproperlyConfigured("SECRET_KEY: at least 50 characters are needed.")
    if key.startswith("django-insecure-") or len(zlib.compress(key.encode())) < LEAST_KEY:
        raise ImproperlyConfigured(
            "SECRET_KEY: can be guessed; draw 50 characters at random (docs/operations.md says how)."
        )


def _refuse_open_hosts(hosts: list[str]) -> None:
    """Raise ImproperlyConfigured for an empty list, and for a pattern that fits hosts of others."""
    if not hosts:
        raise ImproperlyConfigured("ALLOWED_HOSTS: name at least one host that the site answers to.")
    for host in hosts:
        if "*" in host or ("." not in host.strip(".") and host.startswith(".")):
            raise ImproperlyConfigured(
                f"ALLOWED_HOSTS: {host} lets in names of others; name the hosts of this site."
            )


SECRET_KEY = env.str("SECRET_KEY")
_refuse_guessable_key(SECRET_KEY)
DEBUG = False
if env.bool("DEBUG", False):
    raise ImproperlyConfigured("DEBUG: cannot be on in production.")
ALLOWED_HOSTS = [host.strip() for host in env.list("ALLOWED_HOSTS") if host.strip()]
_refuse_open_hosts(ALLOWED_HOSTS)
WAGTAILADMIN_BASE_URL = env.str("BASE_URL")
if not WAGTAILADMIN_BASE_URL.startswith("https://"):
    raise ImproperlyConfigured("BASE_URL: must start with https://.")
CSRF_TRUSTED_ORIGINS = [WAGTAILADMIN_BASE_URL]
if (VAR_DIR / "accounts.json").exists():
    raise ImproperlyConfigured(
        "VAR_DIR: holds the demonstration accounts; start production with a directory of its own."
    )
env.str("DATABASE_URL")
env.str("EMAIL_URL")
env.str("ELASTICSEARCH_URL")
_refuse_unsafe_engine(ELASTICSEARCH_URL)

# Seconds that a process keeps its connection: saves connecting for each request.
DATABASES["default"]["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", 60)
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True  # the database may have been restarted meanwhile
if "CACHE_URL" in env.ENVIRON:
    CACHES["default"] = env.cache_url("CACHE_URL")

SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", True)
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]  # a load balancer asks behind the proxy, on http
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("BEHIND_PROXY", False) else None
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", 31_536_000)  # a year, the least for the preload list
if SECURE_HSTS_SECONDS <= 0:
    raise ImproperlyConfigured(
        "SECURE_HSTS_SECONDS: must be more than 0; begin with 3600 when you are not sure."
    )
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", 1 if env.bool("BEHIND_PROXY", False) else 0)
NINJA_NUM_PROXIES = ALLAUTH_TRUSTED_PROXY_COUNT
