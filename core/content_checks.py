"""The accessibility checks that run on a preview in the editor."""

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _
from wagtail.admin.userbar import ContentCheckerItem

NO_ALTERNATIVE = "image-alt"  # a rule of axe that Wagtail leaves out


class SiteContentCheckerItem(ContentCheckerItem):
    """Wagtail's checks, and whether every image has a text alternative."""

    axe_run_only: ClassVar[list[str]] = [*ContentCheckerItem.axe_run_only, NO_ALTERNATIVE]
    axe_messages: ClassVar[dict[str, Any]] = ContentCheckerItem.axe_messages | {
        NO_ALTERNATIVE: {
            "error_name": _("Afbeelding zonder beschrijving"),
            "help_text": _("Schrijf wat erop te zien is, of kies dat het versiering is"),
        }
    }
