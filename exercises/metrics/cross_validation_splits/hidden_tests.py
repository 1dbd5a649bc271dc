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
    """Check all folds, order and dtype included."""
    assert_type(got, list)
    assert_close(got, expected, check_dtype=True)


def rows(got):
    """Return the train and the test rows of each fold as sorted lists."""
    return [(sorted(map(int, train)), sorted(map(int, test))) for train, test in got]


def same_rows(got, expected):
    """Check that the folds hold these rows, in whatever order and container."""
    found, wanted = rows(got), rows(expected)
    tests, wished = [test for _, test in found], [test for _, test in wanted]
    assert_that(tests == wished, f"tests on the rows {tests} instead of {wished}", got)
    trains, wished = [train for train, _ in found], [train for train, _ in wanted]
    assert_that(trains == wished, f"trains on the rows {trains} instead of {wished}", got)


def shares_out(got, n, k):
    """Check that k folds share n rows out and train on all others; return the rows of each."""
    found = rows(got)
    assert_that(len(found) == k, f"has {len(found)} folds instead of {k}", got)
    dealt = sorted(row for _, test in found for row in test)
    assert_that(dealt == list(range(n)), f"tests on the rows {dealt} instead of each of {n} once", got)
    for train, test in found:
        rest = sorted(set(range(n)) - set(test))
        assert_that(train == rest, f"trains on {train} and tests on {test}; the others are {rest}", got)
    return [test for _, test in found]


def test_k_fold_by_hand(candidate):
    """The first n mod k folds have one row more, and no row is left over."""
    same_rows(candidate.k_fold(7, 3), splits(7, [[0, 1, 2], [3, 4], [5, 6]]))
    same_rows(candidate.k_fold(8, 3), splits(8, [[0, 1, 2], [3, 4, 5], [6, 7]]))
    same_rows(candidate.k_fold(6, 3), splits(6, [[0, 1], [2, 3], [4, 5]]))
    same_rows(candidate.k_fold(11, 4), splits(11, [[0, 1, 2], [3, 4, 5], [6, 7, 8], [9, 10]]))


def test_k_fold_in_another_order(candidate):
    """With perm the first fold tests on perm[0], perm[1] and so on."""
    perm = np.array([2, 4, 5, 0, 6, 1, 3])
    same_rows(candidate.k_fold(7, 3, perm), splits(7, [[2, 4, 5], [0, 6], [1, 3]]))
    same_rows(candidate.k_fold(7, 2, perm=perm), splits(7, [[0, 2, 4, 5], [1, 3, 6]]))
    same_rows(candidate.k_fold(7, 3, np.arange(7)), splits(7, [[0, 1, 2], [3, 4], [5, 6]]))


def test_one_row_a_fold(candidate):
    """With as many folds as rows, classes alike or groups, each row is tested on its own."""
    same_rows(candidate.k_fold(4, 4), splits(4, [[0], [1], [2], [3]]))
    same_rows(candidate.k_fold(2, 2, np.array([1, 0])), splits(2, [[1], [0]]))
    for got in (candidate.stratified_k_fold(np.array([5, 5]), 2), candidate.group_k_fold(np.array([5, 4]), 2)):
        tests = shares_out(got, 2, 2)
        assert_that(sorted(tests) == [[0], [1]], f"tests on {tests}", got)


@given(n=st.integers(2, 12), k=st.integers(2, 12), shuffled=st.booleans(), seed=st.integers(0, 2**32 - 1))
def test_k_fold_agrees_with_slicing(candidate, n, k, shuffled, seed):
    """The folds are consecutive slices of the rows in order."""
    k = min(k, n)
    perm = np.random.default_rng(seed).permutation(n) if shuffled else None
    same_rows(candidate.k_fold(n, k, perm), slow_k_fold(n, k, perm))


def test_stratified_folds_have_equal_shares(candidate):
    """Where the classes can be divided evenly, every fold has the same mix, whether the rows are sorted or not."""
    for y in (np.array([0, 0, 0, 0, 0, 0, 1, 1, 1]), np.array([1, 0, 0, 1, 0, 0, 0, 0, 1])):
        for test in shares_out(candidate.stratified_k_fold(y, 3), 9, 3):
            ones = int(y[test].sum())
            assert_that(len(test) == 3 and ones == 1, f"has a fold with {ones} of {len(test)} rows of class 1")


