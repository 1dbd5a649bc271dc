"""Hidden tests of median_of_two_sorted_arrays."""

import math
import statistics

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.testing import assert_close, assert_equal, assert_raises, assert_that, assert_type, expose

ASCENDING = st.lists(st.integers(-6, 6), max_size=9).map(sorted)


class Counted:
    """An ascending sequence that counts how often an item is read, and stops who reads too many."""

    def __init__(self, length, item, allowed):
        self.length, self.item, self.allowed, self.reads = length, item, allowed, 0

    def __len__(self):
        return self.length

    def __getitem__(self, index):
        places = range(self.length)[index] if isinstance(index, slice) else [index % self.length]
        self.reads += len(places)
        assert_that(self.reads <= self.allowed, f"reads more than {self.allowed:.0f} items of one sequence")
        return [self.item(i) for i in places] if isinstance(index, slice) else self.item(places[0])


def check_reads(ask, n, m, allowed):
    """Check that `ask` reads at most so many items of two sequences."""
    a, b = Counted(n, lambda i: 3 * i, allowed), Counted(m, lambda i: 2 * i + 1, allowed)
    ask(*(expose(c, "__len__", "__getitem__") for c in (a, b)))
    count = a.reads + b.reads
    assert_that(count <= allowed, f"reads {count} items, lengths {n} and {m}; at most {allowed:.0f}")


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ([1, 3], [2], 2),
        ([1, 2], [3, 4], 2.5),
        ([1, 4, 9], [2, 3, 10, 11], 4),
        ([-5, 3, 6, 12, 15], [-12, -10, -6, -3, 4, 10], 3),
        ([1], [2, 3, 4, 5, 6], 3.5),
        ([9], [2, 3, 4, 5, 6], 4.5),
        ([1.5, 2.5], [0.5, 10.0], 2.0),
    ],
)
def test_median_by_hand(candidate, a, b, expected):
    """Odd and even totals, arrays that interleave and that don't."""
    assert_close(candidate.median_of_two(a, b), expected)
    assert_close(candidate.median_of_two(b, a), expected)


def test_one_array_is_empty(candidate):
    """The median of one array and nothing is that of the one."""
    for a, expected in (([4], 4), ([1, 2], 1.5), ([1, 2, 7], 2), ([1, 2, 8, 9], 5)):
        assert_close(candidate.median_of_two(a, []), expected)
        assert_close(candidate.median_of_two([], a), expected)
        assert_equal([candidate.kth_of_two([], a, k) for k in range(len(a))], a)
        assert_equal([candidate.kth_of_two(a, [], k) for k in range(len(a))], a)


def test_one_array_lies_before_the_other(candidate):
    """All of one array may be less than all of the other, whichever is longer."""
    for a, b in (([1, 2, 3], [4, 5]), ([1, 2], [3, 4, 5, 6]), ([1], list(range(2, 12)))):
        for x, y in ((a, b), (b, a)):
            assert_close(candidate.median_of_two(x, y), statistics.median(a + b))
            assert_equal([candidate.kth_of_two(x, y, k) for k in range(len(a + b))], a + b)


def test_repeated_items(candidate):
    """Equal items within one array and across both count each time."""
    assert_close(candidate.median_of_two([2, 2, 2], [2, 2]), 2)
    assert_close(candidate.median_of_two([1, 1, 3], [1, 3, 3]), 2)
    assert_equal([candidate.kth_of_two([1, 1, 3], [1, 3, 3], k) for k in range(6)], [1, 1, 1, 3, 3, 3])
    assert_equal([candidate.kth_of_two([0, 0, 0, 0], [0, 1], k) for k in range(6)], [0, 0, 0, 0, 0, 1])


def test_kth_by_hand(candidate):
    """kth_of_two counts from 0 over both arrays."""
    a, b = [1, 4, 9], [2, 3, 10, 11]
    assert_equal([candidate.kth_of_two(a, b, k) for k in range(7)], [1, 2, 3, 4, 9, 10, 11])


def test_one_item_each(candidate):
    """Two arrays of one item have a median and two places."""
    assert_close(candidate.median_of_two([3], [-2]), 0.5)
    assert_equal([candidate.kth_of_two([3], [-2], k) for k in (0, 1)], [-2, 3])


@given(a=ASCENDING, b=ASCENDING)
def test_median_of_random_arrays(candidate, a, b):
    """On random arrays the median is that of the merged one."""
    if a or b:
        assert_close(candidate.median_of_two(a, b), statistics.median(a + b))


