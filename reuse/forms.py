"""The forms of reuse: what an organisation does, and what somebody proposes."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.forms import formset_factory
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.folding import fold_name
from core.names import NameField
from core.prose import ProseField
from members.models import Member
from organisations.models import Organisation, OrganisationKind
from reuse.choices import Status, StopReason
from reuse.models import MOST_REASON, STATEMENT, Adoption
from reuse.services import Statement

EARLIEST = 1950  # as for cases
MOST_TEXT = 1500  # characters
MOST_EFFECTS = 5
MOST_BODIES = 60
HTTPS = URLValidator(schemes=["http", "https"])
# Bodies that speak for themselves alone; others may be a partnership of several.
ALONE = {
    OrganisationKind.GEMEENTE,
    OrganisationKind.PROVINCIE,
    OrganisationKind.WATERSCHAP,
    OrganisationKind.MINISTERIE,
}
FOLDED = ("partners", "started_from", "proof", "on_behalf_of")  # what few have to tell
NOBODY = ""
FROM_CASE = ""


def _area(rows: int) -> forms.Textarea:
    """Return a box of this many lines."""
    return forms.Textarea(attrs={"rows": rows})


class HideForm(forms.Form):
    """Why an editor hides the words of an adoption."""

    use_required_attribute = False  # an empty field would be red before anybody typed

    reason = ProseField(
        label=_("Waarom verberg je de toelichting?"),
        max_length=MOST_REASON,
        widget=_area(3),
        help_text=_(
            "Wie de toelichting schreef, leest dit in een e-mail. Collega’s daar lezen het op deze site. "
            "Bijvoorbeeld: Er staat een telefoonnummer in."
        ),
    )


class AdoptionForm(forms.Form):
    """What is said of an adoption, by whoever says it."""

    use_required_attribute = False  # an empty field would be red before anybody typed

    status = forms.ChoiceField(
        label=_("Hoe ver zijn jullie?"),
        choices=Status.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Kies hoe ver jullie zijn.")},
    )
    since = forms.IntegerField(
        label=_("In welk jaar begonnen jullie?"),
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "maxlength": 4, "autocomplete": "off"}),
        error_messages={"invalid": _("Vul een jaar in, zoals 2024.")},
    )
    scope = NameField(
        label=_("Waar, en hoe breed?"),
        required=False,
        max_length=250,
        help_text=_("Bijvoorbeeld: in twee wijken, of bij alle rioolgemalen"),
    )
    stop_reason = forms.ChoiceField(
        label=_("Waarom zijn jullie gestopt?"),
        choices=StopReason.choices,
        required=False,
        widget=forms.RadioSelect,
        help_text=_("Alleen als jullie gestopt zijn. Daar leert een ander van."),
    )
    stop_words = ProseField(
        label=_("Wat zou je een volgende keer anders doen?"),
        required=False,
        max_length=MOST_TEXT,
        widget=_area(3),
    )
    changed = ProseField(
        label=_("Wat doen jullie anders dan in het voorbeeld?"),
        required=False,
        max_length=MOST_TEXT,
        widget=_area(4),
        help_text=_(
            "Eén zin is genoeg. Daar heeft een ander het meest aan. "
            "Noem geen namen van mensen, en maak geen reclame."
        ),
    )
    proof = forms.CharField(
        label=_("Waar is het na te lezen?"),
        required=False,
        max_length=500,
        validators=[HTTPS],
        widget=forms.URLInput,
        help_text=_("Een openbaar webadres, zoals een raadsstuk of een nieuwsbericht."),
    )

    def clean_since(self) -> int | None:
        """Refuse a year that cannot be."""
        year: int | None = self.cleaned_data["since"]
        if year is not None and not EARLIEST <= year <= timezone.localdate().year:
            raise ValidationError(_("Kies een jaar van %(first)d tot en met dit jaar.") % {"first": EARLIEST})
        return year

    def clean(self) -> dict[str, Any]:
        """Ask why somebody stopped, and keep no reason of who did not."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("status") != Status.STOPPED:
            cleaned |= {"stop_reason": "", "stop_words": ""}
        elif not cleaned.get("stop_reason"):
            self.add_error("stop_reason", _("Kies waarom jullie stopten."))
        return cleaned


