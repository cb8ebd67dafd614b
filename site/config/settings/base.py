"""The settings that all situations share; `.env.example` lists the variables of the environment."""

import os
import zoneinfo
from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

env = environ.Env()

BASE_DIR = Path(__file__).resolve().parents[3]
VAR_DIR = Path(env.str("VAR_DIR", "var")).absolute()
os.umask(0o077)  # what is written is its owner's to read; STORAGES says what a web server may

# --- Applications -------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "demo",
    "api",
    "desk",
    "pages",
    "search",
    "querylog",
    "curation",
    "practices",
    "peers",
    "reuse",
    "contact",
    "members",
    "activity",
    "organisations",
    "taxonomy",
    "users",
    "mail",
    "page_cache",
    "worker",
    "core",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "wagtail.contrib.redirects",
    "wagtail.contrib.search_promotions",
    "wagtail.contrib.settings",
    "wagtail.contrib.simple_translation",
    "wagtail.contrib.sitemaps",
    "wagtail.contrib.typed_table_block",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_filters",
    "django_htmx",
    "django_tasks_db",
    "csp",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.sessions",
    "django.contrib.sitemaps",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
]

# A request passes from top to bottom, its response from bottom to top.
MIDDLEWARE = [
    # First: a redirect to https needs nothing else, and its headers belong on every response, cached or not.
    "django.middleware.security.SecurityMiddleware",
    # Stores pages as they are sent, so everything that shapes them comes below.
    "page_cache.middleware.PageCacheMiddleware",
    # Adds random bytes, so that the size tells nothing of a secret (BREACH).
    "django.middleware.gzip.GZipMiddleware",
    # Below compression: on a workstation nobody compressed the static files beforehand.
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # Below compression: its random bytes would give each response another ETag.
    "django.middleware.http.ConditionalGetMiddleware",
    # Above AdminPolicyMiddleware, which tells it that `/cms/` has another policy.
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    # Above XFrameOptionsMiddleware, whose header it replaces.
    "core.middleware.AdminPolicyMiddleware",
    # In the order that Django asks: CommonMiddleware needs the language, accounts and messages need the
    # session, and the check against CSRF comes before whatever relies on it.
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    # Below authentication and messages, which they use.
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "users.middleware.StaffSecondFactorMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    # Near the views: a redirect takes the place of their 404, and needs the visitor and her session.
    "core.redirects.RedirectMiddleware",
    # Last, so the first to hear of an exception of a view; it answers with a message.
    "core.middleware.AdminFaultMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    ["django.template.loaders.filesystem.Loader", "core.template_loader.Loader"],
                ),
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "core.context_processors.layout",
                "contact.context_processors.unread_messages",
            ],
        },
    },
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [BASE_DIR / "templates" / "jinja2"],
        "OPTIONS": {"environment": "search.page.jinja.environment"},
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# --- Database, cache, background work -----------------------------------------------------------------------

DATABASES = {"default": env.db_url("DATABASE_URL", f"sqlite:///{VAR_DIR / 'db.sqlite3'}")}
if "ENGINE" not in DATABASES["default"]:
    raise ImproperlyConfigured("DATABASE_URL: is empty; give the address of a database (docs/operations.md).")
DATABASES["default"]["ATOMIC_REQUESTS"] = True
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # Readers never wait for a writer (WAL); a writer waits for its turn instead of failing halfway
    # (IMMEDIATE).
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        # Seconds that commands and the worker wait for the lock; requests wait `core.locking.PATIENCE`.
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {
    "default": {"BACKEND": "core.counters.DatabaseCounters", "LOCATION": "cache"},  # allauth counts here
    # Of each process.
    "counters": {"BACKEND": "core.counters.MemoryCounters", "LOCATION": "counters"},
    "memory": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "memory"},
}

PAGE_CACHE_BYTES = 16 * 1024 * 1024  # of each process: some 1,000 cached pages of 14 KB (decision 0013)

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

