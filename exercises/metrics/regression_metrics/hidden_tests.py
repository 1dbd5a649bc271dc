"""Hidden tests of regression_metrics."""

import math
import statistics

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.testing import assert_close, assert_equal, assert_raises, assert_that, assert_type, speed

KEYS = ("mse", "rmse", "mae", "r2", "mape", "medae")
MEANS = KEYS[:-1]  # weights count in all of them but the median
EPS = 2.0**-52


def slow_metrics(y, yhat, weight=None):
    """Add everything up row by row, with exact sums."""
    y, yhat = [float(v) for v in y], [float(v) for v in yhat]
    w = [1.0] * len(y) if weight is None else [float(v) for v in weight]

    def mean(values):
        return math.fsum(a * b for a, b in zip(w, values, strict=True)) / math.fsum(w)

    error = [abs(a - b) for a, b in zip(y, yhat, strict=True)]
    mse = mean([e * e for e in error])
    centre = mean(y)
    if len({a for a, b in zip(y, w, strict=True) if b > 0}) == 1:
        r2 = 1.0 if mse == 0 else 0.0
    else:
        r2 = 1 - mse / mean([(a - centre) ** 2 for a in y])
    return {
        "mse": mse,
        "rmse": math.sqrt(mse),
        "mae": mean(error),
        "r2": r2,
        "mape": mean([e / max(abs(a), EPS) for e, a in zip(error, y, strict=True)]),
        "medae": statistics.median(error),
    }


def slow_pinball(y, yhat, q):
    """Apply the definition row by row."""
    losses = [q * (a - b) if a >= b else (1 - q) * (b - a) for a, b in zip(y.tolist(), yhat.tolist(), strict=True)]
    return math.fsum(losses) / len(losses)


def test_scores_by_hand(candidate):
    """Four rows with errors 1, 0, 0 and 4 give the six scores that the formulas say."""
    got = candidate.regression_metrics(np.array([2.0, 4.0, 5.0, 8.0]), np.array([3.0, 4.0, 5.0, 4.0]))
    # The mean of y is 4.75, so the squared deviations add up to 18.75.
    expected = {
        "mse": 17 / 4,
        "rmse": math.sqrt(17) / 2,
        "mae": 5 / 4,
        "r2": 1 - 17 / 18.75,
        "mape": (1 / 2 + 4 / 8) / 4,
        "medae": 0.5,
    }
    assert_close(got, expected)


def test_baseline_is_the_mean_target(candidate):
    """R2 is 0 for predicting the mean of y, negative for worse, and 1 for a perfect fit."""
    y = np.array([1.0, 2.0, 6.0])
    assert_close(candidate.regression_metrics(y, np.full(3, 3.0))["r2"], 0.0)
    assert_close(candidate.regression_metrics(y, np.full(3, 5.0))["r2"], 1 - 26 / 14)
    assert_close(candidate.regression_metrics(y, y[::-1].copy())["r2"], 1 - 50 / 14)
    assert_close(candidate.regression_metrics(y, y)["r2"], 1.0)


def test_mape_by_hand(candidate):
    """MAPE divides each error by the size of its target, and is a fraction."""
    got = candidate.regression_metrics(np.array([-2.0, -4.0]), np.array([-1.0, 1.0]))
    assert_close(got["mape"], (0.5 + 1.25) / 2)
    got = candidate.regression_metrics(np.array([10.0, 2.0, -4.0]), np.array([11.0, 1.0, -4.0]))
    assert_close(got["mape"], (0.1 + 0.5) / 3)


def test_median_by_hand(candidate):
    """The median absolute error is the middle one, or the mean of the middle two where n is even."""
    y, yhat = np.array([1.0, 2.0, 3.0, 4.0, 5.0]), np.array([6.0, 1.0, 5.0, -5.0, 8.0])
    assert_close(candidate.regression_metrics(y, yhat)["medae"], 3.0)
    assert_close(candidate.regression_metrics(y[:4], yhat[:4])["medae"], 3.5)


def test_weights_by_hand(candidate):
    """Weighted means divide by the sum of the weights, and R2 compares with the weighted mean of y."""
    got = candidate.regression_metrics(np.array([2.0, 4.0, 8.0]), np.array([3.0, 4.0, 4.0]), np.array([4.0, 3.0, 1.0]))
    # Weighted mean of y: (8 + 12 + 8) / 8 = 3.5; squared deviations (4 * 2.25 + 3 * 0.25 + 20.25) / 8 = 3.75.
    expected = {
        "mse": 20 / 8,
        "rmse": math.sqrt(2.5),
        "mae": 1.0,
        "r2": 1 - 2.5 / 3.75,
        "mape": (4 * 0.5 + 0.5) / 8,
    }
    for key, value in expected.items():
        assert_close(got[key], value)


