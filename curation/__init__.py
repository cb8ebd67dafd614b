"""What editors decide about search: synonyms, what comes first, what is hidden, and what is no part of a question."""
