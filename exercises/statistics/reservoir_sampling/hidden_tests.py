"""Hidden tests of reservoir_sampling."""

import math
from collections import Counter
from itertools import combinations, permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.testing import assert_equal, assert_raises, assert_that, assert_type, memory, put, speed, take

NAMES = ("reservoir_sample", "weighted_reservoir_sample")

# Chi-square is above these with probability 1e-7, by degrees of freedom.
CRITICAL = {1: 28.37, 2: 32.24, 4: 38.24, 5: 40.86, 9: 50.17}


def seeds(rng, n):
    """Return n random seeds."""
    return rng.integers(2**32, size=n).tolist()


def assert_distribution(samples, probabilities, what):
    """Compare how often each sample occurs with its probability, by a chi-square test."""
    counts = Counter(samples)
    strange = sorted(set(counts) - {one for one, p in probabilities.items() if p > 0})
    assert_that(not strange, f"is impossible: {strange[:1]}")
    n = len(samples)
    parts = [(one, counts[one], n * p) for one, p in probabilities.items() if p > 0]
    chi2 = sum((seen - expected) ** 2 / expected for _, seen, expected in parts)
    one, seen, expected = max(parts, key=lambda part: abs(part[1] - part[2]) / math.sqrt(part[2]))
    message = f"came too often or too rarely: {what}, {one} {seen} times among {n} seeds, expected {expected:.0f}"
    assert_that(chi2 < CRITICAL[len(parts) - 1], message)


def uniform(n, k):
    """Return the probability of each set of k among n positions."""
    return dict.fromkeys(combinations(range(n), k), 1 / math.comb(n, k))


def successive(weights, k):
    """Return the probability of each set of k positions when they are drawn one after another."""
    probabilities = Counter()
    for order in permutations(range(len(weights)), k):
        p, left = 1.0, math.fsum(weights)
        for i in order:
            p *= weights[i] / left
            left = math.fsum(w for j, w in enumerate(weights) if j not in order[: order.index(i) + 1])
        probabilities[tuple(sorted(order))] += p
    return probabilities


def objects(*items):
    """Return an array of any objects."""
    array = np.empty(len(items), dtype=object)
    array[:] = items
    return array


def length(sample):
    """Return how many items a sample holds."""
    assert_type(sample, list)
    return len(sample)


def stream_of(name, items):
    """Return the items, with weights where the function wants them."""
    return list(items) if name == "reservoir_sample" else [(item, 1.0 + i) for i, item in enumerate(items)]


@pytest.mark.parametrize("name", NAMES)
def test_short_stream_is_kept_whole(candidate, name):
    """With no more than k items the sample is all of them."""
    f = getattr(candidate, name)
    for k in (3, 4, 100):
        assert_equal(sorted(take(f(stream_of(name, [5, 7, 6]), k, 0), 99)), [5, 6, 7])
    assert_equal(take(f(stream_of(name, ["only"]), 1, 5), 99), ["only"])


@pytest.mark.parametrize("name", NAMES)
@given(n=st.integers(1, 12), k=st.integers(1, 8), seed=st.integers(0, 2**32 - 1))
def test_sample_is_without_replacement(candidate, name, n, k, seed):
    """A sample holds min(k, n) positions of the stream, none of them twice."""
    got = take(getattr(candidate, name)(stream_of(name, range(100, 100 + n)), k, seed), 99)
    assert_equal(len(got), min(k, n))
    assert_that(len(set(got)) == len(got), "holds a position twice")
    assert_that(set(got) <= set(range(100, 100 + n)), "holds something that was not in the stream")


@pytest.mark.parametrize("name", NAMES)
def test_any_iterable_is_read_once(candidate, name):
    """The stream may be an iterator that can be read only once, a view of a dict or a tuple."""
    f, items = getattr(candidate, name), stream_of(name, range(20))
    for k in (4, 30):
        got = take(f(put(candidate, objects(*items)).flat, k, 11), 99)
        assert_equal(len(set(got)), min(k, 20))
        got = take(f(put(candidate, dict(enumerate(items))).values(), k, 11), 99)
        assert_equal(len(set(got)), min(k, 20))
        assert_equal(len(set(take(f(tuple(items), k, 11), 99))), min(k, 20))
    if name == "reservoir_sample":
        assert_equal(sorted(take(f(range(5), 9, 0), 99)), [0, 1, 2, 3, 4])
    else:
        assert_equal(sorted(take(f(put(candidate, {"a": 1.0, "c": 3}).items(), 3, 0), 99)), ["a", "c"])