@given(a=ASCENDING, b=ASCENDING, k=st.integers(0, 17))
def test_kth_of_random_arrays(candidate, a, b, k):
    """On random arrays every place holds the item of the merged one."""
    if a or b:
        k %= len(a + b)
        assert_equal(candidate.kth_of_two(a, b, k), sorted(a + b)[k])


def test_longer_arrays(candidate, rng):
    """Hundreds of items of different ranges."""
    a, b = sorted(rng.integers(0, 900, size=301).tolist()), sorted(rng.integers(300, 2000, size=120).tolist())
    merged = sorted(a + b)
    assert_close(candidate.median_of_two(a, b), merged[210])
    assert_equal([candidate.kth_of_two(a, b, k) for k in range(0, 421, 20)], merged[::20])


@pytest.mark.fine
def test_numpy_integers_do_not_overflow(candidate):
    """The mean of two int32 near their greatest value, or of two int8, does not wrap around."""
    great = np.array([2**31 - 3, 2**31 - 1], dtype=np.int32)
    assert_close(candidate.median_of_two(great, great[:0]), 2**31 - 2)
    assert_close(candidate.median_of_two(great[:1], great[1:]), 2**31 - 2)
    assert_close(candidate.median_of_two(np.array([100], dtype=np.int8), np.array([120], dtype=np.int8)), 110)


@pytest.mark.fine
def test_great_floats_do_not_overflow(candidate):
    """The sum of the middle items may be greater than any float; their mean is not."""
    assert_close(candidate.median_of_two([1.5e308], [1.7e308]), 1.6e308)
    assert_close(candidate.median_of_two([-1.7e308, -1.7e308], []), -1.7e308)


@pytest.mark.fine
def test_infinities(candidate):
    """Infinities are ordinary numbers, and have a mean unless they are opposite."""
    inf = math.inf
    assert_close(candidate.median_of_two([-inf, 1], [2, inf]), 1.5)
    assert_close(candidate.median_of_two([inf], [3]), inf)
    assert_close(candidate.median_of_two([-inf, inf], []), math.nan)
    assert_equal([candidate.kth_of_two([-inf, inf], [-inf, 0], k) for k in range(4)], [-inf, -inf, 0, inf])


@pytest.mark.fine
def test_other_items_and_sequences(candidate):
    """The k-th of strings needs only an order; tuples and ranges are sequences; the inputs stay."""
    assert_equal([candidate.kth_of_two(("a", "c"), ["b"], k) for k in range(3)], ["a", "b", "c"])
    assert_equal(candidate.kth_of_two([(0, "x"), (1, "a")], [(0, "y")], 1), (0, "y"))
    assert_close(candidate.median_of_two((1, 2), (3,)), 2)
    assert_close(candidate.median_of_two(np.array([1.0, 2.0]), [5]), 2)


@pytest.mark.fine
def test_median_is_a_float(candidate):
    """The median of integers is a Python float, for odd and even totals."""
    assert_type(candidate.median_of_two([1], [2, 3]), float)
    assert_type(candidate.median_of_two([1], [3]), float)
    assert_type(candidate.median_of_two(np.array([1], dtype=np.float32), []), float)


@pytest.mark.fine
@pytest.mark.parametrize(("a", "b", "k"), [([], [], 0), ([1], [2], 2), ([1], [2], -1), ([1, 2], [], 2)])
def test_no_such_place(candidate, a, b, k):
    """A place that neither array has raises IndexError."""
    with assert_raises(IndexError):
        candidate.kth_of_two(a, b, k)


@pytest.mark.fine
def test_no_median_of_nothing(candidate):
    """Two empty arrays have no median."""
    with assert_raises(ValueError):
        candidate.median_of_two([], [])


@pytest.mark.scale
@pytest.mark.parametrize(("n", "m"), [(2000, 2000), (3, 1_000_000), (1_000_000, 3)])
def test_few_items_are_read(candidate, n, m):
    """The reads grow with the logarithm of the shorter array, wherever the k-th item lies."""
    allowed = 4 * math.log2(min(n, m)) + 20
    for k in (0, 1, (n + m) // 2, n + m - 1):
        check_reads(lambda x, y, k=k: candidate.kth_of_two(x, y, k), n, m, allowed)
    check_reads(candidate.median_of_two, n, m, 2 * allowed)
