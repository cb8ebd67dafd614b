"""The form of an image."""

import io
from pathlib import Path
from typing import Any

import willow
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.translation import gettext_lazy as _
from wagtail.images import get_image_model
from wagtail.images.fields import WagtailImageField
from wagtail.images.forms import BaseImageForm
from wagtail.images.models import Filter

from core.pictures import NO_DESCRIPTION, draw_anew, is_file_name


class CleanImageField(WagtailImageField):
    """An image file that can be read to its last byte and resized; place, time and camera are taken out."""

    def to_python(self, data: Any) -> Any:
        """Return the image, redrawn where needed; raises ValidationError when it cannot be resized."""
        try:
            upload = super().to_python(data)
            return upload and self._clean(upload)
        except ValidationError:
            raise
        except Exception as error:  # Pillow raises many kinds for a broken or hostile file; all mean the same
            raise ValidationError(
                _("Dit bestand is beschadigd of is geen afbeelding. Kies een ander bestand.")
            ) from error

    def _clean(self, upload: Any) -> Any:
        """Return the image as it is stored; raises what Pillow and Willow raise."""
        if drawn := draw_anew(upload):
            data, suffix = drawn
            picture = willow.Image.open(io.BytesIO(data))
            upload = SimpleUploadedFile(Path(upload.name).with_suffix(suffix).name, data, picture.mime_type)
            upload.image, upload.content_type = picture, picture.mime_type
        upload.seek(0)
        Filter("max-320x320").run(get_image_model()(), io.BytesIO(), source=upload)
        upload.seek(0)
        return upload


class SiteImageForm(BaseImageForm):
    """Wagtail's form, which also cleans the file and refuses a file name as description."""

    file = CleanImageField(label=_("Bestand"), widget=BaseImageForm.Meta.widgets["file"])

    def clean_description(self) -> str:
        """Return the description; raises ValidationError when it is the name of a file."""
        description: str = self.cleaned_data["description"]
        if is_file_name(description):
            raise ValidationError(NO_DESCRIPTION)
        return description