@given(n=st.integers(2, 6), seed=st.integers(0, 2**32 - 1))
def test_weights_are_repetitions(candidate, n, seed):
    """Integer weights score like rows repeated that often, and their common scale changes nothing."""
    rng = np.random.default_rng(seed)
    y, yhat, weight = rng.permutation(n) + rng.uniform(0.5, 1.0, size=n), rng.normal(size=n), rng.integers(1, 4, size=n)
    got = candidate.regression_metrics(y, yhat, weight)
    repeated = candidate.regression_metrics(np.repeat(y, weight), np.repeat(yhat, weight))
    scaled = candidate.regression_metrics(y, yhat, weight * 1e-3)
    for key in MEANS:
        assert_close(repeated[key], got[key])
        assert_close(scaled[key], got[key])


@given(n=st.integers(2, 8), scale=st.sampled_from([1e-3, 1.0, 1e5]), seed=st.integers(0, 2**32 - 1))
def test_scores_agree_with_sums_by_row(candidate, n, scale, seed):
    """The scores agree with plain sums over the rows, with and without weights."""
    rng = np.random.default_rng(seed)
    y, yhat = scale * (rng.permutation(n) + rng.uniform(0.5, 1.0, size=n)), scale * rng.normal(size=n)
    y *= rng.choice([-1.0, 1.0], size=n)
    weight = rng.uniform(0.5, 2.0, size=n)
    assert_close(candidate.regression_metrics(y, yhat), slow_metrics(y, yhat))
    got, expected = candidate.regression_metrics(y, yhat, weight), slow_metrics(y, yhat, weight)
    for key in MEANS:
        assert_close(got[key], expected[key])


def test_pinball_by_hand(candidate):
    """Predictions that are too low cost q a unit, those that are too high 1 - q."""
    y, yhat = np.array([5.0, 5.0, 5.0, 5.0]), np.array([1.0, 5.0, 7.0, 4.0])
    assert_close(candidate.pinball_loss(y, yhat, 0.75), (0.75 * 5 + 0.25 * 2) / 4)
    assert_close(candidate.pinball_loss(y, yhat, 0.1), (0.1 * 5 + 0.9 * 2) / 4)
    assert_close(candidate.pinball_loss(y, y, 0.1), 0.0)


def test_pinball_is_least_at_the_quantile(candidate):
    """Of all constant predictions, the ninth of eleven ordered targets has the least loss at level 0.77."""
    y = np.array([7.0, 3.0, 1.0, 9.0, 11.0, 5.0, 21.0, 2.0, 8.0, 30.0, 4.0])
    ordered = sorted(y.tolist())
    losses = [candidate.pinball_loss(y, np.full(11, value), 0.77) for value in ordered]
    best = min(range(11), key=losses.__getitem__)
    assert_that(best == 8, f"is least at {ordered[best]} instead of {ordered[8]}")


@given(n=st.integers(1, 8), q=st.integers(1, 19), seed=st.integers(0, 2**32 - 1))
def test_pinball_agrees_with_the_definition(candidate, n, q, seed):
    """The pinball loss agrees with its definition, row by row."""
    rng = np.random.default_rng(seed)
    y, yhat = rng.integers(-5, 6, size=n), rng.integers(-5, 6, size=n) / 2
    assert_close(candidate.pinball_loss(y, yhat, q / 20), slow_pinball(y, yhat, q / 20))


@pytest.mark.fine
def test_result_is_a_dict_of_floats(candidate):
    """The metrics are a dict with the six keys and plain Python floats; so is the pinball loss."""
    for dtype in (np.float64, np.float32, np.int64):
        y, yhat = np.array([1, 2, 3], dtype=dtype), np.array([1, 2, 4], dtype=dtype)
        got = candidate.regression_metrics(y, yhat)
        assert_type(got, dict)
        assert_equal(sorted(got), sorted(KEYS))
        for key in KEYS:
            assert_type(got[key], float)
        assert_type(candidate.pinball_loss(y, yhat, 0.5), float)
    constant = candidate.regression_metrics(np.array([1.0, 1.0]), np.array([1.0, 1.0]))
    assert_type(constant["r2"], float)


