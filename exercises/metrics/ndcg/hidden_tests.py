"""Hidden tests of ndcg."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.testing import assert_close, assert_raises, assert_that, assert_type, speed

INF = math.inf


def slow_dcg(rel, k, gain="exp"):
    """Add up the ranks one by one."""
    worth = (lambda r: 2.0**r - 1) if gain == "exp" else float
    return math.fsum(worth(r) / math.log2(rank + 1) for rank, r in enumerate(list(rel)[:k], start=1))


def slow_ndcg(rel, scores, k, gain="exp"):
    """Sort with Python, which is stable, and divide."""
    rel, scores = rel.tolist(), scores.tolist()
    order = sorted(range(len(rel)), key=lambda i: scores[i], reverse=True)
    ideal = slow_dcg(sorted(rel, reverse=True), k, gain)
    return slow_dcg([rel[i] for i in order], k, gain) / ideal if ideal else 0.0


def test_dcg_by_hand(candidate):
    """Rank i is discounted by log2(i + 1), so rank 1 counts in full and rank 3 by half."""
    got = candidate.dcg_at_k(np.array([3, 2, 3, 0, 1]), 5)
    assert_close(got, 7 + 3 / math.log2(3) + 7 / 2 + 0 + 1 / math.log2(6))
    assert_close(candidate.dcg_at_k(np.array([0, 0, 1]), 3), 0.5)
    assert_close(candidate.dcg_at_k(np.array([2]), 1), 3.0)


def test_linear_gain_by_hand(candidate):
    """With linear gain a relevance is worth itself; the default is the exponential gain."""
    rel = np.array([3, 2, 3])
    assert_close(candidate.dcg_at_k(rel, 3, gain="linear"), 3 + 2 / math.log2(3) + 1.5)
    assert_close(candidate.dcg_at_k(rel, 3, "exp"), 7 + 3 / math.log2(3) + 3.5)
    assert_close(candidate.dcg_at_k(rel, 3), 7 + 3 / math.log2(3) + 3.5)
    scores = np.array([1.0, 2.0, 3.0])
    rel = np.array([2, 0, 1])
    assert_close(candidate.ndcg_at_k(rel, scores, 3, gain="linear"), (1 + 2 / 2) / (2 + 1 / math.log2(3)))
    assert_close(candidate.ndcg_at_k(rel, scores, 3), (1 + 3 / 2) / (3 + 1 / math.log2(3)))


def test_cut_at_k(candidate):
    """Only the first k ranks count, and all of them where k is greater than n."""
    rel = np.array([1, 0, 1, 1])
    for k, expected in ((1, 1.0), (2, 1.0), (3, 1.5), (4, 1.5 + 1 / math.log2(5)), (5, 1.5 + 1 / math.log2(5))):
        assert_close(candidate.dcg_at_k(rel, k), expected)
    assert_close(candidate.dcg_at_k(rel, 10**9), 1.5 + 1 / math.log2(5))


def test_ndcg_by_hand(candidate):
    """The greatest score comes first, and the DCG is divided by that of the best order."""
    rel = np.array([0, 3, 2])
    # By score: 2, 0, 3.
    best = 7 + 3 / math.log2(3)
    assert_close(candidate.ndcg_at_k(rel, np.array([0.5, 0.1, 0.9]), 3), (3 + 7 / 2) / best)
    assert_close(candidate.ndcg_at_k(rel, np.array([0.1, 0.9, 0.5]), 3), 1.0)
    assert_close(candidate.ndcg_at_k(rel, np.array([-1.0, -3.0, -2.0]), 3), (3 / math.log2(3) + 7 / 2) / best)


def test_ideal_draws_on_all_items(candidate):
    """The best ranking may use items that did not make it into the first k."""
    rel, scores = np.array([1, 0, 3, 2]), np.array([0.9, 0.8, 0.2, 0.1])
    assert_close(candidate.ndcg_at_k(rel, scores, 1), 1 / 7)
    assert_close(candidate.ndcg_at_k(rel, scores, 2), 1 / (7 + 3 / math.log2(3)))
    assert_close(candidate.ndcg_at_k(np.array([0, 0, 1]), np.array([3.0, 2.0, 1.0]), 2), 0.0)


def test_ideal_is_cut_too(candidate):
    """The best ranking counts k ranks as well, so a perfect top k is worth 1."""
    rel, scores = np.array([1, 3, 1, 2]), np.array([0.1, 0.9, 0.2, 0.5])
    for k in (1, 2, 3, 4, 9):
        assert_close(candidate.ndcg_at_k(rel, scores, k), 1.0)


def test_nothing_relevant(candidate):
    """Where nothing is relevant the result is 0."""
    for k in (1, 3):
        assert_close(candidate.ndcg_at_k(np.array([0, 0]), np.array([1.0, 2.0]), k), 0.0)
        assert_close(candidate.dcg_at_k(np.array([0.0, 0.0]), k), 0.0)


@given(n=st.integers(1, 8), k=st.integers(1, 9), seed=st.integers(0, 2**32 - 1))
def test_no_ranking_beats_the_relevances(candidate, n, k, seed):
    """Scoring by relevance is worth 1, and anything else lies between 0 and 1."""
    rng = np.random.default_rng(seed)
    rel = rng.integers(0, 4, size=n) + (np.arange(n) == 0)
    assert_close(candidate.ndcg_at_k(rel, rel, k), 1.0)
    got = candidate.ndcg_at_k(rel, rng.normal(size=n), k)
    assert_that(0.0 <= got <= 1.0 + 1e-9, f"is {got}, not between 0 and 1")


@given(
    n=st.integers(1, 9), k=st.integers(1, 10), gain=st.sampled_from(["exp", "linear"]), seed=st.integers(0, 2**32 - 1)
)
def test_agrees_with_sorting_in_python(candidate, n, k, gain, seed):
    """Random relevances and scores, no two of them equal, give what a loop over the ranks gives."""
    rng = np.random.default_rng(seed)
    rel, scores = rng.integers(0, 4, size=n), rng.permutation(n) / 4 - 1
    assert_close(candidate.dcg_at_k(rel, k, gain), slow_dcg(rel, k, gain))
    assert_close(candidate.ndcg_at_k(rel, scores, k, gain), slow_ndcg(rel, scores, k, gain))


@pytest.mark.fine
def test_mean_counts_every_query(candidate):
    """Queries count alike, whatever their size, and those without a relevant item count as 0."""
    rels = [np.array([0, 1]), np.array([0, 0, 0]), np.array([1, 0, 0]), np.array([], dtype=np.int64)]
    scores = [np.array([2, 1]), np.array([1, 2, 3]), np.array([3, 2, 1]), np.array([], dtype=np.int64)]
    got = candidate.mean_ndcg(rels, scores, 3)
    assert_close(got, (1 / math.log2(3) + 0 + 1 + 0) / 4)
    assert_close(candidate.mean_ndcg(rels, scores, 1), 1 / 4)


@pytest.mark.fine
def test_mean_hands_the_gain_on(candidate):
    """The mean uses the gain that it was given."""
    rel, scores = np.array([2, 0, 1]), np.array([1.0, 2.0, 3.0])
    got = candidate.mean_ndcg([rel], [scores], 3, gain="linear")
    assert_close(got, (1 + 2 / 2) / (2 + 1 / math.log2(3)))
    assert_close(candidate.mean_ndcg([rel], [scores], 3), (1 + 3 / 2) / (3 + 1 / math.log2(3)))


@pytest.mark.fine
def test_mean_of_no_queries(candidate):
    """Without queries the mean is 0.0."""
    got = candidate.mean_ndcg([], [], 3)
    assert_close(got, 0.0)


@pytest.mark.fine
def test_no_items(candidate):
    """Without items the result is 0.0."""
    none = np.array([], dtype=np.float64)
    for k in (1, 3):
        for got in (candidate.dcg_at_k(none, k), candidate.ndcg_at_k(none, none, k)):
            assert_close(got, 0.0)


@pytest.mark.fine
def test_results_are_floats(candidate):
    """All three functions return plain Python floats."""
    rel, scores = np.array([1, 2]), np.array([0.5, 0.25])
    for gain in ("exp", "linear"):
        assert_type(candidate.dcg_at_k(rel, 2, gain), float)
        assert_type(candidate.ndcg_at_k(rel, scores, 2, gain), float)
        assert_type(candidate.mean_ndcg([rel], [scores], 2, gain), float)
    assert_type(candidate.ndcg_at_k(np.array([0, 0]), scores, 2), float)


@pytest.mark.fine
def test_ties_keep_the_order_of_the_input(candidate):
    """Items of equal score stand in the order of the input."""
    rel = np.array([0, 1, 2, 0, 3])
    assert_close(candidate.ndcg_at_k(rel, np.zeros(5), 5), slow_dcg([0, 1, 2, 0, 3], 5) / slow_dcg([3, 2, 1, 0, 0], 5))
    scores = np.array([1, 2, 1, 2, 1])
    assert_close(candidate.ndcg_at_k(rel, scores, 5), slow_dcg([1, 0, 0, 2, 3], 5) / slow_dcg([3, 2, 1, 0, 0], 5))
    # Unstable sorts keep the order of a few items by chance, but not of a hundred.
    rel, scores = np.arange(100) % 7 % 3, np.arange(100) % 2
    assert_close(candidate.ndcg_at_k(rel, scores, 100), slow_ndcg(rel, scores, 100))


@pytest.mark.fine
@given(n=st.integers(1, 9), k=st.integers(1, 10), levels=st.integers(1, 6), seed=st.integers(0, 2**32 - 1))
def test_ties_agree_with_a_stable_sort(candidate, n, k, levels, seed):
    """Scores with ties give what Python's stable sort gives."""
    rng = np.random.default_rng(seed)
    rel, scores = rng.integers(0, 4, size=n), rng.integers(0, levels, size=n) / 4 - 1
    assert_close(candidate.ndcg_at_k(rel, scores, k), slow_ndcg(rel, scores, k))


