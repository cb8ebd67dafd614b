"""What editors see: why a hit stands where it stands, and what synonyms would change."""
