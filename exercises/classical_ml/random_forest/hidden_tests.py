"""Hidden tests of the random forest."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.testing import assert_close, assert_dtype, assert_equal, assert_raises, assert_that, assert_type, speed

SEEDS = st.integers(0, 2**32 - 1)


def table(n, d=2):
    """Features whose first column is the number of the row."""
    return np.column_stack([np.arange(n), *(np.arange(n) ** 2 + j for j in range(1, d))]).astype(np.float64)


def plain(labels):
    """Labels as a list, whether they came as a list or as an array."""
    return np.asarray(labels).tolist()


class Trees:
    """Trees that record what they are fitted on and answer from a script, by tree, row and class."""

    def __init__(self, classes, scripts):
        self.classes = classes
        self.scripts = scripts
        self.samples, self.seeds, self.kinds = [], [], []

    def fit_tree(self, X, y, seed):
        """Record the sample and return the answers of the next tree."""
        t, y = len(self.samples), np.asarray(y)
        self.samples.append((np.asarray(X), y))
        self.seeds.append(seed)
        self.kinds.append(np.searchsorted(self.classes, np.unique(y)))
        return lambda Q: self.answer(t, Q)[:, self.kinds[t]]

    def answer(self, t, Q):
        """Shares of all classes, with 0 for those that the tree did not see."""
        shares = np.zeros((len(Q), len(self.classes)))
        shares[:, self.kinds[t]] = self.scripts[t % len(self.scripts)][Q[:, 0].astype(int)][:, self.kinds[t]]
        return shares / shares.sum(axis=1, keepdims=True)

    def rows(self, t):
        """Numbers of the rows in a sample."""
        return self.samples[t][0][:, 0].astype(int)

    def mean(self, Q):
        """What a forest of all trees must say."""
        return sum(self.answer(t, Q) for t in range(len(self.samples))) / len(self.samples)

    def oob(self, X, codes):
        """Accuracy row by row; where trees that saw one class each tie, they do so exactly."""
        hits = []
        for i, code in enumerate(codes.tolist()):
            free = [self.answer(t, X[i : i + 1])[0] for t in range(len(self.samples)) if i not in self.rows(t)]
            if free:
                hits.append(int(sum(free).argmax()) == code)
        return sum(hits) / len(hits) if hits else math.nan


def script(rng, n, k):
    """Positive weights without ties."""
    return rng.uniform(0.1, 1.0, size=(n, k))


def constant(*weights):
    """The same weights for each of a hundred rows."""
    return np.tile(np.array(weights, dtype=np.float64), (100, 1))


@given(n=st.integers(12, 30), k=st.integers(2, 3), n_trees=st.integers(1, 6), seed=SEEDS)
def test_forest_follows_the_definition(candidate, n, k, n_trees, seed):
    """With trees that answer from a script, samples, mean, predictions and OOB score are as defined."""
    rng = np.random.default_rng(seed)
    X, y = table(n), np.arange(n) % k * 3 - 4
    classes, codes = np.unique(y, return_inverse=True)
    trees = Trees(classes, [script(rng, n, k) for _ in range(n_trees)])
    model = candidate.RandomForestClassifier(trees.fit_tree, n_trees, int(rng.integers(100))).fit(X, y)
    assert_equal(len(trees.samples), n_trees)
    for t in range(n_trees):
        rows = trees.rows(t)
        assert_equal(len(rows), n)
        assert_close(trees.samples[t][0], X[rows])
        assert_equal(plain(trees.samples[t][1]), y[rows].tolist())
    expected = trees.mean(X)
    assert_close(model.predict_proba(X), expected)
    assert_equal(plain(model.predict(X)), classes[expected.argmax(axis=1)].tolist())
    assert_close(model.oob_score(), trees.oob(X, codes))


def test_mean_by_hand(candidate):
    """Shares 0.9, 0.4 and 0.4 for a class have a mean of 0.5667: it wins, though two trees vote against it."""
    X, y = table(40), np.arange(40) % 2
    trees = Trees(np.array([0, 1]), [constant(0.1, 0.9), constant(0.6, 0.4), constant(0.6, 0.4)])
    model = candidate.RandomForestClassifier(trees.fit_tree, 3, 1).fit(X, y)
    assert_close(model.predict_proba(X[:2]), np.array([[13 / 30, 17 / 30]] * 2))
    assert_equal(plain(model.predict(X[:2])), [1, 1])


def test_labels(candidate):
    """classes_ is sorted, whatever the labels are, and predictions are labels."""
    for y in (np.array([9, -4] * 20), np.array(["spam", "eggs"] * 20)):
        trees = Trees(np.unique(y), [constant(1.0, 3.0)])
        model = candidate.RandomForestClassifier(trees.fit_tree, 2, 0).fit(table(40), y)
        assert_equal(plain(model.classes_), sorted(set(y.tolist())))
        assert_close(model.predict_proba(table(2)), np.array([[0.25, 0.75]] * 2))
        assert_equal(plain(model.predict(table(2))), [y[0].item()] * 2)


def test_columns_are_aligned(candidate):
    """Where samples miss classes, each tree's columns go to the classes that it saw."""
    X, y = table(4), np.array(["d", "b", "c", "a"])
    trees = Trees(np.unique(y), [constant(1.0, 1.0, 1.0, 1.0)])
    model = candidate.RandomForestClassifier(trees.fit_tree, 8, 3).fit(X, y)
    missed = sum(len(kinds) < 4 for kinds in trees.kinds)
    assert_that(missed > 0, "never misses a class in eight samples of four rows")
    assert_close(model.predict_proba(X), trees.mean(X))


