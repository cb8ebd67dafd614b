"""The app with mail."""

from django.apps import AppConfig


class MailConfig(AppConfig):
    """A delivery and a link do not count as a use of the person whom they are for."""

    name = "mail"

    def ready(self) -> None:
        """Exclude them before Wagtail looks which models refer to others."""
        from mail.models import Delivery, SignedLink

        for model in (Delivery, SignedLink):
            model._meta.get_field("person").wagtail_reference_index_ignore = True  # type: ignore[attr-defined]
