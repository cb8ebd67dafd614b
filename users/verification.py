"""The page on which somebody waits for the mail with a link: send it again, or correct the address."""

from typing import Any, ClassVar

from allauth.account.adapter import get_adapter
from allauth.account.views import SignupView
from allauth.core.ratelimit import consume
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from users.account_form import AccountForm
from users.tasks import unused_account_delete
from users.typed import read_typed


@require_POST
def resend(request: HttpRequest) -> HttpResponse:
    """Send the mail again to the address that was typed, whoever has an account with it; a few times only."""
    email = read_typed(request).get("email")
    if email and consume(request, action="confirm_email", key=email):
        get_adapter().send_account_already_exists_mail(email)
        messages.success(request, _("We hebben de e-mail opnieuw gestuurd."))
    elif email:
        messages.warning(
            request, _("Je kreeg al een paar e-mails. Wacht tien minuten en probeer het dan opnieuw.")
        )
    return redirect("account_email_verification_sent")


class CorrectionView(SignupView):
    """The sign-up form as it was filled in, to correct a wrong address; the password is typed again."""

    extra_context: ClassVar[dict[str, bool]] = {"is_correction": True}

    def get_initial(self) -> dict[str, Any]:
        """Return what was typed."""
        return super().get_initial() | read_typed(self.request)

    def form_valid(self, form: AccountForm) -> HttpResponse:
        """Sign up with the right address, and delete the account with the wrong one.

        The mail of that account went to a stranger.
        """
        mistaken = read_typed(self.request)
        answer: HttpResponse = super().form_valid(form)
        if mistaken.get("email") not in (None, form.cleaned_data["email"]):
            # Also when no account was made, so that the response time tells nothing.
            unused_account_delete.enqueue(mistaken["account"])
        return answer
