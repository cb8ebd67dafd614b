"""A login for proofs: each visitor of it gets an account with a unique name."""

from django.contrib.auth import get_user_model, login
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt


@csrf_exempt
def come_in(request: HttpRequest, token: str) -> HttpResponse:
    """Make an account with this name and log it in; the answer brings the cookie."""
    user = get_user_model().objects.create_user(
        f"{token}@example.org", "x", first_name=token, last_name=token
    )
    login(request, user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return HttpResponse("ok")
