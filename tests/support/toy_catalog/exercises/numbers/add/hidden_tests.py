"""Hidden tests of add."""

import pytest

from grader.testing import assert_equal


@pytest.mark.points(2)
def test_sum_of_two_and_three(candidate):
    """Two and three make five."""
    assert_equal(candidate.add(2, 3), 5)


def test_difference_keeps_its_sign(candidate):
    """Two less three is minus one."""
    assert_equal(candidate.subtract(2, 3), -1)
