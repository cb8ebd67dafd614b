"""What the tests of the frame share."""

import pytest
from django.core.cache import cache

from pages.models import HomePage


@pytest.fixture
def site_frame(laid_out: None, db: None) -> HomePage:
    """Return the Dutch home page of a site that is laid out, once for all tests of a module."""
    cache.clear()
    home: HomePage = HomePage.objects.get(locale__language_code="nl")
    return home
