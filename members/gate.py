"""Who may see the members at all."""

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse


def refuse_stranger(request: HttpRequest) -> HttpResponse | None:
    """Redirect anyone who is not a member of the network to the login page; None lets a member in.

    The login page tells somebody who still waits for approval that she does.
    """
    if getattr(request.user, "is_approved", False):
        return None
    return redirect_to_login(request.get_full_path())
