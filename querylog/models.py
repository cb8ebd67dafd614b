"""Questions as counted per day, and the cases that people wished for.

No row tells who asked, or at what time of the day.
"""

import datetime
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Max, QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel

from core.folding import fold

MOST_CHARACTERS = 80  # of a question; a longer text is never kept
MOST_NOTE = 200  # characters, for one line that a visitor adds
LEAST_ASKED = 3  # what is asked less often may point at one person: nobody sees it
FORMULA_SIGNS = "=+-@"  # a spreadsheet would take a text that begins with these for a formula

# The groups of places in a list that are counted apart, each with its last place; None has no end.
PLACES: dict[str, int | None] = {"clicks_first": 1, "clicks_top": 3, "clicks_page": 10, "clicks_beyond": None}


def normalise(text: str) -> str:
    """Return a question as it is stored: case, accents and spaces make no difference."""
    return " ".join(fold(text).split()).lstrip(FORMULA_SIGNS).strip()


def shorten(text: str) -> str:
    """Return as much of a question as can be stored, in whole words if it has more than one.

    Its normalised form is measured too, as folding may make it longer.
    """
    while max(len(text), len(normalise(text))) > MOST_CHARACTERS:
        text = text.rpartition(" ")[0] or text[: min(MOST_CHARACTERS, len(text) - 1)]
    return text


def place_name(place: int) -> str:
    """Return the field that counts clicks on this place of the list; the first place is 1."""
    return next(name for name, last in PLACES.items() if last is None or place <= last)


class QuestionCountQuerySet(models.QuerySet["QuestionCount"]):
    """Counts, added up per question."""

    def since(self, days: int) -> "QuestionCountQuerySet":
        """Return the counts of the last days, today included."""
        return self.filter(day__gt=timezone.localdate() - datetime.timedelta(days=days))

    def per_question(self) -> QuerySet[Any, dict[str, Any]]:
        """Return a dict per question that was asked often enough to be shown: its text and its totals."""
        totals = {f"all_{name}": Sum(name) for name in PLACES}
        rows = self.values("question").annotate(
            times=Sum("asked"),
            nothing=Sum("without_result"),
            found=Max("hits"),
            offered=Max("maybe"),
            clicks=Sum(F("clicks_first") + F("clicks_top") + F("clicks_page") + F("clicks_beyond")),
            **totals,
        )
        return rows.filter(times__gte=LEAST_ASKED)


class QuestionCount(models.Model):
    """How often a question was asked on a day, in a language of the site and a kind of list, and its results.

    `hits` is the largest number of sure hits, and `maybe` that of others that were offered beside them.
    `facets` are the names of the filters that were used with it, and `clicks_…` count which place of the list
    was chosen.
    """

    day = models.DateField()
    question = models.CharField(_("zoekvraag"), max_length=MOST_CHARACTERS)
    language = models.CharField(_("taal"), max_length=10)
    listing = models.CharField(_("lijst"), max_length=20, blank=True)
    asked = models.PositiveIntegerField(default=0)
    without_result = models.PositiveIntegerField(default=0)
    hits = models.PositiveIntegerField(default=0)
    maybe = models.PositiveIntegerField(default=0)
    facets = models.JSONField(default=list)
    clicks_first = models.PositiveIntegerField(default=0)
    clicks_top = models.PositiveIntegerField(default=0)
    clicks_page = models.PositiveIntegerField(default=0)
    clicks_beyond = models.PositiveIntegerField(default=0)

    objects = QuestionCountQuerySet.as_manager()

    class Meta:
        """Names; one row per day and question, and nobody edits them."""

        verbose_name = _("zoekvraag")
        verbose_name_plural = _("zoekvragen")
        default_permissions = ("view",)
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["day", "question", "language", "listing"], name="question_counted_once"
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["question", "day"], name="question_by_day")
        ]

    def __str__(self) -> str:
        """Return the question."""
        return self.question


class WishState(models.TextChoices):
    """What became of a wish."""

    OPEN = "open", _("open")
    FOUND = "found", _("gevonden")
    DECLINED = "declined", _("afgewezen")


class CaseWish(models.Model):
    """A case that people looked for and did not find; `note` holds what visitors added, one line each."""

    question = models.CharField(_("zoekvraag"), max_length=MOST_CHARACTERS, unique=True)
    times = models.PositiveIntegerField(_("aantal keer"), default=1)
    note = models.TextField(_("toelichting"), blank=True)
    state = models.CharField(_("stand"), max_length=10, choices=WishState, default=WishState.OPEN)
    changed_date = models.DateField(_("gewijzigd op"), auto_now=True)

    panels: ClassVar[list] = [
        FieldPanel("question"),
        FieldPanel("times"),
        FieldPanel("note"),
        FieldPanel("state"),
    ]

    class Meta:
        """Names, and the most wanted first."""

        verbose_name = _("wens voor een praktijkvoorbeeld")
        verbose_name_plural = _("wensen voor praktijkvoorbeelden")
        ordering: ClassVar[list[str]] = ["-times", "question"]

    def __str__(self) -> str:
        """Return the question."""
        return self.question

    def clean(self) -> None:
        """Normalise the question as counted questions are."""
        self.question = normalise(self.question)
        if not 0 < len(self.question) <= MOST_CHARACTERS:  # folding may make it longer
            raise ValidationError(
                {"question": gettext("Geef minstens één woord, en niet meer dan 80 tekens.")}
            )
