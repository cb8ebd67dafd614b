"""Translated labels for fields that Wagtail shows by an English name.

`core.template_loader` does the same for words in its templates.
"""

from collections.abc import Iterator

import django_filters
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.active_filters import ActiveFilter, BaseFilterAdapter, register_filter_adapter_class
from wagtail.admin.forms import choosers
from wagtail.admin.forms.workflows import WorkflowPageForm
from wagtail.admin.views.pages.search import SearchView
from wagtail.models import Comment, CommentReply, Page, Site
from wagtail.sites.views import IndexView as SitesView
from wagtail.users.forms import PagePermissionsForm
from wagtail.users.views.bulk_actions.assign_role import RoleForm

FIELDS = {
    choosers.ExternalLinkChooserForm: {"link_text": _("Tekst van de link")},
    choosers.AnchorLinkChooserForm: {"link_text": _("Tekst van de link"), "url": _("Naam van de plek, na #")},
    choosers.EmailLinkChooserForm: {
        "email_address": _("E-mailadres"),
        "link_text": _("Tekst van de link"),
        "subject": _("Onderwerp"),
        "body": _("Bericht"),
    },
    choosers.PhoneLinkChooserForm: {"phone_number": _("Telefoonnummer"), "link_text": _("Tekst van de link")},
    PagePermissionsForm: {"page": _("Pagina")},
    RoleForm: {"role": _("Groep")},
    WorkflowPageForm: {"page": _("Pagina")},
}


class YesOrNoAdapter(BaseFilterAdapter):
    """Shows an active yes-or-no filter of a list in words."""

    def get_active_filters(self) -> Iterator[ActiveFilter]:
        """Yield the active filter with its value in words."""
        for active in super().get_active_filters():
            yield active._replace(value=gettext("Ja") if self.value else gettext("Nee"))


def connect() -> None:
    """Set the labels."""
    register_filter_adapter_class(django_filters.BooleanFilter, YesOrNoAdapter)
    for form, labels in FIELDS.items():
        for name, label in labels.items():
            form.base_fields[name].label = label
    for column in SitesView.columns:
        if column.name in ("port", "site_name", "root_page"):
            column.label = capfirst(Site._meta.get_field(column.name).verbose_name)
    SearchView.verbose_name = Page._meta.verbose_name
    SearchView.verbose_name_plural = Page._meta.verbose_name_plural
    for model in (Comment, CommentReply):
        model._meta.get_field("user").verbose_name = _("gebruiker")
