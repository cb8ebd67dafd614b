"""What editors decide about search, and each list of synonyms as it was tried out or went live."""

from typing import ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.models import Page

from core.folding import split_folded
from curation.rules import Group, read_group

MOST_GROUPS = 5000  # bounds the work of a save, which compares with every group, and the rules of the engine
MOST_CHARACTERS = 1000  # of a group
LONGEST_PHRASE = 100  # characters; the error message says so too


class Synonym(models.Model):
    """A group of words for the same thing; the groups together are the draft of the list that search uses."""

    words = models.CharField(
        _("woorden"),
        max_length=MOST_CHARACTERS,
        help_text=_(
            "Met een komma ertussen, bijvoorbeeld: avg, gdpr, algemene verordening gegevensbescherming. "
            "Met “=>” werkt het één kant op: wie in “tankstation => laadpaal” het eerste zoekt, "
            "vindt ook het tweede."
        ),
    )
    remark = models.CharField(
        _("opmerking"), max_length=255, blank=True, help_text=_("Voor andere redacteuren: waarom?")
    )

    panels: ClassVar[list] = [FieldPanel("words"), FieldPanel("remark")]

    class Meta:
        """Names and order."""

        verbose_name = _("synoniem")
        verbose_name_plural = _("synoniemen")
        ordering: ClassVar[list[str]] = ["words"]

    def __str__(self) -> str:
        """Return the words."""
        return self.words

    def clean(self) -> None:
        """Fold the words; refuse what the engine cannot use, and words that another group has already."""
        try:
            group = read_group(self.words)
            self._refuse_doubles(group)
        except ValidationError as error:
            raise ValidationError({"words": error}) from error
        self.words = str(group)

    def _refuse_doubles(self, group: Group) -> None:
        """Refuse a word that another group has: it would be unclear which of the two applies."""
        if len(str(group)) > MOST_CHARACTERS:
            raise ValidationError(gettext("Dit is te lang. Maak er twee groepen van."))
        others = Synonym.objects.exclude(pk=self.pk).values_list("words", flat=True)
        if len(others) >= MOST_GROUPS:
            raise ValidationError(
                gettext("Er zijn al %(most)d groepen. Haal er eerst een weg.") % {"most": MOST_GROUPS}
            )
        groups = {word: line for line in others for word in read_group(line).asked}
        for word in group.asked:
            if word in groups:
                problem = gettext("“%(word)s” staat al in een andere groep: %(group)s.")
                raise ValidationError(problem % {"word": word, "group": groups[word]})


class SynonymListQuerySet(models.QuerySet["SynonymList"]):
    """Lists, by whether they were tried out or went live."""

    def by_live_date(self) -> "SynonymListQuerySet":
        """Return the lists that are or were live; the first one is live now."""
        return self.filter(live_at__isnull=False).order_by("-live_at", "-pk")

    def tried(self) -> "SynonymListQuerySet":
        """Return the lists that may go live: they were tried out, or were live before."""
        return self.filter(Q(report__isnull=False) | Q(live_at__isnull=False))


class SynonymList(models.Model):
    """All groups as they were at one moment, one per line: a list that was tried out, is live, or was live.

    `report` is what the trial found (see `search.cms.trial`), until the list goes live. While the worker is
    busy with the list, `step`, `done` and `total` tell how far it is; `problem` is why it stopped.
    """

    lines = models.TextField(blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    live_at = models.DateTimeField(null=True)
    report = models.JSONField(null=True)
    step = models.CharField(max_length=40, blank=True)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    problem = models.TextField(blank=True)

    objects = SynonymListQuerySet.as_manager()

    class Meta:
        """Names."""

        verbose_name = _("lijst met synoniemen")
        verbose_name_plural = _("lijsten met synoniemen")

    def __str__(self) -> str:
        """Return when it was made."""
        return gettext("Synoniemen van %(date)s") % {
            "date": timezone.localtime(self.created_at).strftime("%d-%m-%Y %H:%M")
        }

    @property
    def groups(self) -> list[Group]:
        """Return the groups."""
        return [read_group(line) for line in self.lines.splitlines()]

    @property
    def rules(self) -> list[str]:
        """Return the lines for the engine."""
        return [rule for group in self.groups for rule in group.rules]


class HiddenResult(models.Model):
    """A page or organisation that search hides, for one question or for all; its address still works."""

    text = models.CharField(
        _("zoekvraag"),
        max_length=200,
        blank=True,
        help_text=_("Leeg: voor elke vraag. Hoofdletters en accenten maken niet uit."),
    )
    page = models.ForeignKey(
        Page, verbose_name=_("pagina"), null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    organisation = models.ForeignKey(
        "organisations.Organisation",
        verbose_name=_("organisatie"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
    )
    reason = models.CharField(_("reden"), max_length=255, help_text=_("Voor andere redacteuren."))
    until_date = models.DateField(
        _("tot en met"), null=True, blank=True, help_text=_("Leeg: tot iemand dit weghaalt.")
    )

    panels: ClassVar[list] = [
        FieldPanel("text"),
        FieldRowPanel([FieldPanel("page"), FieldPanel("organisation")]),
        FieldPanel("reason"),
        FieldPanel("until_date"),
    ]

    class Meta:
        """Names, and one of the two things to hide."""

        verbose_name = _("verborgen resultaat")
        verbose_name_plural = _("verborgen resultaten")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(page__isnull=False, organisation__isnull=True)
                | Q(page__isnull=True, organisation__isnull=False),
                name="hides_one_thing",
                violation_error_message=_("Kies een pagina of een organisatie: één van de twee."),
            ),
        ]

    def __str__(self) -> str:
        """Return what is hidden for which question."""
        question = self.text or gettext("elke vraag")  # not in the f-string, where `make messages` misses it
        return f"{self.page or self.organisation}: {question}"


class StopPhrase(models.Model):
    """Words such as "I look for" that say nothing about the subject: they are removed from a question."""

    phrase = models.CharField(
        _("woorden"),
        max_length=LONGEST_PHRASE,
        unique=True,
        help_text=_("Bijvoorbeeld: ik zoek, of: voorbeelden van. Uit elke vraag valt dit weg."),
    )

    panels: ClassVar[list] = [FieldPanel("phrase")]

    class Meta:
        """Names and order."""

        verbose_name = _("stopzin")
        verbose_name_plural = _("stopzinnen")
        ordering: ClassVar[list[str]] = ["phrase"]

    def __str__(self) -> str:
        """Return the words."""
        return self.phrase

    def clean(self) -> None:
        """Fold the words, with one space in between, then check the length, as folding may add to it."""
        self.phrase = " ".join(split_folded(self.phrase))
        if not 0 < len(self.phrase) <= LONGEST_PHRASE:
            raise ValidationError(
                {"phrase": gettext("Geef minstens één woord, en niet meer dan 100 tekens.")}
            )
