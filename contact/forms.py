"""The forms of contact."""

import datetime
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from contact.choices import Decision, Reason
from contact.models import MOST_SUBJECT, MOST_TEXT, Correspondent
from contact.recipients import Recipient
from contact.texts import MessageField
from core.names import NameField

TEXTAREA = forms.Textarea(attrs={"rows": 6})
LONGEST_PAUSE = datetime.timedelta(days=366)
MADE_UP = _("verzonnen lid: er komt geen antwoord")
MOST_QUESTIONS = 100  # a month; who wants more leaves it empty


class TextForm(forms.Form):
    """A message in a conversation that there is."""

    use_required_attribute = False  # an empty field would be red before anybody typed

    text = MessageField(label=_("Je bericht"), max_length=MOST_TEXT, widget=TEXTAREA)
    shares_address = forms.BooleanField(
        label=_("Deel mijn e-mailadres met de ander"),
        required=False,
        help_text=_("Alleen als je dat wilt. Zonder vinkje ziet niemand je adres."),
    )


class QuestionForm(TextForm):
    """A first message: to whom, about what, and a key so that sending it twice asks once."""

    to = forms.ChoiceField(label=_("Aan wie?"), widget=forms.RadioSelect)
    subject = NameField(label=_("Onderwerp"), max_length=MOST_SUBJECT)
    key = forms.UUIDField(widget=forms.HiddenInput)
    field_order = ("to", "subject", "text", "shares_address", "key")

    def __init__(self, *args: Any, recipients: list[Recipient], **kwargs: Any) -> None:
        """Offer who can be asked now; where that is one, nothing is asked."""
        super().__init__(*args, **kwargs)
        self.recipients = {item.value: item for item in recipients if item.until is None}
        field = self.fields["to"]
        field.choices = [(value, _describe(item)) for value, item in self.recipients.items()]  # type: ignore[attr-defined]
        field.initial = next(iter(self.recipients))
        if len(self.recipients) == 1:
            field.widget = forms.HiddenInput()

    @property
    def chosen(self) -> Recipient:
        """Return who was chosen."""
        return self.recipients[self.cleaned_data["to"]]


class StrangerForm(forms.Form):
    """A question of somebody who cannot send it yet; `website` traps programs that fill in everything."""

    use_required_attribute = False  # an empty field would be red before anybody typed

    subject = NameField(label=_("Onderwerp"), max_length=MOST_SUBJECT)
    text = MessageField(label=_("Je bericht"), max_length=MOST_TEXT, widget=TEXTAREA)
    website = forms.CharField(required=False)

    @property
    def is_of_program(self) -> bool:
        """Tell whether the field that no person sees was filled in."""
        return bool(self.data.get("website"))


def _describe(recipient: Recipient) -> str:
    """Return a choice in words: who, where she works and why she."""
    body = str(recipient.card["organisation"]) if recipient.card else ""
    is_demo = bool(recipient.card and recipient.card["is_demo"])
    facts = [fact for fact in (body, recipient.why, str(MADE_UP) if is_demo else "") if fact]
    return f"{recipient.name} – {', '.join(facts)}" if facts else recipient.name


class SettingsForm(forms.ModelForm):
    """How many questions somebody takes, and whether she pauses."""

    class Meta:
        """Which fields, and what to type in them."""

        model = Correspondent
        fields = ("most_per_month", "paused_until")
        help_texts = {
            "most_per_month": _("Leeg betekent: zoveel als er komen. Met 0 krijg je geen vragen."),
            "paused_until": _("Op vakantie of te druk? Tot en met deze dag verwijzen we mensen door."),
        }
        widgets: ClassVar[dict[str, forms.Widget]] = {
            "most_per_month": forms.NumberInput(attrs={"min": 0, "max": MOST_QUESTIONS}),
            "paused_until": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        }

    def clean_most_per_month(self) -> int | None:
        """Refuse a number that nobody means."""
        number: int | None = self.cleaned_data["most_per_month"]
        if number is not None and number > MOST_QUESTIONS:
            raise ValidationError(_("Kies hoogstens 100, of laat het leeg."))
        return number

    def clean_paused_until(self) -> Any:
        """Refuse a day that is over."""
        day = self.cleaned_data["paused_until"]
        if day and day < timezone.localdate():
            raise ValidationError(_("Deze dag is al voorbij. Kies een latere, of laat het leeg."))
        if day and day > timezone.localdate() + LONGEST_PAUSE:
            raise ValidationError(
                _("Kies een dag binnen een jaar. Wil je geen vragen? Vul dan 0 in bij het aantal.")
            )
        return day


class ReportForm(forms.Form):
    """Why somebody reports a message."""

    use_required_attribute = False  # an empty field would be red before anybody typed

    reason = forms.ChoiceField(label=_("Wat is er mis?"), choices=Reason.choices, widget=forms.RadioSelect)
    note = MessageField(
        label=_("Wil je er iets bij zeggen?"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    blocks = forms.BooleanField(label=_("Ik wil van deze persoon geen berichten meer"), required=False)


class DecisionForm(forms.Form):
    """What a moderator decides, and why."""

    decision = forms.ChoiceField(label=_("Besluit"), widget=forms.RadioSelect)
    reason = MessageField(
        label=_("Reden"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "Wie het meldde leest dit. Wie het bericht schreef ook, als je iets doet of eerder deed."
        ),
    )

    def __init__(self, *args: Any, decisions: list[Decision], **kwargs: Any) -> None:
        """Offer what this moderator may decide."""
        super().__init__(*args, **kwargs)
        field = self.fields["decision"]
        field.choices = [(item.value, item.label) for item in decisions]  # type: ignore[attr-defined]
