"""The edit form of a case: it begins with the usual sections and offers only members who can be found."""

from typing import Any, ClassVar

from django.db.models import Q
from wagtail.blocks import StreamValue

from core.numbers import NumberField
from core.page_forms import PageForm
from members.models import Member
from practices.blocks import usual_sections


class PracticeForm(PageForm):
    """Offers as authors and contact the members who can be found.

    An author who hides since then stays an author, without being shown.
    """

    class Meta(PageForm.Meta):  # type: ignore[name-defined]
        """Form fields other than the default; the base class has Wagtail's choice of widgets."""

        field_classes: ClassVar[dict[str, type[NumberField]]] = {
            "latitude": NumberField,
            "longitude": NumberField,
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Narrow the lists, and let a new case begin with the usual sections.

        A form with only some of the fields may have neither list.
        """
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
        """Return the chosen members, and the authors who could not be shown."""
        shown = set(self.fields["authors"].queryset.values_list("pk", flat=True))
        hidden = [member for member in self.instance.authors.all() if member.pk not in shown]
        return [*self.cleaned_data["authors"], *hidden]
