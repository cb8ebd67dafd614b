"""Reserved words in addresses: no page may have them as a slug (docs/architecture.md has the contract)."""

RESERVED_ROOT_SLUGS = frozenset(
    """
    accounts aanbod afmelden api berichten bijeenkomsten cms cijfers controle data-agenda documenten dossiers
    embed en feeds gemeenschappen healthz leden link media mijn omslag organisaties praktijkvoorbeelden readyz
    robots.txt sitemap.xml static toolkit vergelijken vragen zelfevaluatie zoeken
    """.split()
)
SECTION_SLUGS = frozenset({"leden", "organisaties", "praktijkvoorbeelden"})
RESERVED_PRACTICE_SLUGS = frozenset({"delen"})  # below /praktijkvoorbeelden/