@pytest.mark.fine
def test_scores_that_differ_in_the_last_bit(candidate):
    """Scores are told apart however near they are."""
    high = np.nextafter(1e8, INF)
    assert_close(candidate.ndcg_at_k(np.array([0, 1]), np.array([1e8, high]), 1), 1.0)
    assert_close(candidate.ndcg_at_k(np.array([1, 0]), np.array([1e8, high]), 1), 0.0)


@pytest.mark.fine
def test_infinite_scores(candidate):
    """Infinite scores rank above and below all others."""
    rel, scores = np.array([1, 2, 0, 3]), np.array([-INF, INF, 0.0, -INF])
    assert_close(candidate.ndcg_at_k(rel, scores, 4), slow_dcg([2, 0, 1, 3], 4) / slow_dcg([3, 2, 1, 0], 4))


@pytest.mark.fine
def test_fractions_as_relevances(candidate):
    """Relevances need not be whole numbers, and their gains are computed in float64."""
    rel, scores = np.array([0.3, 1.7, 0.25]), np.array([0.1, 0.2, 0.3])
    assert_close(candidate.dcg_at_k(rel, 3), slow_dcg([0.3, 1.7, 0.25], 3))
    assert_close(candidate.ndcg_at_k(rel, scores, 2), slow_ndcg(rel, scores, 2))
    assert_close(candidate.dcg_at_k(np.array([0.001, 0.002]), 2), slow_dcg([0.001, 0.002], 2))
    rel = np.array([0.5, 1.5, 0.25], dtype=np.float16)
    assert_close(candidate.dcg_at_k(rel, 3), slow_dcg([0.5, 1.5, 0.25], 3))
    assert_close(candidate.dcg_at_k(rel, 2, "linear"), 0.5 + 1.5 / math.log2(3))


