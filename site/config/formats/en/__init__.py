"""Formats of the site in English."""
