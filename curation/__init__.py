"""What editors decide about search: words for the same thing, what comes first, what is hidden, what is no part of a question."""
