"""Hidden tests of the pipeline and the column transformer."""

import numpy as np
import pytest

from grader.testing import assert_close, assert_equal, assert_raises, assert_that, expose

X, Y = np.array([[1.0, 10.0, -1.0], [3.0, 30.0, -2.0], [5.0, 20.0, -6.0]]), np.array([1.0, 2.0, 6.0])


class Step:
    """Subtracts the means of the rows it was fitted on, times a factor, and predicts with the mean of y."""

    def __init__(self, factor=1.0, log=None, name=""):
        self.factor, self.log, self.name = factor, [] if log is None else log, name

    def fit(self, rows, y=None):
        self.log.append((self.name, "fit", np.array(rows).tolist(), None if y is None else np.array(y).tolist()))
        self.mean, self.level = np.mean(rows, axis=0), 0.0 if y is None else float(np.mean(y))

    def transform(self, rows):
        self.log.append((self.name, "transform", np.array(rows).tolist()))
        return self.factor * (np.asarray(rows) - self.mean)

    def predict(self, rows):
        self.log.append((self.name, "predict", np.array(rows).tolist()))
        return np.asarray(rows).sum(axis=1) + self.level


class Wide(Step):
    """Gives two columns for each, and needs y."""

    def transform(self, rows):
        return np.hstack([np.asarray(rows), np.asarray(rows) * self.level])


def shown(step):
    """The step as a submission sees it."""
    return expose(step, "fit", "transform", "predict")


def test_steps_are_fitted_on_what_the_ones_before_make(candidate):
    """The second step learns the means of the transformed rows, and the pipeline is returned."""
    a, b = Step(2.0), Step()
    fitted = candidate.Pipeline([("a", shown(a)), ("b", shown(b))]).fit(X + 1.0, Y)
    assert_close(a.mean, np.array([4.0, 21.0, -2.0]))
    assert_close(b.log[0][2], 2.0 * (X - X.mean(axis=0)))
    assert_close(fitted.predict(X[:1]), np.array([2.0 * (X[0] + 1.0 - 1.0 - a.mean).sum() + 3.0]))


def test_predicting_learns_nothing(candidate):
    """New rows are transformed by the means of the training rows, one at a time or together."""
    a, b = Step(), Step()
    fitted = candidate.Pipeline([("a", shown(a)), ("b", shown(b))]).fit(X, Y)
    new = np.array([[100.0, 0.0, 7.0], [0.0, 0.0, 0.0]])
    together = fitted.predict(new)
    assert_close(together, (new - X.mean(axis=0)).sum(axis=1) + 3.0)
    assert_close(fitted.predict(new[1:]), together[1:])
    assert_equal([entry[1] for entry in a.log + b.log].count("fit"), 2)


def test_transforming_uses_all_steps(candidate):
    """transform ends with the last step, and learns nothing either."""
    steps = [Step(2.0), Step(3.0), Step(-1.0)]
    fitted = candidate.Pipeline([(str(i), shown(step)) for i, step in enumerate(steps)]).fit(X)
    assert_close(fitted.transform(X[:2] + 1.0), -6.0 * (X[:2] + 1.0 - X.mean(axis=0)))
    assert_equal(sum(entry[1] == "fit" for step in steps for entry in step.log), 3)


def test_targets_reach_every_step(candidate):
    """Transformers that need y get it, in pipelines and in column transformers."""
    a, b = Wide(), Step()
    candidate.Pipeline([("a", shown(a)), ("b", shown(b))]).fit(X, Y)
    assert_close([a.level, b.level], [3.0, 3.0])
    assert_close(b.log[0][2], np.hstack([X, 3.0 * X]))
    c = Wide()
    got = candidate.ColumnTransformer([("c", shown(c), [1])]).fit(X, Y).transform(X)
    assert_close(got, np.column_stack([X[:, 1], 3.0 * X[:, 1]]))


def test_one_step(candidate):
    """A pipeline of one step is that step."""
    step = Step()
    fitted = candidate.Pipeline([("only", shown(step))]).fit(X, Y)
    assert_close(fitted.predict(X), X.sum(axis=1) + 3.0)
    assert_close(fitted.transform(X), X - X.mean(axis=0))


def test_parts_get_their_columns(candidate):
    """Each transformer is fitted on its columns only, and outputs follow the order of the parts."""
    a, b = Step(10.0), Step()
    fitted = candidate.ColumnTransformer([("a", shown(a), [2]), ("b", shown(b), [0, 1])]).fit(X)
    assert_close(a.mean, np.array([-3.0]))
    assert_close(b.mean, np.array([3.0, 20.0]))
    new = np.array([[4.0, 25.0, 0.0]])
    assert_close(fitted.transform(new), np.array([[30.0, 1.0, 5.0]]))
    assert_equal([[entry[1] for entry in step.log].count("fit") for step in (a, b)], [1, 1])


