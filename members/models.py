"""A member of the network: the profile, how well she knows what, and what she seeks help with."""

import secrets
from collections.abc import Iterable
from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.storage import Storage, storages
from django.db import models
from django.db.models import Prefetch, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.models import Page

from core.models import BasePage, listed
from core.references import follow_fields
from core.searchable import Searchable, SearchContent
from core.slugs import free_slug
from members import content
from members.choices import COMPANIONS, FIELDS, Level, Proof, Seen, Visibility
from members.gate import refuse_stranger
from organisations.models import Organisation
from taxonomy.models import Technique, Theme
from users.models import User


class MemberQuerySet(models.QuerySet["Member"]):
    """Members, narrowed by who may see them."""

    def approved(self) -> "MemberQuerySet":
        """Return the profiles of accounts that are members of the network now."""
        return self.filter(user__is_active=True, user__approved_at__isnull=False)

    def listed(self) -> "MemberQuerySet":
        """Return the profiles that every member may find: approved, not hidden, with a name shown to all."""
        return self.approved().filter(is_listed=True, visibility__name__in=list(content.MEMBERS))

    def visible_to(self, user: Any) -> "MemberQuerySet":
        """Return the profiles that this user may open: none for anyone who is not a member of the network."""
        if not getattr(user, "is_approved", False):
            return self.none()
        can_open = Q(is_listed=True, visibility__name__in=list(content.MEMBERS)) | Q(user=user.pk)
        workplace = content.workplace(user)
        if workplace:
            can_open |= Q(
                is_listed=True,
                organisation=workplace,
                workplace_proof__in=Proof.values,
                visibility__name=Visibility.ORGANISATION,
            )
        return self.approved().filter(can_open)

    def with_public_photo(self) -> "MemberQuerySet":
        """Return the members who show name and photo to anyone, and have a public case.

        It is one query, so that a stranger cannot tell from the time it takes who is a member.
        """
        public = listed(Page.objects.all()).values("pk")
        shown = {f"visibility__{field}__in": list(content.ANYONE) for field in ("name", "photo")}
        # By name, as the app of cases defines these relations, and it imports this one.
        has_case = Q(authored__in=public) | Q(contact_for__in=public)
        return self.approved().filter(has_case, is_listed=True, **shown).exclude(photo="").distinct()

    def at(self, organisations: Iterable[Organisation]) -> "MemberQuerySet":
        """Return the people whom every member may find and may know to work there, for certain."""
        shown = self.listed().filter(visibility__organisation__in=list(content.MEMBERS))
        return shown.filter(organisation__in=organisations).exclude(workplace_proof="")

    def waiting(self) -> "MemberQuerySet":
        """Return the members of the network whose organisation is not confirmed."""
        return self.approved().filter(organisation__isnull=False, workplace_proof="")

    def with_card(self) -> "MemberQuerySet":
        """Return the same members, with all that a card shows in a fixed number of queries."""
        return self.select_related("organisation", "user").prefetch_related(
            Prefetch("expertise", Expertise.objects.select_related("theme", "technique"))
        )

    def with_content(self) -> "MemberQuerySet":
        """Return the same members, with all that a profile shows in a fixed number of queries."""
        sought = Prefetch("sought", Sought.objects.select_related("theme", "technique"))
        return self.with_card().prefetch_related(sought)


def private_storage() -> Storage:
    """Return the storage of what is private."""
    return storages["default"]


def photo_path(instance: "Member", filename: str) -> str:
    """Return a name that cannot be guessed; the original file name says too much."""
    return f"photos/{secrets.token_hex(16)}.webp"


