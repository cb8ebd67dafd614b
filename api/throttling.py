"""How often one address may ask."""

from django.http import HttpRequest

from core.throttling import AddressThrottle


class ApiThrottle(AddressThrottle):
    """Counts the requests of an address."""

    def get_cache_key(self, request: HttpRequest) -> str | None:
        """Return the name of the counter of this address; what our own page asks as an example is not counted."""
        return None if getattr(request, "is_example", False) else super().get_cache_key(request)
