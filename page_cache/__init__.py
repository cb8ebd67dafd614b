"""Cached pages for visitors who are not logged in: in the memory of each process, until anything changes."""
