"""Hidden tests of data_parallel_training."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.testing import assert_close, assert_dtype, assert_equal, assert_raises, assert_that, assert_type, put, speed


def asked(w, worker):
    """Check what grad is called with."""
    assert_that(np.ndim(w) == 1 and np.ndim(worker) == 0, "calls grad with something else than weights and a worker")


def shards(seed, counts, d=3):
    """Samples of each rank, with means that differ between ranks."""
    rng = np.random.default_rng(seed)
    return [rng.normal(loc=5 * rng.normal(), scale=1 + rng.random(), size=(count, d)) for count in counts]


def statistics(parts):
    """Means and variances of each rank."""
    return [part.mean(axis=0) for part in parts], [part.var(axis=0) for part in parts]


def pull(w, worker):
    """A gradient that tells weights and worker apart."""
    asked(w, worker)
    return np.array([1.0, 0.5]) * (np.asarray(w) - worker)


def replay(schedule, w0, lr):
    """Asynchronous SGD with a full copy for each worker."""
    w, pulled = w0.astype(float), {}
    for worker in schedule:
        w = w - lr * pull(pulled.get(worker, w0.astype(float)), worker)
        pulled[worker] = w.copy()
    return w


def test_gradients_by_hand(candidate):
    """A rank with twice the samples weighs twice as much."""
    got = candidate.average_gradients([[np.array([1.0, 2.0])], [np.array([4.0, 8.0])]], [1, 2])
    assert_equal(len(got), 1)
    assert_close(got[0], [3.0, 6.0])


def test_several_parameters(candidate):
    """Every parameter is averaged by itself, in its own shape."""
    grads = [[np.full((2, 3), float(r)), np.full(2, 10.0 * r), np.array(float(r))] for r in (1, 2, 4)]
    got = candidate.average_gradients(grads, [5, 3, 2])
    for part, expected in zip(got, (np.full((2, 3), 1.9), np.full(2, 19.0), np.array(1.9)), strict=True):
        assert_close(part, expected)


@given(seed=st.integers(0, 2**32 - 1), counts=st.lists(st.integers(1, 5), min_size=1, max_size=4))
def test_gradients_of_the_whole_batch(candidate, seed, counts):
    """The average is the gradient over all samples, however they are shared out."""
    parts = shards(seed, counts)
    got = candidate.average_gradients([[part.mean(axis=0)] for part in parts], counts)
    assert_close(got[0], np.concatenate(parts).mean(axis=0))


def test_statistics_by_hand(candidate):
    """The variance has a part within ranks and one between their means."""
    mean, variance, count = candidate.sync_batch_stats(
        [np.array([0.0]), np.array([3.0])], [np.array([1.0]), np.array([1.0])], [2, 1]
    )
    assert_close([mean[0], variance[0], count], [1.0, 3.0, 3.0])


def test_equal_means(candidate):
    """With equal means the variance is the average of the variances, weighted by counts."""
    mean, variance, _ = candidate.sync_batch_stats([np.ones(2)] * 2, [np.zeros(2), np.array([4.0, 8.0])], [3, 1])
    assert_close([mean, variance], [[1.0, 1.0], [1.0, 2.0]])


def test_statistics_of_three_ranks(candidate):
    """Each rank weighs by its share of all samples, also with more than two ranks."""
    means, variances = [np.array([v]) for v in (0.0, 4.0, 6.0)], [np.ones(1)] * 3
    mean, variance, count = candidate.sync_batch_stats(means, variances, [1, 1, 2])
    assert_close([mean[0], variance[0], count], [4.0, 7.0, 4.0])


@given(seed=st.integers(0, 2**32 - 1), counts=st.lists(st.integers(1, 5), min_size=1, max_size=4))
def test_statistics_of_the_whole_batch(candidate, seed, counts):
    """Mean, variance and count are those of all samples together."""
    parts = shards(seed, counts)
    mean, variance, count = candidate.sync_batch_stats(*statistics(parts), counts)
    whole = np.concatenate(parts)
    assert_close([mean, variance], [whole.mean(axis=0), whole.var(axis=0)])
    assert_close(count, len(whole))


def test_synchronous_steps_by_hand(candidate):
    """All workers use the same weights, and the mean of their gradients is applied once a step."""
    got = candidate.sync_sgd(lambda w, worker: w - worker, np.array([8.0]), 0.5, 2, 3)
    assert_close(got, [2.75])
    assert_close(candidate.sync_sgd(pull, np.array([4.0, 4.0]), 0.1, 1, 2), [3.65, 3.825])


def test_synchronous_workers_agree_on_weights(candidate):
    """Within a step every worker is asked once, at the same weights."""
    calls = []

    def spy(w, worker):
        asked(w, worker)
        calls.append((int(worker), tuple(np.asarray(w).tolist())))
        return np.array([float(worker)])

    candidate.sync_sgd(spy, np.array([3.0]), 1.0, 2, 3)
    assert_equal(sorted(calls), sorted((worker, (w,)) for w in (3.0, 2.0) for worker in range(3)))


def test_gradients_meet_in_every_step(candidate):
    """Gradients are averaged in every step: weights that are averaged once at the end are others."""
    # The mean gradient is 3 w / 2: 8 - 3 = 5, then 5 - 15 / 8. Alone, the workers would end at 4.5 and 2.
    assert_close(candidate.sync_sgd(lambda w, worker: (worker + 1) * w, np.array([8.0]), 0.25, 2, 2), [3.125])


def test_asynchronous_steps_by_hand(candidate):
    """The second worker's first gradient is taken at w0, although the weights have moved."""
    # 8 - 4 = 4; the other worker still holds 8: 4 - 4 = 0; the first holds 4: 0 - 2 = -2.
    assert_close(candidate.async_sgd(lambda w, worker: w, np.array([8.0]), 0.5, [0, 1, 0]), [-2.0])