@pytest.mark.parametrize("name", NAMES)
def test_seed_decides(candidate, name, rng):
    """The same seed gives the same sample, and another seed another one."""
    f, stream = getattr(candidate, name), stream_of(name, range(1000))
    one, other = seeds(rng, 2)
    first = take(f(stream, 20, one), 99)
    second = take(f(stream, 20, other), 99)
    assert_that(sorted(first) != sorted(second), "is the same for two seeds")
    assert_equal(take(f(stream, 20, one), 99), first)
    assert_that(len(take(f(stream, 20, 0), 99)) == 20, "has the wrong length")


@pytest.mark.parametrize(("n", "k", "runs"), [(2, 1, 450), (4, 2, 250)])
def test_subsets_are_equally_likely(candidate, rng, n, k, runs):
    """Over many seeds, every set of k positions comes equally often."""
    samples = [tuple(sorted(take(candidate.reservoir_sample(range(n), k, seed), k + 1))) for seed in seeds(rng, runs)]
    assert_distribution(samples, uniform(n, k), f"k = {k}, n = {n}")


def test_long_streams_are_sampled_evenly(candidate, rng):
    """Early and late items of a long stream are equally likely."""
    n, k = 3000, 500
    tenths = np.zeros(10)
    for seed in seeds(rng, 6):
        tenths += np.bincount(
            np.array(take(candidate.reservoir_sample(range(n), k, seed), k + 1)) * 10 // n, minlength=10
        )
    expected = tenths.sum() / 10
    # Without replacement the counts vary less than chi-square has it, by the factor 1 - k / n.
    chi2 = float(((tenths - expected) ** 2).sum() / expected) / (1 - k / n)
    assert_that(chi2 < CRITICAL[9], f"favours some tenths of the stream: counts {tenths.astype(int).tolist()}")


@pytest.mark.parametrize("weights", [[40, 10, 10, 10, 10], [0.1, 0.1, 0.4, 0.1, 0.1]])
def test_one_item_by_weight(candidate, rng, weights):
    """For k = 1 each item comes with probability proportional to its weight."""
    samples = [
        tuple(take(candidate.weighted_reservoir_sample(list(enumerate(weights)), 1, s), 2)) for s in seeds(rng, 250)
    ]
    assert_distribution(samples, successive(weights, 1), f"weights {weights}")


def test_pairs_by_weight(candidate, rng):
    """For k = 2 a sample comes as often as if the items were drawn one after another by weight."""
    weights = [6, 1.0, 1.0]
    stream = list(enumerate(weights))
    samples = [tuple(sorted(take(candidate.weighted_reservoir_sample(stream, 2, seed), 3))) for seed in seeds(rng, 300)]
    assert_distribution(samples, successive(weights, 2), f"weights {weights}")


@pytest.mark.fine
@pytest.mark.parametrize("name", NAMES)
def test_repeated_items_stay_apart(candidate, name):
    """Equal items at different positions are different items."""
    assert_equal(getattr(candidate, name)(stream_of(name, [7, 7, 7]), 5, 0), [7, 7, 7])
    for seed in range(5):
        assert_equal(getattr(candidate, name)(stream_of(name, "zzzz"), 3, seed), ["z", "z", "z"])


@pytest.mark.fine
@pytest.mark.parametrize("name", NAMES)
def test_items_of_any_kind(candidate, name):
    """Items may be None, unhashable, or impossible to compare, and are returned as they came."""
    items = [None, {"a": 1}, [2], "text", 0, False, (), 1j]
    got = take(getattr(candidate, name)(stream_of(name, items), 8, 3), 99)
    assert_equal(sorted(map(repr, got)), sorted(map(repr, items)))
    for seed in range(5):
        got = take(getattr(candidate, name)(stream_of(name, items), 4, seed), 99)
        assert_equal(len(got), 4)
        assert_that(set(map(repr, got)) <= set(map(repr, items)), "holds something that was not in the stream")


@pytest.mark.fine
@pytest.mark.parametrize("name", NAMES)
def test_sample_is_a_list(candidate, name):
    """The sample is a list, also of a short, a long or an empty stream."""
    f = getattr(candidate, name)
    for stream in (stream_of(name, [5, 7, 6]), stream_of(name, range(20)), []):
        assert_type(f(stream, 3, 0), list)
    assert_equal(f([], 3, 1), [])


