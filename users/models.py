"""The account: somebody who can log in with an e-mail address."""

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _


class UserManager(BaseUserManager["User"]):
    """Makes accounts by e-mail address; addresses differ only by more than their case."""

    def get_by_natural_key(self, username: str | None) -> "User":
        """Return the account with this address, whatever its case."""
        return self.get(email__iexact=username)

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Make an account; without a password nobody can log in with one."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Make an account that may do everything."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractUser):
    """Somebody who can log in; a member of the network once `approved_at` is set."""

    username = None  # type: ignore[assignment]
    email = models.EmailField(_("e-mailadres"), unique=True)
    approved_at = models.DateTimeField(_("goedgekeurd op"), null=True, blank=True)
    approved_by = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="approved", verbose_name=_("goedgekeurd door")
    )

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

    @property
    def is_approved(self) -> bool:
        """Tell whether this is a member of the network, who may see the other members."""
        return self.is_active and self.approved_at is not None