@pytest.mark.fine
def test_constant_targets(candidate):
    """Where all targets are equal, R2 is 1 for a perfect fit and 0 for any other, without a warning."""
    for value, n in ((0.0, 2), (3.0, 4), (0.1, 3), (0.1, 10), (1e8 + 0.1, 7)):
        y = np.full(n, value)
        assert_close(candidate.regression_metrics(y, y)["r2"], 1.0)
        off = y.copy()
        off[0] += 1.0
        assert_close(candidate.regression_metrics(y, off)["r2"], 0.0)
        assert_close(candidate.regression_metrics(y, y - 1.0)["r2"], 0.0)


@pytest.mark.fine
def test_one_row(candidate):
    """A single row has constant targets."""
    got = candidate.regression_metrics(np.array([4.0]), np.array([1.0]))
    assert_close(got, {"mse": 9.0, "rmse": 3.0, "mae": 3.0, "r2": 0.0, "mape": 0.75, "medae": 3.0})
    assert_close(candidate.regression_metrics(np.array([4.0]), np.array([4.0]), np.array([7]))["r2"], 1.0)
    assert_close(candidate.pinball_loss(np.array([4.0]), np.array([1.0]), 0.25), 0.75)


@pytest.mark.fine
def test_rows_of_weight_zero(candidate):
    """A row of weight 0 counts only in the median; without it the targets may be constant."""
    y, yhat, weight = np.array([4.0, 4.0, 9.0]), np.array([4.0, 4.0, 1.0]), np.array([2.0, 1.0, 0.0])
    got = candidate.regression_metrics(y, yhat, weight)
    assert_close(got, {"mse": 0.0, "rmse": 0.0, "mae": 0.0, "r2": 1.0, "mape": 0.0, "medae": 0.0})
    got = candidate.regression_metrics(y, np.array([4.0, 6.0, 12.0]), weight)
    assert_close(got, slow_metrics(y, [4.0, 6.0, 12.0], weight))
    assert_close(got["r2"], 0.0)
    assert_close(got["medae"], 2.0)


@pytest.mark.fine
def test_median_ignores_weights(candidate):
    """The median absolute error is the plain median, whatever the weights."""
    y, yhat = np.array([1.0, 2.0, 3.0, 4.0, 5.0]), np.array([6.0, 1.0, 5.0, -5.0, 8.0])
    assert_close(candidate.regression_metrics(y, yhat, np.array([0, 9, 0, 0, 1]))["medae"], 3.0)
    assert_close(candidate.regression_metrics(y, yhat, np.array([1.0, 1.0, 1.0, 9.0, 1.0]))["medae"], 3.0)


@pytest.mark.fine
def test_mape_near_zero(candidate):
    """A target of zero is replaced by the eps of float64; any other target counts as it is."""
    got = candidate.regression_metrics(np.array([0.0, 2.0]), np.array([0.0, 1.0]))
    assert_close(got["mape"], 0.25)
    got = candidate.regression_metrics(np.array([0.0, 2.0]), np.array([3.0, 1.0]))
    assert_close(got["mape"], (3.0 / EPS + 0.5) / 2)
    got = candidate.regression_metrics(np.array([EPS / 4, 1e-12]), np.array([0.0, 2e-12]))
    assert_close(got["mape"], (0.25 + 1.0) / 2)


@pytest.mark.fine
def test_targets_far_from_zero(candidate, rng):
    """R2 of targets near 1e8 with deviations near 1 is as right as near zero."""
    y, noise, weight = rng.normal(size=200), 0.5 * rng.normal(size=200), rng.uniform(0.5, 2.0, size=200)
    far = y + 1e8
    got = candidate.regression_metrics(far, far + noise, weight)
    assert_close(got["r2"], slow_metrics(far, far + noise, weight)["r2"], rtol=1e-6)
    got = candidate.regression_metrics(far, far + noise)
    assert_close(got["r2"], slow_metrics(far, far + noise)["r2"], rtol=1e-6)


