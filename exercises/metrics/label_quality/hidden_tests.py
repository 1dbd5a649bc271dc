"""Hidden tests of label_quality."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.testing import assert_close, assert_equal, assert_raises, assert_that, assert_type, put, speed

STRATEGIES = ["least_confidence", "margin", "entropy"]


def slow_cohen(a, b):
    """Chance is counted over all pairs of an item of the one and an item of the other."""
    n = len(a)
    observed = sum(x == y for x, y in zip(a, b, strict=True)) / n
    chance = sum(x == y for x in a for y in b) / n**2
    return 1.0 if chance == 1 else (observed - chance) / (1 - chance)


def slow_fleiss(table):
    """Agreement is counted over pairs of ratings."""
    ratings = [[j for j, c in enumerate(row) for _ in range(c)] for row in table]
    r = len(ratings[0])
    pairs = [(row[i], row[j]) for row in ratings for i in range(r) for j in range(r) if i != j]
    observed = sum(x == y for x, y in pairs) / len(pairs)
    everything = [label for row in ratings for label in row]
    chance = sum(x == y for x in everything for y in everything) / len(everything) ** 2
    return 1.0 if chance == 1 else (observed - chance) / (1 - chance)


def scores(proba, strategy):
    """Greater for more informative rows, row by row in Python floats."""
    found = []
    for row in proba.tolist():
        top = sorted([0.0, *row])
        entropy = -math.fsum(p * math.log(p) for p in row if p > 0)
        found.append({"least_confidence": 1 - top[-1], "margin": top[-2] - top[-1], "entropy": entropy}[strategy])
    return found


def table(seed, items, categories, raters):
    """Counts of random ratings."""
    rng = np.random.default_rng(seed)
    return rng.multinomial(raters, rng.dirichlet(np.ones(categories)), size=items)


def test_cohen_by_hand(candidate):
    """35 of 50 equal labels, with chance one half, give 0.4."""
    a = np.array(["yes"] * 25 + ["no"] * 25)
    b = np.array(["yes"] * 20 + ["no"] * 5 + ["yes"] * 10 + ["no"] * 15)
    assert_close(candidate.cohens_kappa(a, b), 0.4)


def test_full_and_no_agreement(candidate):
    """Equal labels give 1, chance gives 0, and the opposite of each label gives -1."""
    a = np.array([0, 1, 0, 1])
    for b, expected in (([0, 1, 0, 1], 1.0), ([0, 0, 1, 1], 0.0), ([1, 0, 1, 0], -1.0)):
        assert_close(candidate.cohens_kappa(a, np.array(b)), expected)


def test_chance_uses_both_annotators(candidate):
    """Each annotator has shares of his own: 0.75 * 0.25 + 0.25 * 0.75 is the chance here."""
    a, b = np.array([0, 0, 0, 1]), np.array([0, 1, 1, 1])
    assert_close(candidate.cohens_kappa(a, b), (0.5 - 0.375) / 0.625)


def test_labels_of_one_annotator_only(candidate):
    """Labels that only one of them uses count in the shares, but can't agree."""
    a, b = np.array([1, 1, 5, 9]), np.array([1, 2, 2, 9])
    assert_close(candidate.cohens_kappa(a, b), (0.5 - (0.5 * 0.25 + 0.25 * 0.25)) / (1 - 0.1875))


@given(pairs=st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("bcd")), min_size=1, max_size=12))
def test_random_labels(candidate, pairs):
    """On random labels kappa is the one found by counting pairs."""
    a, b = [p[0] for p in pairs], [p[1] for p in pairs]
    if len(set(a + b)) > 1:
        assert_close(candidate.cohens_kappa(np.array(a), np.array(b)), slow_cohen(a, b))


def test_fleiss_by_hand(candidate):
    """Two items in full agreement and one with a third of its pairs: 7/9 against chance 41/81."""
    assert_close(candidate.fleiss_kappa(np.array([[3, 0], [2, 1], [0, 3]])), (7 / 9 - 41 / 81) / (40 / 81))


def test_fleiss_of_full_agreement(candidate):
    """Full agreement gives 1, and raters who always differ give less than 0."""
    assert_close(candidate.fleiss_kappa(np.array([[4, 0, 0], [0, 4, 0], [0, 0, 4]])), 1.0)
    assert_close(candidate.fleiss_kappa(np.array([[1, 1], [1, 1]])), -1.0)


@given(seed=st.integers(0, 2**32 - 1), items=st.integers(1, 5), categories=st.integers(2, 4), raters=st.integers(2, 5))
def test_random_tables(candidate, seed, items, categories, raters):
    """On random tables kappa is the one found by counting pairs of ratings."""
    counts = table(seed, items, categories, raters)
    if (counts.sum(axis=0) > 0).sum() > 1:
        assert_close(candidate.fleiss_kappa(counts), slow_fleiss(counts.tolist()))


