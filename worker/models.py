"""The leases of workers: which of them live."""

import datetime

from django.db import models
from django.db.models.functions import Now


class WorkerLeaseQuerySet(models.QuerySet["WorkerLease"]):
    """Workers by when they last renewed their lease; the clock is the database's, which all of them share."""

    def renew(self, worker_id: str) -> None:
        """Renew the lease of a worker, or give it one."""
        lease = self.model(worker_id=worker_id, seen_at=Now())
        self.bulk_create(
            [lease], update_conflicts=True, unique_fields=["worker_id"], update_fields=["seen_at"]
        )

    def living(self) -> "WorkerLeaseQuerySet":
        """Return the workers with a recent lease.

        A lease far in the future is from before the clock was set back, so it is not recent.
        """
        return self.filter(seen_at__gt=Now() - WorkerLease.SILENCE, seen_at__lt=Now() + WorkerLease.SILENCE)

    def lost(self) -> "WorkerLeaseQuerySet":
        """Return the workers that no longer renew their lease."""
        return self.exclude(pk__in=self.living())

    def end(self, worker_id: str) -> None:
        """Let the lease of a worker end now."""
        self.filter(pk=worker_id).update(seen_at=Now() - 2 * WorkerLease.SILENCE)


class WorkerLease(models.Model):
    """A worker and when it last renewed its lease; the tasks of a silent one go to another worker."""

    # A worker that is silent for so long is lost: six heartbeats, so a slow database does not make it so.
    SILENCE = datetime.timedelta(seconds=30)

    worker_id = models.CharField(max_length=255, primary_key=True)
    seen_at = models.DateTimeField()

    objects = WorkerLeaseQuerySet.as_manager()

    def __str__(self) -> str:
        """Return the id of the worker."""
        return self.worker_id
