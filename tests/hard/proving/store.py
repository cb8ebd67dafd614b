"""An engine in memory, with versions and aliases like Elasticsearch; a test compares it with the real one."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from fnmatch import fnmatch
from types import SimpleNamespace
from typing import Any

from elastic_transport import ApiResponseMeta, HttpHeaders, NodeConfig
from elasticsearch import NotFoundError

Document = dict[str, Any]
NODE = NodeConfig("http", "nowhere", 1)


@dataclass
class Index:
    """Documents by name with their versions; a document that was taken out is None, and its version stays."""

    documents: dict[str, tuple[int, Document | None]] = field(default_factory=dict)
    aliases: set[str] = field(default_factory=set)

    def there(self) -> dict[str, Document]:
        """Return the documents that can be found."""
        return {key: document for key, (_, document) in self.documents.items() if document is not None}


def _refuse(kind: type[Exception], status: int, reason: str) -> Exception:
    """Return an error of the client."""
    meta = ApiResponseMeta(status, "1.1", HttpHeaders(), 0.0, NODE)
    return kind(reason, meta, {"error": {"type": reason}, "status": status})  # type: ignore[call-arg]


class Store:
    """The part of Elasticsearch's client that writing needs; it calls `step` before interruptible actions."""

    def __init__(self, *, keeps_versions: bool = True) -> None:
        """Begin with no index and no steps."""
        self.kept: dict[str, Index] = {}
        self.step: Callable[[], None] = lambda: None
        self.keeps_versions = keeps_versions
        self.indices = self

    def options(self, **_: Any) -> "Store":
        """Take what changes nothing here."""
        return self

    def find(self, name: str) -> dict[str, Index]:
        """Return the indices with a name, an alias or a pattern."""
        return {key: index for key, index in self.kept.items() if fnmatch(key, name) or name in index.aliases}

    # Below: what the client of Elasticsearch has, by the same names.

    def put_index_template(self, **_: Any) -> None:
        """Do nothing: no index is made by a write here."""

    def create(self, index: str, **_: Any) -> None:
        """Make an index."""
        self.step()
        self.kept[index] = Index()

    def exists_alias(self, name: str) -> bool:
        """Tell whether an alias leads anywhere."""
        self.step()
        return any(name in index.aliases for index in self.kept.values())

    def get_alias(self, name: str) -> Any:
        """Return the indices behind an alias."""
        self.step()
        body = {
            key: {"aliases": {alias: {} for alias in index.aliases}} for key, index in self.find(name).items()
        }
        if not body:
            raise _refuse(NotFoundError, 404, "aliases_not_found_exception")
        return SimpleNamespace(body=body)

    def update_aliases(self, actions: list[dict[str, Any]]) -> None:
        """Do all of this in one step, or nothing."""
        self.step()
        for action in actions:
            ((verb, values),) = action.items()
            touched = [index for key, index in self.kept.items() if fnmatch(key, values["index"])]
            if verb == "remove" and not any(values["alias"] in index.aliases for index in touched):
                raise _refuse(NotFoundError, 404, "aliases_not_found_exception")
        for action in actions:
            ((verb, values),) = action.items()
            for key, index in self.kept.items():
                if fnmatch(key, values["index"]):
                    (index.aliases.add if verb == "add" else index.aliases.discard)(values["alias"])

    def put_mapping(self, **_: Any) -> None:
        """Do nothing: nobody asks here when an index was replaced."""

    def put_settings(self, **_: Any) -> None:
        """Do nothing: what is written can be found at once."""

    def refresh(self, index: str) -> None:
        """Do nothing: what is written is found at once."""

    def mget(self, index: str, ids: list[str], source: bool) -> dict[str, Any]:
        """Return which of these documents are there."""
        self.step()
        (there,) = self.find(index).values()
        return {"docs": [{"_id": key, "found": key in there.there()} for key in ids]}

    def bulk(self, actions: Iterable[dict[str, Any]]) -> tuple[int, list[dict[str, Any]]]:
        """Write documents one after the other; return how many were written, and what was refused."""
        answers = [self._write(action) for action in actions]
        self.step()  # it is done, and nobody may hear of it
        errors = [answer for answer in answers if next(iter(answer.values()))["status"] not in {200, 201}]
        return len(answers) - len(errors), errors

    def _write(self, action: dict[str, Any]) -> dict[str, Any]:
        """Write or take out one document, unless somebody with a higher version was there before."""
        self.step()
        verb, key, version = action["_op_type"], action["_id"], action["version"]
        behind = list(self.find(action["_index"]).values())
        if len(behind) != 1:
            status, reason = (
                (404, "index_not_found_exception") if not behind else (400, "illegal_argument_exception")
            )
            return {verb: {"_id": key, "status": status, "error": {"type": reason}}}
        last, document = behind[0].documents.get(key, (0, None))
        if self.keeps_versions and version < last:
            return {verb: {"_id": key, "status": 409, "error": {"type": "version_conflict_engine_exception"}}}
        behind[0].documents[key] = (version, action.get("_source"))
        return {verb: {"_id": key, "status": 404 if verb == "delete" and document is None else 200}}