def test_samples_are_drawn_with_replacement(candidate):
    """A sample of 200 rows holds about 63.3 % of them, and every row is drawn about once a sample."""
    X, y = table(200), np.arange(200) % 3
    trees = Trees(np.arange(3), [np.ones((200, 3))])
    candidate.RandomForestClassifier(trees.fit_tree, 40, 11).fit(X, y)
    rows = np.array([trees.rows(t) for t in range(40)])
    assert_equal(rows.shape, (40, 200))
    share = float(np.mean([len(set(r)) / 200 for r in rows.tolist()]))
    # Standard error of the mean: sqrt((1 / e - 2 / e^2) / 200 / 40) = 0.0035.
    assert_that(abs(share - 0.633) < 0.021, f"holds {share:.1%} of the rows in a sample on average")
    counts = np.bincount(rows.ravel(), minlength=200)
    assert_that(
        4 <= counts.min() and counts.max() <= 85, f"draws rows {counts.min()} to {counts.max()} times in 40 samples"
    )


def test_every_row_is_equally_likely(candidate):
    """Of five rows, each makes up a fifth of all draws, first and last included."""
    trees = Trees(np.arange(1), [np.ones((5, 1))])
    candidate.RandomForestClassifier(trees.fit_tree, 300, 5).fit(table(5), np.zeros(5, dtype=np.int64))
    counts = np.bincount(np.concatenate([trees.rows(t) for t in range(300)]), minlength=5)
    # Six standard errors: 6 sqrt(1500 * 0.2 * 0.8) = 93.
    assert_that(np.abs(counts - 300).max() <= 93, f"draws the five rows {counts.tolist()} times")


def test_trees_differ(candidate):
    """Trees get different samples and not all the same seed."""
    trees = Trees(np.arange(2), [np.ones((50, 2))])
    candidate.RandomForestClassifier(trees.fit_tree, 20, 7).fit(table(50), np.arange(50) % 2)
    assert_equal(len({tuple(trees.rows(t).tolist()) for t in range(20)}), 20)
    assert_that(len(set(trees.seeds)) > 1, "passes the same seed to all trees")


def test_same_seed_same_forest(candidate):
    """The seed of the forest decides samples and tree seeds; another seed changes both."""
    X, y, records = table(30), np.arange(30) % 2, []
    for seed in (4, 4, 5):
        trees = Trees(np.arange(2), [np.ones((30, 2))])
        candidate.RandomForestClassifier(trees.fit_tree, 3, seed).fit(X, y)
        records.append(([trees.rows(t).tolist() for t in range(3)], [int(s) for s in trees.seeds]))
    assert_equal(records[1], records[0])
    assert_that(records[2][0] != records[0][0], "draws the same samples with another seed")
    assert_that(records[2][1] != records[0][1], "passes the same seeds with another seed")


def test_oob_uses_unseen_rows_only(candidate):
    """Trees that know every row they saw and are wrong on all others have an OOB score of 0."""
    X, y = table(60), np.arange(60) % 2

    def memory(X, y, seed):
        known = dict(zip(X[:, 0].tolist(), y.tolist(), strict=True))
        return lambda Q: np.array([[float(known.get(i, (i + 1) % 2) == c) for c in (0, 1)] for i in Q[:, 0].tolist()])

    model = candidate.RandomForestClassifier(memory, 9, 2).fit(X, y)
    assert_close(model.oob_score(), 0.0)


def test_rows_in_every_sample_are_left_out(candidate):
    """With one tree the score is over the rows outside its sample."""
    X, y = table(30), np.array([0] * 10 + [1] * 20)
    for seed in range(4):
        trees = Trees(np.arange(2), [constant(1.0, 3.0)])
        score = candidate.RandomForestClassifier(trees.fit_tree, 1, seed).fit(X, y).oob_score()
        outside = sorted(set(range(30)) - set(trees.rows(0).tolist()))
        assert_close(score, float(y[outside].mean()))