@pytest.mark.fine
def test_narrow_dtypes(candidate):
    """Relevances and scores of narrow or unsigned dtypes neither overflow nor change the order."""
    rel, scores = np.array([100, 0, 31, 63, 8]), np.array([3, 200, 0, 100, 255])
    ranked = [8, 0, 63, 100, 31]
    for dtype in (np.uint8, np.int8, np.int32, np.uint64, np.float16, np.float32, np.float64):
        assert_close(candidate.dcg_at_k(rel.astype(dtype), 5), slow_dcg([100, 0, 31, 63, 8], 5))
        assert_close(candidate.dcg_at_k(rel.astype(dtype), 5, "linear"), slow_dcg(rel, 5, "linear"))
    for dtype in (np.uint8, np.int16, np.uint64, np.float32):
        got = candidate.ndcg_at_k(rel.astype(dtype), scores.astype(dtype), 4)
        assert_close(got, slow_dcg(ranked, 4) / slow_dcg([100, 63, 31, 8], 4))
    low = np.array([-128, 127, 0], dtype=np.int8)
    assert_close(candidate.ndcg_at_k(np.array([1, 0, 0]), low, 3), 0.5)


@pytest.mark.fine
def test_strided_input(candidate):
    """Strided views are treated like any other array."""
    rel, scores = np.arange(12) % 5, np.arange(12) * 7 % 4
    assert_close(candidate.dcg_at_k(rel[::-2], 4), slow_dcg(rel[::-2], 4))
    assert_close(candidate.ndcg_at_k(rel[::-2], scores[1::2], 4), slow_ndcg(rel[::-2], scores[1::2], 4))


