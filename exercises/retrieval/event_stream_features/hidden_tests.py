"""Hidden tests of event_stream_features."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.testing import (
    assert_close,
    assert_dtype,
    assert_equal,
    assert_raises,
    assert_shape,
    assert_that,
    assert_type,
    put,
    speed,
)

SEEDS = st.integers(0, 2**32 - 1)


def draw(seed, n, users=3, span=12):
    """A log in no order, with simultaneous events."""
    rng = np.random.default_rng(seed)
    return (
        rng.integers(users, size=n),
        rng.integers(span, size=n).astype(float),
        rng.integers(-2, 6, size=n).astype(float),
    )


def slow_counts(user, ts, window):
    """All pairs of events."""
    return [
        sum(v == u and t - window <= s < t for v, s in zip(user, ts, strict=True))
        for u, t in zip(user, ts, strict=True)
    ]


def slow_affinity(user, ts, weight, half_life):
    """All pairs of events."""
    return [
        sum(w * 2.0 ** (-(t - s) / half_life) for v, s, w in zip(user, ts, weight, strict=True) if v == u and s < t)
        for u, t in zip(user, ts, strict=True)
    ]


def added(candidate, window, *events):
    """What a counter returns for a sequence of events."""
    counter = candidate.SlidingWindowCounter(window)
    return [int(counter.add(key, t)) for key, t in events]


def test_counts_by_hand(candidate):
    """The window begins with t - window and ends before t, and the event itself doesn't count."""
    user, ts = np.array([7, 7, 7, 7, 7]), np.array([0.0, 1.0, 2.0, 4.0, 7.0])
    assert_close(candidate.velocity_counts(user, ts, 2.0), [0, 1, 2, 1, 0])
    assert_close(candidate.velocity_counts(user, ts, 3.0), [0, 1, 2, 2, 1])
    assert_close(candidate.velocity_counts(user, ts, 100.0), [0, 1, 2, 3, 4])


def test_users_are_apart(candidate):
    """Only events of the same user count."""
    user, ts, ones = np.array([1, 2, 1, 3, 2]), np.array([1.0, 2.0, 3.0, 4.0, 5.0]), np.ones(5)
    assert_close(candidate.velocity_counts(user, ts, 10.0), [0, 0, 1, 0, 1])
    assert_close(candidate.decayed_affinity(user, ts, ones, 1.0), [0, 0, 0.25, 0, 0.125])


def test_negative_times(candidate):
    """Times may be negative, and a window holds one user's events wherever it lies."""
    user, ts = np.array([1, 1, 2, 2, 1]), np.array([-7.0, 3.0, -4.0, -3.0, -5.0])
    assert_close(candidate.velocity_counts(user, ts, 5.0), [0, 0, 0, 1, 1])
    assert_close(candidate.decayed_affinity(user, ts, np.ones(5), 2.0)[2:], [0.0, 0.5**0.5, 0.5])


def test_results_follow_the_input(candidate):
    """Events may stand in any order; each result belongs to its event."""
    user, ts, weight = np.array([1, 1, 2, 1]), np.array([5.0, 1.0, 4.0, 3.0]), np.array([1.0, 8.0, 5.0, 2.0])
    assert_close(candidate.velocity_counts(user, ts, 2.5), [1, 0, 0, 1])
    assert_close(candidate.decayed_affinity(user, ts, weight, 2.0), [3.0, 0, 0, 4.0])


def test_simultaneous_events(candidate):
    """Events at the same time don't see each other, but later ones see them all."""
    user, ts, weight = np.full(5, 4), np.array([2.0, 1.0, 2.0, 2.0, 3.0]), np.array([1.0, 4.0, 2.0, 3.0, 9.0])
    assert_close(candidate.velocity_counts(user, ts, 5.0), [1, 0, 1, 1, 4])
    assert_close(candidate.decayed_affinity(user, ts, weight, 1.0), [2.0, 0, 2.0, 2.0, 4.0])


def test_affinity_by_hand(candidate):
    """Each earlier event counts its weight, halved for each half-life that has passed."""
    user, ts, weight = np.ones(4, dtype=int), np.array([0.0, 1.0, 3.0, 4.0]), np.array([8.0, 2.0, -1.0, 5.0])
    assert_close(candidate.decayed_affinity(user, ts, weight, 1.0), [0.0, 4.0, 1.5, 0.25])
    assert_close(candidate.decayed_affinity(user, ts, weight, 2.0)[:2], [0.0, 8 / 2**0.5])


@given(n=st.integers(1, 25), window=st.sampled_from([0.5, 1.0, 3.0, 20.0]), seed=SEEDS)
def test_counts_agree_with_all_pairs(candidate, n, window, seed):
    """Random logs give what a loop over pairs gives."""
    user, ts, _ = draw(seed, n)
    assert_close(candidate.velocity_counts(user, ts, window), slow_counts(user, ts, window))


@given(n=st.integers(1, 25), half_life=st.sampled_from([0.5, 2.0, 30.0]), seed=SEEDS)
def test_affinities_agree_with_all_pairs(candidate, n, half_life, seed):
    """Random affinities are those of a loop over pairs."""
    user, ts, weight = draw(seed, n)
    assert_close(candidate.decayed_affinity(user, ts, weight, half_life), slow_affinity(user, ts, weight, half_life))


