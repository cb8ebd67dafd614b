"""Wiring of the site: settings, addresses and the entry points of the servers. No logic."""
