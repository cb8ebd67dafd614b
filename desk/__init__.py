"""The desk: what waits for a member, and what is of interest to her, on one page."""
