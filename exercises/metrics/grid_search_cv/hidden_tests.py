"""Hidden tests of grid_search_cv."""

import math

import numpy as np
import pytest

from grader.testing import assert_close, assert_equal, assert_raises, assert_that, assert_type, expose

Y = np.array([0.0, 2.0, 4.0, 6.0, 1.0, 5.0])
X = np.arange(12.0).reshape(6, 2)
SPLITS = [
    (np.array([0, 1, 2]), np.array([3, 4])),
    (np.array([3, 4, 5]), np.array([0])),
    (np.array([1]), np.array([5, 2])),
]


class Slope:
    """Predicts a * x + the mean of what it was ever fitted on; a model that is reused remembers more."""

    def __init__(self, made, a=0.0, b=0.0):
        self.a, self.b, self.seen = a, b, []
        made.append(self)

    def fit(self, x, y):
        """Remember the rows."""
        assert_that(np.ndim(x) == 2 and np.ndim(y) == 1, "fits a model to something else than rows and targets")
        self.seen += [(row[0], target) for row, target in zip(x.tolist(), y.tolist(), strict=True)]
        return expose(self, "fit", "predict")

    def predict(self, x):
        """Predictions for rows."""
        assert_that(np.ndim(x) == 2 and len(self.seen) > 0, "asks for predictions before it fits, or not for rows")
        return self.a * x[:, 0] + self.b + np.mean([target for _, target in self.seen])


def maker(made=None):
    """A function that makes models, and puts them into a list."""
    made = [] if made is None else made
    return lambda **params: expose(Slope(made, **params), "fit", "predict")


def error(y_true, y_pred):
    """A metric that is not symmetric: errors below cost twice."""
    gap = np.asarray(y_true) - np.asarray(y_pred)
    return -float(np.where(gap > 0, 2 * gap, -gap).mean())


def slow(params, splits=SPLITS, metric=error):
    """Scores of a setting, fold by fold."""
    scores = []
    for train, test in splits:
        model = Slope([], **params)
        model.fit(X[train], Y[train])
        scores.append(metric(Y[test], model.predict(X[test])))
    return scores


def search(candidate, grid, splits=SPLITS, metric=error, made=None):
    """Result of the candidate, once it has four parts."""
    got = candidate.grid_search(maker(made), grid, X, Y, splits, metric)
    assert_that(isinstance(got, (tuple, list)) and len(got) == 4, "is not best parameters, mean, table and model")
    return got


def test_scores_by_hand(candidate):
    """Each fold is scored on its own test rows, with the true values first."""
    # The means of the training rows are 2, 4 and 2.
    got = candidate.cross_val_score(maker(), X, Y, SPLITS, error)
    assert_close(got, [-(2 * 4 + 1) / 2, -4.0, -(2 * 3 + 2 * 2) / 2])


def test_models_see_training_rows_only(candidate):
    """A fold's model is fitted once, on the training rows, in rows that belong together."""
    made = []
    candidate.cross_val_score(maker(made), X, Y, SPLITS, error)
    expected = [sorted(zip(X[train, 0].tolist(), Y[train].tolist(), strict=True)) for train, _ in SPLITS]
    assert_equal([sorted(model.seen) for model in made], expected)


def test_predictions_reach_the_metric(candidate):
    """The metric gets targets and predictions of the test rows of each fold."""
    calls = []

    def metric(y_true, y_pred):
        calls.append((np.asarray(y_true).tolist(), np.asarray(y_pred).tolist()))
        return float(len(calls))

    assert_close(candidate.cross_val_score(maker(), X, Y, SPLITS, metric), [1.0, 2.0, 3.0])
    assert_equal(calls, [([6.0, 1.0], [2.0, 2.0]), ([0.0], [4.0]), ([5.0, 4.0], [2.0, 2.0])])


def test_candidates_in_order(candidate):
    """All combinations are tried, and the last key changes fastest."""
    grid = {"b": [1.0, 0.0], "a": [0.5, 0.0, 2.0]}
    _, _, table, _ = search(candidate, grid)
    assert_equal([dict(row[0]) for row in table], [{"b": b, "a": a} for b in grid["b"] for a in grid["a"]])


def test_table_by_hand(candidate):
    """Each row has the mean over the folds, and the standard deviation divided by their number."""
    _, _, table, _ = search(candidate, {"a": [0.0, 1.0]})
    for row, a in zip(table, (0.0, 1.0), strict=True):
        scores = slow({"a": a})
        assert_close(row[1:], (np.mean(scores), np.std(scores)))


@pytest.mark.parametrize("values", [[0.0, 0.3, 1.0], [1.0, 0.3, 0.0], [0.3]])
def test_highest_mean_wins(candidate, values):
    """The best mean wins wherever it stands, and parameters and mean belong together."""
    params, mean, _, _ = search(candidate, {"a": values})
    means = [np.mean(slow({"a": a})) for a in values]
    assert_equal(dict(params), {"a": values[int(np.argmax(means))]})
    assert_close(mean, max(means))


