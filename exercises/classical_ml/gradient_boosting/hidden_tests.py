"""Hidden tests of gradient boosting."""

import math

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from grader.testing import assert_close, assert_dtype, assert_equal, assert_raises, assert_that

SEEDS = st.integers(0, 2**32 - 1)
LOSSES = ["squared", "logistic"]
PAIR, LABELS = np.array([[1.0], [3.0]]), np.array([0, 1])


def numbered(n, d=2):
    """Features whose first column is the number of the row."""
    return np.column_stack([np.arange(n), *(np.arange(n) * 0.5 + j for j in range(1, d))])


class Trees:
    """Trees whose leaves are scripted by round and row; they record their targets."""

    def __init__(self, *scripts):
        self.scripts = [np.array(script) for script in scripts]
        self.calls = []

    def fit_tree(self, X, target):
        """Record and return the function that looks up leaves."""
        script = self.scripts[len(self.calls) % len(self.scripts)]
        self.calls.append((np.asarray(X), np.asarray(target)))
        return lambda Q: script[Q[:, 0].astype(int)]


def sigmoid(f):
    """Probability of a raw score."""
    return 1.0 / (1.0 + math.exp(-f)) if f > -700 else 0.0


def boost(y, scripts, loss, lr):
    """Targets of all rounds and raw scores after each, row by row."""
    mean = math.fsum(y) / len(y)
    raw = [mean if loss == "squared" else math.log(mean / (1 - mean))] * len(y)
    targets, stages = [], [raw]
    for script in scripts:
        weights = [1.0] * len(y)
        if loss == "squared":
            target = [v - f for v, f in zip(y, raw, strict=True)]
        else:
            target = [v - sigmoid(f) for v, f in zip(y, raw, strict=True)]
            weights = [sigmoid(f) * (1 - sigmoid(f)) for f in raw]
        after = []
        for i, f in enumerate(raw):
            inside = [j for j in range(len(y)) if script[j] == script[i]]
            value = math.fsum(target[j] for j in inside) / max(math.fsum(weights[j] for j in inside), 1e-12)
            after.append(f + lr * value)
        targets.append(target)
        stages.append(after)
        raw = after
    return np.array(targets), np.array(stages)


def stump(X, target):
    """A split at the median of the column that varies with the target."""
    j = int(np.abs((X - X.mean(axis=0)).T @ target).argmax())
    threshold = np.median(X[:, j])
    return lambda Q: np.where(Q[:, j] > threshold, 1, 0)


def test_squared_by_hand(candidate):
    """From the mean, each leaf moves by lr times the mean of its residuals."""
    trees = Trees([0, 0, 1], [0, 1, 1])
    y = np.array([1.0, 3.0, 8.0])
    model = candidate.GradientBoosting("squared", 2, 0.5, trees.fit_tree).fit(numbered(3), y)
    # Residuals -3, -1, 4 make values -2 and 4; then residuals -2, 0, 2 make values -2 and 1.
    stages = np.array([[4.0, 4.0, 4.0], [3.0, 3.0, 6.0], [2.0, 3.5, 6.5]])
    assert_close(model.staged_raw(numbered(3)), stages)
    assert_close(model.predict(numbered(3)), stages[2])
    assert_close(np.array([target for _, target in trees.calls]), np.array([[-3.0, -1.0, 4.0], [-2.0, 0.0, 2.0]]))


def test_logistic_by_hand(candidate):
    """From the log-odds, each leaf moves by lr times a Newton step, the sum of residuals over that of p (1 - p)."""
    trees = Trees([0, 0, 0, 1])
    y = np.array([1, 1, 0, 1])
    model = candidate.GradientBoosting("logistic", 1, 0.25, trees.fit_tree).fit(numbered(4), y)
    start = math.log(3)
    # p = 3/4: residuals 1/4, 1/4, -3/4, 1/4 and p (1 - p) = 3/16. Values -1/4 / (9/16) and 1/4 / (3/16).
    after = np.array([start - 1 / 9] * 3 + [start + 1 / 3])
    assert_close(model.staged_raw(numbered(4)), np.array([[start] * 4, after]))
    assert_close(model.predict(numbered(4)), 1.0 / (1.0 + np.exp(-after)))
    assert_close(trees.calls[0][1], np.array([0.25, 0.25, -0.75, 0.25]))


