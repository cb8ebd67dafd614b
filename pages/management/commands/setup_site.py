"""Command `setup_site`."""

from django.core.management.base import BaseCommand

from pages.setup import site_setup


class Command(BaseCommand):
    """Make the home page, the section pages, the groups and the workflow where they are missing."""

    help = "Makes the home page, section pages, groups and workflow; a second run changes nothing."

    def handle(self, *args: object, **options: object) -> None:
        """Set up the site."""
        site_setup()
        self.stdout.write("The site is laid out.")