class Member(Searchable):
    """The profile of somebody who opted in; each field has a visibility, by default "members"."""

    search_kind = "member"
    search_kind_label = _("Lid")
    search_audience = "members"

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="member", verbose_name=_("account")
    )
    slug = models.SlugField(_("webadres"), max_length=120, unique=True)
    name = models.CharField(_("naam"), max_length=150)
    photo = models.ImageField(_("foto"), upload_to=photo_path, storage=private_storage, blank=True)
    organisation = models.ForeignKey(
        Organisation,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="members",
        verbose_name=_("organisatie"),
    )
    workplace_proof = models.CharField(
        _("bevestiging van de organisatie"), max_length=10, choices=Proof, blank=True, editable=False
    )
    role = models.CharField(_("functie"), max_length=150, blank=True)
    about = models.TextField(_("over mij"), max_length=1500, blank=True)
    can_help = models.TextField(_("kan helpen met"), max_length=500, blank=True)
    seeks = models.TextField(_("zoekt"), max_length=500, blank=True)
    # Codes of `Language`; of before there was a list, also words that it does not have.
    languages = models.JSONField(_("talen"), default=list, blank=True)
    links = models.TextField(_("links"), max_length=500, blank=True)
    visibility = models.JSONField(_("wie ziet wat"), default=dict, blank=True)
    is_listed = models.BooleanField(
        _("staat in de ledenlijst"),
        default=True,
        help_text=_("Zet dit uit om het profiel voor anderen te verbergen."),
    )
    # On from the start: every member can find her anyway, and a suggestion tells no more than the list does.
    is_suggested = models.BooleanField(_("stel me voor aan leden die aan hetzelfde werken"), default=True)
    shares_card = models.BooleanField(_("leden mogen mijn visitekaartje bewaren"), default=False)
    shares_email = models.BooleanField(_("mijn e-mailadres staat op het visitekaartje"), default=False)
    is_demo = models.BooleanField(_("verzonnen voorbeeld"), default=False, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(_("gewijzigd op"), auto_now=True)

    objects = MemberQuerySet.as_manager()

    class Meta:
        """Names and order."""

        verbose_name = _("lid")
        verbose_name_plural = _("leden")
        ordering: ClassVar[list[str]] = ["name", "pk"]

    def __str__(self) -> str:
        """Return the name if every member may know it.

        Wagtail puts this text in lists, comparisons, questions and logs.
        """
        return self.name if content.is_findable(self) else gettext("Iemand die niet gevonden wil worden")

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save with a slug that nobody else has, and with a visibility for every field."""
        self.slug = self.slug or free_slug(self.name, Member.objects.all(), fallback="lid")
        self.visibility = {field: self.visibility_of(field) for field in FIELDS}
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        """Return the address of the profile."""
        return reverse("member", args=(self.slug,))

    def hit_url(self) -> str:
        """Return where a hit leads to."""
        return self.get_absolute_url()

    def hit_card(self, viewer: Any) -> dict[str, Any]:
        """Return what every member may see on a card; a list shows colleagues no more than that."""
        card = content.build_card(self, content.MEMBERS) or {}
        others = {key: value for key, value in card.items() if key not in {"name", "url", "slug"}}
        return {"title": card.get("name", ""), **others}

    @property
    def search_stamp(self) -> str:
        """Return when the profile changed."""
        return self.updated_at.isoformat()

    def visibility_of(self, field: str) -> str:
        """Return who sees a field, or what is shown along with one."""
        return str(self.visibility.get(COMPANIONS.get(field, field), Visibility.MEMBERS.value))

    @property
    def initials(self) -> str:
        """Return the first letters of the first and the last name."""
        words = self.name.split()
        return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()

    @property
    def link_list(self) -> list[str]:
        """Return the links that are web addresses; the field has one per line."""
        lines = (line.strip() for line in self.links.splitlines())
        return [line for line in lines if line.startswith(("https://", "http://"))]

    @classmethod
    def findable(cls) -> QuerySet["Member"]:
        """Return the profiles that every member of the network may find."""
        return cls.objects.listed().with_content()

    @classmethod
    def findable_by(cls, user: Any) -> QuerySet["Member"]:
        """Return the cards that this user may find: none for anyone who is not a member of the network."""
        listed = cls.objects.listed().with_card()
        return listed if getattr(user, "is_approved", False) else listed.none()

    @classmethod
    def touched_by(cls, instance: models.Model) -> QuerySet["Member"] | None:
        """Return the members who know, seek or name this term or organisation, or whose account this is."""
        match instance:
            case Theme():
                named = Q(expertise__theme=instance) | Q(sought__theme=instance)
                return cls.objects.filter(named).distinct()
            case Technique():
                named = Q(expertise__technique=instance) | Q(sought__technique=instance)
                return cls.objects.filter(named).distinct()
            case Organisation():
                return cls.objects.filter(organisation=instance)
            case User():
                return cls.objects.filter(user=instance)
        return None

    def search_content(self) -> SearchContent:
        """Return only what every member may know."""
        return content.build_search_content(self)


follow_fields(Member, "user")


class MemberSubject(models.Model):
    """A row of a profile that names a theme or a technique."""

    member = models.ForeignKey(Member, models.CASCADE, related_name="%(class)s")
    # A profile is not used by its own rows.
    member.wagtail_reference_index_ignore = True  # type: ignore[attr-defined]
    theme = models.ForeignKey(
        Theme, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("thema")
    )
    technique = models.ForeignKey(
        Technique, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("techniek")
    )

    class Meta:
        """Exactly one subject per row, and each subject once."""

        abstract = True
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(theme__isnull=True) ^ models.Q(technique__isnull=True),
                name="%(class)s_one_subject",
            ),
            models.UniqueConstraint(fields=["member", "theme"], name="%(class)s_theme_once"),
            models.UniqueConstraint(fields=["member", "technique"], name="%(class)s_technique_once"),
        ]

    def __str__(self) -> str:
        """Return the subject."""
        return str(self.subject)

    @property
    def subject(self) -> Any:
        """Return the theme or the technique."""
        return self.theme or self.technique


class Expertise(MemberSubject):
    """How well a member knows a theme or a technique."""

    level = models.PositiveSmallIntegerField(_("niveau"), choices=Level, default=Level.EXPERIENCED)

    class Meta(MemberSubject.Meta):
        """Names, and the best-known subject first."""

        verbose_name = _("expertise")
        verbose_name_plural = _("expertises")
        ordering: ClassVar[list[str]] = ["-level", "pk"]

    def __str__(self) -> str:
        """Return the subject and the level."""
        return f"{self.subject}: {self.get_level_display()}"


class Sought(MemberSubject):
    """A theme or a technique that a member seeks help with; who sees what she seeks, sees it."""

    class Meta(MemberSubject.Meta):
        """Names, and the order in which they were chosen."""

        verbose_name = _("gezocht onderwerp")
        verbose_name_plural = _("gezochte onderwerpen")
        ordering: ClassVar[list[str]] = ["pk"]


class OrganisationContactQuerySet(models.QuerySet["OrganisationContact"]):
    """Contacts of organisations."""

    def valid(self) -> "OrganisationContactQuerySet":
        """Return the contacts who are members and still work there for certain."""
        return self.filter(
            member__organisation=models.F("organisation"),
            member__workplace_proof__in=Proof.values,
            member__user__is_active=True,
            member__user__approved_at__isnull=False,
        )


class OrganisationContact(models.Model):
    """The member who answers for an organisation, as a moderator confirmed; else the editors answer."""

    organisation = models.OneToOneField(
        Organisation, models.CASCADE, related_name="contact", verbose_name=_("organisatie")
    )
    member = models.ForeignKey(Member, models.CASCADE, related_name="answers_for", verbose_name=_("lid"))
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("bevestigd door"),
    )
    since_date = models.DateField(_("sinds"), auto_now_add=True)

    objects = OrganisationContactQuerySet.as_manager()

    panels: ClassVar[list] = [FieldPanel("organisation"), FieldPanel("member")]

    class Meta:
        """Names and order."""

        verbose_name = _("contactpersoon van een organisatie")
        verbose_name_plural = _("contactpersonen van organisaties")
        ordering: ClassVar[list[str]] = ["organisation__name"]

    def __str__(self) -> str:
        """Return what she is, and of which organisation."""
        return gettext("contactpersoon van %(body)s") % {"body": self.organisation}

    def clean(self) -> None:
        """Refuse somebody of whom it is not certain that she works there."""
        super().clean()
        member = getattr(self, "member", None)
        if member and (member.organisation_id != self.organisation_id or not member.workplace_proof):
            raise ValidationError(
                {"member": gettext("Van dit lid is niet bevestigd dat het bij deze organisatie werkt.")}
            )


follow_fields(OrganisationContact, "organisation")


class MemberIndexPage(BasePage):
    """The directory of members; search fills it, for members of the network only."""

    search_kind = None
    listing = "member"
    is_section = True
    max_count_per_parent = 1
    parent_page_types: ClassVar[list[str]] = ["pages.HomePage"]
    subpage_types: ClassVar[list[str]] = []

    class Meta:
        """Names."""

        verbose_name = _("ledenlijst")
        verbose_name_plural = _("ledenlijsten")

    def refusal(self, request: HttpRequest) -> HttpResponse | None:
        """Return the response for somebody who may not see the members, or None."""
        return refuse_stranger(request)

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer, with the same check when search did not ask `refusal` first."""
        return self.refusal(request) or super().serve(request, *args, **kwargs)


class Sighting(models.Model):
    """That an account was shown somebody; kept for a day, so that nobody copies the directory.

    `person` cannot be read without the secret key of the site, and nothing shows these rows to anyone.
    """

    wagtail_reference_index_ignore = True

    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=Seen)
    person = models.CharField(max_length=32)
    seen_at = models.DateTimeField()

    class Meta:
        """Found by who saw and when, and by when alone to delete them; nobody can get a right to them."""

        default_permissions = ()
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["account", "kind", "seen_at"], name="sighting_of_account"),
            models.Index(fields=["seen_at"], name="sighting_by_time"),
        ]

    def __str__(self) -> str:
        """Return what kind of sighting it is, and of nobody in particular."""
        return self.get_kind_display()
