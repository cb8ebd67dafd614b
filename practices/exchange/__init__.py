"""Cases out of and into files: CSV, XLSX, ODS and JSON Lines, in the exchange format of `docs/architecture.md`.

files → rows of text or JSON → fields → cases, and back. `markdown_in` and `markdown_out` carry the body over.
"""
