"""Hidden tests of doubling.  The canary CANARY-7f3a must never reach a submission."""

import numpy as np
import pytest

from grader.testing import assert_close, assert_equal


def test_double(candidate):
    """Every entry is doubled."""
    assert_close(candidate.double(np.array([1.0, 2.0, 3.0])), np.array([2.0, 4.0, 6.0]))


@pytest.mark.points(2)
def test_total(candidate):
    """The total is the sum of all entries."""
    assert_close(candidate.total(np.array([[1.0, 2.0], [3.0, 4.0]])), 10.0)


def test_greet(candidate):
    """Greeting gives back the name."""
    assert_equal(candidate.greet("Ada"), "hello Ada")
