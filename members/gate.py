"""Who may see the members at all."""

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse


def refuse_stranger(request: HttpRequest) -> HttpResponse | None:
    """Send who is not a member of the network to the login page, which also says so to who still waits; None lets in."""
    if getattr(request.user, "is_approved", False):
        return None
    return redirect_to_login(request.get_full_path())
