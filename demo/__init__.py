"""Demonstration content; refused in production."""
