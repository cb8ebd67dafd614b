"""Deleting in `/cms/` what rows of other rooms name: every way of Wagtail goes through `core.ties.end`."""

from typing import Any

from django.db import transaction
from django.db.models import Model
from wagtail.actions import ActionRegistry, DeleteAction
from wagtail.log_actions import log
from wagtail.snippets.bulk_actions.delete import DeleteBulkAction as SnippetDeleteBulkAction
from wagtail.users.views.bulk_actions.delete import DeleteBulkAction as UserDeleteBulkAction

from core.ties import end, tied_models


class EndAction(DeleteAction):
    """Deletes one thing and logs it, as Wagtail does."""

    @transaction.atomic
    def _delete(self) -> None:
        """Log while it is there, then delete."""
        log(instance=self.instance, action=self.log_action, user=self.user, deleted=True)
        end(self.instance)


def register_actions(registry: ActionRegistry) -> None:
    """Take the place of Wagtail's own deletion for things that have ties."""
    for model in tied_models():
        registry.register(model, EndAction)


class EndSnippetsBulkAction(SnippetDeleteBulkAction):
    """Deletes snippets, one by one."""

    @classmethod
    def execute_action(cls, objects: list[Model], **kwargs: Any) -> tuple[int, int]:
        """Delete them; return how many."""
        return end_all(objects)


class EndAccountsBulkAction(UserDeleteBulkAction):
    """Deletes accounts, one by one."""

    @classmethod
    def execute_action(cls, objects: list[Model], **kwargs: Any) -> tuple[int, int]:
        """Delete them; return how many."""
        return end_all(objects)


def end_all(things: list[Model]) -> tuple[int, int]:
    """Delete things; return how many, and how many below them, as Wagtail asks."""
    for thing in things:
        end(thing)
    return len(things), 0