class RecordForm(AdoptionForm):
    """What somebody says of her own organisation; what is known is filled in."""

    contact = forms.ChoiceField(
        label=_("Aan wie mag een ander iets vragen?"),
        required=False,
        widget=forms.RadioSelect,
        help_text=_("Kies je een collega, dan vragen we het haar of hem eerst."),
    )
    started_from = forms.ChoiceField(
        label=_("Van wie namen jullie het over?"),
        required=False,
        help_text=_("Zo is te zien hoe iets zich verspreidt."),
    )
    partners = NameField(
        label=_("Met welke bedrijven?"),
        required=False,
        max_length=250,
        help_text=_("Alleen de namen van bedrijven die meehielpen, zonder adres of telefoonnummer."),
    )
    on_behalf_of = forms.CharField(
        label=_("Namens welke organisaties?"),
        required=False,
        widget=_area(3),
        help_text=_("Alleen voor een samenwerkingsverband. Zet elke organisatie op een regel."),
    )

    def __init__(
        self,
        *args: Any,
        adoption: Adoption | None,
        colleagues: list[Member],
        others: list[Adoption],
        **kwargs: Any,
    ) -> None:
        """Offer whom to ask and where it came from, and fill in what the row says."""
        super().__init__(*args, **kwargs)
        self.initial = _initial(adoption)
        self.colleagues = {str(member.pk): member for member in colleagues}
        self.others = {str(other.pk): other for other in others}
        contact, origin = self.fields["contact"], self.fields["started_from"]
        me, *rest = colleagues
        names = [(str(me.pk), _("Mij")), *((str(member.pk), member.name) for member in rest)]
        contact.choices = [*names, (NOBODY, _("Liever niemand"))]  # type: ignore[attr-defined]
        if not rest:
            contact.help_text = ""
        if me.organisation and me.organisation.kind in ALONE:
            del self.fields["on_behalf_of"]
        if adoption is None:
            contact.initial = str(me.pk)
        bodies = [(key, other.organisation.name) for key, other in self.others.items()]
        origin.choices = [(FROM_CASE, _("Rechtstreeks uit dit voorbeeld")), *bodies]  # type: ignore[attr-defined]

    @property
    def tells_more(self) -> bool:
        """Tell whether there is something in the fields that are folded, which then are open."""
        names = [name for name in FOLDED if name in self.fields]
        return any(self[name].value() or self[name].errors for name in names)

    def clean_on_behalf_of(self) -> tuple[Organisation, ...]:
        """Return the bodies with these names; any of their names will do."""
        lines = [line.strip() for line in self.cleaned_data["on_behalf_of"].splitlines() if line.strip()]
        if len(lines) > MOST_BODIES:
            raise ValidationError(_("Noem hoogstens %(most)d organisaties.") % {"most": MOST_BODIES})
        names = Organisation.objects.names() if lines else {}
        found = [(line, names.get(fold_name(line))) for line in lines]
        unknown = [line for line, body in found if body is None]
        if unknown:
            raise ValidationError(
                _("We kennen deze organisatie niet: %(names)s. Schrijf de hele naam.")
                % {"names": ", ".join(unknown)}
            )
        return tuple({body.pk: body for _line, body in found if body}.values())

    def statement(self, effects: list[dict[str, str]]) -> Statement:
        """Return what was filled in."""
        said = self.cleaned_data
        return Statement(
            values=_values(said, effects),
            contact=self.colleagues.get(said["contact"]),
            started_from=self.others.get(said["started_from"]),
            on_behalf_of=said.get("on_behalf_of", ()),
        )


class ProposeForm(AdoptionForm):
    """What somebody proposes of another organisation; it shows only with a public source."""

    organisation = forms.CharField(
        label=_("Welke organisatie?"),
        max_length=255,
        help_text=_("Begin te typen en kies uit de lijst. Bijvoorbeeld: Gemeente Breda"),
        widget=forms.TextInput(attrs={"list": "organisaties", "autocomplete": "off"}),
    )
    field_order = ("organisation", "status", "since", "scope", "changed", "proof")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Leave out what only the organisation itself can say: that it stopped, and why."""
        super().__init__(*args, **kwargs)
        for name in ("stop_reason", "stop_words"):
            del self.fields[name]
        self.fields["since"].label = _("In welk jaar begonnen zij?")
        self.fields["changed"].label = _("Wat doen zij anders dan in het voorbeeld?")
        status = self.fields["status"]
        status.label = _("Hoe ver is die organisatie?")
        status.error_messages["required"] = _("Kies hoe ver die organisatie is.")
        status.choices = [choice for choice in Status.choices if choice[0] != Status.STOPPED]  # type: ignore[attr-defined]

    def clean_organisation(self) -> Organisation:
        """Return the organisation with this name; any of its names will do."""
        found = Organisation.objects.resolve(self.cleaned_data["organisation"])
        if found is None:
            raise ValidationError(_("We kennen deze organisatie niet. Kies er een uit de lijst."))
        if found.kind == OrganisationKind.BEDRIJF:
            raise ValidationError(_("Dit is een bedrijf. Hier staan alleen organisaties van de overheid."))
        return found

    def values(self) -> dict[str, Any]:
        """Return what was filled in."""
        return _values(self.cleaned_data, [])


class EffectForm(forms.Form):
    """One measured effect."""

    label = NameField(label=_("Wat"), required=False, max_length=200, help_text=_("Bijvoorbeeld: storingen"))
    value = NameField(label=_("Waarde"), required=False, max_length=50, help_text=_("Bijvoorbeeld: 30"))
    unit = NameField(label=_("Eenheid"), required=False, max_length=60, help_text=_("Bijvoorbeeld: % minder"))

    def clean(self) -> dict[str, Any]:
        """Refuse half an effect."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if bool(cleaned.get("label")) != bool(cleaned.get("value")):
            name = "value" if cleaned.get("label") else "label"
            self.add_error(name, _("Vul ook dit in, of maak de hele regel leeg."))
        if cleaned.get("unit") and not cleaned.get("label") and not cleaned.get("value"):
            self.add_error("label", _("Vul ook dit in, of maak de hele regel leeg."))
        return cleaned


EffectFormSet = formset_factory(
    EffectForm, extra=1, max_num=MOST_EFFECTS, absolute_max=MOST_EFFECTS, validate_max=True
)


def effects_of(formset: Any) -> list[dict[str, str]]:
    """Return the effects that were filled in."""
    rows = [form.cleaned_data for form in formset if form.cleaned_data.get("label")]
    return [{name: row[name] for name in ("label", "value", "unit")} for row in rows]


def _values(said: dict[str, Any], effects: list[dict[str, str]]) -> dict[str, Any]:
    """Return the fields of a statement."""
    names = (name for name in STATEMENT if name != "effects")
    return {name: said.get(name, "") for name in names} | {"effects": effects}


def _initial(adoption: Adoption | None) -> dict[str, Any]:
    """Return what a row says, as the fields show it."""
    if adoption is None:
        return {}
    bodies = "\n".join(body.name for body in adoption.on_behalf_of.all())
    people = {
        "contact": str(adoption.contact_id or NOBODY),
        "started_from": str(adoption.started_from_id or ""),
    }
    return adoption.statement | people | {"on_behalf_of": bodies}
