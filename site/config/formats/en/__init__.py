"""The site in English."""
