"""`strip_pictures`: pictures that came in before tell no longer where, when and with what they were made."""

from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile
from django.core.management.base import BaseCommand
from wagtail.images import get_image_model
from wagtail.users.models import UserProfile

from core.pictures import draw_anew


class Command(BaseCommand):
    """Draw originals anew where that is needed, one at a time; what was done is not done again."""

    help = "Takes place, time and camera out of the pictures that are there, and draws anew those that no page could show."

    def handle(self, *args: Any, **options: Any) -> None:
        """Go through all images and all pictures of editors; name what cannot be read, and go on."""
        images, avatars = (
            get_image_model().objects.order_by("pk"),
            UserProfile.objects.exclude(avatar="").order_by("pk"),
        )
        done = [
            self._clean(row, name)
            for rows, name in ((images, "file"), (avatars, "avatar"))
            for row in rows.iterator()
        ]
        self.stdout.write(f"{sum(done)} of {len(done)} pictures drawn anew")

    def _clean(self, row: Any, name: str) -> bool:
        """Clean the file of one row, and let its sizes be made anew when a page asks for them; tell whether it was needed."""
        file = getattr(row, name)
        try:
            with file.open() as original:
                drawn = draw_anew(original)
        except (OSError, ValueError) as error:
            self.stderr.write(f"{file.name}: cannot be read ({error})")
            return False
        if drawn:
            data, suffix = drawn
            old, storage = file.name, file.storage
            setattr(row, name, ContentFile(data, Path(old).with_suffix(suffix).name))
            if name == "file":
                row._set_image_file_metadata()  # noqa: SLF001  as Wagtail's own form does
            row.save()
            storage.delete(old)
            for rendition in row.renditions.all() if name == "file" else ():
                rendition.delete()
        return bool(drawn)
