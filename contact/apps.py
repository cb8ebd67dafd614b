"""The app of contact."""

from django.apps import AppConfig


class ContactConfig(AppConfig):
    """Registers the letters and links of messages, and what happens to a question that waits for its account."""

    name = "contact"

    def ready(self) -> None:
        """Load what registers itself; messages do not count as a use of the people who wrote them."""
        from contact import letters, links, models, signal_handlers  # noqa: F401  models are ready only now

        for model in (models.Participation, models.Block, models.Correspondent, models.Draft):
            for field in model._meta.get_fields():
                if field.is_relation and not field.auto_created:
                    field.wagtail_reference_index_ignore = True
        models.Message._meta.get_field("sender").wagtail_reference_index_ignore = True
