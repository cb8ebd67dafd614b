"""What is asked for, apart from who asks: shared by the page, the API and both ways of searching."""

from dataclasses import dataclass, field

from organisations.likeness import Alike
from search.kinds import CASE, maybe_kinds

PAGE_SIZE = 20  # hits
WINDOW = 10_000  # hits: Elasticsearch refuses to go deeper
PEOPLE_WINDOW = 10 * PAGE_SIZE  # hits of a list with people: nobody needs to leaf through all of them
MOST_PAGE = 1_000_000  # what comes after it is no page number

RELEVANCE, NEWEST, REUSED = "relevantie", "nieuwste", "hergebruik"
SORTS = (RELEVANCE, NEWEST, REUSED)
# Names in an address: search without correction, show more of these facets, look for this within a facet.
LITERAL, MORE, SEEK = "letterlijk", "meer", "zoek_"
# Only of bodies like the one with this slug; of them only those in its province; also those of another size.
LIKE, LIKE_NEAR, LIKE_ANY_SIZE = "zoals", "zoals_provincie", "zoals_elke_grootte"


@dataclass(frozen=True)
class SearchParameters:
    """A query, chosen values per facet (by facet name), and which part of the list.

    `query` is what was typed, made safe by `clean_query`. `is_literal` searches with it as it is: typing
    errors are not corrected. `listing` limits the search to one kind; it is not a choice of the visitor, so
    no facet shows it. `expanded` names the facets of which more values are shown; `sought` has the text with
    which somebody looks for values, by facet name. Neither changes the hits. `like` limits the search to what
    is of bodies like one: cases that they take part in, members who work there, and the bodies themselves.
    `is_of_people` says that members can be among the hits, so that the list ends sooner.
    """

    query: str = ""
    facets: dict[str, tuple[str, ...]] = field(default_factory=dict)
    sort: str = RELEVANCE
    page: int = 1
    page_size: int = PAGE_SIZE
    listing: str = ""
    is_literal: bool = False
    expanded: tuple[str, ...] = ()
    sought: dict[str, str] = field(default_factory=dict)
    is_of_people: bool = False
    like: Alike | None = None

    @property
    def start(self) -> int:
        """Return the number of hits before this page."""
        return (self.page - 1) * self.page_size

    @property
    def window(self) -> int:
        """Return how many hits can be reached."""
        return PEOPLE_WINDOW if self.is_of_people else WINDOW

    @property
    def is_within_window(self) -> bool:
        """Tell whether this page can be reached."""
        return self.start + self.page_size <= self.window

    @property
    def last_page(self) -> int:
        """Return the last page that can be reached, however many hits there are."""
        return max(1, self.window // self.page_size)

    @property
    def has_cases(self) -> bool:
        """Tell whether cases can be among the hits."""
        return self.listing in {"", CASE.name}

    @property
    def has_maybe(self) -> bool:
        """Tell whether there may be hits that are not sure: of cases and people, on the first page."""
        return bool(self.query) and self.page == 1 and bool(maybe_kinds(self.listing))

    def chosen(self, name: str) -> tuple[str, ...]:
        """Return the chosen values of a facet."""
        return self.facets.get(name, ())
