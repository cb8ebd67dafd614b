"""Public bodies and their official identifiers."""
