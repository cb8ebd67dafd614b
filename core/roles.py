"""The names of the groups that the site works with."""

EDITORS = "Redacteuren"
MODERATORS = "Moderatoren"
