"""Where cases meet the editors' pages of other things."""

from collections.abc import Iterable

from django.contrib import messages
from django.db.models import Model
from django.http import HttpRequest
from django.utils.translation import ngettext
from wagtail import hooks

from practices.models import PracticePage


@hooks.register("before_delete_snippet")
def tell_where_it_is_used(request: HttpRequest, instances: Iterable[Model]) -> None:
    """Tell who is about to delete a term or an organisation how many cases name it: Wagtail's own count does not know."""
    if request.method != "GET":
        return
    for instance in instances:
        touched = PracticePage.touched_by(instance)
        if count := touched.count() if touched is not None else 0:
            text = ngettext(
                "“%(name)s” staat bij %(count)d praktijkvoorbeeld. Daar verdwijnt het.",
                "“%(name)s” staat bij %(count)d praktijkvoorbeelden. Daar verdwijnt het.",
                count,
            )
            messages.warning(request, text % {"name": instance, "count": count})