def test_remainder(candidate):
    """Columns that no part names are dropped, or follow the parts in their order."""
    wide = np.column_stack([X, X[:, 0] * 7.0])
    for remainder, rest in (("drop", []), ("passthrough", [0, 3])):
        parts = [("a", shown(Step()), [2]), ("b", shown(Step()), [1])]
        got = candidate.ColumnTransformer(parts, remainder).fit(wide).transform(wide)
        centred = wide - wide.mean(axis=0)
        assert_close(got, np.hstack([centred[:, [2, 1]], wide[:, rest]]))
    assert_close(np.shape(candidate.ColumnTransformer([("a", shown(Step()), [0])]).fit(X).transform(X)), (3, 1))


def test_shared_columns(candidate):
    """A column may be used by two parts, each with what it learns itself."""
    parts = [("a", shown(Step()), [0]), ("b", shown(Step(2.0)), [0, 2])]
    got = candidate.ColumnTransformer(parts, "passthrough").fit(X).transform(X)
    centred = X - X.mean(axis=0)
    assert_close(got, np.column_stack([centred[:, 0], 2 * centred[:, 0], 2 * centred[:, 2], X[:, 1]]))


def test_second_fit(candidate):
    """A second fit learns from the new rows only."""
    a, b = Step(), Step()
    pipeline = candidate.Pipeline([("a", shown(a)), ("b", shown(b))])
    pipeline.fit(X, Y)
    fitted = pipeline.fit(X[:1] + 1.0, Y[:1])
    assert_close(fitted.predict(X[:1] + 1.0), Y[:1])
    columns = candidate.ColumnTransformer([("a", shown(Step()), [0])], "passthrough").fit(X)
    columns.fit(X[:, :2])
    assert_close(columns.transform(X[:, :2]), np.column_stack([X[:, 0] - 3.0, X[:, 1]]))


@pytest.mark.fine
def test_calls(candidate):
    """Every step is fitted once, in order, and no step transforms more often than needed."""
    log = []
    steps = [(name, shown(Step(1.0, log, name))) for name in "abc"]
    fitted = candidate.Pipeline(steps).fit(X, Y)
    assert_equal(["".join(entry[:2]) for entry in log], ["afit", "atransform", "bfit", "btransform", "cfit"])
    log.clear()
    fitted.predict(X)
    assert_equal(["".join(entry[:2]) for entry in log], ["atransform", "btransform", "cpredict"])
    log.clear()
    candidate.ColumnTransformer([(name, shown(Step(1.0, log, name)), [0]) for name in "ab"]).fit(X)
    assert_equal(["".join(entry[:2]) for entry in log], ["afit", "bfit"])


@pytest.mark.fine
def test_columns_in_the_order_named(candidate):
    """A part gets its columns in the order in which it names them, and a column twice if it names it twice."""
    step = Step()
    candidate.ColumnTransformer([("a", shown(step), [2, 0, 2])]).fit(X)
    assert_close(step.log[0][2], X[:, [2, 0, 2]])


@pytest.mark.fine
def test_no_targets(candidate):
    """Without y, every step is fitted with None."""
    step = Step()
    candidate.Pipeline([("a", shown(step))]).fit(X)
    candidate.ColumnTransformer([("a", shown(step), [0])]).fit(X)
    targets = [entry[3] for entry in step.log if entry[1] == "fit"]
    assert_that(all(y is None for y in targets), "fits steps with a y that was not given")


@pytest.mark.fine
def test_invalid_settings_raise(candidate):
    """No steps or parts, equal names and an unknown remainder raise ValueError."""
    step = shown(Step())
    for steps in ([], [("a", step), ("b", step), ("a", step)]):
        with assert_raises(ValueError):
            candidate.Pipeline(steps)
        with assert_raises(ValueError):
            candidate.ColumnTransformer([(name, part, [0]) for name, part in steps])
    with assert_raises(ValueError):
        candidate.ColumnTransformer([("a", step, [0])], "keep")


@pytest.mark.fine
def test_invalid_columns_raise(candidate):
    """Columns out of range, negative ones too, and rows with other columns than those of fit raise ValueError."""
    for columns in ([3], [0, -1]):
        with assert_raises(ValueError):
            candidate.ColumnTransformer([("a", shown(Step()), columns)]).fit(X)
    fitted = candidate.ColumnTransformer([("a", shown(Step()), [0])]).fit(X)
    for rows in (X[:, :2], np.ones((3, 4))):
        with assert_raises(ValueError):
            fitted.transform(rows)