@pytest.mark.fine
def test_k_below_one(candidate):
    """A k below 1 raises ValueError."""
    rel, scores = np.array([1, 2]), np.array([0.1, 0.2])
    for k in (0, -1):
        with assert_raises(ValueError):
            candidate.dcg_at_k(rel, k)
        with assert_raises(ValueError):
            candidate.ndcg_at_k(rel, scores, k)
        with assert_raises(ValueError):
            candidate.mean_ndcg([rel], [scores], k)


@pytest.mark.fine
def test_unknown_gain(candidate):
    """A gain that is neither "exp" nor "linear" raises ValueError."""
    rel, scores = np.array([1, 2]), np.array([0.1, 0.2])
    for gain in ("log", "", "EXP"):
        with assert_raises(ValueError):
            candidate.dcg_at_k(rel, 2, gain=gain)
        with assert_raises(ValueError):
            candidate.ndcg_at_k(rel, scores, 2, gain=gain)
        with assert_raises(ValueError):
            candidate.mean_ndcg([rel], [scores], 2, gain=gain)


@pytest.mark.fine
@pytest.mark.parametrize("gain", ["exp", "linear"])
def test_bad_relevances(candidate, gain):
    """A negative relevance or a NaN raises ValueError wherever it stands, and so does a matrix."""
    for rel in ([1.0, -1.0, 2.0], [1.0, 2.0, -0.5], [1.0, 2.0, math.nan], [[1.0, 2.0, 3.0]]):
        rel = np.array(rel)
        scores = np.linspace(1.0, 0.5, rel.size).reshape(rel.shape)
        with assert_raises(ValueError):
            candidate.dcg_at_k(rel, 1, gain)
        with assert_raises(ValueError):
            candidate.ndcg_at_k(rel, scores, 1, gain)
        with assert_raises(ValueError):
            candidate.mean_ndcg([np.array([1.0]), rel], [np.array([1.0]), scores], 1, gain)


@pytest.mark.fine
def test_bad_scores(candidate):
    """Scores that are NaN or of another shape than the relevances raise ValueError."""
    rel = np.array([1.0, 2.0, 0.0])
    for scores in ([0.1, math.nan, 0.3], [0.1, 0.2], [0.1, 0.2, 0.3, 0.4], [[0.1], [0.2], [0.3]], [0.1], []):
        with assert_raises(ValueError):
            candidate.ndcg_at_k(rel, np.array(scores), 2)
    with assert_raises(ValueError):
        candidate.ndcg_at_k(np.zeros(2), np.array([math.nan, 1.0]), 2)


@pytest.mark.fine
def test_lists_of_different_lengths(candidate):
    """A query without scores, or scores without a query, raise ValueError."""
    rel, scores = np.array([1.0, 2.0]), np.array([0.1, 0.2])
    with assert_raises(ValueError):
        candidate.mean_ndcg([rel, rel], [scores], 2)
    with assert_raises(ValueError):
        candidate.mean_ndcg([], [scores], 2)


@pytest.mark.scale
def test_many_items(candidate, reference, rng):
    """Ten thousand items take about as long as sorting them."""

    def prepare(subject, rng):
        rel, scores = rng.integers(0, 5, size=10_000), rng.normal(size=10_000)
        return lambda: subject.ndcg_at_k(rel, scores, 10_000)

    speed(candidate, reference, prepare, rng, limit=60)
