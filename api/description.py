"""How answers of the API are written, and its description in OpenAPI: which errors are problems, which parameters there are."""

from functools import cache
from http import HTTPStatus
from typing import Any

from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema
from ninja.renderers import JSONRenderer

MEDIA_TYPE = "application/problem+json"


class ReadableRenderer(JSONRenderer):
    """Ninja's, with letters as they are: who looks at an answer reads “één”, not its codes."""

    json_dumps_params = {"ensure_ascii": False}


class DescribedAPI(NinjaAPI):
    """Ninja's, which would describe errors as JSON like any other answer."""

    def get_openapi_schema(self, **kwargs: Any) -> OpenAPISchema:
        """Return the description."""
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
        """Return the names that may stand behind the question mark of an address; nothing for one that is not described."""
        paths = self.get_openapi_schema()["paths"]
        operation = paths.get("/" + route.replace("<", "{").replace(">", "}"))
        return operation and [
            each["name"] for each in operation["get"]["parameters"] if each["in"] == "query"
        ]
