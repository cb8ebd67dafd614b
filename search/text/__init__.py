"""What a word is: its terms, stem, parts, spelling and how often it occurs."""