def test_one_worker_is_plain_sgd(candidate):
    """With one worker nothing is stale."""
    assert_close(candidate.async_sgd(lambda w, worker: w, np.array([8.0]), 0.5, [0, 0, 0]), [1.0])
    got = candidate.async_sgd(pull, np.array([8.0, 4.0]), 0.25, [2, 2])
    assert_close(got, candidate.sync_sgd(lambda w, worker: pull(w, 2), np.array([8.0, 4.0]), 0.25, 2, 1))


def test_weights_of_each_arrival(candidate):
    """A gradient is computed at the weights of the worker's last pull."""
    seen = []

    def spy(w, worker):
        asked(w, worker)
        seen.append((int(worker), float(w[0])))
        return np.ones(1)

    candidate.async_sgd(spy, np.array([10.0]), 1.0, [0, 1, 1, 2, 0])
    assert_equal(seen, [(0, 10.0), (1, 10.0), (1, 8.0), (2, 10.0), (0, 9.0)])


@given(schedule=st.lists(st.integers(0, 3), max_size=10))
def test_random_schedules(candidate, schedule):
    """For any order of arrivals the weights are those of a step-by-step replay."""
    w0 = np.array([5.0, -3.0])
    assert_close(candidate.async_sgd(pull, w0, 0.3, schedule), replay(schedule, w0, 0.3))


@pytest.mark.fine
def test_empty_ranks(candidate):
    """A rank without samples adds nothing, even NaN, wherever it stands."""
    nan, one = np.full(2, math.nan), np.ones(2)
    for order in ((0, 1, 2), (1, 0, 2), (2, 1, 0)):
        arrays, counts = [[nan, one, 3 * one][i] for i in order], [[0, 3, 1][i] for i in order]
        assert_close(candidate.average_gradients([[a] for a in arrays], counts)[0], [1.5, 1.5])
        mean, variance, count = candidate.sync_batch_stats(arrays, arrays, counts)
        assert_close([mean, variance], [[1.5, 1.5], [2.25, 2.25]])
        assert_equal(count, 4)


@pytest.mark.fine
def test_large_offset(candidate):
    """Around 1e6 the variance keeps its digits, and so does the mean."""
    means = [np.array([1e6 + 0.1]), np.array([1e6 - 0.3]), np.array([1e6 + 1.7])]
    mean, variance, _ = candidate.sync_batch_stats(means, [np.ones(1)] * 3, [1, 1, 2])
    small = [float(m[0] - 1e6) for m in (*means, means[2])]
    assert_close(mean - 1e6, [np.mean(small)], rtol=1e-8)
    assert_close(variance, [1 + np.var(small)], rtol=1e-9)


@pytest.mark.fine
def test_no_steps(candidate):
    """Without steps or arrivals w0 comes back; integers become floats."""
    for got in (
        candidate.sync_sgd(pull, np.array([1, 2]), 0.1, 0, 2),
        candidate.async_sgd(pull, np.array([1, 2]), 0.1, []),
    ):
        assert_close(got, [1.0, 2.0])
        assert_dtype(got, np.float64)


@pytest.mark.fine
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_types(candidate, dtype):
    """The dtype of arrays is kept, also with counts of numpy; the count is a Python int."""
    one = np.ones(2, dtype=dtype)
    assert_dtype(candidate.average_gradients([[one], [one]], [np.int64(1), np.int64(2)])[0], dtype)
    mean, variance, count = candidate.sync_batch_stats([one, one], [one, one], [np.int64(1), np.int64(2)])
    assert_dtype(mean, dtype)
    assert_dtype(variance, dtype)
    assert_type(count, int)
    assert_dtype(candidate.sync_sgd(lambda w, worker: w, one, 0.1, 2, 2), dtype)
    assert_dtype(candidate.async_sgd(lambda w, worker: w, one, 0.1, [0, 1]), dtype)


@pytest.mark.fine
def test_bad_numbers_are_refused(candidate):
    """Negative counts, counts of 0 only, and no workers raise ValueError."""
    one = np.ones(1)
    for counts in ([0, 0], [-1, 2], [-1, 1]):
        with assert_raises(ValueError):
            candidate.average_gradients([[one], [one]], counts)
        with assert_raises(ValueError):
            candidate.sync_batch_stats([one, one], [one, one], counts)
    for workers in (0, -1):
        with assert_raises(ValueError):
            candidate.sync_sgd(pull, np.ones(2), 0.1, 0, workers)


@pytest.mark.fine
def test_inputs_stay(candidate):
    """Gradients, statistics and first weights are not modified."""
    grads, w0 = [[np.ones(2)], [np.full(2, 3.0)]], np.ones(2)
    candidate.average_gradients(grads, [1, 1])
    candidate.sync_batch_stats([g[0] for g in grads], [g[0] for g in grads], [1, 1])
    candidate.sync_sgd(pull, w0, 0.1, 2, 2)
    candidate.async_sgd(pull, w0, 0.1, [0, 1])
    assert_that(bool((w0 == 1).all()), "changed w0")


@pytest.mark.scale
def test_large_gradients_are_quick(candidate, reference, rng):
    """Gradients of many entries are averaged without a loop over them."""

    def prepare(subject, rng):
        grads = put(subject, [[rng.normal(size=40_000)] for _ in range(4)])
        return lambda: subject.average_gradients(grads, [1, 2, 3, 4])[0]

    speed(candidate, reference, prepare, rng, limit=10)
