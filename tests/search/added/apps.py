"""An app that adds a kind of hit and a facet, as a new room would; a room writes its own line in the list."""

from django.apps import AppConfig

from search import kinds

kinds.KINDS = (*kinds.KINDS, kinds.Kind("event", rank=4, facets=("season",), is_semantic=True))


class AddedConfig(AppConfig):
    """The app of the proof."""

    name = "added"
