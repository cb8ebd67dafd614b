"""What allauth asks us: whose address an address is, and whose account is approved at once."""

import logging
from typing import Any
from urllib.parse import urljoin, urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.core import context as current
from allauth.core.internal.ratelimit import get_ip
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _

from users.services import account_admit, address_release

logger = logging.getLogger("knooppunt.users")


def build_own_url(url: str) -> str:
    """Return this address on the site itself, whatever the visitor said that its name is."""
    return urljoin(settings.WAGTAILADMIN_BASE_URL, urlsplit(url)._replace(scheme="", netloc="").geturl())


class AccountAdapter(DefaultAccountAdapter):
    """The policy of accounts."""

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Count wrong passwords per account and address: a stranger's count stays hers, and the owner can log in."""
        return f"{credentials.get('email', '').lower()}:{get_ip(request)}"

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send a mail; when the mail server is away, say so on the page, and lose nothing of what was filled in."""
        urls = {name: build_own_url(value) for name, value in context.items() if name.endswith("_url")}
        try:
            super().send_mail(template_prefix, email, context | urls)
        except OSError as error:  # of the network, and of the server: smtplib's errors are of this kind too
            logger.error("a mail could not be sent: %s", type(error).__name__)
            messages.error(current.request, _("We kunnen nu geen e-mail sturen. Probeer het over een paar minuten nog eens."))

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """Confirm the address; who thereby shows to work for a trusted organisation is let in at once."""
        user, address = email_address.user, email_address.email
        if not address_release(user=user, address=address):
            self.add_message(request, messages.ERROR, "account/messages/email_confirmation_failed.txt", {"email": address})
            return False
        is_confirmed: bool = super().confirm_email(request, email_address)
        if is_confirmed:
            account_admit(user=user, address=address)
        return is_confirmed
