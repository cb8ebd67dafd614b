"""Command `publish_scheduled`: Wagtail's own, in transactions, and other work that depends on the clock."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from wagtail.management.commands.publish_scheduled import Command as WagtailCommand
from wagtail.models import DraftStateMixin, Page, Revision

from contact.services import old_forget
from core.locking import write_in_batches
from mail.services import deliveries_forget, deliveries_resume
from members.limits import directory_watch, sightings_forget
from members.yearly import yearly_ask, yearly_lapse
from querylog.services import questions_forget
from reuse.clock import adoptions_ask, adoptions_expire
from search.index.tasks import plan_ended_bodies


class Command(WagtailCommand):
    """Publish and expire what is due, each in one transaction with the tasks that follow from it.

    Wagtail's own loop has no transactions. Then remove from search the organisations whose last day is over,
    let what they said of reuse age, ask them and members once a year whether all is right, tell when much of
    the directory was opened, send the letters that were left behind, and delete what was kept long enough:
    questions of visitors, who saw whom, messages and letters.
    """

    def handle(self, *args: Any, **options: Any) -> None:
        """Do what Wagtail does, and tidy up after it."""
        if options["dryrun"]:
            super().handle(*args, **options)
            return
        for batch in write_in_batches(_find_due(), lambda change: change()):
            for fault in filter(None, batch):
                self.stderr.write(fault)
        plan_ended_bodies()
        questions_forget()
        adoptions_expire()
        adoptions_ask()
        yearly_ask()
        yearly_lapse()
        deliveries_resume()
        deliveries_forget()
        old_forget()
        directory_watch()
        sightings_forget()


def _publish(revision: Revision) -> str:
    """Publish a revision; return why that fails, such as a slug taken meanwhile, so that others go on."""
    try:
        with transaction.atomic():
            revision.publish(log_action="wagtail.publish.scheduled")
    except ValidationError as error:
        return f"{revision.object_str} cannot go live, mend it in /cms/: {'; '.join(error.messages)}"
    return ""


def _find_due() -> Iterator[Callable[[], str | None]]:
    """Yield what is to be done, in Wagtail's order: unpublish what expired, then publish what is due."""
    drafted = [model for model in apps.get_models() if issubclass(model, DraftStateMixin)]
    snippets = [model for model in drafted if not issubclass(model, Page)]
    for model in (Page, *snippets):
        expired = model._default_manager.filter(live=True, expire_at__lt=timezone.now())
        for item in list(expired.order_by("expire_at")):
            yield partial(item.unpublish, set_expired=True, log_action="wagtail.unpublish.scheduled")
    scheduled = Revision.objects.filter(approved_go_live_at__lt=timezone.now())
    for revision in scheduled.order_by("approved_go_live_at"):
        yield partial(_publish, revision)
