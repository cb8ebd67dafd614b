"""The formats of dates that people type, where Django's own for a language do not fit the site."""
