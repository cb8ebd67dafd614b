"""Reading cases together with everything that hangs on them, in one query.

A card needs themes, techniques, organisations and adopters, and the page of a case still more. `prefetch_related` asks the
database once for each of them. Here each relation is a subquery that gives its rows as one JSON list; the rows become
instances again, and are put where `page.themes.all()` finds what was prefetched.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, ClassVar

from django.apps import apps
from django.db.models import Exists, Expression, JSONField, Model, OuterRef, Prefetch, QuerySet
from django.db.models.expressions import RawSQL
from django.db.models.functions import JSONObject, Left, Length
from django.db.models.query import ModelIterable
from wagtail.models import PageManager, PageViewRestriction
from wagtail.query import PageQuerySet

from members.models import Member
from practices.cards import COLUMNS, CardIterable

TERM = ("id", "name", "name_en", "slug")
ORGANISATION = ("id", "name", "short_name", "abbreviation", "aliases", "slug", "kind", "province")


# Of the case around a subquery; as text, for Django would put the whole question together anew for each page that asks it.
_CASE = RawSQL('"practices_practicepage"."page_ptr_id"', ())


class JSONRows(Expression):
    """The rows of a subquery with one column, `part`, as a JSON list; its SQL is made once for each kind of database."""

    output_field = JSONField()
    empty_result_set_value = None
    around: ClassVar[dict[str, str]] = {
        "sqlite": "(SELECT json_group_array(json(part)) FROM ({}) AS parts)",
        "postgresql": "(SELECT coalesce(jsonb_agg(part), '[]'::jsonb) FROM ({}) AS parts)",
    }

    def __init__(self, rows: QuerySet) -> None:
        """Take the subquery; it names the case around it by `_CASE`."""
        super().__init__()
        self.rows = rows
        self.made: dict[str, tuple[str, tuple[Any, ...]]] = {}

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """Return the SQL and its values."""
        if connection.vendor not in self.made:
            sql, values = self.rows.query.get_compiler(connection=connection).as_sql()
            self.made[connection.vendor] = self.around[connection.vendor].format(sql), values
        return self.made[connection.vendor]


@dataclass(frozen=True)
class Relation:
    """What hangs on a case: the manager's name, the model, how its rows name the case, and the columns that are read.

    `through` maps a foreign key of the model to `(label of the model it leads to, columns)`.
    """

    name: str
    label: str
    lookup: str
    columns: tuple[str, ...]
    through: Mapping[str, tuple[str, tuple[str, ...]]] = field(default_factory=dict)

    @property
    def annotation(self) -> str:
        """Return the name of the column with the JSON list."""
        return f"rows_of_{self.name}"

    @cached_property
    def rows(self) -> JSONRows:
        """Return the subquery with the rows of a case, in the order of their model; putting it together once is enough."""
        keys = [*self.columns, *(f"{key}__{column}" for key, (_, columns) in self.through.items() for column in columns)]
        model = apps.get_model(self.label)
        rows = model._default_manager.filter(**{self.lookup: _CASE}).order_by(*model._meta.ordering, "pk")
        return JSONRows(rows.values(part=JSONObject(**{key: key for key in keys})))

    def instances(self, rows: list[dict[str, Any]]) -> list[Model]:
        """Return the rows as instances, with what their foreign keys lead to."""
        found = []
        for row in rows:
            instance = _instance(self.label, self.columns, row)
            for key, (label, columns) in self.through.items():
                setattr(instance, key, _instance(label, columns, row, f"{key}__"))
            found.append(instance)
        return found


def _instance(label: str, columns: Iterable[str], row: dict[str, Any], prefix: str = "") -> Model:
    """Return an instance with these columns of a row; the other columns are read when somebody asks for them."""
    model = apps.get_model(label)
    ordered = [each.attname for each in model._meta.concrete_fields if each.attname in columns]  # as `from_db` expects
    return model.from_db("default", ordered, [row[prefix + column] for column in ordered])


_BODY = {"organisation": ("organisations.Organisation", ORGANISATION)}
CARD = (
    Relation("themes", "taxonomy.Theme", "practices", TERM),
    Relation("techniques", "taxonomy.Technique", "practices", TERM),
    Relation("organisation_links", "practices.PracticeOrganisation", "page", ("id", "role", "organisation_id"), _BODY),
    Relation("reuses", "practices.PracticeReuse", "page", ("id", "note", "organisation_id"), _BODY),
)
INDEXED = (
    *CARD,
    Relation("tagged_items", "practices.PracticeTag", "content_object", ("id",), {"tag": ("taggit.Tag", ("id", "name"))}),
    Relation("results", "practices.PracticeResult", "page", ("id", "label", "value", "unit", "how")),
    Relation("lessons", "practices.PracticeLesson", "page", ("id", "text")),
)
_FILE = {"document": ("wagtaildocs.Document", ("id", "title", "file", "file_size"))}
PAGE = (
    *INDEXED,
    Relation("sources", "practices.PracticeSource", "page", ("id", "title", "url")),
    Relation("documents", "practices.PracticeDocument", "page", ("id", "document_id"), _FILE),
    Relation("related_links", "practices.RelatedPractice", "page", ("id", "related_id")),
)


class _WithRelations(ModelIterable):
    """Gives cases with their relations where Django keeps what it prefetched."""

    def __iter__(self) -> Iterator[Model]:
        """Yield the cases."""
        for page in super().__iter__():
            for relation in PAGE:
                rows = page.__dict__.pop(relation.annotation, None)
                if rows is not None:
                    _keep(page, relation, rows)
            yield page


def _keep(page: Any, relation: Relation, rows: list[dict[str, Any]]) -> None:
    """Put the rows where the manager of the relation looks first, as modelcluster does with those of a revision."""
    page.__dict__.setdefault("_cluster_related_objects", {})[relation.name] = relation.instances(rows)


class PracticeQuerySet(PageQuerySet):
    """Cases, narrowed by who may see them, with as much as somebody needs of them."""

    def listed(self) -> "PracticeQuerySet":
        """Return what anyone may read: published, and neither private nor below a private page.

        Says the same as Wagtail's `live().public()`, without asking for the restrictions first.
        """
        above_or_self = Left(OuterRef("path"), Length("page__path"))
        return self.live().exclude(Exists(PageViewRestriction.objects.filter(page__path=above_or_self)))

    def with_relations(self, relations: Iterable[Relation]) -> "PracticeQuerySet":
        """Return the cases with these relations; `CARD` is enough for the cover, `INDEXED` for search."""
        cases = self.annotate(**{relation.annotation: relation.rows for relation in relations})
        cases._iterable_class = _WithRelations
        return cases

    def as_cards(self) -> "PracticeQuerySet":
        """Return the cases as cards, in the active language."""
        rows = self.with_relations(CARD).values(*COLUMNS, *(relation.annotation for relation in CARD))
        rows._iterable_class = CardIterable
        return rows

    def with_everything(self) -> "PracticeQuerySet":
        """Return the cases with all that their own page shows, with who wrote them and the person to ask."""
        people = ("locale", "contact__user", "contact__organisation")
        authors = Prefetch("authors", Member.objects.select_related("user").order_by("name"))
        return self.with_relations(PAGE).select_related(*people).prefetch_related(authors)


PracticeManager = PageManager.from_queryset(PracticeQuerySet)
