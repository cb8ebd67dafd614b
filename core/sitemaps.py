"""The sitemap: the pages of every language that anyone may read."""

from django.db.models import Q
from wagtail.contrib.sitemaps import Sitemap
from wagtail.models import Page
from wagtail.query import PageQuerySet

from core.models import listed


class PublicPages(Sitemap):
    """Wagtail's own sitemap stays below one home page; here each language has one."""

    def items(self) -> PageQuerySet:
        """Return the public pages below the home pages, in the order of the tree."""
        below = Q()
        for home in self.get_wagtail_site().root_page.get_translations(inclusive=True):
            below |= Q(path__startswith=home.path)
        return listed(Page.objects.filter(below)).order_by("path").defer_streamfields().specific()
