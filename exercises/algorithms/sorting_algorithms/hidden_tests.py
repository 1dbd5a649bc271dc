"""Hidden tests of sorting_algorithms."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.testing import assert_equal, assert_raises, assert_that, fetch, put, speed

LISTS = st.lists(st.integers(-5, 5), max_size=12)


def quick_sorted(candidate, items):
    """What a list holds after quick_sort."""
    remote = put(candidate, list(items))
    candidate.quick_sort(remote)
    return fetch(remote)


def test_merge_sort_by_hand(candidate):
    """merge_sort puts a few numbers, or words, in ascending order."""
    assert_equal(candidate.merge_sort([3, -1, 2]), [-1, 2, 3])
    assert_equal(candidate.merge_sort([5, 4, 3, 2, 1]), [1, 2, 3, 4, 5])
    assert_equal(candidate.merge_sort([2, 1, 2, 1, 2]), [1, 1, 2, 2, 2])
    assert_equal(candidate.merge_sort(["b", "a", "ab"]), ["a", "ab", "b"])


def test_merge_sort_with_a_key(candidate):
    """With a key the items are ordered by it, and come back as they are."""
    assert_equal(candidate.merge_sort([1, -3, 2, 0], key=abs), [0, 1, 2, -3])
    assert_equal(candidate.merge_sort([1, 3, 2], key=lambda x: -x), [3, 2, 1])


def test_merge_sort_is_stable(candidate):
    """Items with equal keys keep their order, at any place of a merge."""
    pairs = [(1, "z"), (0, "y"), (1, "x"), (0, "w"), (1, "a"), (0, "b"), (1, "c")]
    expected = [(0, "y"), (0, "w"), (0, "b"), (1, "z"), (1, "x"), (1, "a"), (1, "c")]
    assert_equal(candidate.merge_sort(pairs, key=lambda p: p[0]), expected)
    assert_equal(candidate.merge_sort(["bb", "aa", "c", "cc"], key=len), ["c", "bb", "aa", "cc"])


@given(a=LISTS)
def test_merge_sort_of_random_lists(candidate, a):
    """Random lists with repeats come back in ascending order."""
    assert_equal(candidate.merge_sort(a), sorted(a))


def test_quick_sort_by_hand(candidate):
    """quick_sort orders the list it is given."""
    assert_equal(quick_sorted(candidate, [3, -1, 2]), [-1, 2, 3])
    assert_equal(quick_sorted(candidate, [1, 2, 3, 4]), [1, 2, 3, 4])
    assert_equal(quick_sorted(candidate, [4, 3, 2, 1, 0]), [0, 1, 2, 3, 4])
    assert_equal(quick_sorted(candidate, ["b", "c", "a"]), ["a", "b", "c"])


def test_quick_sort_of_repeats(candidate):
    """Items that equal the pivot are not lost, doubled or left in place."""
    assert_equal(quick_sorted(candidate, [2, 2, 2, 2]), [2, 2, 2, 2])
    assert_equal(quick_sorted(candidate, [1, 0] * 6), [0] * 6 + [1] * 6)
    assert_equal(quick_sorted(candidate, [2, 0, 1, 2, 0, 1, 1]), [0, 0, 1, 1, 1, 2, 2])


@given(a=LISTS)
def test_quick_sort_of_random_lists(candidate, a):
    """Random lists with repeats are in ascending order afterwards."""
    assert_equal(quick_sorted(candidate, a), sorted(a))


def test_longer_lists(candidate, rng):
    """Three hundred items come out in order, whichever way they are sorted."""
    a = rng.integers(-1000, 1000, size=300).tolist()
    assert_equal(candidate.merge_sort(a), sorted(a))
    assert_equal(quick_sorted(candidate, a), sorted(a))
    assert_equal([candidate.quick_select(a, k) for k in range(0, 300, 23)], sorted(a)[::23])


@given(a=LISTS.filter(len), k=st.integers(0, 11))
def test_quick_select_is_the_item_of_the_sorted_list(candidate, a, k):
    """The k-th smallest item is the one that the sorted list has at place k, from 0."""
    k %= len(a)
    assert_equal(candidate.quick_select(a, k), sorted(a)[k])


def test_short_lists(candidate):
    """A list of one item or none is sorted already."""
    for a in ([], [7]):
        assert_equal(candidate.merge_sort(a), a)
        assert_equal(quick_sorted(candidate, a), a)
    assert_equal(candidate.quick_select([7], 0), 7)


@pytest.mark.fine
def test_key_is_called_once_for_each_item(candidate):
    """The key of each item is computed once, not at each comparison."""
    seen = []
    a = [5, 3, 8, 1, 9, 2, 7]
    candidate.merge_sort(a, key=lambda x: (seen.append(x), x)[1])
    assert_that(sorted(seen) == sorted(a), f"called key for {seen}, expected one call for each of {a}")


@pytest.mark.fine
def test_items_are_not_compared_where_there_is_a_key(candidate):
    """Dicts cannot be compared, but their keys can, also where two are equal."""
    a = [{"v": 2}, {"v": 1, "w": 0}, {"v": 1}]
    assert_equal(candidate.merge_sort(a, key=lambda d: d["v"]), [a[1], a[2], a[0]])


@pytest.mark.fine
def test_inputs_and_results(candidate):
    """Only quick_sort changes its list, and it returns nothing."""
    assert_equal(candidate.merge_sort([3, 1, 2]), [1, 2, 3])
    assert_equal(candidate.quick_select([3, 1, 2], 0), 1)
    assert_equal(candidate.quick_sort([3, 1, 2]), None)


@pytest.mark.fine
@pytest.mark.parametrize(("a", "k"), [([], 0), ([1], 1), ([1, 2], -1), ([1, 2, 3], 3), ([1, 2, 3], -3)])
def test_no_such_place(candidate, a, k):
    """A place that the sorted list doesn't have raises IndexError."""
    with assert_raises(IndexError):
        candidate.quick_select(a, k)


@pytest.mark.scale
@pytest.mark.parametrize("kind", ["random", "ascending", "descending", "equal"])
def test_every_order_is_quick(candidate, reference, rng, kind):
    """Four thousand items take O(n log n), and the recursion stays shallow, in whatever order they come."""

    def prepare(subject, rng):
        a = rng.permutation(4000).tolist()
        if kind != "random":
            a = [7] * 4000 if kind == "equal" else sorted(a, reverse=kind == "descending")
        return lambda: [*subject.merge_sort(a), *quick_sorted(subject, a)]

    speed(candidate, reference, prepare, rng, limit=8)


@pytest.mark.scale
def test_selection_is_quick(candidate, reference, rng):
    """One place among four thousand takes O(n): each partition leaves only one part."""

    def prepare(subject, rng):
        a = rng.permutation(4000).tolist()
        return lambda: [subject.quick_select(items, k) for items in (a, [7] * 4000) for k in (5, 3994)]

    speed(candidate, reference, prepare, rng, limit=8)
