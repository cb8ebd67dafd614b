"""How the API writes its answers, and how OpenAPI describes them.

Errors are described as problems, and the description tells which parameters an address takes.
"""

from functools import cache
from http import HTTPStatus
from typing import Any

from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema
from ninja.renderers import JSONRenderer

MEDIA_TYPE = "application/problem+json"


class ReadableRenderer(JSONRenderer):
    """Ninja's renderer, without escapes: somebody who reads an answer sees “één”, not its codes."""

    json_dumps_params = {"ensure_ascii": False}


class DescribedAPI(NinjaAPI):
    """Ninja's API, which describes errors as problems; Ninja itself describes them as plain JSON."""

    def get_openapi_schema(self, **kwargs: Any) -> OpenAPISchema:
        """Return the OpenAPI description."""
        description = super().get_openapi_schema(**kwargs)
        operations = (operation for path in description["paths"].values() for operation in path.values())
        for operation in operations:
            for status, answer in operation["responses"].items():
                if status >= HTTPStatus.BAD_REQUEST and "content" in answer:
                    (described,) = answer["content"].values()
                    answer["content"] = {MEDIA_TYPE: described}
        return description

    @cache  # noqa: B019  there is one API, as long as the process lives
    def parameters_of(self, route: str) -> list[str] | None:
        """Return the names of the query parameters of a route; None when the route is not described."""
        paths = self.get_openapi_schema()["paths"]
        operation = paths.get("/" + route.replace("<", "{").replace(">", "}"))
        return operation and [
            each["name"] for each in operation["get"]["parameters"] if each["in"] == "query"
        ]