@pytest.mark.fine
@pytest.mark.parametrize("name", NAMES)
def test_sample_of_nothing(candidate, name):
    """k = 0 gives an empty list."""
    for seed in range(5):
        assert_equal(getattr(candidate, name)(stream_of(name, range(10)), 0, seed), [])
    assert_equal(getattr(candidate, name)([], 0, 0), [])


@pytest.mark.fine
@pytest.mark.parametrize("name", NAMES)
def test_negative_size(candidate, name):
    """A negative k raises ValueError, also for an empty stream."""
    for stream in (stream_of(name, range(4)), []):
        for k in (-1, -10):
            with assert_raises(ValueError):
                getattr(candidate, name)(stream, k, 0)


@pytest.mark.fine
def test_zero_weight_is_never_chosen(candidate):
    """Items of weight 0 are left out, even if the sample stays short."""
    stream = [("a", 0), ("b", 1.0), ("c", 0.0), ("d", 1e-9), ("e", 0)]
    for seed in range(10):
        assert_equal(sorted(take(candidate.weighted_reservoir_sample(stream, 4, seed), 99)), ["b", "d"])
        assert_that(candidate.weighted_reservoir_sample(stream, 1, seed) in (["b"], ["d"]), "has weight 0")
    assert_equal(candidate.weighted_reservoir_sample([("a", 0.0), ("b", 0)], 2, 0), [])


@pytest.mark.fine
@pytest.mark.parametrize("scale", [1e-9, 1e8])
def test_scale_of_weights(candidate, rng, scale):
    """Weights near 1e-9 or 1e9 count by their ratios, like any others."""
    weights = [3.0, 1.0, 2.0]
    stream = [(i, w * scale) for i, w in enumerate(weights)]
    samples = [tuple(take(candidate.weighted_reservoir_sample(stream, 1, seed), 2)) for seed in seeds(rng, 120)]
    assert_distribution(samples, successive(weights, 1), f"weights {weights} times {scale:g}")


@pytest.mark.fine
def test_extreme_ratios(candidate, rng):
    """Next to an item of weight 1e9, items of weight 1e-9 come last, and are alike among themselves."""
    stream = [(0, 1e-9), (1, 1e-9), (2, 1e9)]
    samples = []
    for seed in seeds(rng, 60):
        assert_equal(candidate.weighted_reservoir_sample(stream, 1, seed), [2])
        samples.append(tuple(sorted(take(candidate.weighted_reservoir_sample(stream, 2, seed), 3))))
    assert_distribution(samples, {(0, 2): 0.5, (1, 2): 0.5}, "weights 1e-9, 1e-9, 1e9")


@pytest.mark.fine
def test_bad_weights(candidate):
    """A negative, infinite or NaN weight raises ValueError, wherever it stands in the stream."""
    for bad in (-1.0, -1e-9, -3, math.inf, -math.inf, math.nan):
        for position in (0, 2, 5):
            stream = [(i, 1.0) for i in range(5)]
            stream.insert(position, ("bad", bad))
            for k in (1, 3, 10):
                with assert_raises(ValueError):
                    candidate.weighted_reservoir_sample(stream, k, 0)


@pytest.mark.scale
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.call_s(4)
def test_stream_is_not_stored(candidate, reference, rng, name):
    """A long stream takes memory for the sample only."""
    shape = (300_000, 1) if name == "reservoir_sample" else (200_000, 2)

    def prepare(subject, rng):
        # Each item is a small object made as the stream is read; a pair for the weighted sample.
        stream = put(subject, np.ones(shape, dtype=np.float32))
        return lambda: length(getattr(subject, name)(stream, 10, 1))

    memory(candidate, reference, prepare, rng, limit=1.8)


@pytest.mark.scale
@pytest.mark.call_s(4)
def test_changing_sample_is_fast(candidate, reference, rng):
    """A weighted sample of 2000 that keeps changing takes no search or sort of the whole sample for each item."""

    def prepare(subject, rng):
        stream = put(subject, [(i, 1.005**i) for i in range(8000)])
        seed = seeds(rng, 1)[0]
        return lambda: length(subject.weighted_reservoir_sample(stream, 2000, seed))

    speed(candidate, reference, prepare, rng, limit=12)