@pytest.mark.fine
@given(n=st.integers(1, 6), k=st.integers(1, 3), n_trees=st.integers(1, 5), seed=SEEDS)
def test_small_forests_follow_the_definition(candidate, n, k, n_trees, seed):
    """With few rows, where samples miss classes and rows are in every sample, forest and score are as defined."""
    rng = np.random.default_rng(seed)
    X, y = table(n), rng.integers(0, k, size=n) * 3 - 4
    classes, codes = np.unique(y, return_inverse=True)
    trees = Trees(classes, [script(rng, n, len(classes)) for _ in range(n_trees)])
    model = candidate.RandomForestClassifier(trees.fit_tree, n_trees, int(rng.integers(100))).fit(X, y)
    for t in range(n_trees):
        rows = trees.rows(t)
        assert_equal(trees.samples[t], (X[rows], y[rows]))
    expected = trees.mean(X)
    assert_close(model.predict_proba(X), expected)
    assert_equal(model.predict(X), classes[expected.argmax(axis=1)])
    assert_close(model.oob_score(), trees.oob(X, codes))


@pytest.mark.fine
def test_oob_counts_trees_that_missed_a_class(candidate, rng):
    """In the OOB score too, a tree that saw no row of a class says 0 for it."""
    X, y = table(6), np.arange(6) // 2
    for seed in range(40):
        trees = Trees(np.arange(3), [script(rng, 6, 3) for _ in range(6)])
        model = candidate.RandomForestClassifier(trees.fit_tree, 6, seed).fit(X, y)
        assert_close(model.oob_score(), trees.oob(X, y))


@pytest.mark.fine
def test_score_of_nothing(candidate):
    """Where every tree saw every row, the score is NaN."""
    for n_trees in (1, 3):
        trees = Trees(np.arange(1), [np.ones((1, 1))])
        model = candidate.RandomForestClassifier(trees.fit_tree, n_trees, 0).fit(table(1), np.zeros(1, dtype=np.int64))
        assert_close(model.oob_score(), math.nan)


@pytest.mark.fine
def test_equal_rows_are_two_rows(candidate):
    """A row outside the sample is predicted by the tree even if an equal row is inside."""
    X, y = np.zeros((12, 2)), np.arange(12) % 2
    trees = Trees(np.arange(2), [constant(1.0, 3.0)])
    score = candidate.RandomForestClassifier(trees.fit_tree, 60, 0).fit(X, y).oob_score()
    assert_close(score, 0.5)


@pytest.mark.fine
def test_seeds_of_the_trees(candidate):
    """The seeds of 400 trees are 400 Python integers from 0 to 2^63 - 1, all different."""
    trees = Trees(np.arange(2), [np.ones((50, 2))])
    candidate.RandomForestClassifier(trees.fit_tree, 400, 7).fit(table(50), np.arange(50) % 2)
    assert_equal(len({tuple(trees.rows(t).tolist()) for t in range(400)}), 400)
    assert_equal(len(set(trees.seeds)), 400)
    for seed in trees.seeds:
        assert_type(seed, int)
        assert_that(0 <= seed < 2**63, f"passes the seed {seed}")


@pytest.mark.fine
def test_second_fit_draws_the_same_samples(candidate):
    """A second fit on the same data passes the same samples and seeds again."""
    X, y = table(30), np.arange(30) % 2
    trees = Trees(np.arange(2), [np.ones((30, 2))])
    model = candidate.RandomForestClassifier(trees.fit_tree, 3, 4).fit(X, y)
    model.fit(X, y)
    assert_equal(len(trees.samples), 6)
    rows = [trees.rows(t).tolist() for t in range(6)]
    assert_equal((rows[3:], trees.seeds[3:]), (rows[:3], trees.seeds[:3]))


@pytest.mark.fine
def test_labels_and_ties(candidate):
    """Equal means go to the smallest label, in the OOB score as well."""
    for y in (np.array([9, -4] * 10), np.array(["spam", "eggs"] * 10), np.array([1, 0] * 10, dtype=np.int8)):
        classes = np.unique(y)
        trees = Trees(classes, [constant(1.0, 3.0), constant(3.0, 1.0)])
        model = candidate.RandomForestClassifier(trees.fit_tree, 2, 0).fit(table(20), y)
        assert_close(model.predict_proba(table(2)), np.full((2, 2), 0.5))
        assert_equal(plain(model.predict(table(2))), [classes[0].item()] * 2)
        trees = Trees(classes, [constant(1.0, 1.0)])
        model = candidate.RandomForestClassifier(trees.fit_tree, 60, 0).fit(table(20), y)
        assert_close(model.oob_score(), 0.5)


