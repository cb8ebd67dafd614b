"""How often one address may ask."""

from django.core.cache import caches
from django.http import HttpRequest
from ninja.throttling import SimpleRateThrottle


class AddressThrottle(SimpleRateThrottle):
    """Counts requests per address in the memory of each process, so that counting costs no query."""

    scope = "address"
    cache = caches["counters"]

    def get_cache_key(self, request: HttpRequest) -> str | None:
        """Return the name of the counter of this address; what our own page asks as an example is not counted."""
        return None if getattr(request, "is_example", False) else f"throttle-{self.get_ident(request)}"
