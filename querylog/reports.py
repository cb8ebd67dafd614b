"""The report for editors of what people asked: most asked, without result, without click, with actions."""

from typing import Any
from urllib.parse import urlencode

import django_filters
from django.conf import settings
from django.db.models import QuerySet
from django.forms import RadioSelect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import ButtonsColumnMixin, Column, NumberColumn, TitleColumn
from wagtail.admin.views.reports import ReportView
from wagtail.admin.widgets.button import Button
from wagtail.contrib.search_promotions.views.settings import CreateView

from querylog import labels
from querylog.models import LEAST_ASKED, CaseWish, QuestionCount

SYNONYM = "wagtailsnippets_curation_synonym:add"
PIN = "pin_question"
WISHES = "wagtailsnippets_querylog_casewish"
NOTHING, NO_CLICK = "nothing", "no_click"
DAYS = 30  # when nothing is chosen
EVERYTHING = "all"  # asked on the search page


def list_listings() -> list[tuple[str, Any]]:
    """Return the lists in which people search, with their names."""
    return [(EVERYTHING, _("alles")), *labels.LISTINGS.items()]


def _choice(label: Any, choices: Any, **options: Any) -> django_filters.ChoiceFilter:
    """Return a filter with one choice; the empty choice has a name too."""
    return django_filters.ChoiceFilter(label=label, choices=choices, widget=RadioSelect, **options)