@given(n=st.integers(2, 14), classes=st.integers(1, 4), shuffled=st.booleans(), seed=st.integers(0, 2**32 - 1))
def test_stratified_tests_every_row_once(candidate, n, classes, shuffled, seed):
    """Each row is in exactly one test fold and trains in all others, in any order of the rows."""
    rng = np.random.default_rng(seed)
    y = rng.integers(0, classes, size=n)
    y[:2] = 0
    perm = rng.permutation(n) if shuffled else None
    shares_out(candidate.stratified_k_fold(y, 2, perm), n, 2)


@given(sizes=st.lists(st.integers(5, 12), min_size=1, max_size=4), k=st.integers(2, 5), seed=st.integers(0, 2**32 - 1))
def test_stratified_folds_are_balanced(candidate, sizes, k, seed):
    """The numbers of rows of a class in two folds differ by at most 1."""
    y = np.random.default_rng(seed).permutation(np.repeat(np.arange(len(sizes)), sizes))
    got = candidate.stratified_k_fold(y, k)
    tests = shares_out(got, len(y), k)
    for label in range(len(sizes)):
        counts = [int((y[test] == label).sum()) for test in tests]
        assert_that(max(counts) - min(counts) <= 1, f"has {counts} rows of class {label} in its folds", got)


@given(n=st.integers(2, 14), k=st.integers(2, 4), seed=st.integers(0, 2**32 - 1))
def test_groups_stay_together(candidate, n, k, seed):
    """Each row is tested once, and the rows of a group all in the same fold."""
    groups = np.random.default_rng(seed).integers(0, 8, size=n)
    k = min(k, len(set(groups.tolist())))
    if k < 2:
        return
    got = candidate.group_k_fold(groups, k)
    for test in shares_out(got, n, k):
        split = set(groups[test].tolist()) & set(np.delete(groups, test).tolist())
        assert_that(not split, f"divides the groups {sorted(split)}", got)


def test_groups_by_hand(candidate):
    """The largest group comes first, and each goes to the fold that is smallest so far."""
    groups = np.array([1, 1, 1, 1, 9, 7, 7, 7, 7, 7, 7, 4, 4, 4])
    # Sizes: 7 has 6, 1 has 4, 4 has 3, 9 has 1.
    for k, expected in (
        (2, [[0, 1, 2, 3, 11, 12, 13], [4, 5, 6, 7, 8, 9, 10]]),
        (3, [[0, 1, 2, 3], [4, 11, 12, 13], [5, 6, 7, 8, 9, 10]]),
        (4, [[0, 1, 2, 3], [4], [5, 6, 7, 8, 9, 10], [11, 12, 13]]),
    ):
        got = candidate.group_k_fold(groups, k)
        tests = sorted(shares_out(got, 14, k))
        assert_that(tests == expected, f"tests on {tests} instead of {expected}, in any order", got)


@given(n=st.integers(2, 20), k=st.integers(2, 4), seed=st.integers(0, 2**32 - 1))
def test_group_folds_are_as_even_as_the_rule_makes_them(candidate, n, k, seed):
    """The sizes of the folds are those of the rule, whichever of equal groups or folds comes first."""
    groups = np.random.default_rng(seed).integers(0, 9, size=n) ** 2 // 9
    k = min(k, len(set(groups.tolist())))
    if k < 2:
        return
    got = candidate.group_k_fold(groups, k)
    sizes = sorted(len(test) for _, test in rows(got))
    expected = sorted(len(test) for _, test in slow_group(groups, k))
    assert_that(sizes == expected, f"has folds of sizes {sizes} instead of {expected}", got)


@pytest.mark.fine
def test_order_and_dtype(candidate):
    """The result is a list of pairs of ascending int64 vectors, the order of perm notwithstanding."""
    same(candidate.k_fold(7, 3), splits(7, [[0, 1, 2], [3, 4], [5, 6]]))
    same(candidate.k_fold(7, 3, np.array([5, 4, 2, 0, 6, 3, 1])), splits(7, [[2, 4, 5], [0, 6], [1, 3]]))
    same(candidate.stratified_k_fold(np.array([5, 5]), 2, np.array([1, 0])), splits(2, [[1], [0]]))
    same(candidate.group_k_fold(np.array([5, 4]), 2), splits(2, [[1], [0]]))


@pytest.mark.fine
def test_stratified_by_hand(candidate):
    """Classes are dealt in the order of their labels, and each goes on where the one before has stopped."""
    y = np.array([2, 1, 2, 2, 1, 3, 2])
    # The order is 1, 4, then 0, 2, 3, 6, then 5.
    same(candidate.stratified_k_fold(y, 3), splits(7, [[1, 2, 5], [3, 4], [0, 6]]))
    same(candidate.stratified_k_fold(y, 2), splits(7, [[0, 1, 3, 5], [2, 4, 6]]))
    same(candidate.stratified_k_fold(y, 4), splits(7, [[1, 3], [4, 6], [0, 5], [2]]))


