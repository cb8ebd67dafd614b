"""Cases of good practice."""
