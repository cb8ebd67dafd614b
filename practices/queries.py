"""Reading cases together with their relations, in one query.

A card needs themes, techniques, organisations and adopters, and the page of a case needs more.
`prefetch_related` takes one query for each of these. Here they come as one column of JSON, with a list of
rows per relation. The rows become instances again, and are put where `page.themes.all()` looks for prefetched
rows.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, reduce
from operator import or_
from typing import Any, ClassVar

from django.apps import apps
from django.db.models import Exists, Expression, JSONField, Model, OuterRef, Prefetch, Q, QuerySet
from django.db.models.expressions import RawSQL
from django.db.models.functions import JSONObject
from django.db.models.query import ModelIterable
from wagtail.models import PageManager
from wagtail.query import PageQuerySet

from core.models import listed
from core.provinces import NATIONWIDE
from members.models import Member
from organisations.models import Organisation
from practices.cards import COLUMNS, RELATIONS, Card, CardIterable
from reuse.models import Adoption

TERM = ("id", "name", "name_en", "slug")
THEME = (*TERM, "colour")
_NAMES = ("id", "name", "short_name", "abbreviation", "aliases", "slug")
ORGANISATION = (*_NAMES, "kind", "province", "inhabitants")
# Columns of the query around a subquery.
CASE = '"practices_practicepage"."page_ptr_id"'
ITS_KEY = '"wagtailcore_page"."translation_key"'  # which the translations of a case share


class JSONRelations(Expression):
    """The relations of a case as one JSON object: for each relation the list of its rows.

    The SQL is built once per database vendor and kept.
    """

    output_field = JSONField()
    empty_result_set_value = None
    around: ClassVar[dict[str, str]] = {"sqlite": "json_object({})", "postgresql": "jsonb_build_object({})"}
    part: ClassVar[dict[str, str]] = {
        "sqlite": "'{}', json((SELECT json_group_array(json(part)) FROM ({}) AS parts))",
        "postgresql": "'{}', (SELECT coalesce(jsonb_agg(part), '[]'::jsonb) FROM ({}) AS parts)",
    }

    def __init__(self, *relations: "Relation") -> None:
        """Take the relations."""
        super().__init__()
        self.relations = relations
        self.made: dict[str, tuple[str, tuple[Any, ...]]] = {}

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """Return the SQL and its values."""
        vendor = connection.vendor
        if vendor not in self.made:
            parts: list[str] = []
            values: list[Any] = []
            for relation in self.relations:
                sql, its_values = relation.rows().query.get_compiler(connection=connection).as_sql()
                parts.append(self.part[vendor].format(relation.name, sql))
                values += its_values
            self.made[vendor] = self.around[vendor].format(", ".join(parts)), tuple(values)
        return self.made[vendor]


@dataclass(frozen=True, eq=False)
class Relation:
    """A relation of a case.

    `name` is that of the manager, `label` that of the model, `lookup` the field by which its rows name the
    case, and `columns` are those that are read.
    `through` maps a foreign key of the model to `(label of the model it leads to, columns)`. `case` is the
    column that `lookup` compares with, `narrow` what is asked of the rows beside that.
    """

    name: str
    label: str
    lookup: str
    columns: tuple[str, ...]
    through: Mapping[str, tuple[str, tuple[str, ...]]] = field(default_factory=dict)
    case: str = CASE
    narrow: Callable[[Any], Any] = lambda rows: rows

    def rows(self) -> QuerySet:
        """Return the subquery for the rows of a case, each a JSON object `part`, in their model's order."""
        keys = list(self.columns)
        for key, (_label, columns) in self.through.items():
            keys += [f"{key}__{column}" for column in columns]
        model = apps.get_model(self.label)
        rows = self.narrow(model._default_manager.filter(**{self.lookup: _case_around(self.case)}))
        rows = rows.order_by(*model._meta.ordering, "pk")
        return rows.values(part=JSONObject(**{key: key for key in keys}))

    def instances(self, rows: list[dict[str, Any]], made: "Made") -> list[Model]:
        """Return the rows as instances, with the instances that their foreign keys lead to."""
        found = []
        for row in rows:
            instance = _instance(self.label, self.columns, row, "", made)
            for key, (label, columns) in self.through.items():
                setattr(instance, key, _instance(label, columns, row, f"{key}__", made))
            found.append(instance)
        return found


