"""The vector of a whole case is made of those of its passages."""

import math

import pytest

from search.semantic import nearness


def test_the_vector_of_a_case_is_the_mean_direction_of_its_passages() -> None:
    assert nearness.sum_up([(1, 0), (0, 100)]) == (127, 127)


def test_a_case_without_a_direction_has_no_vector() -> None:
    assert nearness.sum_up([]) == nearness.sum_up([(3, 4), (-3, -4)]) == ()


def test_the_length_of_a_vector_is_computed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    lengths: list[float] = []

    class Counted:
        """The mathematics of Python, which notes each length."""

        @staticmethod
        def hypot(*vector: float) -> float:
            """Return the length of a vector."""
            lengths.append(math.hypot(*vector))
            return lengths[-1]

    monkeypatch.setattr(nearness, "math", Counted)
    nearness.sum_up([(3, 4), (5, 12)])
    assert lengths == [5.0, 13.0]
