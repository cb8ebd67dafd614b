"""The account, which logs in with an e-mail address, and what an administrator decides about membership."""

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractUser, BaseUserManager, Permission
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.contrib.settings.models import BaseGenericSetting, register_setting

from core.folding import keep_visible
from users.domains import plain_address, validate_domain

APPROVE = "users.approve_user"  # the right to let others in


class UserManager(BaseUserManager["User"]):
    """Makes accounts by e-mail address, each in its one spelling."""

    def get_by_natural_key(self, username: str | None) -> "User":
        """Return the account with this address, however it is spelled."""
        return self.get(email__iexact=plain_address(username or ""))

    def waiting(self) -> models.QuerySet["User"]:
        """Return the accounts with a confirmed address that wait for a decision, the oldest first."""
        undecided = self.filter(is_active=True, is_superuser=False, approved_at__isnull=True)
        return undecided.filter(emailaddress__verified=True).distinct().order_by("date_joined")

    def unused(self) -> models.QuerySet["User"]:
        """Return the accounts that were never confirmed, logged in to, approved, or given a role."""
        never = self.filter(
            last_login__isnull=True, approved_at__isnull=True, groups__isnull=True, is_superuser=False
        )
        return never.exclude(emailaddress__verified=True)

    def declined(self) -> models.QuerySet["User"]:
        """Return the accounts that a moderator turned down, the last one first."""
        return self.filter(is_active=False, declined_at__isnull=False).order_by("-declined_at")

    def deciders(self) -> models.QuerySet["User"]:
        """Return the people who may let others in: moderators and administrators."""
        return self.with_right("users", "approve_user")

    def with_right(self, app_label: str, codename: str) -> models.QuerySet["User"]:
        """Return the people who have a right, by their groups or themselves; administrators have all."""
        permissions = Permission.objects.filter(content_type__app_label=app_label, codename=codename).values(
            "pk"
        )
        may = models.Q(groups__permissions__in=permissions) | models.Q(user_permissions__in=permissions)
        return self.filter(may | models.Q(is_superuser=True), is_active=True).distinct()

    def administrators(self) -> models.QuerySet["User"]:
        """Return the people who may do everything."""
        return self.filter(is_superuser=True, is_active=True)

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Make an account; without `password` nobody can log in with a password."""
        user = self.model(email=email, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Make an account that may do everything; nobody has to let it in."""
        fields.setdefault("approved_at", timezone.now())
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractUser):
    """Somebody who can log in; a member of the network once `approved_at` is set."""

    username = None  # type: ignore[assignment]
    email = models.EmailField(_("e-mailadres"), unique=True)
    organisation_hint = models.CharField(_("organisatie"), max_length=150, blank=True)
    # In which she signed up, or logged in last.
    language = models.CharField(
        _("taal van e-mail"), max_length=2, choices=settings.LANGUAGES, default="nl", editable=False
    )
    approved_at = models.DateTimeField(_("goedgekeurd op"), null=True, blank=True)
    approved_by = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="approved",
        verbose_name=_("goedgekeurd door"),
    )

    # When she last said that her address and profile are right.
    confirmed_at = models.DateTimeField(default=timezone.now, editable=False)
    declined_at = models.DateTimeField(_("afgewezen op"), null=True, blank=True, editable=False)
    decline_reason = models.TextField(_("reden van afwijzing"), blank=True, editable=False)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects: ClassVar[UserManager] = UserManager()  # type: ignore[assignment]

    class Meta:
        """Names, and the right to let somebody in."""

        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        permissions = [("approve_user", "Kan nieuwe accounts goedkeuren")]

    def __str__(self) -> str:
        """Return the name; never the address, since this text ends up on pages and in logs."""
        return self.get_full_name() or f"account {self.pk}"

    def clean(self) -> None:
        """Normalise the address and the names before a form checks whether the address is taken."""
        super().clean()
        self.email = plain_address(self.email)
        self.first_name, self.last_name = keep_visible(self.first_name), keep_visible(self.last_name)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save with the one spelling of the address, so that no two accounts have the same one."""
        self.email = plain_address(self.email)
        super().save(*args, **kwargs)

    @property
    def is_approved(self) -> bool:
        """Tell whether this is a member of the network, who may see the other members."""
        return self.is_active and self.approved_at is not None


@register_setting(icon="group")
class MembershipSettings(BaseGenericSetting):
    """The e-mail domains whose people are let in at once."""

    domains = models.TextField(
        _("vertrouwde e-maildomeinen"),
        blank=True,
        help_text=_(
            "Eén per regel, zonder @. Wie een adres van zo’n domein bevestigt, is meteen lid. "
            "Bijvoorbeeld: breda.nl. "
            "Geen e-mailadressen, en geen domein waar iedereen een adres kan krijgen, zoals gmail.com."
        ),
    )

    panels: ClassVar[list] = [FieldPanel("domains")]

    class Meta:
        """Names."""

        verbose_name = _("lidmaatschap")
        verbose_name_plural = _("lidmaatschap")

    def clean(self) -> None:
        """Refuse domains that say nothing about where somebody works."""
        super().clean()
        faults = []
        for domain in self.domain_list:
            try:
                validate_domain(domain)
            except ValidationError as error:
                faults.append(error)
        if faults:
            raise ValidationError({"domains": faults})

    @property
    def domain_list(self) -> list[str]:
        """Return the domains, in lower case."""
        return [line.strip().lower() for line in self.domains.splitlines() if line.strip()]