def test_selection_by_hand(candidate):
    """The three strategies choose different rows."""
    proba = np.array([[0.49, 0.48, 0.03], [0.4, 0.32, 0.28], [0.9, 0.06, 0.04], [0.42, 0.3, 0.28]])
    for strategy, expected in (
        ("least_confidence", [1, 3, 0, 2]),
        ("margin", [0, 1, 3, 2]),
        ("entropy", [1, 3, 0, 2]),
    ):
        for n in (1, 2, 4):
            got = candidate.select_for_labeling(proba, n, strategy)
            assert_equal([int(i) for i in got], expected[:n])
    proba = np.array([[0.5, 0.5, 0.0, 0.0], [0.55, 0.15, 0.15, 0.15], [0.6, 0.39, 0.01, 0.0]])
    for strategy, best in (("least_confidence", 0), ("margin", 0), ("entropy", 1)):
        assert_equal([int(i) for i in candidate.select_for_labeling(proba, 1, strategy)], [best])


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_order_of_columns_does_not_matter(candidate, strategy):
    """Which class is likely does not matter, only how likely."""
    proba = np.array([[0.1, 0.2, 0.7], [0.35, 0.25, 0.4], [0.7, 0.05, 0.25], [0.05, 0.9, 0.05]])
    first = [int(i) for i in candidate.select_for_labeling(proba, 4, strategy)]
    assert_equal([int(i) for i in candidate.select_for_labeling(proba[:, ::-1].copy(), 4, strategy)], first)
    assert_equal((first[0], first[-1]), (1, 3))


@pytest.mark.parametrize("strategy", STRATEGIES)
@given(seed=st.integers(0, 2**32 - 1), rows=st.integers(1, 8), k=st.integers(2, 4), data=st.data())
def test_random_selections(candidate, strategy, seed, rows, k, data):
    """No row that is left out is more informative than one that is chosen, and the order is right."""
    n = data.draw(st.integers(1, rows))
    proba = np.random.default_rng(seed).dirichlet(np.ones(k), size=rows)
    got = [int(i) for i in candidate.select_for_labeling(proba, n, strategy)]
    found = scores(proba, strategy)
    assert_equal(len(set(got)), n)
    assert_close([found[i] for i in got], sorted(found, reverse=True)[:n])


@pytest.mark.fine
def test_one_label_only(candidate):
    """If there is nothing but one label, kappa is 1.0."""
    assert_equal(candidate.cohens_kappa(np.array(["x", "x"]), np.array(["x", "x"])), 1.0)
    assert_equal(candidate.cohens_kappa(np.array([3]), np.array([3])), 1.0)
    assert_equal(candidate.fleiss_kappa(np.array([[0, 3], [0, 3]])), 1.0)
    assert_equal(candidate.cohens_kappa(np.array([3]), np.array([4])), 0.0)


@pytest.mark.fine
@pytest.mark.parametrize("strategy", STRATEGIES)
def test_ties(candidate, strategy):
    """Equally informative rows come by index."""
    proba = np.tile([[0.5, 0.5], [0.75, 0.25]], (20, 1))
    got = candidate.select_for_labeling(proba, 40, strategy)
    assert_equal(np.asarray(got).tolist(), [*range(0, 40, 2), *range(1, 40, 2)])


@pytest.mark.fine
def test_zeros_and_one_class(candidate):
    """Zeros are fine for the entropy, and with one class all rows are equal."""
    proba = np.array([[1.0, 0.0], [0.0, 1.0], [1e-300, 1.0], [0.5, 0.5]])
    assert_equal(candidate.select_for_labeling(proba, 4, "entropy").tolist(), [3, 2, 0, 1])
    for strategy in STRATEGIES:
        assert_equal(candidate.select_for_labeling(np.ones((3, 1)), 2, strategy).tolist(), [0, 1])


@pytest.mark.fine
def test_types(candidate):
    """Kappas are Python floats, and the selection is an integer array, empty for n = 0."""
    assert_type(candidate.cohens_kappa(np.array([0, 1, 1]), np.array([0, 1, 0])), float)
    assert_type(candidate.fleiss_kappa(np.array([[3, 0], [2, 1]])), float)
    assert_type(candidate.fleiss_kappa(np.array([[2, 0], [2, 0]])), float)
    assert_close(candidate.fleiss_kappa(np.array([[15, 0], [7, 8]], dtype=np.int8)), slow_fleiss([[15, 0], [7, 8]]))
    for n in (0, 2):
        got = candidate.select_for_labeling(np.full((2, 2), 0.5), n, "margin")
        assert_that(isinstance(got, np.ndarray) and got.dtype.kind == "i", "is not an integer array", got)
        assert_equal(got.shape, (n,))


@pytest.mark.fine
def test_bad_labels_are_refused(candidate):
    """No items, annotators of different length, and unequal or too few ratings raise ValueError."""
    for a, b in (([], []), ([0, 1], [0]), ([0], [0, 1]), ([0, 1, 1], [0])):
        with assert_raises(ValueError):
            candidate.cohens_kappa(np.array(a), np.array(b))
    for counts in ([[1, 0], [0, 1]], [[3, 0], [1, 1]], [[2, 0], [3, 0]], np.zeros((0, 2))):
        with assert_raises(ValueError):
            candidate.fleiss_kappa(np.array(counts, dtype=int))


@pytest.mark.fine
def test_bad_selections_are_refused(candidate):
    """n outside [0, N], and an unknown strategy, raise ValueError."""
    proba = np.full((3, 2), 0.5)
    for n, strategy in ((-1, "margin"), (4, "margin"), (1, "random"), (1, "Entropy")):
        with assert_raises(ValueError):
            candidate.select_for_labeling(proba, n, strategy)


@pytest.mark.scale
@pytest.mark.parametrize("strategy", STRATEGIES)
def test_many_rows_are_quick(candidate, reference, rng, strategy):
    """Thousands of rows are scored without a loop over them."""

    def prepare(subject, rng):
        proba = put(subject, rng.dirichlet(np.ones(5), size=8000))
        return lambda: subject.select_for_labeling(proba, 100, strategy)

    speed(candidate, reference, prepare, rng, limit=12)
