"""The settings of `make run`, with one address more: where the writes of a proof come in."""

from config.settings.development import *  # noqa: F403
from config.settings.development import DATABASES

DATABASES["default"]["CONN_MAX_AGE"] = 60  # as in production
ROOT_URLCONF = "proof_urls"
SEMANTIC_SEARCH = (
    False  # vectors are rows of the database like others, and a passage takes a tenth of a second
)
