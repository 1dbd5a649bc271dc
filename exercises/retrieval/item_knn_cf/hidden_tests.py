"""Hidden tests of item_knn_cf."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.testing import assert_close, assert_dtype, assert_equal, assert_raises, assert_type, put, speed

NAN, SEEDS = math.nan, st.integers(0, 2**32 - 1)
SMALL = np.array([[5, 4, 1, NAN], [1, 2, 5, 4], [NAN, 3, 4, 5], [4, NAN, 2, 1]])


def draw(seed, users=7, items=5, share=0.6):
    """Ratings from 1 to 5; every user and every item has some."""
    rng = np.random.default_rng(seed)
    ratings = np.where(rng.random((users, items)) < share, rng.integers(1, 6, size=(users, items)), NAN)
    for u in range(users):
        ratings[u, [u % items, (u + 1) % items]] = rng.integers(1, 6, size=2)
    return ratings


def slow_similarity(R, shrink=0.0):
    """The formula, pair by pair."""
    means = [np.mean([r for r in row if not math.isnan(r)] or [0]) for row in R.tolist()]
    n = R.shape[1]
    S = np.zeros((n, n))
    for i, j in np.ndindex(n, n):
        pairs = [(a - m, b - m) for a, b, m in zip(R[:, i], R[:, j], means, strict=True) if not math.isnan(a + b)]
        norm = math.sqrt(sum(a * a for a, _ in pairs) * sum(b * b for _, b in pairs))
        if i != j and norm > 0:
            S[i, j] = sum(a * b for a, b in pairs) / norm * len(pairs) / (len(pairs) + shrink)
    return S


def slow_prediction(R, S, user, item, k):
    """The formula, neighbour by neighbour."""
    rated = [j for j in range(R.shape[1]) if not math.isnan(R[user, j])]
    mean = sum(R[user, j] for j in rated) / len(rated)
    near = sorted((j for j in rated if j != item), key=lambda j: -S[item, j])[:k]
    near = [j for j in near if S[item, j] > 0]
    total = sum(S[item, j] for j in near)
    return mean + sum(S[item, j] * (R[user, j] - mean) for j in near) / total if near else mean


def random_similarity(seed, items=5):
    """A symmetric matrix without equal entries."""
    S = np.random.default_rng(seed).uniform(-1, 1, size=(items, items))
    S = (S + S.T) / 2
    np.fill_diagonal(S, 0)
    return S


def test_similarity_by_hand(candidate):
    """Ratings are taken relative to the mean of their user, and only common users count."""
    R = np.array([[1.0, 3.0, NAN], [2.0, 6.0, 4.0], [NAN, 1.0, 3.0]])
    # Centred: -1 1 | -2 2 0 | -1 1. Items 1 and 2 have the users 1 and 2: -1 / (sqrt(5) sqrt(1)).
    expected = [[0, -1, 0], [-1, 0, -1 / math.sqrt(5)], [0, -1 / math.sqrt(5), 0]]
    assert_close(candidate.item_similarity(R), np.array(expected))


def test_missing_is_not_zero(candidate):
    """More users without a rating of both items change nothing, and all similarities lie between -1 and 1."""
    R = np.array([[5.0, 1.0, 3.0], [4.0, 2.0, 3.0], [NAN, NAN, 2.0]])
    assert_close(candidate.item_similarity(R)[0, 1], -1.0)
    more = np.vstack([R, [[5.0, NAN, 1.0], [NAN, 4.0, 1.0]]])
    assert_close(candidate.item_similarity(more)[0, 1], -1.0)


def test_generous_users_make_no_similarity(candidate):
    """Users who rate all items alike say nothing about them."""
    R = np.array([[5.0, 5.0, 5.0], [1.0, 1.0, NAN], [3.0, 4.0, 5.0]])
    assert_close(candidate.item_similarity(R), np.array([[0, 0, -1.0], [0, 0, 0], [-1.0, 0, 0]]))


def test_shrinkage(candidate):
    """A similarity is multiplied by n / (n + shrink), with the number of common users."""
    S = candidate.item_similarity(SMALL)
    common = np.array([[0, 2, 3, 2], [2, 0, 3, 2], [3, 3, 0, 3], [2, 2, 3, 0]])
    for shrink in (1.0, 10.0):
        assert_close(candidate.item_similarity(SMALL, shrink), S * common / (common + shrink))


@given(seed=SEEDS, shrink=st.sampled_from([0.0, 3.0]))
def test_similarity_agrees_with_a_loop(candidate, seed, shrink):
    """Random ratings give what a loop over pairs gives."""
    R = draw(seed)
    assert_close(candidate.item_similarity(R, shrink), slow_similarity(R, shrink))


def test_prediction_by_hand(candidate):
    """The mean of the user is moved by the weighted mean of what neighbours deviate from it."""
    R = np.array([[1.0, 4.0, 4.0, NAN]])
    S = np.zeros((4, 4))
    S[3] = [0.25, 0.5, -0.9, 0.0]
    for k, expected in ((1, 4.0), (2, 3 + (0.25 * -2 + 0.5 * 1) / 0.75), (3, 3.0), (9, 3.0)):
        assert_close(float(candidate.predict(R, S, 0, 3, k)), expected)


def test_item_is_no_neighbour_of_itself(candidate):
    """A rating of the item itself is not used, whatever the diagonal of S holds."""
    R, S = np.array([[5.0, 1.0, 3.0, 3.0]]), np.diag([2.0] * 4)
    S[0, 1:] = [0.6, 0.5, 0.4]
    assert_close(float(candidate.predict(R, S, 0, 0, 1)), 1.0)
    assert_close(float(candidate.predict(R, S, 0, 0, 3)), 2.2)


def test_no_neighbours(candidate):
    """Without a similar item that the user rated, the prediction is the mean of the user."""
    R = np.array([[2.0, 5.0, NAN], [NAN, 1.0, 1.0]])
    for row in ([0.0, 0.0, 0.0], [-0.5, -0.1, 0.0]):
        S = np.zeros((3, 3))
        S[2] = row
        assert_close(float(candidate.predict(R, S, 0, 2, 2)), 3.5)


@given(seed=SEEDS, k=st.integers(1, 5))
def test_predictions_agree_with_a_loop(candidate, seed, k):
    """Random ratings and similarities give what a loop over neighbours gives."""
    R, S = draw(seed), random_similarity(seed)
    for user, item in ((0, 0), (1, 3), (4, 2), (6, 4)):
        assert_close(float(candidate.predict(R, S, user, item, k)), slow_prediction(R, S, user, item, k))


@given(seed=SEEDS, top=st.integers(1, 5))
def test_recommendations(candidate, seed, top):
    """Items that the user has not rated come by their predictions, the best first."""
    R, S = draw(seed, items=8, share=0.3), random_similarity(seed, 8)
    new = [i for i in range(8) if math.isnan(R[2, i])]
    got = [int(i) for i in candidate.recommend(R, S, 2, 3, top)]
    scores = {i: slow_prediction(R, S, 2, i, 3) for i in new}
    assert_equal(len(set(got) & set(new)), min(top, len(new)))
    assert_close([scores[i] for i in got], sorted(scores.values(), reverse=True)[:top])


@pytest.mark.fine
def test_new_user(candidate):
    """A user without ratings gets the mean of all ratings, and the items with most ratings."""
    R = np.array([[NAN] * 4, [NAN, 2.0, 5.0, 4.0], [NAN, NAN, 1.0, 3.0], [NAN, NAN, 1.0, 5.0], [NAN] * 4])
    S = candidate.item_similarity(R)
    assert_close(candidate.predict(R, S, 0, 1, 2), 3.0)
    assert_type(candidate.predict(R, S, 4, 1, 2), float)
    assert_equal([candidate.recommend(R, S, 0, 2, top) for top in (1, 3, 9)], [[2], [2, 3, 1], [2, 3, 1, 0]])
    assert_close(S[0], np.zeros(4))


@pytest.mark.fine
def test_ties(candidate):
    """Of equal similarities and of equal predictions the lower index comes first."""
    R, S = np.array([[NAN, 1.0, 5.0, 3.0, NAN]]), np.zeros((5, 5))
    S[0, 1:4] = S[4, 1:4] = 0.5
    assert_close(candidate.predict(R, S, 0, 0, 1), 1.0)
    assert_close(candidate.predict(R, S, 0, 0, 2), 3.0)
    assert_equal(candidate.recommend(R, S, 0, 1, 2), [0, 4])
    many = np.where(np.arange(60) < 30, np.arange(60) % 5 + 1.0, NAN)[None]
    S = np.full((60, 60), 0.5)
    S[59, ::3] = 0.25
    near = [i for i in range(30) if i % 3][:13]
    assert_close(candidate.predict(many, S, 0, 59, 13), float(many[0, near].mean()))
    S[59] = 0.5
    assert_equal(candidate.recommend(many, S, 0, 22, 30), list(range(30, 60)))


@pytest.mark.fine
def test_results(candidate):
    """Predictions are floats, recommendations a list of ints, similarities float64; inputs stay."""
    S = candidate.item_similarity(SMALL.astype(np.float32))
    assert_dtype(S, np.float64)
    assert_close(S, slow_similarity(SMALL))
    assert_type(candidate.predict(SMALL, S, 0, 3, 2), float)
    assert_type(candidate.predict(SMALL, 0 * S, 0, 3, 2), float)
    assert_equal(candidate.recommend(SMALL, S, 0, 2, 5), [3])
    assert_equal(candidate.recommend(SMALL, S, 1, 2, 5), [])
    assert_equal(candidate.recommend(SMALL, S, 0, 2, 0), [])


@pytest.mark.fine
def test_settings_out_of_range(candidate):
    """A negative shrinkage, fewer than one neighbour and a negative number of items raise ValueError."""
    S = np.zeros((4, 4))
    for call in (
        lambda: candidate.item_similarity(SMALL, -1.0),
        lambda: candidate.predict(SMALL, S, 0, 3, 0),
        lambda: candidate.recommend(SMALL, S, 0, 0, 2),
        lambda: candidate.recommend(SMALL, S, 1, 0, 2),
        lambda: candidate.recommend(SMALL, S, 0, 2, -1),
    ):
        with assert_raises(ValueError):
            call()


@pytest.mark.scale
def test_no_loop_over_pairs(candidate, reference, rng):
    """Seven thousand pairs of items take matrix products."""

    def prepare(subject, rng):
        R = put(subject, draw(int(rng.integers(2**32)), 300, 120, 0.2))
        return lambda: subject.item_similarity(R, 5.0)

    speed(candidate, reference, prepare, rng, limit=12)
