"""What allauth asks us: who owns an address, and whose account is approved at once."""

import logging
from typing import Any
from urllib.parse import urljoin, urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress, get_emailconfirmation_model
from allauth.core import context as current
from allauth.core.internal.ratelimit import get_ip
from django.conf import settings
from django.contrib import messages
from django.core.mail import EmailMessage
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core.layout import home_url
from mail.letters import Letter, build_message
from mail.services import address_mended, is_refused
from users.models import User
from users.requests import AccountRequest
from users.services import account_admit, account_announce, address_release
from users.typed import forget_typed, keep_typed, read_typed

logger = logging.getLogger("knooppunt.users")


def build_own_url(url: str) -> str:
    """Return this address on the site itself, whatever host name the request gave."""
    return urljoin(settings.WAGTAILADMIN_BASE_URL, urlsplit(url)._replace(scheme="", netloc="").geturl())


class AccountAdapter(DefaultAccountAdapter):
    """The policy of accounts."""

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Count wrong passwords per account and IP address, so that a stranger cannot lock out the owner."""
        return f"{credentials.get('email', '').lower()}:{get_ip(request)}"

    def render_mail(
        self, template_prefix: str, email: str, context: dict[str, Any], headers: Any = None
    ) -> EmailMessage:
        """Return allauth's text as a letter of ours.

        It names nobody: a stranger may have typed the name as well as the address. It holds a key, so it is
        kept nowhere but sent at once, and who waits for it on the page reads when that fails.
        """
        message = super().render_mail(template_prefix, email, context, headers)
        letter = Letter(
            message.subject,
            tuple(part.strip() for part in message.body.split("\n\n") if part.strip()),
            why=_(
                "Je krijgt deze e-mail omdat dit adres bij ons is ingevuld, of omdat je account is veranderd."
            ),
        )
        return build_message(letter, to=email)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send a mail; if the mail server is down, say so on the page, so that no form input is lost."""
        known = {"contact_url": f"{home_url()}contact/"} | context
        urls = {name: build_own_url(value) for name, value in known.items() if name.endswith("_url")}
        try:
            super().send_mail(template_prefix, email, context | urls)
        except OSError as error:  # of the network or of the server: smtplib's errors are OSErrors too
            logger.error("a mail could not be sent: %s", type(error).__name__)
            messages.error(
                current.request,
                _("We kunnen nu geen e-mail sturen. Probeer het over een paar minuten nog eens."),
            )

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """Confirm the address; an address of a trusted domain lets its owner in at once."""
        user, address = email_address.user, email_address.email
        if not address_release(user=user, address=address):
            self.add_message(
                request, messages.ERROR, "account/messages/email_confirmation_failed.txt", {"email": address}
            )
            return False
        is_confirmed: bool = super().confirm_email(request, email_address)
        address_mended(address=address)
        if is_confirmed and not account_admit(user=user, address=address):
            account_announce(user=user)
        return is_confirmed

    def send_account_already_exists_mail(self, email: str) -> None:
        """Answer somebody who signs up again: with a new link if the address is not confirmed yet."""
        address = EmailAddress.objects.filter(email=email, user__email=email, verified=False).first()
        if address is None:
            super().send_account_already_exists_mail(email)
            return
        confirmation = get_emailconfirmation_model().create(address)
        urls = {
            "activate_url": self.get_email_confirmation_url(current.request, confirmation),
            "password_reset_url": reverse("account_reset_password"),
        }
        self.send_mail("account/email/account_unconfirmed", email, urls)

    def is_safe_url(self, url: str | None) -> bool:
        """Tell whether we may redirect to this address; an invalid one, such as `http://[`, is not safe."""
        try:
            return bool(super().is_safe_url(url))
        except ValueError:
            return False

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Return the page after a change of password.

        Not the form for another password, which would look as if the change had failed.
        """
        return reverse("account_email")

    def respond_email_verification_sent(self, request: HttpRequest, user: User | None) -> HttpResponse:
        """Keep the address for the page that waits for the mail, after logging in as well as signing up."""
        if user and read_typed(request).get("email") != user.email:
            keep_typed(request, {"email": user.email})
        response: HttpResponse = super().respond_email_verification_sent(request, user)
        return response

    def login(self, request: HttpRequest, user: User) -> None:
        """Log in: forget what was typed to sign up, and send mail in the language of the page from now on."""
        super().login(request, user)
        forget_typed(request)
        if user.language != get_language():
            user.language = get_language() or user.language
            user.save(update_fields=["language"])
        if is_refused(user.email):
            text = _(
                "Een e-mail aan jou kwam terug. Kijk bij “Account en beveiliging” of je adres nog klopt."
            )
            messages.warning(request, text)

    def get_login_redirect_url(self, request: AccountRequest) -> str:
        """Return the first page after logging in.

        For somebody who waits for a moderator that is the page that says so, and what happens next.
        """
        is_member = request.user.is_approved
        url: str = (
            super().get_login_redirect_url(request) if is_member else self.get_signup_redirect_url(request)
        )
        return url