@pytest.mark.fine
def test_narrow_and_wide_dtypes(candidate):
    """Differences, squares and sums of narrow dtypes neither wrap round nor overflow, those of weights included."""
    for y, yhat in (
        (np.array([3, 200, 0], dtype=np.uint8), np.array([5, 100, 250], dtype=np.uint8)),
        (np.array([-128, 100, 7], dtype=np.int8), np.array([127, -100, 7], dtype=np.int8)),
        (np.array([4_000_000_000, 5, 1]), np.array([-2_000_000_000, 7, 1])),
        (np.array([300.0, 2.0, 600.0], dtype=np.float16), np.array([0.0, 1.0, 900.0], dtype=np.float16)),
        (np.array([16777216.0, 16777218.0, 5.0], dtype=np.float32), np.array([1.0, 1.0, 2.0], dtype=np.float32)),
        (np.array([1, 2, 4]), np.array([1.5, 2.0, 5.0], dtype=np.float32)),
    ):
        expected = slow_metrics(y, yhat)
        assert_close(candidate.regression_metrics(y, yhat), expected)
        weight = np.array([200, 100, 250], dtype=np.uint8)
        assert_close(candidate.regression_metrics(y, yhat, weight), slow_metrics(y, yhat, weight))
        half = np.array([40_000.0, 40_000.0, 8.0], dtype=np.float16)  # whose sum float16 does not hold
        assert_close(candidate.regression_metrics(y, yhat, half), slow_metrics(y, yhat, half))
        assert_close(candidate.pinball_loss(y, yhat, 0.5), expected["mae"] / 2)


@pytest.mark.fine
def test_strided_input(candidate, rng):
    """Strided views are treated like any other array."""
    y, yhat, weight = rng.normal(size=(3, 20))
    got = candidate.regression_metrics(y[::-2], yhat[1::2], np.abs(weight[::2]))
    assert_close(got, slow_metrics(y[::-2], yhat[1::2], np.abs(weight[::2])))
    assert_close(candidate.pinball_loss(y[::-2], yhat[1::2], 0.3), slow_pinball(y[::-2], yhat[1::2], 0.3))


@pytest.mark.fine
@given(n=st.integers(1, 8), scale=st.sampled_from([1e-3, 1.0, 1e5]), seed=st.integers(0, 2**32 - 1))
def test_degenerate_rows_agree_with_sums_by_row(candidate, n, scale, seed):
    """Targets that are zero or all alike and weights of zero agree with plain sums over the rows."""
    rng = np.random.default_rng(seed)
    y, yhat = scale * rng.integers(-4, 5, size=n), scale * rng.normal(size=n)
    weight = rng.integers(0, 4, size=n) / 3 + (np.arange(n) == 0)
    assert_close(candidate.regression_metrics(y, yhat), slow_metrics(y, yhat))
    assert_close(candidate.regression_metrics(y, yhat, weight), slow_metrics(y, yhat, weight))


@pytest.mark.fine
@pytest.mark.parametrize("name", ["regression_metrics", "pinball_loss"])
def test_shapes_that_do_not_fit(candidate, name):
    """Shapes that are not two equal vectors, and no rows at all, raise ValueError; nothing is broadcast."""
    f, rest = getattr(candidate, name), (0.5,) if name == "pinball_loss" else ()
    y = np.array([1.0, 2.0, 3.0])
    for a, b in (
        (y, y[:, None]),
        (y[:, None], y),
        (y[:, None], y[:, None]),
        (y, y[:2]),
        (y, y[:1]),
        (y[:1], y),
        (y[:0], y[:0]),
        (np.float64(1.0).reshape(()), np.float64(1.0).reshape(())),
    ):
        with assert_raises(ValueError):
            f(np.array(a), np.array(b), *rest)


@pytest.mark.fine
def test_bad_weights(candidate):
    """Weights of another shape, a negative weight and weights that are all zero raise ValueError."""
    y, yhat = np.array([1.0, 2.0, 3.0]), np.array([1.0, 2.5, 3.0])
    for weight in ([1, 1], [[1], [1], [1]], [1], [1.0, -0.5, 1.0], [-1.0, -1.0, -1.0], [0, 0, 0], []):
        with assert_raises(ValueError):
            candidate.regression_metrics(y, yhat, np.array(weight))


@pytest.mark.fine
def test_bad_levels(candidate):
    """A level q outside the open interval from 0 to 1 raises ValueError."""
    y, yhat = np.array([1.0, 2.0]), np.array([1.0, 2.5])
    for q in (0.0, 1.0, -0.1, 1.5, 95.0, math.nan):
        with assert_raises(ValueError):
            candidate.pinball_loss(y, yhat, q)


@pytest.mark.scale
def test_many_rows(candidate, reference, rng):
    """Fifty thousand weighted rows take no longer than array operations need."""

    def prepare(subject, rng):
        y, yhat, weight = rng.normal(size=(3, 50_000))
        return lambda: subject.regression_metrics(y, yhat, np.abs(weight))

    speed(candidate, reference, prepare, rng, limit=20)