# --- Files --------------------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_URL = "/media/"
MEDIA_ROOT = VAR_DIR / "media"
PRIVATE_ROOT = VAR_DIR / "private"
# Whatever is uploaded is private (decision 0015): documents, original images, photos. A view that checks the
# visitor serves it; the address is the one for editors. Only renditions, the sizes of images that pages show,
# lie where a web server serves them to anybody.
FILE_UPLOAD_PERMISSIONS = 0o600
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(PRIVATE_ROOT), "base_url": "/cms/bestanden/"},
    },
    "renditions": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"file_permissions_mode": 0o644, "directory_permissions_mode": 0o755},
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000  # above Django's 1,000: a case with many blocks has many form fields

# --- Language -----------------------------------------------------------------------------------------------

LANGUAGE_CODE = "nl"
LANGUAGES = [("nl", "Nederlands"), ("en", "English")]
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES
LOCALE_PATHS = [
    BASE_DIR / "locale",
    BASE_DIR / "core" / "wording",  # Wagtail's texts in our own words, msgids in English
]
# No cookie besides those of session and CSRF.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
TIME_ZONE = "Europe/Amsterdam"
USE_I18N = True
FORMAT_MODULE_PATH = "config.formats"
USE_TZ = True
WAGTAIL_I18N_ENABLED = True
WAGTAILADMIN_PERMITTED_LANGUAGES = LANGUAGES

# --- Security -----------------------------------------------------------------------------------------------

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = False  # Wagtail's editor reads it
CSRF_FAILURE_VIEW = "api.problems.csrf_failure"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    },
}
PERMISSIONS_POLICY: dict[str, list[str]] = {
    "camera": [],
    "geolocation": [],
    "microphone": [],
    "payment": [],
    "usb": [],
    "publickey-credentials-get": ["self"],
    "publickey-credentials-create": ["self"],
}

NINJA_NUM_PROXIES = 0  # without a proxy of ours, anybody can send any X-Forwarded-For

