"""Benchmarks: what a page costs here and in a stock Wagtail site with the same documents. `make bench` runs them."""
