"""The home page and the pages of plain text."""
