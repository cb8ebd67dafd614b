"""The form of an image."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from PIL import Image as Picture
from wagtail.images.fields import WagtailImageField
from wagtail.images.forms import BaseImageForm


class WholeImageField(WagtailImageField):
    """A file that is a picture to its last byte: a part of one would be taken, and fail on the page that shows it."""

    def check_image_pixel_size(self, f: Any) -> None:
        """Refuse what is too large, and what cannot be read from begin to end."""
        try:
            super().check_image_pixel_size(f)
            with Picture.open(f) as picture:
                picture.load()
        except (OSError, SyntaxError, ValueError) as error:
            raise ValidationError(_("Dit bestand is beschadigd of is geen afbeelding. Kies een ander bestand.")) from error
        f.seek(0)


class SiteImageForm(BaseImageForm):
    """The form of Wagtail, which looks at the whole file."""

    file = WholeImageField(label=_("Bestand"), widget=BaseImageForm.Meta.widgets["file"])
