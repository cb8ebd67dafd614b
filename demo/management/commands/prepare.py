"""Command `prepare`: everything between an empty database and a site that can be served, in one process."""

import os
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

from search.index import rebuilding
from search.models import AUDIENCES, SearchEntry


class Command(BaseCommand):
    """Bring the database up to date, lay out the site, and load the demonstration unless LOAD_DEMO is 0."""

    help = (
        "Migrates, makes the cache table, lays out the site and loads the demonstration "
        "(LOAD_DEMO=0: not that)."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Do the steps; none of them changes what is already there."""
        call_command("migrate", interactive=False, verbosity=0)
        self.stdout.write("  database: up to date")
        call_command("createcachetable", verbosity=0)
        call_command("setup_site", stdout=self.stdout)
        if os.environ.get("LOAD_DEMO", "1") != "0":
            call_command("load_demo", stdout=self.stdout)
        if not SearchEntry.objects.exists():
            self._make_findable()

    def _make_findable(self) -> None:
        """Fill the fallback index, so that visitors can search before the engine is up."""
        for audience in AUDIENCES:
            rebuilding.rebuild_fallback(audience, lambda *progress: None)
        self.stdout.write("  search: the database can be searched")
