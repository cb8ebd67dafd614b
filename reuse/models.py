"""Adoptions: an organisation does what a case describes; and the events that made each row what it is."""

import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page, Revision

from core.models import listed
from members.models import Member
from members.workplaces import speaks_for
from organisations.models import Organisation
from reuse.choices import Change, Source, Standing, Status, StopReason, Via, Words
from users.models import User

UNDO = datetime.timedelta(days=1)
FRESH = datetime.timedelta(days=30)
YEAR = datetime.timedelta(days=365)  # after which an organisation is asked if all is still so
MOST_REASON = 500  # characters
# What a row says, in the order of the form. An event keeps all of it.
STATEMENT = (
    "status",
    "since",
    "scope",
    "changed",
    "effects",
    "partners",
    "stop_reason",
    "stop_words",
    "proof",
)
# What waits for a moderator, or is hidden.
WORDS = ("scope", "changed", "effects", "partners", "stop_words", "proof")


class AdoptionQuerySet(models.QuerySet["Adoption"]):
    """Adoptions by how certain they are, and by who may read them."""

    def confirmed(self) -> "AdoptionQuerySet":
        """Return what the organisation said itself, and did not leave unconfirmed for too long."""
        return self.filter(standing=Standing.CONFIRMED)

    def said(self) -> "AdoptionQuerySet":
        """Return what the organisation said itself, lately or long ago."""
        return self.filter(standing__in=[Standing.CONFIRMED, Standing.AGED])

    def unconfirmed(self) -> "AdoptionQuerySet":
        """Return what waits for a word of its organisation: proposals, and what it said too long ago."""
        return self.filter(standing__in=[Standing.PROPOSED, Standing.AGED])

    def at_work_of(self, user: User) -> "AdoptionQuerySet":
        """Return the adoptions of the organisation that somebody speaks for."""
        member = getattr(user, "member", None)
        body = member.organisation if member else None
        return self.filter(organisation=body) if body and speaks_for(user, body) else self.none()

    def just_taken_off(self) -> "AdoptionQuerySet":
        """Return what organisations took off less than a day ago, and can put back."""
        latest = AdoptionEvent.objects.filter(adoption=models.OuterRef("pk")).values("pk")[:1]
        off = AdoptionEvent.objects.filter(change=Change.DECLINED, at__gt=timezone.now() - UNDO)
        return (
            self.filter(standing=Standing.ENDED)
            .annotate(latest=models.Subquery(latest))
            .filter(latest__in=off.values("pk"))
        )

    def of_bodies(self, organisations: Any) -> "AdoptionQuerySet":
        """Return the adoptions of these organisations."""
        return self.filter(organisation__in=organisations)

    def counted(self) -> "AdoptionQuerySet":
        """Return what totals, facets and the order of results count: confirmed, and not made up."""
        return self.confirmed().filter(is_demo=False)

    def public(self) -> "AdoptionQuerySet":
        """Return what everyone may read: what the organisation said, and proposals with a public source.

        An editor has read the source; who only says to work there shows nothing.
        """
        is_said = Q(standing__in=[Standing.CONFIRMED, Standing.AGED])
        has_source = Q(standing=Standing.PROPOSED, words=Words.SHOWN) & ~Q(proof="")
        return self.filter(is_said | has_source & ~Q(status=Status.STOPPED) & ~Q(source=Source.COLLEAGUE))

    def proposed_by(self, user: User) -> "AdoptionQuerySet":
        """Return the proposals of somebody that wait for an organisation."""
        return self.proposed().filter(recorded_by=user)

    def proposed(self) -> "AdoptionQuerySet":
        """Return what waits for an organisation."""
        return self.filter(standing=Standing.PROPOSED)

    def with_waiting_words(self) -> "AdoptionQuerySet":
        """Return what has words that an editor has not read, the oldest first; of public cases alone."""
        rows = self.of_public_cases().filter(words=Words.WAITING).exclude(standing=Standing.ENDED)
        return rows.order_by("recorded_at")

    def of_case(self, page: Page) -> "AdoptionQuerySet":
        """Return the adoptions of a case, in whatever language it is read."""
        return self.filter(case_key=page.translation_key)

    def of_public_cases(self) -> "AdoptionQuerySet":
        """Return the adoptions of cases that anyone may read."""
        return self.filter(page__in=listed(Page.objects.all()).values("pk"))

    def with_bodies(self) -> "AdoptionQuerySet":
        """Return the same, with all that a list shows in a fixed number of queries."""
        rows = self.select_related("organisation", "page", "contact", "started_from__organisation")
        return rows.prefetch_related("on_behalf_of")


