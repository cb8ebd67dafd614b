"""A request of somebody who is logged in, for the type checker."""

from django.http import HttpRequest

from users.models import User


class AccountRequest(HttpRequest):
    """A request behind a check that somebody is logged in."""

    user: User
