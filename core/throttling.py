"""How often one address may ask."""

from django.core.cache import caches
from django.http import HttpRequest
from ninja.throttling import SimpleRateThrottle


class AddressThrottle(SimpleRateThrottle):
    """Counts requests per address in the memory of each process: it costs no query, and no address is written anywhere."""

    cache = caches["counters"]

    def __init__(self, scope: str, rate: str) -> None:
        """Begin with what is counted, and how often it may be, such as `60/m`."""
        self.scope = scope
        super().__init__(rate)

    def get_cache_key(self, request: HttpRequest) -> str | None:
        """Return the name of the counter of this address."""
        return f"{self.scope}-{self.get_ident(request)}"
