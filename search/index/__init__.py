"""What can be found: documents are written, built anew and compared with the database."""
