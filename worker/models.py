"""Which workers live."""

import datetime

from django.db import models
from django.db.models.functions import Now


class WorkerLeaseQuerySet(models.QuerySet["WorkerLease"]):
    """Workers, by whether they were heard of lately; the clock is the database's, which all of them share."""

    def renew(self, worker_id: str) -> None:
        """Note that a worker lives."""
        lease = self.model(worker_id=worker_id, seen_at=Now())
        self.bulk_create(
            [lease], update_conflicts=True, unique_fields=["worker_id"], update_fields=["seen_at"]
        )

    def living(self) -> "WorkerLeaseQuerySet":
        """Return the workers that said something lately; one that spoke in the future did so before the clock was set back."""
        return self.filter(seen_at__gt=Now() - WorkerLease.SILENCE, seen_at__lt=Now() + WorkerLease.SILENCE)

    def lost(self) -> "WorkerLeaseQuerySet":
        """Return the workers that say nothing any more."""
        return self.exclude(pk__in=self.living())

    def end(self, worker_id: str) -> None:
        """Let a lease run out now."""
        self.filter(pk=worker_id).update(seen_at=Now() - 2 * WorkerLease.SILENCE)


class WorkerLease(models.Model):
    """A worker and when it last said that it lives; what a silent one was doing is given to another one."""

    SILENCE = datetime.timedelta(seconds=30)

    worker_id = models.CharField(max_length=255, primary_key=True)
    seen_at = models.DateTimeField()

    objects = WorkerLeaseQuerySet.as_manager()

    def __str__(self) -> str:
        """Return the name that the worker gave itself."""
        return self.worker_id
