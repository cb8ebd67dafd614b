"""Settings for `make run`: a demonstration on this machine, with everything written below VAR_DIR."""

from importlib.util import find_spec

from django.core.management.utils import get_random_secret_key

from config.settings.base import *  # noqa: F403
from config.settings.base import INSTALLED_APPS, STORAGES, VAR_DIR, env


def _secret_key() -> str:
    """Return the key of this VAR_DIR, drawn at its first use."""
    path = VAR_DIR / "secret-key"
    VAR_DIR.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(get_random_secret_key())
    return path.read_text()


SECRET_KEY = env.str("SECRET_KEY", "") or _secret_key()
DEBUG = env.bool("DEBUG", False)
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]

DEMONSTRATION = True
if find_spec("ir_measures"):  # requirements-dev.txt brings it
    INSTALLED_APPS.append("relevance")

STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 3600  # seconds; names of static files have no digest here, so not longer

MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True  # passkeys on http://localhost