def test_counter_by_hand(candidate):
    """The event itself counts; one that is exactly a window old doesn't any more."""
    assert_equal(added(candidate, 10.0, *(("a", t) for t in (0.0, 4.0, 10.0, 13.9, 14.0, 40.0))), [1, 2, 2, 3, 3, 1])
    assert_equal(added(candidate, 1, *(("a", t) for t in (5, 5, 5, 6))), [1, 2, 3, 1])


def test_counter_keeps_keys_apart(candidate):
    """Each key has its own events and its own time."""
    events = [("a", 10.0), ("b", 3.0), ("a", 11.0), ("b", 4.0), ("c", 11.0), ("b", 20.0)]
    assert_equal(added(candidate, 5.0, *events), [1, 1, 2, 2, 1, 1])


def test_counter_has_a_clock_for_each_key(candidate):
    """Only the times of one key are in order; those of another may lie far before or after."""
    assert_equal(added(candidate, 5.0, ("b", 100.0), ("a", 1.0), ("a", 10.0), ("a", 12.0)), [1, 1, 1, 2])
    assert_equal(added(candidate, 5.0, ("b", 1.0), ("a", 100.0), ("b", 2.0), ("b", 6.5)), [1, 1, 2, 2])


@given(n=st.integers(1, 20), seed=SEEDS)
def test_counter_agrees_with_all_pairs(candidate, n, seed):
    """Random events give what a loop over pairs gives."""
    user, ts, _ = draw(seed, n)
    events = sorted(zip(ts.tolist(), user.tolist(), strict=True))
    expected = [sum(v == u and t - 3 < s <= t for s, v in events[: i + 1]) for i, (t, u) in enumerate(events)]
    assert_equal(added(candidate, 3.0, *((u, t) for t, u in events)), expected)


@pytest.mark.fine
def test_results(candidate):
    """Counts are integers, affinities float64, also for times and weights of integers; inputs stay."""
    user, ts, weight = np.array([2, 1, 2], dtype=np.int32), np.array([5, 3, 1]), np.array([1, 2, 3])
    counts = candidate.velocity_counts(user, ts, 4)
    assert_close(counts, [1, 0, 0])
    assert_that(np.issubdtype(counts.dtype, np.integer), f"has counts of {counts.dtype}, not integers")
    got = candidate.decayed_affinity(user, ts, weight, 4)
    assert_close(got, [1.5, 0, 0])
    assert_dtype(got, np.float64)
    assert_type(candidate.SlidingWindowCounter(2.0).add("a", 1.0), int)


@pytest.mark.fine
def test_long_spans(candidate):
    """Times over a billion half-lives, and far from 0, neither overflow nor lose what is recent."""
    user, ts, weight = np.ones(4, dtype=int), np.array([0.0, 1e9, 1e9 + 1, 2e9]), np.array([1.0, 2.0, 4.0, 8.0])
    assert_close(candidate.decayed_affinity(user, ts, weight, 1.0), [0.0, 0.0, 1.0, 0.0])
    assert_close(candidate.decayed_affinity(user[:3], ts[:3] - 2e9, weight[:3], 1.0), [0.0, 0.0, 1.0])
    assert_close(candidate.velocity_counts(user, ts, 2.0), [0, 0, 1, 0])


@pytest.mark.fine
def test_no_events(candidate):
    """An empty log has no features."""
    none = np.zeros(0)
    assert_shape(candidate.velocity_counts(none.astype(int), none, 1.0), (0,))
    assert_shape(candidate.decayed_affinity(none.astype(int), none, none, 1.0), (0,))


@pytest.mark.fine
def test_what_does_not_fit(candidate):
    """Windows and half-lives of 0 or less, and columns that don't fit, raise ValueError."""
    two, three = np.ones(2), np.ones(3)
    for call in (
        lambda: candidate.velocity_counts(two, two, 0.0),
        lambda: candidate.velocity_counts(two, two, -1.0),
        lambda: candidate.velocity_counts(two, three, 1.0),
        lambda: candidate.velocity_counts(np.ones((2, 1)), np.ones((2, 1)), 1.0),
        lambda: candidate.decayed_affinity(two, two, two, 0.0),
        lambda: candidate.decayed_affinity(two, two, three, 1.0),
        lambda: candidate.decayed_affinity(three, two, two, 1.0),
        lambda: candidate.SlidingWindowCounter(0.0),
        lambda: candidate.SlidingWindowCounter(-2.0),
    ):
        with assert_raises(ValueError):
            call()


@pytest.mark.fine
def test_time_goes_back(candidate):
    """A time before the last one of the key raises ValueError and is not recorded."""
    counter = candidate.SlidingWindowCounter(10.0)
    assert_equal([counter.add("a", 4.0), counter.add("a", 5.0), counter.add("b", 1.0)], [1, 2, 1])
    with assert_raises(ValueError):
        counter.add("a", 4.9)
    assert_equal([counter.add("a", 5.0), counter.add("b", 2.0)], [3, 2])


@pytest.mark.scale
@pytest.mark.parametrize("users", [1, 2000])
def test_no_loop_over_pairs(candidate, reference, rng, users):
    """Ten thousand events of one user, or of thousands, take O(n log n)."""

    def prepare(subject, rng):
        n = 10_000
        user, ts = put(subject, rng.integers(users, size=n)), put(subject, rng.uniform(0, 1000, size=n))
        weight = put(subject, rng.normal(size=n))
        return lambda: [subject.velocity_counts(user, ts, 300.0), subject.decayed_affinity(user, ts, weight, 50.0)]

    speed(candidate, reference, prepare, rng, limit=12)
