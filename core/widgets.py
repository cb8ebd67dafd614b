"""Form widgets of `/cms/` to choose one or several things by any of their names."""

import re
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext
from wagtail.admin.staticfiles import versioned_static

NUMBER = re.compile(r"\d{1,18}\Z")  # a longer one is no key of any database


class SearchedCheckboxes(forms.CheckboxSelectMultiple):
    """Checkboxes that are also found by hidden names; `names` are the attributes that hold these."""

    def __init__(self, *names: str, **options: Any) -> None:
        """Take the names."""
        super().__init__(**options)
        self.names = names

    def create_option(self, name: str, value: Any, *args: Any, **options: Any) -> dict[str, Any]:
        """Add the other names, which the script reads."""
        option: dict[str, Any] = super().create_option(name, value, *args, **options)
        names = (getattr(value.instance, attribute) for attribute in self.names)
        option["attrs"]["data-names"] = " ".join(names)
        return option


class SeveralChooser(forms.CheckboxSelectMultiple):
    """Shows the chosen snippets as checkboxes, and a button that opens their chooser to add some."""

    template_name = "core/admin/several_chooser.html"

    @property
    def media(self) -> forms.Media:
        """Return the scripts of Wagtail's chooser."""
        names = ("modal-workflow", "chooser-modal")
        return forms.Media(js=[versioned_static(f"wagtailadmin/js/{name}.js") for name in names])

    def optgroups(self, name: str, value: list[str], attrs: dict[str, Any] | None = None) -> list[Any]:
        """Return no options: the chooser shows them."""
        return []

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Add the chosen snippets, and the address of the chooser."""
        choices: Any = self.choices
        model = choices.queryset.model
        chosen = [key for key in self.format_value(value) if NUMBER.match(key)]
        return super().get_context(name, value, attrs) | {
            "chosen": choices.queryset.filter(pk__in=chosen),
            "choose_url": reverse(model.snippet_viewset.chooser_viewset.get_url_name("choose")),
            "choose_text": gettext("Kies %(what)s") % {"what": model._meta.verbose_name_plural},
        }
