"""What happened: one row for each fact, written in the transaction that makes it so."""
