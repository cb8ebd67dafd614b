"""The command `relevance`."""
