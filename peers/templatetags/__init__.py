"""Template tags of peers."""
