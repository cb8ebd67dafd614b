"""The JSON API."""

from ninja import NinjaAPI

api = NinjaAPI(title="Knooppunt", version="1", docs_url=None)