@pytest.mark.fine
def test_stratified_in_another_order(candidate):
    """With perm the rows of each class are dealt in that order, and the classes still in the order of their labels."""
    y, perm = np.array([2, 1, 2, 2, 1, 3, 2]), np.array([6, 4, 5, 0, 3, 1, 2])
    # Class 1 comes as 4, 1, class 2 as 6, 0, 3, 2.
    same(candidate.stratified_k_fold(y, 3, perm), splits(7, [[0, 4, 5], [1, 3], [2, 6]]))
    same(candidate.stratified_k_fold(y, 2, perm=perm), splits(7, [[3, 4, 5, 6], [0, 1, 2]]))


@pytest.mark.fine
def test_leftovers_are_spread(candidate):
    """Leftover rows of many classes do not all go to the first fold."""
    y = np.repeat(np.arange(6), 4)
    got = candidate.stratified_k_fold(y, 3)
    sizes = [len(test) for _, test in got]
    assert_that(sizes == [8, 8, 8], f"has folds of sizes {sizes} instead of 8, 8, 8", got)
    same(got, slow_stratified(y, 3))


@pytest.mark.fine
def test_small_classes(candidate):
    """A class may have fewer rows than there are folds, as long as the largest has enough."""
    y = np.array([0, 1, 1, 1, 2, 1])
    same(candidate.stratified_k_fold(y, 4), splits(6, [[0, 5], [1, 4], [2], [3]]))
    with assert_raises(ValueError):
        candidate.stratified_k_fold(y, 5)


@pytest.mark.fine
@given(
    n=st.integers(2, 14),
    k=st.integers(2, 5),
    classes=st.integers(1, 5),
    shuffled=st.booleans(),
    seed=st.integers(0, 2**32 - 1),
)
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


@pytest.mark.fine
def test_order_of_the_group_folds(candidate):
    """The fold with the largest group comes first, and ties are settled by labels and fold numbers."""
    groups = np.array([4, 7, 7, 1, 9, 7, 9, 1, 7, 3])
    # Sizes: 7 has 4, 1 and 9 have 2, 3 and 4 have 1.
    same(candidate.group_k_fold(groups, 2), splits(10, [[1, 2, 5, 8, 9], [3, 7, 4, 6, 0]]))
    same(candidate.group_k_fold(groups, 3), splits(10, [[1, 2, 5, 8], [3, 7, 9], [4, 6, 0]]))
    same(candidate.group_k_fold(groups, 5), splits(10, [[1, 2, 5, 8], [3, 7], [4, 6], [9], [0]]))


@pytest.mark.fine
def test_many_groups_of_equal_size(candidate):
    """Sixty groups of one row or two are dealt with in the order of their labels, whatever sort is used."""
    groups = np.repeat(np.arange(60), np.tile([1, 2], 30))
    same(candidate.group_k_fold(groups, 7), slow_group(groups, 7))


@pytest.mark.fine
def test_group_ties(candidate):
    """Equal groups are shared out in the order of their labels, and equal folds filled from the lowest number."""
    groups = np.array([30, 10, 20, 40, 10, 40, 20, 30])
    same(candidate.group_k_fold(groups, 4), splits(8, [[1, 4], [2, 6], [0, 7], [3, 5]]))
    same(candidate.group_k_fold(groups, 2), splits(8, [[0, 1, 4, 7], [2, 3, 5, 6]]))
    same(candidate.group_k_fold(np.array([3, -1, 2]), 2), splits(3, [[0, 1], [2]]))


@pytest.mark.fine
def test_a_group_that_dwarfs_the_others(candidate):
    """A group is never divided, however uneven the folds become."""
    groups = np.array([1] * 9 + [0, 2, 3])
    same(candidate.group_k_fold(groups, 3), splits(12, [range(9), [9, 11], [10]]))


@pytest.mark.fine
@given(n=st.integers(1, 14), k=st.integers(2, 5), names=st.integers(1, 8), seed=st.integers(0, 2**32 - 1))
def test_groups_agree_with_sharing_out(candidate, n, k, names, seed):
    """The folds are those of sharing out one group after the other."""
    groups = np.random.default_rng(seed).integers(-2, names - 2, size=n)
    if len(set(groups.tolist())) < k:
        with assert_raises(ValueError):
            candidate.group_k_fold(groups, k)
    else:
        same(candidate.group_k_fold(groups, k), slow_group(groups, k))


