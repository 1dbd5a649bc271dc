"""Hidden tests of cross_validation_splits."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.testing import assert_close, assert_raises, assert_that, assert_type, speed


def splits(n, tests):
    """Return pairs from the rows of each fold."""
    return [
        (np.array([i for i in range(n) if i not in test], dtype=np.int64), np.array(sorted(test), dtype=np.int64))
        for test in tests
    ]


def slow_k_fold(n, k, perm=None):
    """Take the rows from a list, piece by piece."""
    rows = list(range(n)) if perm is None else perm.tolist()
    tests = []
    for i in range(k):
        size = n // k + (1 if i < n % k else 0)
        tests.append(rows[:size])
        rows = rows[size:]
    return splits(n, tests)


def slow_stratified(y, k, perm=None):
    """Deal the rows one by one."""
    rows = list(range(len(y))) if perm is None else perm.tolist()
    labels = y.tolist()
    tests, turn = [[] for _ in range(k)], 0
    for label in sorted(set(labels)):
        for row in rows:
            if labels[row] == label:
                tests[turn % k].append(row)
                turn += 1
    return splits(len(y), tests)


def slow_group(groups, k):
    """Share the groups out one by one."""
    labels = groups.tolist()
    tests = [[] for _ in range(k)]
    for label in sorted(set(labels), key=lambda g: (-labels.count(g), g)):
        smallest = min(range(k), key=lambda i: (len(tests[i]), i))
        tests[smallest] += [row for row, other in enumerate(labels) if other == label]
    return splits(len(labels), tests)


def same(got, expected):
    """Check all folds, dtype included."""
    assert_type(got, list)
    assert_close(got, expected, check_dtype=True)


@pytest.mark.points(2)
def test_k_fold_by_hand(candidate):
    """The first n mod k folds have one row more, and no row is left over."""
    same(candidate.k_fold(7, 3), splits(7, [[0, 1, 2], [3, 4], [5, 6]]))
    same(candidate.k_fold(8, 3), splits(8, [[0, 1, 2], [3, 4, 5], [6, 7]]))
    same(candidate.k_fold(6, 3), splits(6, [[0, 1], [2, 3], [4, 5]]))
    same(candidate.k_fold(11, 4), splits(11, [[0, 1, 2], [3, 4, 5], [6, 7, 8], [9, 10]]))


@pytest.mark.points(2)
def test_k_fold_in_another_order(candidate):
    """With perm the first fold tests on perm[0], perm[1] and so on, sorted."""
    perm = np.array([2, 4, 5, 0, 6, 1, 3])
    same(candidate.k_fold(7, 3, perm), splits(7, [[2, 4, 5], [0, 6], [1, 3]]))
    same(candidate.k_fold(7, 2, perm=perm), splits(7, [[0, 2, 4, 5], [1, 3, 6]]))
    same(candidate.k_fold(7, 3, np.arange(7)), splits(7, [[0, 1, 2], [3, 4], [5, 6]]))


def test_one_row_a_fold(candidate):
    """With as many folds as rows, each row is tested on its own; two rows are enough."""
    same(candidate.k_fold(4, 4), splits(4, [[0], [1], [2], [3]]))
    same(candidate.k_fold(2, 2, np.array([1, 0])), splits(2, [[1], [0]]))
    same(candidate.stratified_k_fold(np.array([5, 5]), 2), splits(2, [[0], [1]]))
    same(candidate.group_k_fold(np.array([5, 4]), 2), splits(2, [[1], [0]]))


@pytest.mark.points(2)
def test_stratified_by_hand(candidate):
    """Classes are dealt in the order of their labels, and each goes on where the one before has stopped."""
    y = np.array([2, 1, 2, 2, 1, 3, 2])
    # The order is 1, 4, then 0, 2, 3, 6, then 5.
    same(candidate.stratified_k_fold(y, 3), splits(7, [[1, 2, 5], [3, 4], [0, 6]]))
    same(candidate.stratified_k_fold(y, 2), splits(7, [[0, 1, 3, 5], [2, 4, 6]]))
    same(candidate.stratified_k_fold(y, 4), splits(7, [[1, 3], [4, 6], [0, 5], [2]]))


def test_stratified_in_another_order(candidate):
    """With perm the rows of each class are dealt in that order, and the classes still in the order of their labels."""
    y, perm = np.array([2, 1, 2, 2, 1, 3, 2]), np.array([6, 4, 5, 0, 3, 1, 2])
    # Class 1 comes as 4, 1, class 2 as 6, 0, 3, 2.
    same(candidate.stratified_k_fold(y, 3, perm), splits(7, [[0, 4, 5], [1, 3], [2, 6]]))
    same(candidate.stratified_k_fold(y, 2, perm=perm), splits(7, [[3, 4, 5, 6], [0, 1, 2]]))


def test_leftovers_are_spread(candidate):
    """Leftover rows of many classes do not all go to the first fold."""
    y = np.repeat(np.arange(6), 4)
    got = candidate.stratified_k_fold(y, 3)
    sizes = [len(test) for _, test in got]
    assert_that(sizes == [8, 8, 8], f"has folds of sizes {sizes} instead of 8, 8, 8", got)
    same(got, slow_stratified(y, 3))


def test_small_classes(candidate):
    """A class may have fewer rows than there are folds, as long as the largest has enough."""
    y = np.array([0, 1, 1, 1, 2, 1])
    same(candidate.stratified_k_fold(y, 4), splits(6, [[0, 5], [1, 4], [2], [3]]))
    with assert_raises(ValueError):
        candidate.stratified_k_fold(y, 5)


@pytest.mark.points(2)
def test_groups_by_hand(candidate):
    """The largest group comes first, and each goes to the fold that is smallest so far."""
    groups = np.array([4, 7, 7, 1, 9, 7, 9, 1, 7, 3])
    # Sizes: 7 has 4, 1 and 9 have 2, 3 and 4 have 1.
    same(candidate.group_k_fold(groups, 2), splits(10, [[1, 2, 5, 8, 9], [3, 7, 4, 6, 0]]))
    same(candidate.group_k_fold(groups, 3), splits(10, [[1, 2, 5, 8], [3, 7, 9], [4, 6, 0]]))
    same(candidate.group_k_fold(groups, 5), splits(10, [[1, 2, 5, 8], [3, 7], [4, 6], [9], [0]]))


def test_group_ties(candidate):
    """Equal groups are shared out in the order of their labels, and equal folds filled from the lowest number."""
    groups = np.array([30, 10, 20, 40, 10, 40, 20, 30])
    same(candidate.group_k_fold(groups, 4), splits(8, [[1, 4], [2, 6], [0, 7], [3, 5]]))
    same(candidate.group_k_fold(groups, 2), splits(8, [[0, 1, 4, 7], [2, 3, 5, 6]]))
    same(candidate.group_k_fold(np.array([3, -1, 2]), 2), splits(3, [[0, 1], [2]]))


def test_a_group_that_dwarfs_the_others(candidate):
    """A group is never divided, however uneven the folds become."""
    groups = np.array([1] * 9 + [0, 2, 3])
    same(candidate.group_k_fold(groups, 3), splits(12, [range(9), [9, 11], [10]]))


@pytest.mark.parametrize("dtype", ["U3", "S2", "bool", "int8", "uint8", "float32", "float64"])
def test_labels_of_any_kind(candidate, dtype):
    """Classes and groups may be strings, booleans, floats or narrow integers, and need not be 0, 1, 2."""
    labels = np.array([90, 0, 7, 90, 0, 90, 7, 90, 0]).astype(dtype)
    same(candidate.stratified_k_fold(labels, 2), slow_stratified(labels, 2))
    same(candidate.group_k_fold(labels, 2), slow_group(labels, 2))


def test_negative_labels(candidate):
    """Labels below zero and fractions are sorted like any other number."""
    labels = np.array([0.5, -3.0, 0.25, -3.0, 0.5, 0.25, 0.5, -1e9])
    same(candidate.stratified_k_fold(labels, 3), slow_stratified(labels, 3))
    same(candidate.group_k_fold(labels, 3), slow_group(labels, 3))
    labels = np.array([-2, 5, -2, -7, 5, 10**12, -2])
    same(candidate.stratified_k_fold(labels, 2), slow_stratified(labels, 2))
    same(candidate.group_k_fold(labels, 2), slow_group(labels, 2))


def test_number_of_folds(candidate):
    """Fewer than two folds, and more than there are rows, groups or rows of the largest class, raise ValueError."""
    y = np.array([0, 1, 1, 1, 0, 1])
    for k in (-1, 0, 1, 7):
        with assert_raises(ValueError):
            candidate.k_fold(6, k)
    for k in (-1, 0, 1, 5, 6, 7):
        with assert_raises(ValueError):
            candidate.stratified_k_fold(y, k)
    for k in (-1, 0, 1, 3, 6):
        with assert_raises(ValueError):
            candidate.group_k_fold(y, k)
    for n in (0, 1):
        with assert_raises(ValueError):
            candidate.k_fold(n, 2)
        with assert_raises(ValueError):
            candidate.stratified_k_fold(y[:n], 2)
        with assert_raises(ValueError):
            candidate.group_k_fold(y[:n], 2)


def test_bad_perm(candidate):
    """A perm that does not hold each row exactly once, or is not of integers, raises ValueError."""
    y = np.array([0, 1, 1, 0])
    for perm in (
        [0, 1, 2],
        [0, 1, 2, 3, 4],
        [0, 1, 2, 2],
        [0, 0, 3, 3],
        [1, 2, 3, 4],
        [0.0, 1.0, 2.0, 3.0],
        [0, 1, 2, -1],
        [[0, 1], [2, 3]],
        [[0, 1, 2, 3]],
    ):
        with assert_raises(ValueError):
            candidate.k_fold(4, 2, np.array(perm))
        with assert_raises(ValueError):
            candidate.stratified_k_fold(y, 2, np.array(perm))
    for booleans in (np.array([True, False]), np.array([False, True])):
        with assert_raises(ValueError):
            candidate.k_fold(2, 2, booleans)
        with assert_raises(ValueError):
            candidate.stratified_k_fold(np.array([1, 1]), 2, booleans)


def test_labels_that_are_no_vector(candidate):
    """Classes or groups that are not a vector raise ValueError."""
    for labels in (np.array([[0, 1, 0, 1]]), np.array([[0, 0], [1, 1]]), np.array([[0], [1], [0], [1]])):
        with assert_raises(ValueError):
            candidate.stratified_k_fold(labels, 2)
        with assert_raises(ValueError):
            candidate.group_k_fold(labels, 2)


def test_strided_and_narrow_input(candidate):
    """Strided views and narrow integers in perm are treated like any other array."""
    labels, perm = np.arange(24) * 7 % 5, np.arange(24)[::-1] // 2
    same(candidate.stratified_k_fold(labels[::-2], 2, perm[::2]), slow_stratified(labels[::-2], 2, perm[::2]))
    same(candidate.group_k_fold(labels[1::2], 3), slow_group(labels[1::2], 3))
    for dtype in (np.uint8, np.int8, np.int32, np.uint64):
        few = np.array([3, 0, 4, 1, 2], dtype=dtype)
        same(candidate.k_fold(5, 2, few), slow_k_fold(5, 2, few))
        same(candidate.stratified_k_fold(np.array([1, 0, 1, 0, 1]), 2, few), splits(5, [[3, 0, 2], [1, 4]]))


@given(n=st.integers(2, 12), k=st.integers(2, 12), shuffled=st.booleans(), seed=st.integers(0, 2**32 - 1))
@pytest.mark.points(2)
def test_k_fold_agrees_with_slicing(candidate, n, k, shuffled, seed):
    """The folds are consecutive slices of the rows in order."""
    k = min(k, n)
    perm = np.random.default_rng(seed).permutation(n) if shuffled else None
    same(candidate.k_fold(n, k, perm), slow_k_fold(n, k, perm))


@given(
    n=st.integers(2, 14),
    k=st.integers(2, 5),
    classes=st.integers(1, 5),
    shuffled=st.booleans(),
    seed=st.integers(0, 2**32 - 1),
)
@pytest.mark.points(2)
def test_stratified_agrees_with_dealing(candidate, n, k, classes, shuffled, seed):
    """The folds are those of dealing one row after the other."""
    rng = np.random.default_rng(seed)
    y = rng.integers(0, classes, size=n)
    perm = rng.permutation(n) if shuffled else None
    if np.bincount(y).max() < k:
        with assert_raises(ValueError):
            candidate.stratified_k_fold(y, k, perm)
    else:
        same(candidate.stratified_k_fold(y, k, perm), slow_stratified(y, k, perm))


@given(n=st.integers(1, 14), k=st.integers(2, 5), names=st.integers(1, 8), seed=st.integers(0, 2**32 - 1))
@pytest.mark.points(2)
def test_groups_agree_with_sharing_out(candidate, n, k, names, seed):
    """The folds are those of sharing out one group after the other."""
    groups = np.random.default_rng(seed).integers(-2, names - 2, size=n)
    if len(set(groups.tolist())) < k:
        with assert_raises(ValueError):
            candidate.group_k_fold(groups, k)
    else:
        same(candidate.group_k_fold(groups, k), slow_group(groups, k))


@pytest.mark.parametrize("name", ["k_fold", "stratified_k_fold", "group_k_fold"])
@pytest.mark.points(2)
def test_many_rows(candidate, reference, rng, name):
    """Twenty thousand rows are split in little more time than sorting them takes."""

    def prepare(subject, rng):
        perm = rng.permutation(20_000)
        y, groups = rng.integers(0, 10, size=20_000), rng.integers(0, 1000, size=20_000)
        arguments = {"k_fold": (20_000, 5, perm), "stratified_k_fold": (y, 5, perm), "group_k_fold": (groups, 5)}[name]
        return lambda: getattr(subject, name)(*arguments)

    speed(candidate, reference, prepare, rng, limit=80)
