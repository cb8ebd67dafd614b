"""What other rooms may do with what happened: record it, and read the latest."""

from collections.abc import Iterable
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models

from activity.models import Activity, Verb
from organisations.models import Organisation
from taxonomy.models import Theme


def activity_record(
    *,
    verb: Verb,
    subject: models.Model,
    organisations: Iterable[Organisation] = (),
    themes: Iterable[Theme] = (),
) -> None:
    """Record that something happened to a subject, once; within the transaction that makes it so."""
    row, is_new = Activity.objects.get_or_create(
        key=f"{verb}:{subject._meta.label_lower}:{subject.pk}",
        defaults={
            "verb": verb,
            "subject_type": ContentType.objects.get_for_model(subject),
            "subject_key": subject.pk,
        },
    )
    if is_new:
        row.organisations.set(organisations)
        row.themes.set(themes)


def with_latest(rows: Any, *, verb: Verb) -> Any:
    """Return of these rows those to which this happened, the latest first."""
    kind = ContentType.objects.get_for_model(rows.model)
    facts = Activity.objects.filter(verb=verb, subject_type=kind, subject_key=models.OuterRef("pk"))
    at = facts.values("at")[:1]
    return rows.annotate(happened_at=models.Subquery(at)).exclude(happened_at=None).order_by("-happened_at")


def activity_forget(subject: models.Model) -> None:
    """Delete what happened to a subject that is no longer so, or that goes."""
    kind = ContentType.objects.get_for_model(subject)
    Activity.objects.filter(subject_type=kind, subject_key=subject.pk).delete()
