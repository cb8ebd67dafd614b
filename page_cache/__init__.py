"""Pages for who is not logged in, in the memory of each process until anything changes."""
