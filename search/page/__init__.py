"""What a visitor sees: the search page, its form and its table of results."""
