"""Hidden tests of longest_subsequences."""

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.testing import assert_close, assert_equal, assert_that, assert_type, memory, put, speed

INF = math.inf
NUMBERS = st.lists(st.integers(-4, 4), max_size=12)
WORDS = st.lists(st.sampled_from("abc"), max_size=10)
COMMON = st.lists(st.sampled_from("abc"), min_size=1, max_size=10)


def occurs_in(part, whole):
    """Whether the items of the part stand in the whole in this order."""
    items = iter(whole)
    return all(any(x == y for y in items) for x in part)


def rises(items, strict):
    """Whether each item continues an increasing subsequence."""
    return all(x < y or (x == y and not strict) for x, y in itertools.pairwise(items))


def best_rise(a, strict):
    """Greatest length, by comparing all pairs."""
    lengths = []
    for i, x in enumerate(a):
        lengths.append(1 + max((lengths[j] for j in range(i) if a[j] < x or (a[j] == x and not strict)), default=0))
    return max(lengths, default=0)


def best_common(a, b):
    """Greatest length, by trying all subsequences of the first, the longest ones first."""
    for length in range(len(a), 0, -1):
        if any(occurs_in(part, b) for part in itertools.combinations(a, length)):
            return length
    return 0


def check_lis(candidate, a, strict, length):
    """Check that a result of lis increases, is a subsequence and is long enough."""
    got = candidate.lis(a, strict)
    assert_that(rises(got, strict), "does not increase" if strict else "decreases somewhere", got)
    assert_that(occurs_in(got, a), "is no subsequence", got)
    assert_that(len(got) == length, f"has {len(got)} items; expected {length}", got)


def check_lcs(candidate, a, b, length):
    """Check that a result of lcs is a subsequence of both and is long enough."""
    got = candidate.lcs(a, b)
    assert_that(occurs_in(got, a) and occurs_in(got, b), "is no subsequence of both", got)
    assert_that(len(got) == length, f"has {len(got)} items; expected {length}", got)


def check_both(candidate, a, b, length):
    """Check lcs and lcs_length."""
    check_lcs(candidate, a, b, length)
    assert_close(candidate.lcs_length(a, b), length)


def same(got, expected):
    """Check the items, in a list or a tuple."""
    assert_that(list(got) == expected, f"has other items than {expected}", got)


def test_lis_with_one_answer(candidate):
    """Where only one subsequence is the longest, its items are returned."""
    same(candidate.lis([5, 1, 4, 2, 3]), [1, 2, 3])
    same(candidate.lis([1, 2, 10, 3, 4, 0]), [1, 2, 3, 4])
    same(candidate.lis([9, -8, 7, -6, 5, -4, 3]), [-8, -6, -4, 3])


def test_lis_is_a_subsequence(candidate):
    """The items stand in this order in the list, also when a small item comes late."""
    check_lis(candidate, [2, 3, 1], True, 2)
    check_lis(candidate, [3, 4, 5, 1, 2], True, 3)
    check_lis(candidate, [4, 5, 6, 1, 2, 0], False, 3)
    check_lis(candidate, [2, 5, 3, 7, 1, 6, 4, 0], True, 3)


def test_equal_items(candidate):
    """Equal items follow each other only if strict is False."""
    same(candidate.lis([7, 7, 7]), [7])
    same(candidate.lis([7, 7, 7], strict=False), [7, 7, 7])
    check_lis(candidate, [1, 2, 2, 0, 2, 3], True, 3)
    same(candidate.lis([1, 2, 2, 0, 2, 3], False), [1, 2, 2, 2, 3])


def test_lis_of_sorted_lists(candidate):
    """An ascending list is returned whole; of a descending one a single item is left."""
    same(candidate.lis(list(range(50))), list(range(50)))
    check_lis(candidate, list(range(50, 0, -1)), True, 1)
    check_lis(candidate, list(range(50, 0, -1)), False, 1)


@given(a=st.lists(st.integers(-4, 4), min_size=1, max_size=12), strict=st.booleans())
def test_lis_agrees_with_all_pairs(candidate, a, strict):
    """On random lists the result is a subsequence, increases, and is as long as a search over all pairs finds."""
    check_lis(candidate, a, strict, best_rise(a, strict))


def test_lcs_with_one_answer(candidate):
    """Where only one common subsequence is the longest, its items are returned."""
    same(candidate.lcs([1, 2, 3, 4], [0, 2, 4, 6]), [2, 4])
    same(candidate.lcs(list("nematode"), list("empty")), ["e", "m", "t"])
    same(candidate.lcs([3, 1, 2], [1, 2, 3]), [1, 2])
    same(candidate.lcs(list("xaxbxcx"), list("aybycy")), ["a", "b", "c"])


def test_common_items_need_not_be_neighbours(candidate):
    """A subsequence with gaps is longer than the longest common block."""
    check_lcs(candidate, list("AGGTAB"), list("GXTXAYB"), 4)
    check_lcs(candidate, list("ABCBDAB"), list("BDCAB"), 4)


def test_first_match_is_not_always_right(candidate):
    """A pair of equal items found early may have to be given up."""
    check_lcs(candidate, list("abcde"), list("eabcd"), 4)
    check_lcs(candidate, list("eabcd"), list("abcde"), 4)
    check_lcs(candidate, [9, 1, 2, 3], [1, 2, 3, 9], 3)
    check_lcs(candidate, [1, 2, 3], [4, 5], 0)


