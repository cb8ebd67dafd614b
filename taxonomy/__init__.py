"""The terms that cases and members share: themes and techniques."""
