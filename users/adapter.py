"""What allauth asks us: whose address an address is, and whose account is approved at once."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from django.contrib import messages
from django.http import HttpRequest

from users.services import account_admit, address_release


class AccountAdapter(DefaultAccountAdapter):
    """The policy of accounts."""

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
