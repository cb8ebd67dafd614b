"""Settings of the tests with one app more."""

from pathlib import Path

from config.settings.test import *  # noqa: F403
from config.settings.test import INSTALLED_APPS, TEMPLATES

INSTALLED_APPS.insert(0, "added")
next(engine for engine in TEMPLATES if engine["BACKEND"].endswith("Jinja2"))["DIRS"].append(
    Path(__file__).parent / "templates" / "jinja2"
)
