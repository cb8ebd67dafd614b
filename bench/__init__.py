"""Benchmarks (`make bench`): what a page costs here and in a stock Wagtail site with the same documents."""
