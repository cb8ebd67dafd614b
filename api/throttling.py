"""How often one address may ask."""

from django.core.cache import caches
from django.http import HttpRequest
from ninja.throttling import SimpleRateThrottle


class AddressThrottle(SimpleRateThrottle):
    """Counts requests per address in the memory of each process, so that counting costs no query."""

    scope = "address"
    cache = caches["counters"]

    def get_cache_key(self, request: HttpRequest) -> str:
        """Return the name of the counter of this address."""
        return f"throttle-{self.get_ident(request)}"
