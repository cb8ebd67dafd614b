"""People who may know more, on pages of other rooms."""

from typing import Any

from django import template

from core.layout import home_url
from peers.services import build_people
from peers.suggestions import suggest_beside

register = template.Library()


@register.inclusion_tag("peers/beside_case.html", takes_context=True)
def peers_beside(context: dict[str, Any], page: Any) -> dict[str, Any]:
    """Show members of the network at most three people who know of what a case is about; others nothing.

    Who is named on the page already is left out; a preview of what is not live has nobody.
    """
    request = context.get("request")
    if request is None or not page.live or not getattr(request.user, "is_approved", False):
        return {}
    themes = list(page.themes.all())
    named = [page.contact_id, *(author.pk for author in page.authors.all())]
    peers = suggest_beside(
        request.user,
        place=f"case {page.pk}",
        terms=[*themes, *page.techniques.all()],
        without=[key for key in named if key],
    )
    known = [theme for theme in themes if any(theme.label in peer.met for peer in peers)]
    more = [(theme.label, f"{home_url()}leden/?thema={theme.slug}") for theme in known]
    return {"shown": build_people(request.user, peers, back=request.path), "more": more}