@given(n=st.integers(2, 8), n_rounds=st.integers(1, 4), loss=st.sampled_from(LOSSES), seed=SEEDS)
@example(n=8, n_rounds=4, loss="logistic", seed=0)
def test_boosting_follows_the_definition(candidate, n, n_rounds, loss, seed):
    """With scripted leaves, targets and raw scores are those of a loop over rows."""
    rng = np.random.default_rng(seed)
    y = rng.permutation(np.arange(n) % 2) if loss == "logistic" else rng.normal(size=n)
    scripts, lr = rng.integers(0, 4, size=(n_rounds, n)), float(rng.choice([0.1, 0.5, 1.0]))
    trees = Trees(*scripts)
    X = numbered(n)
    model = candidate.GradientBoosting(loss, n_rounds, lr, trees.fit_tree).fit(X, y)
    targets, stages = boost(y.tolist(), scripts.tolist(), loss, lr)
    assert_equal(len(trees.calls), n_rounds)
    for (rows, target), expected in zip(trees.calls, targets, strict=True):
        assert_close(rows, X)
        assert_close(target, expected, rtol=1e-7, atol=1e-9)
    order = rng.integers(n, size=5)
    assert_close(model.staged_raw(X[order]), stages[:, order], rtol=1e-7, atol=1e-9)
    last = stages[-1, order]
    expected = last if loss == "squared" else np.array([sigmoid(f) for f in last.tolist()])
    assert_close(model.predict(X[order]), expected, rtol=1e-7, atol=1e-9)


def test_new_rows_find_their_leaves(candidate):
    """Rows that were not seen in training get the value of the leaf that the tree sends them to."""
    X, y = np.array([[1.0, 0.0], [2.0, 1.0], [3.0, 1.0], [4.0, 0.0]]), np.array([0.0, 1.0, 1.0, 4.0])

    def fit_tree(X, target):
        column = 0 if target[0] < -1.0 else 1
        return lambda Q: (Q[:, column] > (2.5, 0.5)[column]).astype(int)

    # The mean is 1.5. Values -1 and 1 by column 0; then residuals -0.5, 0.5, -1.5, 1.5 and values 0.5, -0.5.
    model = candidate.GradientBoosting("squared", 2, 1.0, fit_tree).fit(X, y)
    Q = np.array([[-9.0, 9.0], [99.0, -9.0], [99.0, 9.0]])
    assert_close(model.staged_raw(Q), np.array([[1.5, 1.5, 1.5], [0.5, 2.5, 2.5], [0.0, 3.0, 2.0]]))
    assert_close(model.predict(Q[:1]), np.array([0.0]))


@pytest.mark.parametrize("loss", LOSSES)
def test_training_loss_falls(candidate, loss, rng):
    """With stumps and lr 0.3, the squared error or the log loss of the training rows falls in every round."""
    X = rng.normal(size=(40, 3))
    y = X[:, 0] - X[:, 1] ** 2 + 0.1 * rng.normal(size=40)
    y = (y > np.median(y)).astype(np.int64) if loss == "logistic" else y
    stages = candidate.GradientBoosting(loss, 6, 0.3, stump).fit(X, y).staged_raw(X)
    losses = (y - stages) ** 2 if loss == "squared" else np.logaddexp(0.0, (1 - 2 * y) * stages)
    means = losses.mean(axis=1)
    assert_that(bool(np.all(np.diff(means) < 1e-12)), f"gives the losses {means.round(4).tolist()}")


@pytest.mark.fine
@pytest.mark.parametrize("loss", LOSSES)
def test_no_rounds(candidate, loss):
    """Without rounds the model is the initial score, which lr does not scale, and no tree is fitted."""
    trees = Trees([0])
    model = candidate.GradientBoosting(loss, 0, 0.1, trees.fit_tree).fit(numbered(5), np.array([1, 0, 1, 1, 1]))
    start = 0.8 if loss == "squared" else math.log(4)
    assert_close(model.staged_raw(numbered(2)), np.full((1, 2), start))
    assert_close(model.predict(numbered(2)), np.full(2, 0.8))
    assert_equal(len(trees.calls), 0)


