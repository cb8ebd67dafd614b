"""The hostile questions that were written by hand."""

from pathlib import Path

LINES = (Path(__file__).parents[1] / "data" / "hostile.txt").read_text(encoding="utf-8").splitlines()
BY_HAND = [line for line in LINES if not line.startswith("#")]
