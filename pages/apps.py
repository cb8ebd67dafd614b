"""The app of the home page and the pages of text."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PagesConfig(AppConfig):
    """Name the app for editors."""

    name = "pages"
    verbose_name = _("pagina’s")
