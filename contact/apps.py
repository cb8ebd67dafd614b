"""The app of contact."""

from django.apps import AppConfig


class ContactConfig(AppConfig):
    """Registers letters and links of messages, and what happens to a question that waits for its account."""

    name = "contact"

    def ready(self) -> None:
        """Load what registers itself; a message does not count as a use of who wrote it."""
        from contact import findable, letters, links, models, panels, signal_handlers  # noqa: F401  models are ready only now

        for model in (
            models.Participation,
            models.Message,
            models.Block,
            models.Correspondent,
            models.Draft,
            models.Report,
        ):
            for field in model._meta.fields:
                if field.is_relation:
                    field.wagtail_reference_index_ignore = True  # type: ignore[attr-defined]
