"""What allauth asks us: whose account is approved at once."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from django.http import HttpRequest

from users.services import account_admit


class AccountAdapter(DefaultAccountAdapter):
    """The policy of accounts."""

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """Confirm the address; who thereby shows to work for a trusted organisation is let in at once."""
        is_confirmed: bool = super().confirm_email(request, email_address)
        if is_confirmed:
            account_admit(user=email_address.user, address=email_address.email)
        return is_confirmed