@given(a=COMMON, b=COMMON)
def test_lcs_agrees_with_all_subsequences(candidate, a, b):
    """On random lists the result is as long as a trial of all subsequences finds."""
    check_lcs(candidate, a, b, best_common(a, b))


def test_length_by_hand(candidate):
    """Items count as often as both sequences can pair them, in order."""
    for a, b, length in (
        ("aaaa", "aa", 2),
        ("aa", "abc", 1),
        ("abab", "baba", 3),
        ("abcde", "eabcd", 4),
        ("ABCBDAB", "BDCAB", 4),
        ("abc", "cba", 1),
        ("ab", "cd", 0),
    ):
        assert_close(candidate.lcs_length(list(a), list(b)), length)


@given(a=COMMON, b=COMMON)
def test_length_agrees_with_all_subsequences(candidate, a, b):
    """On random lists the length is the one that a trial of all subsequences finds, whichever comes first."""
    length = best_common(a, b)
    assert_close(candidate.lcs_length(a, b), length)
    assert_close(candidate.lcs_length(b, a), length)


@pytest.mark.fine
def test_types_of_the_results(candidate):
    """Subsequences are lists, for strings lists of characters, and a length is an int."""
    assert_type(candidate.lis([5, 1, 4]), list)
    assert_type(candidate.lcs((1, 2), range(3)), list)
    assert_equal(candidate.lcs("nematode", "empty"), ["e", "m", "t"])
    assert_equal(candidate.lcs_length("nematode", "empty"), 3)


@pytest.mark.fine
@given(a=NUMBERS, strict=st.booleans())
def test_lis_of_short_lists(candidate, a, strict):
    """An empty list gives an empty list, a single number itself."""
    assert_equal(candidate.lis([], strict), [])
    assert_equal(candidate.lis(a[:1], strict), a[:1])


@pytest.mark.fine
def test_lis_of_floats(candidate):
    """Floats, infinities and integers above 2**53 are compared exactly."""
    assert_equal(candidate.lis([0.5, INF, -INF, 0.25, 0.75]), [-INF, 0.25, 0.75])
    assert_equal(candidate.lis([2**60, 2**60 + 1, 2**60 + 2]), [2**60, 2**60 + 1, 2**60 + 2])


@pytest.mark.fine
def test_nothing_in_common(candidate):
    """Empty sequences and sequences without a common item give an empty list and length 0."""
    for a, b in (("", ""), ([], [1, 2]), ("abc", ""), ([1, 2], [3, 4]), (["a"], ["b"])):
        check_both(candidate, a, b, 0)
    check_both(candidate, [5], [5], 1)


@pytest.mark.fine
def test_kinds_of_sequences(candidate):
    """Lists, tuples, strings and ranges go together, and items of mixed types need no order."""
    check_both(candidate, range(0, 20, 2), tuple(range(0, 20, 3)), 4)
    check_both(candidate, "cab", ["a", "b", "c"], 2)
    check_both(candidate, "AGGTAB", "GXTXAYB", 4)
    check_both(candidate, [1, "a", None, (2, 3), 2.5], ["a", (2, 3), 1.0, 2.5], 3)


@pytest.mark.fine
@given(a=WORDS, b=WORDS)
def test_length_is_symmetric(candidate, a, b):
    """Swapping the sequences, or reversing both, does not change the length."""
    length = candidate.lcs_length(a, b)
    assert_close(candidate.lcs_length(b, a), length)
    assert_close(candidate.lcs_length(a[::-1], b[::-1]), length)


@pytest.mark.fine
def test_thousands_of_items(candidate):
    """Sequences longer than the recursion limit are no problem."""
    check_lis(candidate, list(range(1500)), True, 1500)
    check_both(candidate, range(2500), [3, 1200, 2400], 3)
    check_both(candidate, ["x", "y"], ["y"] * 2500 + ["x"], 1)


@pytest.mark.scale
def test_speed_of_lis(candidate, reference, rng):
    """Four thousand numbers take a search by bisection, not a look at all pairs."""

    drawn = []

    def prepare(subject, rng):
        drawn[:] = rng.permutation(4000).tolist()
        a = put(subject, drawn)
        return lambda: subject.lis(a)

    def check(got, expected):
        assert_equal(len(got), len(expected))
        assert_that(rises(got, True) and occurs_in(got, drawn), "is no increasing subsequence", got)

    speed(candidate, reference, prepare, rng, limit=40, check=check)


@pytest.mark.scale
@pytest.mark.parametrize("name", ["lcs", "lcs_length"])
def test_speed_of_lcs(candidate, reference, rng, name):
    """Two sequences of 150 items take a table, not a trial of all subsequences."""

    drawn = []

    def prepare(subject, rng):
        drawn[:] = [rng.integers(0, 9, size=150).tolist() for _ in "ab"]
        a, b = (put(subject, items) for items in drawn)
        return lambda: getattr(subject, name)(a, b)

    def check(got, expected):
        if name == "lcs_length":
            assert_equal(got, expected)
        else:
            assert_equal(len(got), len(expected))
            assert_that(all(occurs_in(got, items) for items in drawn), "is no subsequence of both", got)

    speed(candidate, reference, prepare, rng, limit=60, check=check)


@pytest.mark.scale
@pytest.mark.call_s(5)
def test_memory_of_lcs_length(candidate, reference, rng):
    """The length for two lists of 1800 items is found without a table of all pairs."""

    def prepare(subject, rng):
        a, b = (put(subject, rng.integers(0, 50, size=1800).tolist()) for _ in "ab")
        return lambda: subject.lcs_length(a, b)

    memory(candidate, reference, prepare, rng, limit=1.25)
