"""Work in the background: the worker, its lease, and tasks that failed."""
