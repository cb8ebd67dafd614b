"""Mail: letters and who gets them, each once, and links in them that do one thing."""
