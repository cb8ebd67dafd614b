"""How well search finds what people ask; for development, since requirements-dev.txt brings what it measures with."""
