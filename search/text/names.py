"""What names of people, places and bodies are in a question: `Gemeente Breda` is `breda` too."""

from search.text.terms import fold, text_words

# What goes before the name that people use. Each is left out in turn: `De Bilt` is `de bilt` and `bilt`.
_BEFORE_A_NAME = frozenset(
    "de gemeente het hoogheemraadschap ministerie provincie stichting van waterschap wetterskip".split()
)


def call_names(names: tuple[str, ...]) -> list[str]:
    """Return the different ways in which these names stand in a question, as words with a space between."""
    called: set[str] = set()
    for name in names:
        words = text_words(fold(name))
        called.add(" ".join(words))
        while len(words) > 1 and words[0] in _BEFORE_A_NAME:
            words = words[1:]
            called.add(" ".join(words))
    return sorted(called - {""} - _BEFORE_A_NAME)
