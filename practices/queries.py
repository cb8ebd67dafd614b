"""Reading cases together with everything that hangs on them, in one query.

A card needs themes, techniques, organisations and adopters, and the page of a case still more. `prefetch_related` asks the
database once for each of them. Here all of them are one column of JSON, with a list of rows per relation; the rows become
instances again, and are put where `page.themes.all()` finds what was prefetched.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, reduce
from operator import or_
from typing import Any, ClassVar

from django.apps import apps
from django.db.models import Count, Expression, JSONField, Model, Prefetch, Q, QuerySet
from django.db.models.expressions import RawSQL
from django.db.models.functions import JSONObject
from django.db.models.query import ModelIterable
from wagtail.models import PageManager
from wagtail.query import PageQuerySet

from core.models import listed
from core.provinces import NATIONWIDE
from members.models import Member
from practices.cards import COLUMNS, RELATIONS, CardIterable

TERM = ("id", "name", "name_en", "slug")
ORGANISATION = ("id", "name", "short_name", "abbreviation", "aliases", "slug", "kind", "province")


class JSONRelations(Expression):
    """What hangs on a case as one JSON object: per relation the list of its rows; its SQL is made once per kind of database."""

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
            asked = [
                relation.rows().query.get_compiler(connection=connection).as_sql()
                for relation in self.relations
            ]
            parts = [
                self.part[vendor].format(each.name, sql)
                for each, (sql, _) in zip(self.relations, asked, strict=True)
            ]
            values = tuple(value for _, each in asked for value in each)
            self.made[vendor] = self.around[vendor].format(", ".join(parts)), values
        return self.made[vendor]


@dataclass(frozen=True, eq=False)
class Relation:
    """What hangs on a case: the manager's name, the model, how its rows name the case, and the columns that are read.

    `through` maps a foreign key of the model to `(label of the model it leads to, columns)`.
    """

    name: str
    label: str
    lookup: str
    columns: tuple[str, ...]
    through: Mapping[str, tuple[str, tuple[str, ...]]] = field(default_factory=dict)

    def rows(self) -> QuerySet:
        """Return the subquery with the rows of a case as JSON objects, `part`, in the order of their model."""
        keys = [
            *self.columns,
            *(f"{key}__{column}" for key, (_, columns) in self.through.items() for column in columns),
        ]
        model = apps.get_model(self.label)
        rows = model._default_manager.filter(**{self.lookup: _case_around()}).order_by(
            *model._meta.ordering, "pk"
        )
        return rows.values(part=JSONObject(**{key: key for key in keys}))

    def instances(self, rows: list[dict[str, Any]], made: "Made") -> list[Model]:
        """Return the rows as instances, with what their foreign keys lead to."""
        found = []
        for row in rows:
            instance = _instance(self.label, self.columns, row, "", made)
            for key, (label, columns) in self.through.items():
                setattr(instance, key, _instance(label, columns, row, f"{key}__", made))
            found.append(instance)
        return found


def _case_around() -> RawSQL:
    """Return the key of the case around a subquery, as text: Django would put the whole question together for each page."""
    case = apps.get_model("practices.PracticePage")._meta
    return RawSQL(f'"{case.db_table}"."{case.pk.column}"', ())  # noqa: S611  names of our own


# The instances of one list of cases, which name the same themes and organisations again and again.
Made = dict[tuple[str, int], Model]


def _instance(label: str, columns: tuple[str, ...], row: dict[str, Any], prefix: str, made: Made) -> Model:
    """Return an instance with these columns of a row; the other columns are read when somebody asks for them."""
    key = (label, row[f"{prefix}id"])
    if key not in made:
        model, ordered = _model_and_order(label, columns)
        made[key] = model.from_db("default", ordered, [row[prefix + column] for column in ordered])
    return made[key]


@cache
def _model_and_order(label: str, columns: tuple[str, ...]) -> tuple[type[Model], list[str]]:
    """Return a model, and the columns in the order in which its `from_db` expects them."""
    model = apps.get_model(label)
    return model, [each.attname for each in model._meta.concrete_fields if each.attname in columns]


_BODY = {"organisation": ("organisations.Organisation", ORGANISATION)}
_ON_CARD = {
    "organisation": ("organisations.Organisation", ("name", "short_name", "abbreviation", "slug", "kind"))
}
_ADOPTER = {"organisation": ("organisations.Organisation", ("slug",))}
# Read as plain rows: without keys they make no instances.
CARD = JSONRelations(
    Relation("themes", "taxonomy.Theme", "practices", ("name", "name_en", "slug")),
    Relation("techniques", "taxonomy.Technique", "practices", ("slug",)),
    Relation("organisation_links", "practices.PracticeOrganisation", "page", (), _ON_CARD),
    Relation("reuses", "practices.PracticeReuse", "page", (), _ADOPTER),
)
INDEXED = JSONRelations(
    Relation("themes", "taxonomy.Theme", "practices", TERM),
    Relation("techniques", "taxonomy.Technique", "practices", TERM),
    Relation(
        "organisation_links",
        "practices.PracticeOrganisation",
        "page",
        ("id", "role", "organisation_id"),
        _BODY,
    ),
    Relation("reuses", "practices.PracticeReuse", "page", ("id", "note", "organisation_id"), _BODY),
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
    """Gives cases with their relations where Django keeps what it prefetched."""

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
    """Put what hangs on a case where the manager of the relation looks first, as modelcluster does with those of a revision."""
    page.__dict__.setdefault("_cluster_related_objects", {})[name] = instances


# Where a case has its values of a facet; of the others it is worked out.
_VALUES = {
    "theme": "themes__slug",
    "technique": "techniques__slug",
    "organisation": "organisation_links__organisation__slug",
    "organisation_kind": "organisation_links__organisation__kind",
    "phase": "phase",
    "year": "started",
    "language": "language",
}
NARROWED_BY = {*_VALUES, "province", "reuse"}  # all facets by which cases can be narrowed


def _condition(name: str, value: str) -> Q:
    """Return the condition that a case has this value of a facet."""
    match name:
        case "province":
            return Q(place="") if value == NATIONWIDE else Q(province=value) & ~Q(place="")
        case "reuse":  # `0`, `2-4` or `5-`
            least, dash, most = value.partition("-")
            return Q(times__gte=least) if dash and not most else Q(times__range=(least, most or least))
        case _:
            return Q(**{_VALUES[name]: value})


class PracticeQuerySet(PageQuerySet):
    """Cases, narrowed by who may see them, with as much as somebody needs of them."""

    def listed(self) -> "PracticeQuerySet":
        """Return what anyone may read."""
        return listed(self)

    def with_relations(self, relations: JSONRelations) -> "PracticeQuerySet":
        """Return the cases with these relations; `INDEXED` is enough for search."""
        cases = self.annotate(**{RELATIONS: relations})
        cases._iterable_class = _WithRelations
        return cases

    def having(self, facets: Mapping[str, Iterable[str]]) -> "PracticeQuerySet":
        """Return the cases with one of these values of each facet, of which `PracticePage` tells search the same."""
        cases, every = self, self.model._default_manager
        for name, values in facets.items():
            rows = every.alias(times=Count("reuses")) if name == "reuse" else every.all()
            fitting = rows.filter(reduce(or_, (_condition(name, value) for value in values)))
            cases = cases.filter(pk__in=fitting.values("pk"))
        return cases

    def as_cards(self) -> "PracticeQuerySet":
        """Return the cases as cards, in the active language."""
        rows = self.with_relations(CARD).values(*COLUMNS, RELATIONS)
        rows._iterable_class = CardIterable
        return rows

    def with_everything(self) -> "PracticeQuerySet":
        """Return the cases with all that their own page shows, with who wrote them and the person to ask."""
        people = ("locale", "contact__user", "contact__organisation")
        authors = Prefetch("authors", Member.objects.select_related("user").order_by("name"))
        return self.with_relations(PAGE).select_related(*people).prefetch_related(authors)


PracticeManager = PageManager.from_queryset(PracticeQuerySet)