class QuestionFilterSet(WagtailFilterSet):
    """What to show, of which period, and in which list it was asked."""

    show = _choice(
        _("Toon"),
        [(NOTHING, _("Zonder resultaat")), (NO_CLICK, _("Zonder klik"))],
        empty_label=_("Meest gevraagd"),
        method="narrow",
    )
    days = _choice(
        _("Periode"), [("7", _("7 dagen")), ("90", _("90 dagen"))], empty_label=_("30 dagen"), method="skip"
    )
    listing = _choice(_("Gezocht in"), list_listings, empty_label=_("Overal"), method="in_listing")
    language = _choice(_("Taal van de site"), settings.LANGUAGES, empty_label=_("Alle talen"))

    class Meta:
        """All filters are named above."""

        model = QuestionCount
        fields: list[str] = []

    @property
    def period(self) -> int:
        """Return the number of days."""
        return int(self.form.cleaned_data.get("days") or DAYS)

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        """Return what the filters leave, within the period."""
        return super().filter_queryset(queryset).since(self.period)

    def narrow(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """Return the questions without result, or those with hits that nobody chose."""
        return queryset.filter(nothing__gt=0) if value == NOTHING else queryset.filter(found__gt=0, clicks=0)

    def skip(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """Return the same: the period is always applied."""
        return queryset

    def in_listing(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """Return what was asked in this list; the search over everything has no name."""
        return queryset.filter(listing="" if value == EVERYTHING else value)


class QuestionColumn(ButtonsColumnMixin, TitleColumn):
    """A question, with the actions that the user may take."""

    def get_buttons(self, instance: dict[str, Any], parent_context: dict[str, Any]) -> list[Button]:
        """Return the links that this user may follow."""
        may, question = parent_context["request"].user.has_perm, instance["question"]
        wish = instance["wish"]
        pin = _address(PIN, query_string=question)
        buttons = [
            ("curation.add_synonym", gettext("Maak synoniem"), _address(SYNONYM, words=question)),
            ("wagtailsearchpromotions.add_searchpromotion", gettext("Zet vast"), pin),
        ]
        if wish:
            label = gettext("Wens: %(state)s") % {"state": wish.get_state_display()}
            buttons.append(("querylog.change_casewish", label, reverse(f"{WISHES}:edit", args=[wish.pk])))
        else:
            address = _address(f"{WISHES}:add", question=question, times=instance["times"])
            buttons.append(("querylog.add_casewish", gettext("Wens voor een praktijkvoorbeeld"), address))
        return [
            Button(label, url=url, priority=place)
            for place, (right, label, url) in enumerate(buttons)
            if may(right)
        ]


def _address(name: str, **values: Any) -> str:
    """Return the address of a form that is filled in with these values."""
    return f"{reverse(name)}?{urlencode(values)}"


class QuestionReportView(ReportView):
    """What was asked three times or more, most often first."""

    model = QuestionCount
    permission_required = "view"
    page_title = gettext_lazy("Zoekvragen")
    verbose_name_plural = gettext_lazy("zoekvragen")
    header_icon = "search"
    index_url_name = "question_report"
    index_results_url_name = "question_report_results"
    filterset_class = QuestionFilterSet
    results_template_name = "querylog/cms/report_results.html"
    is_searchable = True
    search_fields = ("question",)
    search_backend_name = None
    columns = (
        QuestionColumn("question", label=_("Zoekvraag"), sort_key="question"),
        NumberColumn("times", label=_("Gevraagd"), sort_key="times"),
        NumberColumn("nothing", label=_("Zonder resultaat"), sort_key="nothing"),
        NumberColumn("found", label=_("Gevonden"), sort_key="found"),
        NumberColumn("offered", label=_("Misschien"), sort_key="offered"),
        NumberColumn("clicks", label=_("Kliks"), sort_key="clicks"),
        Column("facets", label=_("Filters")),
    )
    export_headings = {
        "question": _("Zoekvraag"),
        "times": _("Gevraagd"),
        "nothing": _("Zonder resultaat"),
        "found": _("Gevonden"),
        "offered": _("Misschien"),
        "clicks": _("Kliks"),
        "all_clicks_first": _("Kliks op plaats 1"),
        "all_clicks_top": _("Kliks op plaats 2–3"),
        "all_clicks_page": _("Kliks op plaats 4–10"),
        "all_clicks_beyond": _("Kliks na plaats 10"),
        "facets": _("Filters"),
    }
    list_export = tuple(export_headings)

    @property
    def period(self) -> int:
        """Return the number of days that the report is about."""
        return self.filters.period if self.filters.is_valid() else DAYS

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the period, and how often a question must be asked to be shown."""
        return super().get_context_data(**kwargs) | {"period": self.period, "least_asked": LEAST_ASKED}

    def get_base_queryset(self) -> QuerySet:
        """Return a dict per question."""
        return QuestionCount.objects.per_question()

    def get_ordering(self) -> str:
        """Return the requested order, or the default for what is shown."""
        self.default_ordering = f"-{NOTHING}" if self.request.GET.get("show") == NOTHING else "-times"
        return super().get_ordering()

    def order_queryset(self, queryset: QuerySet) -> QuerySet:
        """Return the questions in order; ties by text, so that pages do not overlap."""
        return queryset.order_by(self.ordering, "question")

    def decorate_paginated_queryset(self, rows: QuerySet) -> QuerySet:
        """Add to each row the filters that were used and the wish for it, if any, with two queries."""
        questions = [row["question"] for row in rows]
        used: dict[str, set[str]] = {question: set() for question in questions}
        counts = QuestionCount.objects.since(self.period).filter(question__in=questions)
        for question, facets in counts.values_list("question", "facets"):
            used[question].update(facets)
        wishes = {wish.question: wish for wish in CaseWish.objects.filter(question__in=questions)}
        for row in rows:
            names = [str(labels.FACETS.get(name, name)) for name in used[row["question"]]]
            row["facets"] = ", ".join(sorted(names))
            row["wish"] = wishes.get(row["question"])
        return rows

    def get_filename(self) -> str:
        """Return the file name of an export."""
        return f"zoekvragen-{timezone.localdate():%Y-%m-%d}"


class PinView(CreateView):
    """Wagtail's form for pinned results, filled in from the address."""

    def get_initial(self) -> dict[str, Any]:
        """Return what the address says."""
        return super().get_initial() | self.request.GET.dict()