@pytest.mark.fine
@pytest.mark.parametrize("dtype", ["U3", "S2", "bool", "int8", "uint8", "float32", "float64"])
def test_labels_of_any_kind(candidate, dtype):
    """Classes and groups may be strings, booleans, floats or narrow integers, and need not be 0, 1, 2."""
    labels = np.array([90, 0, 7, 90, 0, 90, 7, 90, 0]).astype(dtype)
    same(candidate.stratified_k_fold(labels, 2), slow_stratified(labels, 2))
    same(candidate.group_k_fold(labels, 2), slow_group(labels, 2))


@pytest.mark.fine
def test_negative_labels(candidate):
    """Labels below zero and fractions are sorted like any other number."""
    labels = np.array([0.5, -3.0, 0.25, -3.0, 0.5, 0.25, 0.5, -1e9])
    same(candidate.stratified_k_fold(labels, 3), slow_stratified(labels, 3))
    same(candidate.group_k_fold(labels, 3), slow_group(labels, 3))
    labels = np.array([-2, 5, -2, -7, 5, 10**12, -2])
    same(candidate.stratified_k_fold(labels, 2), slow_stratified(labels, 2))
    same(candidate.group_k_fold(labels, 2), slow_group(labels, 2))


@pytest.mark.fine
def test_strided_and_narrow_input(candidate):
    """Strided views and narrow integers in perm are treated like any other array."""
    labels, perm = np.arange(24) * 7 % 5, np.arange(24)[::-1] // 2
    same(candidate.stratified_k_fold(labels[::-2], 2, perm[::2]), slow_stratified(labels[::-2], 2, perm[::2]))
    same(candidate.group_k_fold(labels[1::2], 3), slow_group(labels[1::2], 3))
    for dtype in (np.uint8, np.int8, np.int32, np.uint64):
        few = np.array([3, 0, 4, 1, 2], dtype=dtype)
        same(candidate.k_fold(5, 2, few), slow_k_fold(5, 2, few))
        same(candidate.stratified_k_fold(np.array([1, 0, 1, 0, 1]), 2, few), splits(5, [[3, 0, 2], [1, 4]]))


@pytest.mark.fine
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


@pytest.mark.fine
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


@pytest.mark.fine
def test_labels_that_are_no_vector(candidate):
    """Classes or groups that are not a vector raise ValueError."""
    for labels in (np.array([[0, 1, 0, 1]]), np.array([[0, 0], [1, 1]]), np.array([[0], [1], [0], [1]])):
        with assert_raises(ValueError):
            candidate.stratified_k_fold(labels, 2)
        with assert_raises(ValueError):
            candidate.group_k_fold(labels, 2)


@pytest.mark.scale
@pytest.mark.parametrize("name", ["k_fold", "stratified_k_fold", "group_k_fold"])
def test_many_rows(candidate, reference, rng, name):
    """Twenty thousand rows are split in little more time than sorting them takes."""
    n, k, labels = 20_000, 5, []

    def prepare(subject, rng):
        perm = rng.permutation(n)
        y, groups = rng.integers(0, 10, size=n), rng.integers(0, 1000, size=n)
        labels[:] = [{"k_fold": perm, "stratified_k_fold": y, "group_k_fold": groups}[name]]
        arguments = {"k_fold": (n, k, perm), "stratified_k_fold": (y, k, perm), "group_k_fold": (groups, k)}[name]
        return lambda: getattr(subject, name)(*arguments)

    def check(got, expected):
        tests = [np.sort(np.asarray(test)) for _, test in got]
        dealt = np.sort(np.concatenate(tests))
        assert_that(len(tests) == k and np.array_equal(dealt, np.arange(n)), "does not test on every row once", got)
        others = all(
            np.array_equal(np.sort(np.asarray(train)), np.setdiff1d(dealt, test))
            for (train, _), test in zip(got, tests, strict=True)
        )
        assert_that(others, "does not train on all other rows", got)
        if name == "k_fold":
            assert_close(tests, [test for _, test in expected])
        elif name == "stratified_k_fold":
            counts = np.array([np.bincount(labels[0][test], minlength=10) for test in tests])
            assert_that((np.ptp(counts, axis=0) <= 1).all(), "has folds with uneven classes", got)
        else:
            sizes, wanted = sorted(map(len, tests)), sorted(len(test) for _, test in expected)
            assert_that(sizes == wanted, f"has folds of sizes {sizes} instead of {wanted}", got)

    speed(candidate, reference, prepare, rng, limit=80, check=check)
