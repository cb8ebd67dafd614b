"""Who else does what a case describes: said by the organisation itself, changed without being overwritten."""
