"""Hidden tests of the decision tree."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from grader.testing import assert_close, assert_equal, assert_raises, assert_that, assert_type, put, speed

SEEDS = st.integers(0, 2**32 - 1)
CRITERIA = st.sampled_from(["gini", "entropy"])
XOR, ODD = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]), np.array([0, 1, 1, 0])


def plain(labels):
    """Labels as a list, whether they came as a list or as an array."""
    return np.asarray(labels).tolist()


def column(*values):
    """One feature, as a matrix."""
    return np.array(values, dtype=np.float64)[:, None]


def impurity(labels, criterion):
    """Impurity of a list of labels, exact for gini."""
    shares = [Fraction(labels.count(c), len(labels)) for c in sorted(set(labels))]
    if criterion == "gini":
        return 1 - sum(p * p for p in shares)
    return -math.fsum(float(p) * math.log2(p) for p in shares)


def split(rows, labels, criterion, least):
    """Best split by trying every candidate, or None."""
    best, n, parent = None, len(rows), impurity(labels, criterion)
    for j in range(len(rows[0])):
        values = sorted({row[j] for row in rows})
        for low, high in zip(values[:-1], values[1:], strict=True):
            left = [c for row, c in zip(rows, labels, strict=True) if row[j] <= low]
            right = [c for row, c in zip(rows, labels, strict=True) if row[j] > low]
            if min(len(left), len(right)) >= least:
                children = len(left) * impurity(left, criterion) + len(right) * impurity(right, criterion)
                decrease = parent - children / n
                if best is None or decrease > best[2] + 1e-12:
                    best = j, (low + high) / 2, decrease
    return best


def candidates(rows, labels, criterion):
    """Rows on the left and decrease of every way to split."""
    n, parent = len(rows), impurity(labels, criterion)
    for j in range(len(rows[0])):
        for value in sorted({row[j] for row in rows})[:-1]:
            left = [i for i in range(n) if rows[i][j] <= value]
            right = [i for i in range(n) if rows[i][j] > value]
            children = sum(len(side) * impurity([labels[i] for i in side], criterion) for side in (left, right))
            yield left, float(parent - children / n)


def assert_best(got, rows, labels, criterion="gini"):
    """Check that a split is as good as any other and that its decrease is right, whichever of equal ones it is."""
    assert_that(isinstance(got, (tuple, list)) and len(got) == 3, "is no triple (feature, threshold, decrease)", got)
    feature, threshold, decrease = got
    left = [i for i, row in enumerate(rows) if row[int(feature)] <= threshold]
    found = dict((tuple(side), value) for side, value in candidates(rows, labels, criterion))
    best = max(found.values())
    assert_close(decrease, best, rtol=1e-7, atol=1e-9)
    told = f"sends rows {left} left, which is not the best split (a decrease of {best:.6g})"
    assert_that(abs(found.get(tuple(left), -1.0) - best) < 1e-9, told, got)


def is_greedy(rows, labels, shares, criterion, depth):
    """Tell whether a tree of that depth, with any choice among equal splits, gives these shares to its own rows."""
    own = np.bincount(labels, minlength=shares.shape[1]) / len(labels)
    if len(set(labels)) == 1 or depth == 0:
        return bool(np.abs(shares - own).max() < 1e-9)
    found = list(candidates(rows, labels, criterion))
    best = max(decrease for _, decrease in found)
    for left, decrease in found:
        sides = left, [i for i in range(len(rows)) if i not in set(left)]
        if decrease > best - 1e-9 and all(
            is_greedy([rows[i] for i in s], [labels[i] for i in s], shares[s], criterion, depth - 1) for s in sides
        ):
            return True
    return False


def leaf(rows, labels, q, criterion="gini", depth=None, size=2, least=1, decrease=0.0):
    """Labels in the leaf that a query reaches."""
    if len(set(labels)) == 1 or len(rows) < size or depth == 0:
        return labels
    best = split(rows, labels, criterion, least)
    if best is None or best[2] < decrease - 1e-12:
        return labels
    side = q[best[0]] <= best[1]
    inside = [i for i, row in enumerate(rows) if (row[best[0]] <= best[1]) == side]
    below = None if depth is None else depth - 1
    return leaf([rows[i] for i in inside], [labels[i] for i in inside], q, criterion, below, size, least, decrease)


def test_split_by_hand(candidate):
    """Of four rows, three against one gives a decrease of 3/8 - 0; children count by their sizes; entropy is in bits."""
    X, y = column(1, 7, 3, 2), np.array([0, 1, 0, 0])
    assert_best(candidate.best_split(X, y, 2), X.tolist(), y.tolist())
    # No threshold parts the two rows of value 2; in the second table only the second feature tells the classes apart.
    for X, y in (
        (column(1, 2, 2, 3), np.array([0, 0, 1, 1])),
        (np.array([[1.0, 9.0], [2.0, 1.0], [3.0, 8.0], [4.0, 2.0]]), np.array([0, 1, 0, 1])),
    ):
        assert_best(candidate.best_split(X, y, 2), X.tolist(), y.tolist())
    # Children of 2 and 4 rows: gini 5/9 - 4/6 * 3/8, entropy in bits.
    X, y = column(1, 2, 3, 4, 5, 6), np.array([2, 2, 0, 0, 0, 1])
    for criterion in ("gini", "entropy"):
        assert_best(candidate.best_split(X, y, 3, criterion), X.tolist(), y.tolist(), criterion)


@given(n=st.integers(2, 9), d=st.integers(1, 3), criterion=CRITERIA, seed=SEEDS)
def test_split_is_the_best(candidate, n, d, criterion, seed):
    """On random rows, some with equal values, no other split lowers the impurity more, and the decrease is right."""
    rng = np.random.default_rng(seed)
    X, y = rng.normal(size=(n, d)).round(1) + 0.0, rng.integers(0, 3, size=n)
    y[:2] = 0, 1
    # Different enough to have a split, and a class that is alone on the far side, so that some split gains.
    X[0] = 5.0
    assert_best(candidate.best_split(X, y, 3, criterion), X.tolist(), y.tolist(), criterion)


def test_a_row_on_the_threshold_goes_left(candidate):
    """A query that lies exactly on the threshold that best_split gives is predicted like the rows on the left."""
    X, y = column(1, 2, 5, 9), np.array([0, 0, 1, 1])
    _, threshold, _ = candidate.best_split(X, y, 2)
    got = candidate.DecisionTreeClassifier(max_depth=1).fit(X, y).predict(column(threshold))
    assert_close(got, [0])


def test_criteria_differ(candidate):
    """Here gini cuts off three rows and entropy four, in best_split and in the tree."""
    X, y = column(*range(8)), np.array([1, 1, 1, 2, 0, 1, 0, 1])
    for criterion, size in (("gini", 3), ("entropy", 4)):
        _, threshold, _ = candidate.best_split(X, y, 3, criterion)
        assert_equal(int((X[:, 0] <= threshold).sum()), size)
        got = candidate.DecisionTreeClassifier(criterion, max_depth=1).fit(X, y).predict_proba(X)
        left, right = (np.bincount(part, minlength=3) / len(part) for part in (y[:size], y[size:]))
        assert_close(got, np.array([left] * size + [right] * (8 - size)))


@given(criterion=CRITERIA, depth=st.integers(1, 3), seed=SEEDS)
def test_tree_is_greedy(candidate, criterion, depth, seed):
    """On random rows, the shares are those of a tree that takes a best split at every node, down to its depth."""
    rng = np.random.default_rng(seed)
    X, y = rng.normal(size=(12, 2)), rng.integers(0, 3, size=12)
    y[:3] = 0, 1, 2
    model = candidate.DecisionTreeClassifier(criterion, max_depth=depth).fit(X, y * 4 - 3)
    got = np.asarray(model.predict_proba(X), dtype=np.float64)
    assert_close(got.shape, (12, 3))
    told = f"has shares on its training rows that no greedy tree of depth {depth} has"
    assert_that(is_greedy(X.tolist(), y.tolist(), got, criterion, depth), told, got)
    for label, row in zip(plain(model.predict(X)), got, strict=True):
        assert_that(label in (-3, 1, 5) and row[(label + 3) // 4] > row.max() - 1e-9, f"predicts {label}")


def test_full_tree_knows_its_rows(candidate):
    """Without limits every training row has its own label, and queries far from the thresholds follow."""
    rng = np.random.default_rng(1)
    X, y = rng.normal(size=(60, 3)), rng.integers(0, 4, size=60)
    model = candidate.DecisionTreeClassifier().fit(X, y)
    assert_close(model.predict(X), y)
    assert_close(model.predict_proba(X), np.eye(4)[y])
    X, y = np.array([[0, 0], [1, 9], [10, 0], [10, 9]]), np.array([0, 0, 1, 2])
    model = candidate.DecisionTreeClassifier().fit(X, y)
    assert_close(model.predict(np.array([[-5, 20], [30, -9], [30, 99]])), np.array([0, 1, 2]))


def test_depth_and_leaves(candidate):
    """A tree of depth 0 is one leaf; each level splits further, and pure nodes stay."""
    X, y = column(*range(8)), np.array([0, 0, 0, 0, 1, 1, 2, 2])
    for depth, shares in (
        (0, [[0.5, 0.25, 0.25]] * 8),
        (1, [[1, 0, 0]] * 4 + [[0, 0.5, 0.5]] * 4),
        (2, [[1, 0, 0]] * 4 + [[0, 1, 0]] * 2 + [[0, 0, 1]] * 2),
        (None, [[1, 0, 0]] * 4 + [[0, 1, 0]] * 2 + [[0, 0, 1]] * 2),
    ):
        got = candidate.DecisionTreeClassifier(max_depth=depth).fit(X, y).predict_proba(X)
        assert_close(got, np.array(shares, dtype=np.float64))


def test_least_size(candidate):
    """A node of min_samples_split rows splits, and one of fewer does not."""
    X, y = column(1, 2, 3, 4, 5, 6), np.array([0, 0, 1, 1, 1, 2])
    for size, shares in (
        (7, [[2 / 6, 3 / 6, 1 / 6]] * 6),
        (6, [[1, 0, 0]] * 2 + [[0, 0.75, 0.25]] * 4),
        (5, [[1, 0, 0]] * 2 + [[0, 0.75, 0.25]] * 4),
        (4, [[1, 0, 0]] * 2 + [[0, 1, 0]] * 3 + [[0, 0, 1]]),
    ):
        got = candidate.DecisionTreeClassifier(min_samples_split=size).fit(X, y).predict_proba(X)
        assert_close(got, np.array(shares, dtype=np.float64))


def test_labels(candidate):
    """classes_ is sorted, whatever the labels are, and labels come back as they were."""
    for y in (np.array([9, 9, -4, -4]), np.array(["spam", "spam", "eggs", "eggs"])):
        model = candidate.DecisionTreeClassifier().fit(column(1, 2, 5, 6), y)
        assert_equal(plain(model.classes_), sorted(set(y.tolist())))
        assert_equal(plain(model.predict(column(6, 1))), y[[2, 0]].tolist())
        assert_close(model.predict_proba(column(6, 1)), np.eye(2))


@pytest.mark.fine
def test_midpoints_and_types(candidate):
    """The threshold is halfway between two values; the triple holds a Python int and two Python floats."""
    got = candidate.best_split(column(1, 7, 3, 2), np.array([0, 1, 0, 0]), 2)
    assert_close(got, (0, 5.0, 0.375))
    for value, kind in zip(got, (int, float, float), strict=True):
        assert_type(value, kind)
    X, y = column(1, 2, 3, 4, 5, 6), np.array([2, 2, 0, 0, 0, 1])
    assert_close(candidate.best_split(X, y, 3), (0, 2.5, 11 / 18 - 4 / 6 * 3 / 8))
    parent = 0.5 + math.log2(3) / 3 + math.log2(6) / 6
    decrease = parent - 4 / 6 * (2 - 0.75 * math.log2(3))
    assert_close(candidate.best_split(X, y, 3, "entropy"), (0, 2.5, decrease))


@pytest.mark.fine
def test_threshold_goes_left(candidate):
    """A row on the threshold goes left."""
    model = candidate.DecisionTreeClassifier().fit(column(1, 3), np.array([0, 1]))
    assert_equal(model.predict(column(2, 2.0000001, 1.9999999)), np.array([0, 1, 0]))


@pytest.mark.fine
def test_least_rows_on_either_side(candidate):
    """Candidates with too small a side are left out, and the best of the rest is taken."""
    X, y = column(1, 2, 3, 4, 5), np.array([1, 0, 0, 0, 0])
    assert_close(candidate.best_split(X, y, 2)[:2], (0, 1.5))
    assert_close(candidate.best_split(X, y, 2, min_samples_leaf=2)[:2], (0, 2.5))
    assert_close(candidate.best_split(-X, y, 2, min_samples_leaf=2)[:2], (0, -2.5))
    assert_equal(candidate.best_split(X, y, 2, min_samples_leaf=3), None)
    model = candidate.DecisionTreeClassifier(min_samples_leaf=2).fit(X, y)
    assert_close(model.predict_proba(column(1, 3)), np.array([[0.5, 0.5], [1.0, 0.0]]))


@pytest.mark.fine
def test_xor_is_learnt(candidate):
    """A best decrease of zero is no reason to stop: XOR needs two levels."""
    assert_close(candidate.best_split(XOR, ODD, 2), (0, 0.5, 0.0), atol=1e-12)
    for criterion in ("gini", "entropy"):
        model = candidate.DecisionTreeClassifier(criterion).fit(np.vstack([XOR] * 3), np.tile(ODD, 3))
        assert_equal(model.predict(XOR), ODD)
    # Sums modulo 3 and 5 gain nothing at the root either, and rounding may make that a little less than nothing.
    for m, copies, last, criterion in ((3, 5, 2, "entropy"), (5, 1, 2, "entropy"), (5, 3, 4, "gini")):
        X = np.tile(np.indices((m, m)).reshape(2, -1).T, (copies, 1))
        y = np.minimum(X.sum(axis=1) % m, last)
        assert_equal(candidate.DecisionTreeClassifier(criterion).fit(X, y).predict(X), y)


@pytest.mark.fine
def test_no_candidate(candidate):
    """One row, constant features and too few rows for both sides give None, and a leaf in the tree."""
    for X, y in ((column(1), np.array([0])), (np.full((3, 2), 4.0), np.array([0, 1, 1]))):
        assert_equal(candidate.best_split(X, y, 2), None)
    model = candidate.DecisionTreeClassifier().fit(np.full((4, 2), 4.0), np.array(["b", "a", "b", "b"]))
    assert_close(model.predict_proba(np.array([[4.0, 4.0], [9.0, -9.0]])), np.array([[0.25, 0.75]] * 2))


@pytest.mark.fine
def test_least_decrease(candidate):
    """A node splits if its decrease is min_impurity_decrease, which is that of the node, not of all rows."""
    X, y = column(1, 2, 3, 4), np.array([0, 0, 1, 1])
    for settings, splits in (
        ({"min_impurity_decrease": 0.5}, True),
        ({"min_impurity_decrease": 0.501}, False),
        ({"min_impurity_decrease": 1.0, "criterion": "entropy"}, True),
    ):
        model = candidate.DecisionTreeClassifier(**settings).fit(X, y)
        assert_equal(model.predict(X), y if splits else np.zeros_like(y))
    # The second split concerns two rows of four, and its decrease is 1/2 all the same; that of the first is 3/8.
    y = np.array([0, 1, 2, 2])
    model = candidate.DecisionTreeClassifier(min_impurity_decrease=0.3).fit(X, y)
    assert_equal(model.predict(X), y)
    model = candidate.DecisionTreeClassifier(min_impurity_decrease=0.38).fit(X, y)
    assert_equal(model.predict(X), np.full(4, 2))


@pytest.mark.fine
def test_ties_between_splits(candidate):
    """Equal decreases go to the lowest feature, then to the lowest threshold, also where rounding differs."""
    X, y = column(0, 1, 2, 3), np.array([0, 1, 1, 0])
    assert_equal(candidate.best_split(X, y, 2)[:2], (0, 0.5))
    assert_equal(candidate.best_split(np.hstack([X, -X, X]), y, 2)[:2], (0, 0.5))
    assert_equal(candidate.best_split(np.hstack([0 * X, -X, X]), y, 2)[:2], (1, -2.5))
    # The lower feature wins, although the other one has a lower threshold.
    assert_equal(candidate.best_split(np.hstack([X, -X]), np.array([0, 0, 0, 1]), 2)[:2], (0, 2.5))
    # Two cuts are equally good here, but sums in floating point may differ.
    for labels, criterion, threshold in (
        ([0, 0, 2, 0, 1, 2, 2], "gini", 1.5),
        ([1, 1, 2, 0, 1, 2, 2], "gini", 1.5),
        ([2, 0, 1, 1, 2, 1, 0], "entropy", 0.5),
        ([0, 2, 0, 1, 2, 0, 1], "entropy", 2.5),
    ):
        rows = column(*range(7))
        assert_equal(candidate.best_split(rows, np.array(labels), 3, criterion)[:2], (0, threshold))
        back = candidate.best_split(np.hstack([rows, -rows]), np.array(labels), 3, criterion)
        assert_equal(back[:2], (0, threshold))


@pytest.mark.fine
def test_labels_and_ties_in_leaves(candidate):
    """classes_ is sorted, labels come back with their dtype, and equal shares go to the smallest label."""
    for y in (np.array([9, 9, -4, -4]), np.array(["spam", "spam", "eggs", "eggs"]), np.array([1, 1, 0, 0], np.int8)):
        model = candidate.DecisionTreeClassifier().fit(column(1, 2, 5, 6), y)
        assert_equal(model.classes_, np.unique(y))
        assert_equal(model.predict(column(6, 1)), y[[2, 0]])
        stump = candidate.DecisionTreeClassifier(max_depth=0).fit(column(1, 2, 5, 6), y)
        assert_equal(stump.predict(column(0)), y[2:3])


@pytest.mark.fine
@given(n=st.integers(1, 9), d=st.integers(1, 3), levels=st.integers(1, 6), criterion=CRITERIA, seed=SEEDS)
def test_split_follows_the_definition(candidate, n, d, levels, criterion, seed):
    """On random rows with many equal values, the split is that of trying every candidate."""
    rng = np.random.default_rng(seed)
    X, y, least = rng.integers(0, levels, size=(n, d)) * 1.5, rng.integers(0, 3, size=n), int(rng.integers(1, 4))
    expected = split(X.tolist(), y.tolist(), criterion, least)
    got = candidate.best_split(X, y, 4, criterion, min_samples_leaf=least)
    if expected is None:
        assert_equal(got, None)
    else:
        assert_close(got, (*expected[:2], float(expected[2])), atol=1e-12)


@pytest.mark.fine
@given(
    criterion=CRITERIA,
    depth=st.sampled_from([None, 0, 1, 2]),
    size=st.integers(2, 5),
    least=st.integers(1, 3),
    decrease=st.sampled_from([0.0, 0.0, 0.1]),
    seed=SEEDS,
)
@example(criterion="entropy", depth=None, size=2, least=1, decrease=0.0, seed=15)
@example(criterion="entropy", depth=2, size=2, least=1, decrease=0.0, seed=5)
def test_tree_follows_the_definition(candidate, criterion, depth, size, least, decrease, seed):
    """On random rows and limits, the shares are those of the leaf that is found by trying every split."""
    rng = np.random.default_rng(seed)
    X, y, Q = rng.integers(0, 5, size=(12, 2)), rng.integers(0, 3, size=12) * 4 - 3, rng.normal(2.0, 2.0, size=(4, 2))
    model = candidate.DecisionTreeClassifier(criterion, depth, size, least, decrease).fit(X, y)
    classes, rows = np.unique(y).tolist(), X.tolist()
    leaves = [leaf(rows, y.tolist(), q, criterion, depth, size, least, decrease) for q in Q.tolist()]
    expected = np.array([[labels.count(c) / len(labels) for c in classes] for labels in leaves])
    assert_close(model.predict_proba(Q), expected, check_dtype=True)
    assert_equal(model.predict(Q), np.array(classes)[expected.argmax(axis=1)])


@pytest.mark.fine
def test_depth_counts_edges(candidate):
    """A tree of depth 0 is one leaf, and each level of this tree adds one leaf."""
    X, y = column(*range(8)), np.array([0, 0, 1, 1, 2, 2, 3, 3])
    for depth, leaves in ((0, 1), (1, 2), (2, 3), (3, 4), (None, 4)):
        shares = candidate.DecisionTreeClassifier(max_depth=depth).fit(X, y).predict_proba(X)
        assert_equal(len({tuple(row) for row in shares.tolist()}), leaves)


@pytest.mark.fine
def test_neighbouring_floats(candidate):
    """Between two neighbouring floats the threshold is the smaller one, so no side is empty."""
    for low in (1.0, np.nextafter(1.0, 2.0), 1e8 + 0.1):
        X = column(low, np.nextafter(low, np.inf))
        assert_equal(candidate.best_split(X, np.array([0, 1]), 2)[1], float(low))
        assert_equal(candidate.DecisionTreeClassifier().fit(X, np.array([0, 1])).predict(X), np.array([0, 1]))


@pytest.mark.fine
def test_neighbouring_narrow_floats(candidate):
    """Between neighbours of float16 or float32, rows are compared with the threshold in float64, also in queries."""
    for dtype, low in ((np.float16, 2.0**11), (np.float32, 2.0**24)):
        X, y = column(low, low + 2, low + 4), np.array([0, 0, 1])
        for rows in (X.astype(dtype), X):
            model = candidate.DecisionTreeClassifier().fit(rows, y)
            assert_equal(model.predict(X.astype(dtype)), y)
            assert_equal(model.predict(X + 1), np.array([0, 0, 1]))
            assert_equal(model.predict(X + 1.5), np.array([0, 1, 1]))


@pytest.mark.fine
def test_dtypes_and_strides(candidate, rng):
    """Narrow integers, float32 and views with strides are computed in float64."""
    X, y = column(200, 255, 100, 50).astype(np.uint8), np.array([1, 1, 0, 0])
    assert_close(candidate.best_split(X, y, 2), (0, 150.0, 0.5))
    assert_close(
        candidate.best_split(np.array([[1.0], [1.0 + 2**-23]], np.float32), y[1:3], 2)[1], 1.0 + 2**-24, rtol=1e-12
    )
    whole = rng.integers(0, 6, size=(3, 20))
    labels = rng.integers(0, 3, size=20)
    expected = candidate.best_split(np.ascontiguousarray(whole.T[::2]), labels[::2].copy(), 3)
    for dtype in (np.uint8, np.int16, np.float32):
        assert_close(candidate.best_split(whole.astype(dtype).T[::2], labels.astype(np.uint8)[::2], 3), expected)
    model = candidate.DecisionTreeClassifier().fit(whole.astype(np.uint8).T[::2], labels[::2])
    assert_equal(model.predict(whole.T[::2]), model.predict(whole.T[::2].astype(np.float32)))


@pytest.mark.fine
def test_no_queries_and_models_apart(candidate):
    """No queries give no rows, models keep their own trees, and a second fit replaces the first."""
    first = candidate.DecisionTreeClassifier().fit(XOR, ODD)
    second = candidate.DecisionTreeClassifier().fit(XOR, 1 - ODD)
    assert_close(first.predict_proba(XOR[:0]), np.zeros((0, 2)))
    assert_equal(first.predict(XOR[:0]), ODD[:0])
    assert_equal(first.predict(XOR), ODD)
    assert_equal(second.predict(XOR), 1 - ODD)
    again = first.fit(column(1, 2, 3), np.array([5, 6, 7]))
    assert_close(again.predict_proba(column(1, 3)), np.array([[1.0, 0.0, 0.0], [0.0, 0.0, 1.0]]))
    assert_equal(first.predict(column(2)), np.array([6]))


@pytest.mark.fine
def test_invalid_data_raises(candidate):
    """Wrong shapes, no rows, classes out of range and queries with other columns raise ValueError."""
    shapes = (
        (XOR[:, 0], ODD),
        (XOR[None], ODD),
        (XOR, ODD[:3]),
        (XOR, ODD[:, None]),
        (XOR[:0], ODD[:0]),
        (XOR[:1], ODD),
    )
    for X, y in (*shapes, (XOR[None], ODD[:1])):
        with assert_raises(ValueError):
            candidate.best_split(X, y, 2)
        with assert_raises(ValueError):
            candidate.DecisionTreeClassifier().fit(X, y)
    for y, k in ((np.array([0, 1, 2, 1]), 2), (np.array([0, -1, 1, 1]), 2)):
        with assert_raises(ValueError):
            candidate.best_split(XOR, y, k)
    for settings in ({"criterion": "error"}, {"min_samples_leaf": 0}):
        with assert_raises(ValueError):
            candidate.best_split(XOR, ODD, 2, **settings)
    model = candidate.DecisionTreeClassifier().fit(XOR, ODD)
    for Q in (XOR[:, :1], XOR[0], XOR[None], np.zeros((2, 3)), np.zeros((0, 1))):
        for method in (model.predict_proba, model.predict):
            with assert_raises(ValueError):
                method(Q)


@pytest.mark.fine
def test_invalid_settings_raise(candidate):
    """Limits that are too small and unknown criteria raise ValueError."""
    for settings in (
        {"criterion": "error"},
        {"max_depth": -1},
        {"min_samples_split": 1},
        {"min_samples_leaf": 0},
        {"min_impurity_decrease": -0.1},
    ):
        with assert_raises(ValueError):
            candidate.DecisionTreeClassifier(**settings).fit(column(1, 1), np.array([0, 0]))


@pytest.mark.scale
@pytest.mark.parametrize("criterion", ["gini", "entropy"])
def test_speed_of_the_split(candidate, reference, rng, criterion):
    """3000 rows with 5 columns are sorted once, and classes are not counted anew for each threshold."""

    def prepare(subject, rng):
        X, y = put(subject, rng.normal(size=(3000, 5))), put(subject, rng.integers(0, 3, size=3000))
        return lambda: subject.best_split(X, y, 3, criterion)

    speed(candidate, reference, prepare, rng, limit=20.0)
