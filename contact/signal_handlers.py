"""Questions that were typed before there was an account: bound to it, and told about until she sent them."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.account.signals import email_confirmed, user_logged_in, user_signed_up
from django.contrib import messages
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils.translation import gettext as _

from contact.models import Draft
from contact.services import drafts_announce, drafts_bind
from users.admission import when_admitted
from users.models import User

SESSION_KEY = "question_drafts"


@receiver([user_signed_up, user_logged_in])
def on_account_opened(request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Bind what was typed in this browser to the account that was made or opened in it."""
    if keys := request.session.pop(SESSION_KEY, []):
        drafts_bind(account=user, keys=keys)


@receiver(email_confirmed)
def on_email_confirmed(request: HttpRequest, email_address: EmailAddress, **kwargs: Any) -> None:
    """Say on the page that follows that her question waits, wherever she confirmed her address."""
    if Draft.objects.filter(account=email_address.user_id).exists():
        text = _("Je vraag is bewaard, maar nog niet verstuurd. Log in, dan vind je hem bij Mijn Knooppunt.")
        messages.info(request, text)


@when_admitted
def on_admitted(user: User) -> None:
    """Tell her that her question waits."""
    drafts_announce(account=user)