@pytest.mark.fine
def test_types_of_the_results(candidate):
    """Probabilities are float64, the score is a Python float, and labels keep their dtype."""
    for y in (np.array([9, -4] * 10, dtype=np.int16), np.array(["spam", "eggs"] * 10)):
        trees = Trees(np.unique(y), [constant(1.0, 3.0)])
        model = candidate.RandomForestClassifier(trees.fit_tree, 2, 0).fit(table(20), y)
        assert_dtype(model.predict_proba(table(2)), np.float64)
        assert_equal(model.classes_, np.unique(y))
        assert_equal(model.predict(table(2)), np.unique(y)[[1, 1]])
        assert_type(model.oob_score(), float)


@pytest.mark.fine
def test_no_queries_and_models_apart(candidate):
    """No queries give no rows, forests keep their own trees, and a second fit replaces the first."""
    X, y = table(20), np.arange(20) % 2
    ones, twos = Trees(np.arange(2), [constant(1.0, 3.0)]), Trees(np.arange(2), [constant(3.0, 1.0)])
    first = candidate.RandomForestClassifier(ones.fit_tree, 2, 0).fit(X, y)
    second = candidate.RandomForestClassifier(twos.fit_tree, 2, 0).fit(X, y)
    assert_close(first.predict_proba(X[:1]), np.array([[0.25, 0.75]]))
    assert_close(second.predict_proba(X[:1]), np.array([[0.75, 0.25]]))
    assert_close(first.predict_proba(X[:0]), np.zeros((0, 2)))
    assert_equal(first.predict(X[:0]), y[:0])
    ones.scripts = [constant(1.0, 1.0)]
    ones.classes = np.array([5, 6])
    again = first.fit(table(30, 3), np.arange(30) % 2 + 5)
    for model in (again, first):
        assert_equal(model.classes_, np.array([5, 6]))
        assert_close(model.predict_proba(table(1, 3)), np.array([[0.5, 0.5]]))


@pytest.mark.fine
def test_strides_and_dtypes(candidate):
    """Views with strides and integer features reach the trees row by row as they are."""
    X = np.arange(40)[:, None] * np.array([1, 3, 5])
    view, y = X[::2, ::2], (np.arange(40) // 2 % 2)[::-2]
    trees = Trees(np.arange(2), [np.ones((40, 2))])
    model = candidate.RandomForestClassifier(trees.fit_tree, 2, 0).fit(view, y)
    for t in range(2):
        rows = trees.rows(t) // 2
        assert_close(trees.samples[t][0].astype(np.float64), view[rows].astype(np.float64))
        assert_equal(trees.samples[t][1], y[rows])
    assert_close(model.predict_proba(view[:2]), trees.mean(view[:2]))


@pytest.mark.fine
def test_invalid_arguments_raise(candidate):
    """Fewer than one tree, wrong shapes, no rows and queries with other columns raise ValueError."""
    X, y = table(4), np.array([0, 1, 0, 1])
    trees = Trees(np.arange(2), [np.ones((100, 2))])
    for n_trees in (0, -1):
        with assert_raises(ValueError):
            candidate.RandomForestClassifier(trees.fit_tree, n_trees, 0).fit(X, y)
    for rows, labels in ((X[:, 0], y), (X[None], y), (X, y[:3]), (X, y[:, None]), (X[:0], y[:0]), (X[None], y[:1])):
        with assert_raises(ValueError):
            candidate.RandomForestClassifier(trees.fit_tree, 2, 0).fit(rows, labels)
    model = candidate.RandomForestClassifier(trees.fit_tree, 2, 0).fit(X, y)
    for Q in (X[:, :1], X[0], X[None], np.zeros((2, 3)), np.zeros((0, 1))):
        for method in (model.predict_proba, model.predict):
            with assert_raises(ValueError):
                method(Q)


@pytest.mark.scale
def test_speed_of_the_score(candidate, reference, rng):
    """The OOB score of 1000 rows asks each tree about many rows at once."""

    X, y = table(1000), np.arange(1000) % 2
    fitted = {}

    def prepare(subject, rng):
        trees = fitted[subject] = Trees(np.arange(2), [script(rng, 1000, 2)])
        return subject.RandomForestClassifier(trees.fit_tree, 4, 0).fit(X, y).oob_score

    # The samples are each solution's own choice, so the reference's score says nothing about that of another.
    speed(
        candidate,
        reference,
        prepare,
        rng,
        limit=20.0,
        check=lambda got, _: assert_close(got, fitted[candidate].oob(X, y)),
    )