def _case_around(column: str = CASE) -> RawSQL:
    """Return a column of the case in the query around a subquery, as SQL text.

    With `OuterRef`, Django would build the whole query again for each page.
    """
    return RawSQL(column, ())  # noqa: S611  names of our own


def _by_others(rows: Any) -> Any:
    """Return of these adoptions the ones that count, without those of who made the case."""
    makers = apps.get_model("practices.PracticeOrganisation")._default_manager.filter(page=_case_around())
    return rows.counted().exclude(organisation__in=makers.values("organisation"))


# Instances by label and primary key. The cases of a list share themes and organisations; each is made once.
Made = dict[tuple[str, int], Model]


def _instance(label: str, columns: tuple[str, ...], row: dict[str, Any], prefix: str, made: Made) -> Model:
    """Return an instance with these columns of a row; its other columns are deferred."""
    key = (label, row[f"{prefix}id"])
    if key not in made:
        model, ordered = _model_and_order(label, columns)
        made[key] = model.from_db("default", ordered, [row[prefix + column] for column in ordered])
    return made[key]


@cache
def _model_and_order(label: str, columns: tuple[str, ...]) -> tuple[type[Model], list[str]]:
    """Return a model, and the columns in the order that its `from_db` expects."""
    model = apps.get_model(label)
    return model, [each.attname for each in model._meta.concrete_fields if each.attname in columns]


_BODY = {"organisation": ("organisations.Organisation", ORGANISATION)}
_ON_CARD = {
    "organisation": ("organisations.Organisation", ("name", "short_name", "abbreviation", "slug", "kind"))
}


def _adopters(through: Mapping[str, tuple[str, tuple[str, ...]]]) -> Relation:
    """Return the adoptions of a case that count."""
    columns = ("id", "status", "organisation_id")
    return Relation(
        "adopters", "reuse.Adoption", "case_key", columns, through, case=ITS_KEY, narrow=_by_others
    )


# Read as plain rows: no instances are made, so primary keys are left out.
CARD = JSONRelations(
    Relation("themes", "taxonomy.Theme", "practices", ("name", "name_en", "slug", "colour")),
    Relation("techniques", "taxonomy.Technique", "practices", ("slug",)),
    Relation("organisation_links", "practices.PracticeOrganisation", "page", (), _ON_CARD),
    _adopters({"organisation": ("organisations.Organisation", ("slug",))}),
)
INDEXED = JSONRelations(
    Relation("themes", "taxonomy.Theme", "practices", THEME),
    Relation("techniques", "taxonomy.Technique", "practices", TERM),
    Relation(
        "organisation_links",
        "practices.PracticeOrganisation",
        "page",
        ("id", "role", "organisation_id"),
        _BODY,
    ),
    _adopters(_BODY),
    Relation(
        "tagged_items",
        "practices.PracticeTag",
        "content_object",
        ("id",),
        {"tag": ("taggit.Tag", ("id", "name"))},
    ),
    Relation("results", "practices.PracticeResult", "page", ("id", "label", "value", "unit", "how")),
    Relation("lessons", "practices.PracticeLesson", "page", ("id", "text")),
)
LINKS = JSONRelations(*INDEXED.relations[:4])
_FILE = {"document": ("wagtaildocs.Document", ("id", "title", "file", "file_size"))}
PAGE = JSONRelations(
    *INDEXED.relations,
    Relation("sources", "practices.PracticeSource", "page", ("id", "title", "url")),
    Relation("documents", "practices.PracticeDocument", "page", ("id", "document_id"), _FILE),
    Relation("related_links", "practices.RelatedPractice", "page", ("id", "related_id")),
)


class _WithRelations(ModelIterable):
    """Yields cases with their relations set as if they were prefetched."""

    def __iter__(self) -> Iterator[Model]:
        """Yield the cases."""
        made: Made = {}
        for page in super().__iter__():
            rows = page.__dict__.pop(RELATIONS)
            for relation in PAGE.relations:
                if relation.name in rows:
                    _keep(page, relation.name, relation.instances(rows[relation.name], made))
            yield page