# --- Accounts -----------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "users.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
WAGTAILADMIN_LOGIN_URL = LOGIN_URL
WAGTAIL_FRONTEND_LOGIN_URL = LOGIN_URL
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False  # allauth's pages ask for the password again, Wagtail's do not
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
# Without two names that no browser knows, on which the clock of `/cms/` breaks.
WAGTAIL_USER_TIME_ZONES = sorted(zoneinfo.available_timezones() - {"localtime", "Factory"})
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "users.passwords.OwnWordsValidator"},
    {"NAME": "users.passwords.CommonWordsValidator"},
    {"NAME": "users.passwords.VariedPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_ADAPTER = "users.adapter.AccountAdapter"
ACCOUNT_SIGNUP_FORM_CLASS = "users.forms.SignupForm"
ACCOUNT_FORMS = {
    "signup": "users.account_form.AccountForm",
    "login": "users.address_forms.AddressLoginForm",
    "add_email": "users.address_forms.AddressChangeForm",
    "reset_password": "users.address_forms.AddressResetForm",
}
# Besides allauth's own limits. A `key` of ours holds the IP address, so that nobody uses up the attempts of
# others. Redrawing a photo takes time and memory. Signing up again within minutes, or asking for the mail
# again, sends no flood of mails.
ACCOUNT_RATE_LIMITS = {
    "shared_password": "5/300s/key",
    "profile_photo": "20/d/user",
    "confirm_email": "3/600s/key",
}
ACCOUNT_CONFIRM_EMAIL_ON_GET = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_LOGIN_ON_PASSWORD_RESET = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 900  # seconds after which sensitive changes ask for the password again
ACCOUNT_SIGNUP_REDIRECT_URL = "profile"
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
USERSESSIONS_TRACK_ACTIVITY = False
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Knooppunt"
# A new address is asked for while the old one is in use; without a confirmed one nobody logs in.
MFA_ALLOW_UNVERIFIED_EMAIL = True
# A code of half a minute, and the one before or after it: people type slowly, and clocks differ.
MFA_TOTP_TOLERANCE = 1
MFA_FORMS = {
    "add_webauthn": "users.key_forms.AddKeyForm",
    "edit_webauthn": "users.key_forms.RenameKeyForm",
    "login_webauthn": "users.key_forms.LoginKeyForm",
    "authenticate_webauthn": "users.key_forms.SecondStepKeyForm",
    "reauthenticate_webauthn": "users.key_forms.AgainKeyForm",
    "authenticate": "users.code_forms.LoginCodeForm",
    "reauthenticate": "users.code_forms.AgainCodeForm",
}
# allauth's texts in our own words; msgids in English, the rest of the site's are in `locale/`.
LOCALE_PATHS.append(BASE_DIR / "users" / "wording")

# --- Search -------------------------------------------------------------------------------------------------


def _engine_urls() -> list[str]:
    """Return the nodes of ELASTICSEARCH_URL (none when empty), else the node that `make run` started."""
    recorded = VAR_DIR / "engine" / "url"
    default = recorded.read_text().strip() if recorded.exists() else ""
    return [url.strip() for url in env.str("ELASTICSEARCH_URL", default).split(",") if url.strip()]


ELASTICSEARCH_URL = _engine_urls()
SEARCH_INDEX_PREFIX = env.str("SEARCH_INDEX_PREFIX", "knooppunt")
SEARCH_REPLICAS = env.str("SEARCH_REPLICAS", "0-1")
SEMANTIC_SEARCH = env.bool("SEMANTIC_SEARCH", True)

# --- E-mail -------------------------------------------------------------------------------------------------

EMAIL_CONFIG = env.email_url("EMAIL_URL", "filemail://")
vars().update({key: value for key, value in EMAIL_CONFIG.items() if key != "EMAIL_FILE_PATH"})
EMAIL_FILE_PATH = EMAIL_CONFIG["EMAIL_FILE_PATH"] or str(VAR_DIR / "mail")
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "Knooppunt <noreply@knooppunt.example>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
EMAIL_TIMEOUT = 10  # seconds for each step of a conversation with the mail server

# --- Wagtail ------------------------------------------------------------------------------------------------

WAGTAIL_SITE_NAME = "Knooppunt"
WAGTAILADMIN_BASE_URL = env.str("BASE_URL", f"http://localhost:{env.int('PORT', 8000)}")
WAGTAILIMAGES_IMAGE_MODEL = "core.SiteImage"
WAGTAILIMAGES_IMAGE_FORM_BASE = "core.forms.SiteImageForm"
WAGTAILIMAGES_RENDITION_STORAGE = "renditions"
WAGTAILIMAGES_EXTENSIONS = ["avif", "gif", "heic", "jpg", "jpeg", "png", "webp"]
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 10 * 1024 * 1024  # bytes; Wagtail's default
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 64_000_000  # bounds the memory to decode one: some 250 MB at 4 bytes a pixel
WAGTAILDOCS_EXTENSIONS = ["csv", "docx", "md", "ods", "odt", "pdf", "pptx", "txt", "xlsx"]
# Bytes. A process sends a document by itself (decision 0015); deploy/nginx.conf takes this size and the form.
WAGTAILDOCS_MAX_UPLOAD_SIZE = 20 * 1024 * 1024
WAGTAILDOCS_SERVE_METHOD = "serve_view"
# The editor's own search (page chooser, explorer); visitors' search is the app `search`.
WAGTAILSEARCH_BACKENDS = {
    "default": {"BACKEND": "wagtail.search.backends.database", "SEARCH_CONFIG": "dutch"}
}
WAGTAIL_ALLOW_UNICODE_SLUGS = False
WAGTAIL_DATE_FORMAT = "%d-%m-%Y"
WAGTAIL_DATETIME_FORMAT = "%d-%m-%Y %H:%M"
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAILEMBEDS_FINDERS: list[dict] = []  # a page asks nothing of other sites

# --- Knooppunt ----------------------------------------------------------------------------------------------

DEMONSTRATION = False  # true allows `load_demo` and says "demonstratie" in the footer

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "class": "core.logs.LineFormatter",
            "format": "{asctime} {levelname} {name} {message}",
            "style": "{",
        },
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "knooppunt": {"level": "INFO"},
        # Django's own handlers would write the keys in addresses, which the formatter above masks.
        "django": {"handlers": []},
        "django.server": {"handlers": ["console"]},
        "django_tasks": {"level": "WARNING"},
        # Each retry on another node logs a long traceback; `elastic_transport.node_pool` says in a line which
        # is gone.
        "elastic_transport.transport": {"level": "ERROR"},
    },
}
