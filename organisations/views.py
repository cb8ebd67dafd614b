"""The page of one organisation."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.views.generic import DetailView

from core.layout import home_url
from organisations.models import Organisation


class OrganisationView(DetailView):
    """Show an organisation with its cases, and to members the people who work there."""

    template_name = "organisations/organisation_detail.html"
    context_object_name = "organisation"

    def get_queryset(self) -> QuerySet[Organisation]:
        """Return all organisations: one that ended keeps its page, and says so."""
        return Organisation.objects.all()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the breadcrumbs, and a line with the kind of body and its province."""
        crumbs = [
            {"title": _("Start"), "url": home_url()},
            {"title": _("Organisaties"), "url": f"{home_url()}organisaties/"},
            {"title": self.object.name, "url": ""},
        ]
        facts = (self.object.get_kind_display(), self.object.get_province_display())
        summary = ", ".join(str(fact) for fact in facts if fact)
        return super().get_context_data(**kwargs) | {"breadcrumbs": crumbs, "summary": summary}
