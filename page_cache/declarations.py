"""The page cache holds nothing of people in the database."""

from core.processing import holds_nothing
from page_cache.models import SiteVersion, UncountedChange

holds_nothing(SiteVersion, UncountedChange, because="they count changes")
