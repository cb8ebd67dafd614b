"""The app of what happened."""

from django.apps import AppConfig


class ActivityConfig(AppConfig):
    """Holds one row for each fact; rooms record theirs, and who reads them asks its own room who may see."""

    name = "activity"
