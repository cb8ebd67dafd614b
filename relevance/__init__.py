"""Evaluation of search: how well it finds what people ask. For development only (requirements-dev.txt)."""