def _keep(page: Any, name: str, instances: list[Model]) -> None:
    """Put the rows of a relation where its manager looks first, or a cached property.

    modelcluster does the same with the rows of a revision.
    """
    if name == "adopters":
        page.__dict__[name] = instances
        return
    page.__dict__.setdefault("_cluster_related_objects", {})[name] = instances


# The lookups for the values of a facet; `_condition` works out the others.
_VALUES = {
    "theme": "themes__slug",
    "technique": "techniques__slug",
    "organisation": "organisation_links__organisation__slug",
    "organisation_kind": "organisation_links__organisation__kind",
    "phase": "phase",
    "outcome": "stop_reason",
    "year": "started",
    "language": "language",
}
NARROWED_BY = {*_VALUES, "size", "province", "reuse"}  # all facets that can filter cases


def _condition(name: str, value: str) -> Q:
    """Return the condition that a case has this value of a facet."""
    match name:
        case "province":
            return Q(place="") if value == NATIONWIDE else Q(province=value) & ~Q(place="")
        case "reuse":
            return Q(_has_adoption(value))
        case "size":
            return _within("organisation_links__organisation__inhabitants", value)
        case _:
            return Q(**{_VALUES[name]: value})


def _has_adoption(status: str) -> Exists:
    """Return the condition that an organisation that did not make the case is this far with it."""
    links = apps.get_model("practices.PracticeOrganisation")._default_manager
    made = links.filter(page=OuterRef(OuterRef("pk")), organisation=OuterRef("organisation"))
    rows = Adoption.objects.counted().filter(case_key=OuterRef("translation_key"), status=status)
    return Exists(rows.exclude(Exists(made)))


def _within(lookup: str, value: str) -> Q:
    """Return the condition that a number is in a range: `0`, `2-4` or `5-`."""
    least, dash, most = value.partition("-")
    if dash and not most:
        return Q(**{f"{lookup}__gte": least})
    return Q(**{f"{lookup}__range": (least, most or least)})


class PracticeQuerySet(PageQuerySet):
    """Cases, limited to what somebody may see, with the relations that a reader of them needs."""

    def listed(self) -> "PracticeQuerySet":
        """Return what anyone may read."""
        return listed(self)

    def left_by_contact(self) -> "PracticeQuerySet":
        """Return the cases whose contact says that she works at another body, as `asked.has_left` tells."""
        links = apps.get_model("practices.PracticeOrganisation").objects.filter(page=OuterRef("pk"))
        has_body = Exists(links.filter(organisation__in=Organisation.objects.current()))
        has_hers = Exists(links.filter(organisation=OuterRef("contact__organisation")))
        return self.filter(has_body, ~has_hers, contact__organisation__isnull=False)

    def with_relations(self, relations: JSONRelations) -> "PracticeQuerySet":
        """Return the cases with these relations; search needs no more than `INDEXED`."""
        cases = self.annotate(**{RELATIONS: relations})
        cases._iterable_class = _WithRelations
        return cases

    def having(self, facets: Mapping[str, Iterable[str]]) -> "PracticeQuerySet":
        """Return the cases that have, for each facet, one of these values.

        `PracticePage.search_content` gives search the same values.
        """
        cases, every = self, self.model._default_manager
        for name, values in facets.items():
            fitting = every.filter(reduce(or_, (_condition(name, value) for value in values)))
            cases = cases.filter(pk__in=fitting.values("pk"))
        return cases

    def as_cards(self) -> "QuerySet[Any, Card]":
        """Return the cases as cards, in the active language."""
        rows = self.with_relations(CARD).values(*COLUMNS, RELATIONS)
        rows._iterable_class = CardIterable
        return rows

    def with_everything(self) -> "PracticeQuerySet":
        """Return the cases with everything that their page shows, including authors and contact."""
        people = ("locale", "contact__user", "contact__organisation")
        authors = Prefetch("authors", Member.objects.select_related("user", "organisation").order_by("name"))
        return self.with_relations(PAGE).select_related(*people).prefetch_related(authors)


PracticeManager = PageManager.from_queryset(PracticeQuerySet)