@pytest.mark.fine
def test_leaf_numbers_may_be_anything(candidate):
    """Leaves are told apart by numbers that are negative, far apart or in any order, and new rows find theirs."""
    trees = Trees([10**9, -5, 10**9, 0], [3, -(10**9), 3, 7])
    y = np.array([1.0, 2.0, 3.0, 6.0])
    model = candidate.GradientBoosting("squared", 2, 1.0, trees.fit_tree).fit(numbered(4), y)
    stages = np.array([[3.0] * 4, [2.0, 2.0, 2.0, 6.0], [2.0, 2.0, 2.0, 6.0]])
    assert_close(model.staged_raw(numbered(4)), stages)
    for i in range(4):
        assert_close(model.staged_raw(numbered(4)[i : i + 1]), stages[:, i : i + 1])
    narrow = Trees(np.array([100, 200, 100, 0], dtype=np.uint8))
    assert_close(
        candidate.GradientBoosting("squared", 1, 1.0, narrow.fit_tree).fit(numbered(4), y).predict(numbered(4)),
        stages[2],
    )


@pytest.mark.fine
def test_raw_scores_of_any_size(candidate):
    """Raw scores of a thousand and far beyond give probabilities 0 and 1, without a warning."""
    trees = Trees([0, 1])
    for lr, size in ((400.0, 800.0), (1e6, 2e6)):
        model = candidate.GradientBoosting("logistic", 3, lr, trees.fit_tree).fit(numbered(2), LABELS)
        assert_close(model.staged_raw(numbered(2))[1:], np.array([[-size, size]] * 3))
        assert_close(model.predict(numbered(2)), np.array([0.0, 1.0]))


@pytest.mark.fine
def test_floor_of_the_denominator(candidate):
    """Where p (1 - p) vanishes in a leaf, its sum counts as 1e-12."""
    trees = Trees([0, 1, 0], [0, 1, 2])
    model = candidate.GradientBoosting("logistic", 2, 2000.0, trees.fit_tree).fit(numbered(3), np.array([1, 1, 0]))
    stages = model.staged_raw(numbered(3))
    start = math.log(2)
    assert_close(stages[1], np.array([start - 1500.0, start + 3000.0, start - 1500.0]))
    # Row 0 has p = 0 but label 1: its leaf has the value 1 / 1e-12.
    assert_close(stages[2], np.array([2e15, start + 3000.0, start - 1500.0]))
    # The floor is that of the sum, also in a leaf of two rows.
    model = candidate.GradientBoosting("logistic", 2, 2000.0, Trees([0, 1, 0]).fit_tree)
    stages = model.fit(numbered(3), np.array([1, 1, 0])).staged_raw(numbered(3))
    assert_close(stages[2], np.array([2e15, start + 3000.0, 2e15]))


@pytest.mark.fine
def test_one_row(candidate):
    """One row is enough for the squared loss, and every stage is its target."""
    model = candidate.GradientBoosting("squared", 2, 0.1, Trees([4]).fit_tree).fit(numbered(1), np.array([7.0]))
    assert_close(model.staged_raw(numbered(1)), np.full((3, 1), 7.0))


@pytest.mark.fine
@pytest.mark.parametrize("loss", LOSSES)
def test_no_queries(candidate, loss):
    """Without rows there are no scores and no predictions."""
    model = candidate.GradientBoosting(loss, 2, 0.1, Trees([0, 1]).fit_tree).fit(numbered(2), LABELS)
    assert_close(model.staged_raw(numbered(0)), np.zeros((3, 0)))
    assert_close(model.predict(numbered(0)), np.zeros(0))


@pytest.mark.fine
def test_types_of_the_results(candidate):
    """Scores, predictions and the targets of the trees are float64."""
    for loss in LOSSES:
        trees = Trees([0, 1, 0])
        model = candidate.GradientBoosting(loss, 1, 0.5, trees.fit_tree).fit(numbered(3), np.array([0, 1, 1]))
        assert_dtype(model.staged_raw(numbered(3)), np.float64)
        assert_dtype(model.predict(numbered(3)), np.float64)
        assert_dtype(trees.calls[0][1], np.float64)


