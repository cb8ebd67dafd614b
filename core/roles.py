"""The names of the groups that the site works with, and what tells them apart beside the rights on pages."""

EDITORS = "Redacteuren"
MODERATORS = "Moderatoren"

# The models of which visitors read a row as soon as it is saved: who may not publish adds rows, and changes and deletes none.
SHOWN_AT_ONCE = ("organisation", "technique", "theme")
