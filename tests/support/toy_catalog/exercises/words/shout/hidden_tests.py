"""Hidden tests of shout."""

from grader.testing import assert_equal


def test_word(candidate):
    """A word is shouted."""
    assert_equal(candidate.shout("hi"), "HI!")
