"""Accounts: who can log in, and the one door through which they do."""
