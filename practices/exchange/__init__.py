"""Export and import of cases: CSV, XLSX, ODS and JSON Lines, as `docs/architecture.md` says.

files → rows of text or JSON → fields → cases, and back. `markdown_in` and `markdown_out` carry the body over.
"""
