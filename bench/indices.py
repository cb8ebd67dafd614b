"""Delete the indices of a benchmark. Plain HTTP, as only the app `search` knows the engine's client."""

import base64
import json
from typing import Any
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

PATIENCE = 30  # seconds to wait for one answer


def delete_indices(engine: str, prefix: str) -> None:
    """Delete the indices and templates with this prefix; `engine` has addresses with commas between."""
    node = engine.partition(",")[0].strip()
    for index in ask(node, "GET", f"{prefix}*?expand_wildcards=all&features=aliases"):
        ask(node, "DELETE", index)
    for template in ask(node, "GET", "_index_template")["index_templates"]:
        if template["name"].startswith(prefix):
            ask(node, "DELETE", f"_index_template/{template['name']}")


def ask(node: str, method: str, path: str) -> Any:
    """Return the answer of the engine, read as JSON; raises URLError when it refuses."""
    parts = urlsplit(node)
    request = Request(f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}/{path}", method=method)
    if parts.password:
        pair = base64.b64encode(f"{parts.username}:{parts.password}".encode()).decode()
        request.add_header("Authorization", f"Basic {pair}")
    with urlopen(request, timeout=PATIENCE) as answer:
        return json.load(answer)
