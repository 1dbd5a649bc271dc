"""Hidden tests of clamp."""

import pytest

from grader.testing import assert_equal, assert_raises


def test_below(candidate):
    """A number below the interval becomes the lower bound."""
    assert_equal(candidate.clamp(-3, 1, 5), 1)


def test_above(candidate):
    """A number above the interval becomes the upper bound."""
    assert_equal(candidate.clamp(9, 1, 5), 5)


def test_inside(candidate):
    """A number of the interval stays as it is, bounds included."""
    for value in (1, 3, 5):
        assert_equal(candidate.clamp(value, 1, 5), value)


@pytest.mark.fine
def test_one_point(candidate):
    """Equal bounds leave one number."""
    assert_equal(candidate.clamp(9, 2, 2), 2)


@pytest.mark.fine
def test_bounds_in_the_wrong_order(candidate):
    """Bounds in the wrong order raise ValueError."""
    with assert_raises(ValueError):
        candidate.clamp(3, 5, 1)
