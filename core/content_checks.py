"""What the checks of the editor look for in a preview."""

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _
from wagtail.admin.userbar import ContentCheckerItem

NO_ALTERNATIVE = "image-alt"  # of axe, which Wagtail does not ask for


class SiteContentCheckerItem(ContentCheckerItem):
    """The checks of Wagtail, and whether every image says what is on it."""

    axe_run_only: ClassVar[list[str]] = [*ContentCheckerItem.axe_run_only, NO_ALTERNATIVE]
    axe_messages: ClassVar[dict[str, Any]] = ContentCheckerItem.axe_messages | {
        NO_ALTERNATIVE: {
            "error_name": _("Afbeelding zonder beschrijving"),
            "help_text": _("Schrijf wat erop te zien is, of kies dat het versiering is"),
        }
    }
