"""Rate limits per IP address."""

from django.core.cache import caches
from django.http import HttpRequest
from ninja.throttling import SimpleRateThrottle


class AddressThrottle(SimpleRateThrottle):
    """Counts requests per IP address in the memory of each process: no query, and no address is stored."""

    cache = caches["counters"]

    def __init__(self, scope: str, rate: str) -> None:
        """Set what is counted, and the limit, such as `60/m`."""
        self.scope = scope
        super().__init__(rate)

    def get_cache_key(self, request: HttpRequest) -> str | None:
        """Return the key of this address's counter."""
        return f"{self.scope}-{self.get_ident(request)}"
