"""The rate limit of the API."""

from django.http import HttpRequest

from core.throttling import AddressThrottle


class ApiThrottle(AddressThrottle):
    """Limits the requests of one address."""

    def get_cache_key(self, request: HttpRequest) -> str | None:
        """Return the key of this address's counter; None for examples on our own page, which do not count."""
        return None if getattr(request, "is_example", False) else super().get_cache_key(request)
