"""What every page shares: the base page, the image, the searchable protocol, layout and health.

Imports no other app.
"""
