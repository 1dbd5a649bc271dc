"""Hidden tests of stratified sampling."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.testing import assert_close, assert_dtype, assert_equal, assert_raises, assert_that, assert_type, speed

SEEDS = st.integers(0, 2**32 - 1)


def plain(rows):
    """Indices as a list."""
    return [int(i) for i in rows]


def draw(strata, n, u):
    """Rows by stratum, with quotas in whole numbers."""
    labels = sorted(set(strata))
    size = {h: strata.count(h) for h in labels}
    take = {h: n * size[h] // len(strata) for h in labels}
    for h in sorted(labels, key=lambda h: -(n * size[h] % len(strata)))[: n - sum(take.values())]:
        take[h] += 1
    rows = {h: sorted((u[i], i) for i in range(len(strata)) if strata[i] == h) for h in labels}
    return sorted(i for h in labels for _, i in rows[h][: take[h]])


def test_quotas_by_hand(candidate):
    """Quotas of 3.3, 1.5 and 1.2 rows: floors first, then the largest remainder."""
    strata = np.array(["c"] * 4 + ["a"] * 11 + ["b"] * 5)
    u = np.linspace(0.9, 0.1, 20)
    # Of 6 rows a, b, c have quotas 3.3, 1.5 and 1.2, so the sixth goes to b.
    assert_equal(plain(candidate.stratified_sample(strata, 6, u)), [3, 12, 13, 14, 18, 19])


def test_missing_rows_go_one_each(candidate):
    """Three missing rows go to three strata, those with the largest remainders, also where more would round up."""
    strata, u = np.repeat(["a", "b", "c", "d"], [2, 6, 9, 3]), np.arange(20) / 20
    # Quotas 0.6, 1.8, 2.7 and 0.9 have the floors 0, 1, 2 and 0, so all but a get one more.
    assert_equal(plain(candidate.stratified_sample(strata, 6, u)), [2, 3, 8, 9, 10, 17])


def test_smallest_u_are_drawn(candidate):
    """Within a stratum, the rows with the smallest u are drawn, and indices ascend."""
    strata, u = np.array([7, -1, 7, -1, 7, -1]), np.array([0.1, 0.9, 0.3, 0.2, 0.2, 0.5])
    assert_equal(plain(candidate.stratified_sample(strata, 4, u)), [0, 3, 4, 5])
    assert_equal(plain(candidate.stratified_sample(strata, 6, u)), [0, 1, 2, 3, 4, 5])


def test_rounding_keeps_the_total(candidate):
    """Where every quota ends in .6 or .4, there are still exactly n rows."""
    strata, u = np.repeat(np.arange(5), [3, 3, 3, 3, 8]), np.linspace(0, 1, 20)
    for n in range(1, 20):
        assert_equal(len(set(plain(candidate.stratified_sample(strata, n, u)))), n)


@given(N=st.integers(1, 25), k=st.integers(1, 5), seed=SEEDS)
def test_sample_follows_the_definition(candidate, N, k, seed):
    """On random strata whose remainders do not tie, the rows are those of drawing stratum by stratum."""
    rng = np.random.default_rng(seed)
    strata, u, n = rng.integers(0, k, N), rng.random(N), int(rng.integers(1, N + 1))
    remainders = sorted(n * int(c) % N for c in np.unique(strata, return_counts=True)[1])
    if any(a == b > 0 for a, b in zip(remainders, remainders[1:], strict=False)):
        return
    assert_equal(plain(candidate.stratified_sample(strata, n, u)), draw(strata.tolist(), n, u.tolist()))


def test_mean_by_hand(candidate):
    """Strata count by their share of the population, not of the sample."""
    values, strata = np.array([1.0, 3.0, 5.0, 10.0, 14.0]), np.array(["new", "new", "new", "old", "old"])
    mean, se = candidate.post_stratified_mean(values, strata, {"old": 0.9, "new": 0.1})
    assert_close(mean, 0.1 * 3 + 0.9 * 12)
    assert_close(se, math.sqrt(0.01 * 4 / 3 + 0.81 * 8 / 2))


def test_differences_between_strata_do_not_count(candidate):
    """Strata that are constant have standard error 0, however far apart they are."""
    mean, se = candidate.post_stratified_mean(
        np.array([5.0, 5.0, -5.0, -5.0]), np.array([2, 2, 1, 1]), {1: 0.25, 2: 0.75}
    )
    assert_close([mean, se], [2.5, 0.0])


@given(k=st.integers(1, 4), n=st.integers(0, 12), seed=SEEDS)
def test_mean_follows_the_definition(candidate, k, n, seed):
    """On random samples, mean and standard error are those of sums over the strata."""
    rng = np.random.default_rng(seed)
    strata = np.concatenate([np.repeat(np.arange(k), 2), rng.integers(0, k, n)])
    values, share = rng.normal(size=len(strata)) + strata, rng.dirichlet(np.ones(k))
    parts = [values[strata == h] for h in range(k)]
    mean = sum(w * x.mean() for w, x in zip(share, parts, strict=True))
    variance = sum(w**2 * x.var(ddof=1) / len(x) for w, x in zip(share, parts, strict=True))
    got = candidate.post_stratified_mean(values, strata, dict(enumerate(share.tolist())))
    assert_close(got, (mean, math.sqrt(variance)))


def test_selection_bias_is_corrected(candidate, rng):
    """A sample with far too many power users still estimates the mean of the population."""
    strata = np.repeat(["casual", "power"], [300, 700])
    values = np.where(strata == "power", 10.0, 2.0) + rng.normal(size=1000)
    mean, se = candidate.post_stratified_mean(values, strata, {"casual": 0.95, "power": 0.05})
    assert_that(abs(mean - 2.4) < 6 * se < 0.6, f"estimates {mean:.3f} with standard error {se:.3f}, where 2.4 is true")


@pytest.mark.fine
def test_ties(candidate):
    """Of equal remainders the smaller label gets the row, and of equal u the lower index."""
    strata = np.array([3, 3, 1, 1, 2, 2])
    assert_equal(plain(candidate.stratified_sample(strata, 1, np.zeros(6))), [2])
    assert_equal(plain(candidate.stratified_sample(strata, 2, np.zeros(6))), [2, 4])
    # Many strata, whose remainders are the same where rounding may say otherwise.
    many, u = np.repeat(np.arange(300), np.tile([4, 1, 7], 100)), np.linspace(0, 1, 1200)
    assert_equal(plain(candidate.stratified_sample(many, 400, u)), draw(many.tolist(), 400, u.tolist()))
    sizes = np.repeat(np.arange(300), np.tile([1, 4, 2], 100))
    assert_equal(plain(candidate.stratified_sample(sizes, 233, u[:700])), draw(sizes.tolist(), 233, u[:700].tolist()))


@pytest.mark.fine
def test_extreme_sizes(candidate):
    """No rows, all rows, and strata of one value are fine."""
    strata, u = np.array(["b", "a", "b"]), np.array([0.3, 0.2, 0.1])
    assert_equal(plain(candidate.stratified_sample(strata, 0, u)), [])
    assert_equal(plain(candidate.stratified_sample(strata, 3, u)), [0, 1, 2])
    assert_equal(plain(candidate.stratified_sample(strata[:0], 0, u[:0])), [])
    assert_close(candidate.post_stratified_mean(np.array([1.0, 3.0, 9.0]), strata, {"b": 0.5, "a": 0.5}), (4.0, 2.0))


@pytest.mark.fine
def test_types(candidate):
    """Indices are int64, results are Python floats, and narrow values are computed in float64."""
    strata, u = np.array([1, 0, 1, 1], dtype=np.int8), np.array([0.3, 0.2, 0.1, 0.4], dtype=np.float32)
    for n in (0, 2):
        assert_dtype(candidate.stratified_sample(strata, n, u), np.int64)
    for values in (
        np.array([100, -100, 120, 90], dtype=np.int8),
        np.array([1e6, 1 / 3, 1e6 + 0.5, 1e6 + 1], dtype=np.float32),
    ):
        got = candidate.post_stratified_mean(values, strata, {0: 0.5, 1: 0.5})
        x = values.astype(float)[[0, 2, 3]]
        assert_close(got, (0.5 * float(values[1]) + 0.5 * x.mean(), math.sqrt(0.25 * x.var(ddof=1) / 3)), rtol=1e-12)
        for value in got:
            assert_type(value, float)


@pytest.mark.fine
def test_invalid_samples_raise(candidate):
    """n out of range and shapes that do not fit raise ValueError."""
    strata, u = np.array([0, 1, 1]), np.array([0.1, 0.2, 0.3])
    for s, n, keys in ((strata, -1, u), (strata, 4, u), (strata, 1, u[:2]), (strata[None], 1, u[None])):
        with assert_raises(ValueError):
            candidate.stratified_sample(s, n, keys)


@pytest.mark.fine
def test_invalid_shares_raise(candidate):
    """Labels without a share, shares without a sample, shares that do not sum to 1 and other shapes raise ValueError."""
    values, strata = np.array([1.0, 2.0, 3.0]), np.array([0, 0, 1])
    for share in ({0: 1.0}, {0: 0.5, 1: 0.25, 2: 0.25}, {0: 0.5, 1: 0.5 + 1e-8}, {0: 0.5, 1: 0.4}, {}):
        with assert_raises(ValueError):
            candidate.post_stratified_mean(values, strata, share)
    for x, s in ((values[:2], strata), (values[None], strata[None])):
        with assert_raises(ValueError):
            candidate.post_stratified_mean(x, s, {0: 0.5, 1: 0.5})
    assert_close(candidate.post_stratified_mean(values, strata, {0: 0.3, 1: 0.7 + 5e-10})[0], 2.55)


@pytest.mark.scale
def test_speed(candidate, reference, rng):
    """8000 rows of 2000 strata are drawn without a mask for each stratum."""

    def prepare(subject, rng):
        strata, u = rng.integers(0, 2000, 8000), rng.random(8000)
        return lambda: subject.stratified_sample(strata, 2500, u)

    speed(candidate, reference, prepare, rng, limit=6)
