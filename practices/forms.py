"""The editors' form of a case: it begins with the usual sections, and offers only members that can be found."""

from typing import Any, ClassVar

from django.db.models import Q
from wagtail.blocks import StreamValue

from core.numbers import NumberField
from core.page_forms import PageForm
from members.models import Member
from practices.blocks import usual_sections


class PracticeForm(PageForm):
    """Offers as writers and contact who can be found; who stands there and hides since then stays, unseen."""

    class Meta(PageForm.Meta):  # type: ignore[name-defined]
        """Which fields are not those of the model; Wagtail's way to choose a widget is in its own."""

        field_classes: ClassVar[dict[str, type[NumberField]]] = {
            "latitude": NumberField,
            "longitude": NumberField,
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Narrow the lists; a form with part of the fields may have neither. A new case begins with the usual sections."""
        super().__init__(*args, **kwargs)
        if self.instance.pk is None and not self.instance.body:
            self.initial["body"] = StreamValue(self.instance.body.stream_block, usual_sections())
        found = Member.findable_by(self.for_user).prefetch_related(None)
        if "authors" in self.fields:
            self.fields["authors"].queryset = found
        if "contact" in self.fields:
            self.fields["contact"].queryset = Member.objects.filter(
                Q(pk__in=found.values("pk")) | Q(pk=self.instance.contact_id)
            )

    def clean_authors(self) -> list[Member]:
        """Return who was chosen, and the writers who could not be shown."""
        shown = set(self.fields["authors"].queryset.values_list("pk", flat=True))
        hidden = [member for member in self.instance.authors.all() if member.pk not in shown]
        return [*self.cleaned_data["authors"], *hidden]
