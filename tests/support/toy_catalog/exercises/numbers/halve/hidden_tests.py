"""Hidden tests of halve."""

from grader.testing import assert_equal


def test_even(candidate):
    """Half of four is two."""
    assert_equal(candidate.halve(4), 2)


def test_negative_rounds_down(candidate):
    """Half of minus three is rounded down."""
    assert_equal(candidate.halve(-3), -2)