class Adoption(models.Model):
    """What an organisation says of a practice that it took over; one row per case and organisation.

    `case_key` is the key that the translations of the case share. `effects` is a list of
    `{label, value, unit}`, as the measured results of a case. `since` is a year. `partners`
    names companies, which record nothing themselves. `revision` is the text that was taken over, as long
    as it is kept.
    """

    page = models.ForeignKey(Page, models.CASCADE, related_name="adoptions", verbose_name=_("voorbeeld"))
    case_key = models.UUIDField(editable=False, db_index=True)
    revision = models.ForeignKey(Revision, models.SET_NULL, null=True, editable=False, related_name="+")
    organisation = models.ForeignKey(
        Organisation, models.CASCADE, related_name="adoptions", verbose_name=_("organisatie")
    )
    on_behalf_of = models.ManyToManyField(
        Organisation, blank=True, related_name="adopted_through", verbose_name=_("namens")
    )
    status = models.CharField(_("hoe ver"), max_length=10, choices=Status)
    since = models.PositiveSmallIntegerField(_("sinds"), null=True, blank=True)
    scope = models.CharField(_("waar en hoe breed"), max_length=250, blank=True)
    changed = models.TextField(_("wat is er anders"), max_length=1500, blank=True)
    effects = models.JSONField(_("wat leverde het op"), default=list, blank=True)
    partners = models.CharField(_("met welke bedrijven"), max_length=250, blank=True)
    started_from = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="inspired",
        verbose_name=_("overgenomen van"),
    )
    stop_reason = models.CharField(_("waarom gestopt"), max_length=10, choices=StopReason, blank=True)
    stop_words = models.TextField(_("wat zou je anders doen"), max_length=1500, blank=True)
    proof = models.URLField(_("waar het na te lezen is"), max_length=500, blank=True)
    contact = models.ForeignKey(
        Member,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="asked_about",
        verbose_name=_("wie weet ervan"),
    )
    has_contact_agreed = models.BooleanField(default=False, editable=False)
    words = models.CharField(_("tekst"), max_length=10, choices=Words, default=Words.SHOWN, editable=False)
    standing = models.CharField(_("stand"), max_length=10, choices=Standing, editable=False)
    source = models.CharField(_("volgens"), max_length=10, choices=Source, editable=False)
    is_demo = models.BooleanField(_("verzonnen voorbeeld"), default=False, editable=False)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+"
    )
    recorded_at = models.DateTimeField(_("vastgelegd op"), default=timezone.now, editable=False)
    confirmed_at = models.DateTimeField(_("bevestigd op"), null=True, editable=False)
    asked_at = models.DateTimeField(_("gevraagd op"), null=True, editable=False)

    objects = AdoptionQuerySet.as_manager()

    class Meta:
        """Names, order, and one row per case and organisation."""

        verbose_name = _("overname")
        verbose_name_plural = _("overnames")
        ordering: ClassVar[list[str]] = ["organisation__name", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["case_key", "organisation"], name="adoption_once"),
            models.CheckConstraint(
                condition=~Q(standing=Standing.CONFIRMED) | Q(confirmed_at__isnull=False),
                name="adoption_confirmed_at",
            ),
        ]
        permissions: ClassVar[list[Any]] = [
            ("review_adoption", "Mag teksten van overnames vrijgeven en verbergen, en overnames voorstellen")
        ]

    def __str__(self) -> str:
        """Return which organisation, and which case."""
        return gettext("%(body)s: %(case)s") % {"body": self.organisation, "case": self.page.title}

    def get_absolute_url(self) -> str:
        """Return the address of its own page."""
        return reverse("adoption", args=(self.pk,))

    @property
    def statement(self) -> dict[str, Any]:
        """Return what the row says, by field."""
        return {name: getattr(self, name) for name in STATEMENT}

    @property
    def is_contact_there(self) -> bool:
        """Tell whether who knows of it agreed to be named, and still works there for certain."""
        contact = self.contact
        is_there = contact and contact.organisation_id == self.organisation_id and contact.workplace_proof
        return bool(is_there) and self.has_contact_agreed

    @property
    def next_check(self) -> datetime.datetime | None:
        """Return from when its organisation is asked if it is still so."""
        return self.confirmed_at + YEAR if self.is_said and self.confirmed_at else None

    @property
    def is_due(self) -> bool:
        """Tell whether to ask if it is still so: not in the first month after it was said."""
        return self.is_said and self.confirmed_at is not None and self.confirmed_at < timezone.now() - FRESH

    def is_proposal_of(self, user: User) -> bool:
        """Tell whether somebody proposed it, and waits for an answer."""
        return self.standing == Standing.PROPOSED and self.recorded_by_id == user.pk

    @property
    def is_said(self) -> bool:
        """Tell whether the organisation said so itself."""
        return self.standing in {Standing.CONFIRMED, Standing.AGED}

    @property
    def is_exported(self) -> bool:
        """Tell whether it goes along with a case to other sites: it was said, has a source, or came that way.

        `AdoptionQuerySet.public` says the same of a source.
        """
        if self.standing != Standing.PROPOSED:
            return self.is_said and not self.is_demo
        has_source = self.proof and self.shows_words and self.source != Source.COLLEAGUE
        return bool(has_source) or self.source == Source.IMPORT

    @property
    def has_words(self) -> bool:
        """Tell whether there is something to read."""
        return any(getattr(self, name) for name in WORDS)

    @property
    def shows_words(self) -> bool:
        """Tell whether everybody may read the words of the row."""
        return self.words == Words.SHOWN


class AdoptionEvent(models.Model):
    """Something that happened to an adoption, and what it said after that; rows are only added.

    `values` has the fields of `STATEMENT` as they became, `before` the standing and words of before, so that
    the last change can be undone. `reason` is why an editor hid the words.
    """

    adoption = models.ForeignKey(Adoption, models.CASCADE, related_name="events")
    change = models.CharField(max_length=20, choices=Change)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    via = models.CharField(max_length=10, choices=Via)
    at = models.DateTimeField(default=timezone.now)
    reason = models.TextField(max_length=MOST_REASON, blank=True)
    values = models.JSONField(default=dict)
    before = models.JSONField(default=dict)

    class Meta:
        """The latest event first."""

        ordering: ClassVar[list[str]] = ["-at", "-pk"]

    def __str__(self) -> str:
        """Return what happened."""
        return self.label

    @property
    def label(self) -> str:
        """Return what happened, in words: to decline what one said oneself is to take it off."""
        was_said = self.before.get("standing") in {Standing.CONFIRMED, Standing.AGED}
        is_off = self.change == Change.DECLINED and was_said
        return gettext("eraf gehaald") if is_off else str(self.get_change_display())

    @property
    def status_label(self) -> str:
        """Return how far the organisation was after it, in words."""
        return str(Status(self.values["status"]).label)
