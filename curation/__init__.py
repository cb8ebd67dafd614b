"""What editors decide about search: synonyms, pinned results, hidden results and stop phrases."""
