"""On the first page of `/cms/`: search by meaning lags, and what that means for an editor."""

from typing import Any

from wagtail.admin.ui.components import Component

from search.index.health import share_of_vectors


class LagPanel(Component):
    """How many of the texts can be found by their meaning, while the others wait for the worker."""

    name = "vectors_lag"
    template_name = "search/cms/lag_panel.html"
    order = 85

    def get_context_data(self, parent_context: dict[str, Any]) -> dict[str, Any]:
        """Return the share, in per cent."""
        return {"share": share_of_vectors()}
