"""`strip_pictures`: remove place, time and camera from the images that are already there."""

from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile
from django.core.management.base import BaseCommand
from wagtail.images import get_image_model
from wagtail.users.models import UserProfile

from core.pictures import draw_anew


class Command(BaseCommand):
    """Redraw originals where needed, one at a time; a second run skips those that are clean."""

    help = (
        "Takes place, time and camera out of the pictures that are there, "
        "and draws anew those that no page could show."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Clean all images and all avatars; name files that cannot be read, and go on."""
        images = get_image_model().objects.order_by("pk")
        avatars = UserProfile.objects.exclude(avatar="").order_by("pk")
        done = [self._clean(image, "file") for image in images.iterator()]
        done += [self._clean(profile, "avatar") for profile in avatars.iterator()]
        self.stdout.write(f"{sum(done)} of {len(done)} pictures drawn anew")

    def _clean(self, row: Any, name: str) -> bool:
        """Clean the file of one row and tell whether that was needed; pages make its renditions anew."""
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
