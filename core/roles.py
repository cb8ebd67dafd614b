"""The groups of the site, and in what they differ besides the rights on pages."""

EDITORS = "Redacteuren"
MODERATORS = "Moderatoren"

# Models whose rows visitors see as soon as they are saved. Who may not publish may add rows, but not change
# or delete them.
SHOWN_AT_ONCE = ("organisation", "technique", "theme")
