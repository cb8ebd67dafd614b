"""Questions that were typed before there was an account: bound to it, and told about once she is let in."""

from typing import Any

from allauth.account.signals import user_logged_in, user_signed_up
from django.dispatch import receiver
from django.http import HttpRequest

from contact.services import drafts_announce, drafts_bind
from users.admission import when_admitted
from users.models import User

SESSION_KEY = "question_drafts"


@receiver([user_signed_up, user_logged_in])
def on_account_opened(request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Bind what was typed in this browser to the account that was made or opened in it."""
    if keys := request.session.pop(SESSION_KEY, []):
        drafts_bind(account=user, keys=keys)


@when_admitted
def on_admitted(user: User) -> None:
    """Tell her that her question waits."""
    drafts_announce(account=user)