def test_mean_decides_not_one_fold(candidate):
    """One lucky fold, or a small deviation, does not make a winner."""
    scores = {1.0: [9.0, 0.0, 0.0], 2.0: [4.0, 4.0, 4.1], 3.0: [5.0, 5.0, 5.0], 4.0: [8.0, 0.0, 5.0]}
    made = []

    def metric(y_true, y_pred):
        model = made[-1]
        row = scores.get(model.b, [0.0])
        return row[(len([m for m in made if m.b == model.b]) - 1) % len(row)]

    params, mean, _, _ = search(candidate, {"b": [1.0, 2.0, 3.0, 4.0]}, metric=metric, made=made)
    assert_equal(dict(params), {"b": 3.0})
    assert_close(mean, 5.0)


def test_first_of_equals_wins(candidate):
    """Of equally good candidates the first wins, also if parameters cannot be compared."""
    params, mean, _, _ = search(candidate, {"b": [3.0, 1.0, 2.0], "a": [0.0, 5.0]}, metric=lambda y_true, y_pred: 0.25)
    assert_equal(dict(params), {"b": 3.0, "a": 0.0})
    assert_close(mean, 0.25)


def test_winner_is_fitted_on_all_rows(candidate):
    """The returned model is new, has the best parameters, and has seen every row once."""
    made = []
    params, _, _, model = search(candidate, {"a": [0.2, 0.0, 1.0], "b": [0.5, 0.0]}, made=made)
    probe = np.array([[1.0, 0.0], [10.0, 0.0]])
    assert_close(model.predict(probe), [params["a"] * x + params["b"] + Y.mean() for x in (1.0, 10.0)])
    assert_that(sum(len(m.seen) == 6 for m in made) == 1, "does not fit exactly one model on all rows")


@pytest.mark.parametrize(("seed", "folds"), [(0, 2), (1, 1), (2, 3)])
def test_random_splits(candidate, seed, folds):
    """On random splits scores, table and winner are those of plain loops."""
    rng = np.random.default_rng(seed)
    splits = [np.split(rng.permutation(6), [int(rng.integers(1, 6))]) for _ in range(folds)]
    splits = [(train, test) for train, test in splits]
    tried = [{"a": a, "b": b} for a in (0.0, 0.4) for b in (-1.0, 1.0)]
    params, mean, table, _ = search(candidate, {"a": [0.0, 0.4], "b": [-1.0, 1.0]}, splits)
    means = [float(np.mean(slow(setting, splits))) for setting in tried]
    assert_close([row[1] for row in table], means)
    assert_close(mean, max(means))
    assert_close(np.mean(slow(dict(params), splits)), max(means))


@pytest.mark.fine
def test_nan_never_wins(candidate):
    """A candidate with NaN in its mean loses, wherever it stands; if all have one, ValueError."""
    for order in ([1.0, 2.0, 3.0], [2.0, 1.0, 3.0], [3.0, 2.0, 1.0]):
        made = []
        metric = lambda y_true, y_pred, made=made: {1.0: math.nan, 2.0: -9.0, 3.0: -10.0}.get(made[-1].b, 0.0)  # noqa: E731
        params, mean, table, _ = search(candidate, {"b": order}, metric=metric, made=made)
        assert_equal(dict(params), {"b": 2.0})
        assert_close([row[1] for row in table], [{1.0: math.nan, 2.0: -9.0, 3.0: -10.0}[b] for b in order])
    with assert_raises(ValueError):
        candidate.grid_search(maker(), {"b": [1.0, 2.0]}, X, Y, SPLITS, lambda y_true, y_pred: math.nan)


@pytest.mark.fine
def test_number_of_models(candidate):
    """A model is made for each fold and candidate, and one for the refit; each is fitted once."""
    made = []
    search(candidate, {"a": [0.0, 1.0], "b": [0.0, 1.0, 2.0]}, made=made)
    assert_equal(len(made), 6 * 3 + 1)
    assert_that(all(len(m.seen) in (1, 3, 6) for m in made), "fits a model twice")


@pytest.mark.fine
def test_empty_grids(candidate):
    """A grid without keys has one candidate; a key without values raises ValueError."""
    params, mean, table, _ = search(candidate, {})
    assert_equal((dict(params), len(table)), ({}, 1))
    assert_close(mean, np.mean(slow({})))
    for grid in ({"a": []}, {"a": [1.0], "b": []}):
        with assert_raises(ValueError):
            candidate.grid_search(maker(), grid, X, Y, SPLITS, error)


@pytest.mark.fine
def test_no_splits(candidate):
    """Without splits there is nothing to average: ValueError."""
    with assert_raises(ValueError):
        candidate.cross_val_score(maker(), X, Y, [], error)
    with assert_raises(ValueError):
        candidate.grid_search(maker(), {"a": [1.0]}, X, Y, [], error)


@pytest.mark.fine
@pytest.mark.parametrize("kind", [np.float32, np.float64, int])
def test_types(candidate, kind):
    """Scores, means and deviations are Python floats, also where the metric gives other numbers."""
    metric = lambda y_true, y_pred: kind(3)  # noqa: E731
    for score in candidate.cross_val_score(maker(), X, Y, SPLITS, metric):
        assert_type(score, float)
    _, mean, table, _ = search(candidate, {"a": [0.0, 1.0]}, metric=metric)
    for value in (mean, *(number for row in table for number in row[1:])):
        assert_type(value, float)
