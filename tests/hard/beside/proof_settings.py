"""The settings of `make run`, with one URL more, for the writes of a proof."""

from config.settings.development import *  # noqa: F403
from config.settings.development import DATABASES

DATABASES["default"]["CONN_MAX_AGE"] = 60  # as in production
ROOT_URLCONF = "proof_urls"
# Vectors are rows of the database like any others, and one of a passage takes a tenth of a second.
SEMANTIC_SEARCH = False
