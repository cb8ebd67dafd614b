"""The forms of a profile: its fields, and who sees them: one choice for all of them, and exceptions."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar

from django import forms
from django.forms import BaseFormSet, formset_factory
from django.utils.choices import flatten_choices
from django.utils.translation import gettext_lazy as _

from core.names import NameField, PersonNameField
from members.choices import FIELDS, Language, Level, Visibility
from members.models import Member, MemberSubject
from members.photos import PhotoError, build_photo
from members.reachable import tells_how_to_reach
from organisations.models import Organisation
from taxonomy.models import Technique, Theme

VISIBILITY, VISIBILITY_PREFIX = "wie", "wie_"
# The three questions that make somebody findable, what may come later, and what she allows.
QUESTIONS = ["name", "organisation", "role", "can_help", "seeks"]
MORE = ["photo", "about", "languages", "links"]
CHOICES = ["is_suggested", "shares_card", "shares_email"]
PROSE = ("name", "role", "about", "can_help", "seeks")
MOST_SUBJECTS = 8  # bounds the rows of the form, also of one that a program sends


class ProfileForm(forms.ModelForm):
    """All fields of a profile, with one choice of who sees them; each field may be an exception."""

    photo = forms.FileField(
        required=False,
        help_text=_(
            "Een foto van je gezicht, hoogstens 5 MB en 12 megapixels. "
            "Waar en wanneer hij is gemaakt, halen we eruit."
        ),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp,image/heic"}),
    )
    remove_photo = forms.BooleanField(label=_("Foto verwijderen"), required=False)
    organisation = forms.CharField(
        required=False,
        max_length=255,
        help_text=_("Begin te typen en kies uit de lijst. Bijvoorbeeld: Gemeente Breda"),
        widget=forms.TextInput(attrs={"list": "organisaties", "autocomplete": "off"}),
    )

    languages = forms.MultipleChoiceField(
        required=False,
        choices=Language.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("In welke talen kunnen anderen met je praten?"),
    )

    class Meta:
        """Which fields, and what to type in them."""

        model = Member
        fields = QUESTIONS + MORE + CHOICES
        field_classes: ClassVar[dict[str, type[NameField]]] = {"name": PersonNameField, "role": NameField}
        help_texts = {
            "role": _("Bijvoorbeeld: data-analist"),
            "can_help": _(
                "Waar mogen anderen je over benaderen? Bijvoorbeeld: een model uitleggen aan bestuurders"
            ),
            "seeks": _("Waar ben je naar op zoek? Bijvoorbeeld: ervaring met sensordata"),
            "links": _("Eén webadres per regel. Begin met https://"),
            "is_suggested": _(
                "Zij zien dan je kaartje, met alleen wat elk lid van je mag zien. Dit staat aan, omdat leden "
                "je ook zelf kunnen vinden. Zet het uit als je dat liever aan hen overlaat."
            ),
            "shares_card": _(
                "Een vCard met je naam, functie, organisatie en de link naar je profiel, voor zover wie hem "
                "bewaart ze mag zien. Wat iemand heeft bewaard, kun je niet terughalen."
            ),
            "shares_email": _(
                "Dit geldt alleen als je ook het vinkje hierboven zet. Op de site staat het nooit."
            ),
        }
        widgets = {
            "name": forms.TextInput(attrs={"autocomplete": "name"}),
            "role": forms.TextInput(attrs={"autocomplete": "organization-title"}),
            "about": forms.Textarea(attrs={"rows": 4}),
            "can_help": forms.Textarea(attrs={"rows": 3}),
            "seeks": forms.Textarea(attrs={"rows": 3}),
            "links": forms.Textarea(attrs={"rows": 2}),
        }

    def __init__(self, *args: Any, may_send_photo: Callable[[], bool], **kwargs: Any) -> None:
        """Label the fields, and add a choice of visibility for each.

        `may_send_photo` is called before a photo is read, and tells whether the member may send one.
        """
        super().__init__(*args, **kwargs)
        self.may_send_photo = may_send_photo
        self.initial["organisation"] = self.instance.organisation.name if self.instance.organisation else ""
        self._keep_other_languages()
        self._add_visibility()

    def _keep_other_languages(self) -> None:
        """Offer words of before there was a list of languages, until the member leaves them out."""
        others = [(word, word) for word in self.instance.languages if word not in Language.values]
        self.fields["languages"].choices = [*Language.choices, *others]  # type: ignore[attr-defined]

    def _add_visibility(self) -> None:
        """Add the choice for all fields, initially the most frequent, and one per field for exceptions."""
        chosen = {name: self.instance.visibility_of(name) for name in FIELDS}
        most = Counter(chosen.values()).most_common(1)[0][0]
        self.fields[VISIBILITY] = forms.ChoiceField(
            label=_("Wie ziet je profiel?"),
            choices=Visibility.choices,
            initial=most,
            help_text=_("Dit geldt voor alles, behalve waar je zelf iets anders kiest."),
        )
        for name, label in FIELDS.items():
            if name in self.fields:
                self.fields[name].label = label
            self.fields[VISIBILITY_PREFIX + name] = forms.ChoiceField(
                label=_("Wie ziet: %(field)s") % {"field": label},
                choices=[("", _("Zoals het hele profiel")), *Visibility.choices],
                initial="" if chosen[name] == most else chosen[name],
                required=False,
            )

    @property
    def shows_more(self) -> bool:
        """Tell whether what may come later is unfolded: in a new profile only if something is wrong there."""
        wrong = {name.removeprefix(VISIBILITY_PREFIX) for name in self.errors}
        return self.instance.pk is not None or not wrong.isdisjoint(MORE)

    def clean_organisation(self) -> Organisation | None:
        """Return the organisation with this name; any of its names will do."""
        text = self.cleaned_data["organisation"].strip()
        if not text:
            return None
        found = Organisation.objects.resolve(text)
        if found is None:
            raise forms.ValidationError(
                _(
                    "We kennen deze organisatie niet. Kies er een uit de lijst. Staat ze er niet bij? "
                    "Stuur de redactie een bericht, en laat dit veld zolang leeg."
                )
            )
        return found

    def clean_links(self) -> str:
        """Refuse what is not a web address."""
        lines = [line.strip() for line in self.cleaned_data["links"].splitlines() if line.strip()]
        check = forms.URLField(assume_scheme="https").clean
        for line in lines:
            if not line.startswith(("https://", "http://")):
                raise forms.ValidationError(
                    _("“%(line)s” is geen webadres. Begin met https://") % {"line": line}
                )
            check(line)
        return "\n".join(lines)

    def ask_for_photo_again(self) -> None:
        """Ask for a new photo again when something else is wrong: a browser does not send a file twice."""
        if "photo" in self.files and "photo" not in self.errors:
            self.add_error("photo", _("Kies je foto opnieuw. We bewaren hem pas als de rest klopt."))

    def clean_photo(self) -> Any:
        """Return the photo, reduced in size and without the camera's metadata."""
        upload = self.cleaned_data["photo"]
        if "photo" not in self.changed_data:
            return upload
        if not self.may_send_photo():
            raise forms.ValidationError(
                _("Je hebt vandaag al te veel foto’s gestuurd. Probeer het morgen weer.")
            )
        try:
            return build_photo(upload, upload.size)
        except PhotoError as error:
            raise forms.ValidationError(str(error)) from error

    def _refuse_addresses(self) -> None:
        """Refuse ways to reach somebody in texts: who sees them can copy them for all members at once."""
        for name in PROSE:
            if tells_how_to_reach(self.cleaned_data.get(name) or ""):
                self.add_error(
                    name, _("Zet hier geen e-mailadres of telefoonnummer: wie het ziet, kan het kopiëren.")
                )

    def clean(self) -> dict[str, Any]:
        """Keep who sees what, and remove the photo if asked to, unless a new one replaces it."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        self._refuse_addresses()
        rule = cleaned.get(VISIBILITY, Visibility.PRIVATE)
        self.instance.visibility = {name: cleaned.get(VISIBILITY_PREFIX + name) or rule for name in FIELDS}
        if cleaned.get("remove_photo") and "photo" not in self.changed_data:
            cleaned["photo"] = False
        return cleaned


class SubjectForm(forms.Form):
    """One subject."""

    subject = forms.ChoiceField(label=_("Onderwerp"), required=False)

    def __init__(self, *args: Any, subjects: list[Any], **kwargs: Any) -> None:
        """Offer the themes and techniques."""
        super().__init__(*args, **kwargs)
        self.fields["subject"].choices = subjects  # type: ignore[attr-defined]

    def label_of(self, subject: str) -> str:
        """Return the name of one of the subjects."""
        return dict(flatten_choices(self.fields["subject"].choices))[subject]  # type: ignore[attr-defined]


class ExpertiseForm(SubjectForm):
    """One subject and how well it is known."""

    level = forms.TypedChoiceField(
        label=_("Niveau"), choices=Level.choices, coerce=int, initial=Level.EXPERIENCED
    )


class BaseSubjectFormSet(BaseFormSet):
    """Up to eight subjects; a row that is emptied is removed."""

    title: Any = FIELDS["seeks"]

    def add_fields(self, form: forms.Form, index: int | None) -> None:
        """Give each label the number of its row, so that who hears it knows where she is."""
        super().add_fields(form, index)
        if index is not None:
            for field in form.fields.values():
                field.label = f"{field.label} {index + 1}"

    def clean(self) -> None:
        """Refuse the same subject twice, with the error at the second one."""
        seen: set[Any] = set()
        for form in self.forms:
            subject = getattr(form, "cleaned_data", {}).get("subject")
            if subject and subject in seen:
                message = _("“%(subject)s” koos je al. Kies een ander onderwerp, of maak deze rij leeg.")
                form.add_error("subject", message % {"subject": form.label_of(subject)})
            seen.add(subject)

    def chosen(self) -> list[tuple[str, int]]:
        """Return what was filled in, as `(theme or technique, its key)`."""
        return [_split(row["subject"]) for row in self._filled()]

    def has_other_rows(self) -> bool:
        """Tell whether other subjects were filled in than are stored now, in whatever order."""
        return _as_set(self.initial or []) != _as_set(self._filled())

    def _filled(self) -> list[dict[str, Any]]:
        """Return the rows with a subject."""
        rows = [getattr(form, "cleaned_data", {}) for form in self.forms]
        return [row for row in rows if row.get("subject")]


class BaseExpertiseFormSet(BaseSubjectFormSet):
    """The same, with a level in each row."""

    title = FIELDS["expertise"]

    def chosen_with_level(self) -> list[tuple[str, int, int]]:
        """Return what was filled in, as `(theme or technique, its key, level)`."""
        return [(*_split(row["subject"]), row["level"]) for row in self._filled() if row.get("level")]


def _as_set(rows: Iterable[Mapping[str, Any]]) -> set[tuple[Any, ...]]:
    """Return rows as what can be compared whatever their order."""
    return {tuple(sorted(row.items())) for row in rows}


def _split(subject: str) -> tuple[str, int]:
    """Return the parts of a value of `subject_choices`."""
    kind, key = subject.split(":")
    return kind, int(key)


ROWS: dict[str, Any] = {"extra": 3, "max_num": MOST_SUBJECTS, "absolute_max": MOST_SUBJECTS}
ExpertiseFormSet = formset_factory(ExpertiseForm, formset=BaseExpertiseFormSet, **ROWS)
SoughtFormSet = formset_factory(SubjectForm, formset=BaseSubjectFormSet, **ROWS)


def build_formsets(member: Member, data: Any = None) -> tuple[Any, Any]:
    """Return the forms of the expertise and of what is sought.

    Each has a row per subject, and empty rows, so that adding needs no script.
    """
    options: dict[str, Any] = {"form_kwargs": {"subjects": subject_choices()}}
    known = member.expertise.all() if member.pk else []
    sought = member.sought.all() if member.pk else []
    levels = [{"subject": _join(row), "level": row.level} for row in known]
    subjects = [{"subject": _join(row)} for row in sought]
    return (
        ExpertiseFormSet(data, initial=levels, prefix="expertise", **options),
        SoughtFormSet(data, initial=subjects, prefix="sought", **options),
    )


def _join(row: MemberSubject) -> str:
    """Return the value of `subject_choices` that stands for the subject of a row."""
    return f"theme:{row.theme_id}" if row.theme_id else f"technique:{row.technique_id}"


def subject_choices() -> list[Any]:
    """Return the themes and techniques as grouped choices."""
    themes = [(f"theme:{theme.pk}", theme.label) for theme in Theme.objects.all()]
    techniques = [(f"technique:{technique.pk}", technique.label) for technique in Technique.objects.all()]
    return [("", _("Kies een onderwerp")), (_("Thema’s"), themes), (_("Technieken"), techniques)]