@pytest.mark.fine
def test_dtypes_and_strides(candidate):
    """Labels may be booleans, narrow integers or float32, targets integers, and views with strides are fine."""
    X, script = numbered(12), [0, 1, 2, 0, 1, 2]
    y = np.array([1, 1, 0, 1, 0, 0])
    labels = np.repeat(y, 2)
    expected = boost(y.tolist(), [script], "logistic", 0.5)[1]
    for dtype in (bool, np.uint8, np.int8, np.float32, np.int64):
        trees = Trees(script)
        model = candidate.GradientBoosting("logistic", 1, 0.5, trees.fit_tree).fit(X[:6], labels.astype(dtype)[::2])
        assert_close(model.staged_raw(X[:6]), expected, rtol=1e-12, check_dtype=True)
    y = np.array([200, 3, 90, 7, 255, 0])
    expected = boost(y.tolist(), [script], "squared", 0.5)[1]
    trees, small = Trees(np.repeat(script, 2)), X.astype(np.uint8)[::2]
    model = candidate.GradientBoosting("squared", 1, 0.5, trees.fit_tree).fit(small, y.astype(np.uint8))
    assert_close(model.staged_raw(small), expected, rtol=1e-12, check_dtype=True)
    single = (y / 7).astype(np.float32)
    model = candidate.GradientBoosting("squared", 1, 0.5, trees.fit_tree).fit(small, single)
    expected = boost(single.astype(np.float64).tolist(), [script], "squared", 0.5)[1]
    assert_close(model.staged_raw(small), expected, rtol=1e-12, check_dtype=True)


@pytest.mark.fine
def test_trees_see_exact_features(candidate):
    """Trees may split between large features that differ by 1, such as times in seconds."""
    X = np.array([[1.7e9], [1.7e9 + 1.0]])

    def split(X, target):
        return lambda Q: (Q[:, 0] > 1.7e9).astype(int)

    model = candidate.GradientBoosting("squared", 1, 1.0, split).fit(X, np.array([0.0, 1.0]))
    assert_close(model.predict(X), np.array([0.0, 1.0]))


@pytest.mark.fine
def test_models_are_apart(candidate):
    """Two models keep their own trees, and a second fit replaces the first, also with other columns."""
    ones, twos = Trees([0, 1]), Trees([3, 3])
    y = np.array([0.0, 4.0])
    first = candidate.GradientBoosting("squared", 1, 1.0, ones.fit_tree).fit(numbered(2), y)
    second = candidate.GradientBoosting("squared", 1, 1.0, twos.fit_tree).fit(numbered(2), y + 6.0)
    assert_close(first.staged_raw(numbered(2)), np.array([[2.0, 2.0], [0.0, 4.0]]))
    assert_close(second.staged_raw(numbered(2)), np.full((2, 2), 8.0))
    again = first.fit(numbered(2, 4), y + 1.0)
    for model in (again, first):
        assert_close(model.staged_raw(numbered(2, 4)), np.array([[3.0, 3.0], [1.0, 5.0]]))


@pytest.mark.fine
@pytest.mark.parametrize("loss", LOSSES)
def test_invalid_data_raises(candidate, loss):
    """Wrong shapes, no rows and queries with other columns raise ValueError."""
    X, y = numbered(4), np.array([0, 1, 0, 1])
    trees = Trees([0, 1, 2, 3])
    for rows, labels in ((X[:, 0], y), (X[None], y), (X, y[:3]), (X, y[:, None]), (X[:0], y[:0]), (X[None], y[:1])):
        for n_rounds in (0, 1):
            with assert_raises(ValueError):
                candidate.GradientBoosting(loss, n_rounds, 0.1, trees.fit_tree).fit(rows, labels)
    model = candidate.GradientBoosting(loss, 1, 0.1, trees.fit_tree).fit(X, y)
    for Q in (X[:, :1], X[0], X[None], np.zeros((2, 3)), np.zeros((0, 1))):
        for method in (model.staged_raw, model.predict):
            with assert_raises(ValueError):
                method(Q)


@pytest.mark.fine
def test_invalid_labels_and_settings_raise(candidate):
    """Labels other than both of 0 and 1, an unknown loss and settings out of range raise ValueError."""
    trees = Trees([0, 1, 0])
    for y in ([0, 0, 0], [1, 1, 1], [0, 1, 2], [-1, 1, 1], [0.0, 0.5, 1.0], [1, 2, 2]):
        with assert_raises(ValueError):
            candidate.GradientBoosting("logistic", 1, 0.1, trees.fit_tree).fit(numbered(3), np.array(y))
    for loss, n_rounds, lr in (("absolute", 1, 0.1), ("squared", -1, 0.1), ("squared", 1, 0.0), ("logistic", 1, -0.1)):
        with assert_raises(ValueError):
            candidate.GradientBoosting(loss, n_rounds, lr, trees.fit_tree).fit(numbered(2), LABELS)
