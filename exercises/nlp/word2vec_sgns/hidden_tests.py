"""Hidden tests of word2vec_sgns."""

import math

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


def slow_pairs(tokens, window):
    """Every pair of positions, one after the other."""
    pairs = [(tokens[i], tokens[j]) for i in range(len(tokens)) for j in range(len(tokens)) if 0 < abs(i - j) <= window]
    return np.array(pairs, dtype=np.int64).reshape(len(pairs), 2)


def softplus(x):
    """ln(1 + exp(x))."""
    return max(x, 0.0) + math.log1p(math.exp(-abs(x)))


def slow_sgns(V, U, center, context, negatives):
    """Loss and gradients, one dot product after the other."""
    V, U = V.astype(np.float64), U.astype(np.float64)
    grad_V, grad_U, losses = np.zeros(V.shape), np.zeros(U.shape), []
    for c, o, drawn in zip(center, context, negatives, strict=True):
        for row, sign in [(o, 1.0), *((w, -1.0) for w in drawn)]:
            x = sign * math.fsum(V[c] * U[row])
            losses.append(softplus(-x))
            slope = -sign * math.exp(-softplus(x)) / len(center)
            grad_V[c] += slope * U[row]
            grad_U[row] += slope * V[c]
    return math.fsum(losses) / len(center), grad_V, grad_U


def batch(seed, n=5, d=3, b=4, k=2):
    """Random vectors and a batch in which words repeat."""
    rng = np.random.default_rng(seed)
    return (
        rng.normal(size=(n, d)),
        rng.normal(size=(n, d)),
        rng.integers(0, n, size=b),
        rng.integers(0, n, size=b),
        rng.integers(0, n, size=(b, k)),
    )


def same_pairs(got, expected):
    """Check for the same pairs, in any order and container."""
    found = sorted(tuple(map(int, pair)) for pair in got)
    wanted = sorted(map(tuple, np.asarray(expected).tolist()))
    assert_that(found == wanted, f"has the pairs {found} instead of {wanted}, in any order", got)


def test_pairs_by_hand(candidate):
    """Each token meets its neighbours on both sides, and nothing wraps around at the ends."""
    same_pairs(candidate.skipgram_pairs([4, 7, 9, 2], 1), [[4, 7], [7, 4], [7, 9], [9, 7], [9, 2], [2, 9]])
    expected = [[4, 7], [4, 9], [7, 4], [7, 9], [7, 2], [9, 4], [9, 7], [9, 2], [2, 7], [2, 9]]
    same_pairs(candidate.skipgram_pairs([4, 7, 9, 2], 2), expected)
    # The centre comes first: 5 has one neighbour, 1 and 8 have two.
    centres = sorted(int(pair[0]) for pair in candidate.skipgram_pairs([5, 1, 8, 3], 1))
    assert_that(centres == [1, 1, 3, 5, 8, 8], f"has the centres {centres}")


def test_equal_tokens_are_pairs(candidate):
    """A word that occurs twice is a neighbour of itself."""
    same_pairs(candidate.skipgram_pairs([3, 3], 1), [[3, 3], [3, 3]])
    same_pairs(candidate.skipgram_pairs([0, 1, 0], 2), slow_pairs([0, 1, 0], 2))


def test_windows_longer_than_the_text(candidate):
    """A window may be longer than the text."""
    for window in (2, 3, 50):
        same_pairs(candidate.skipgram_pairs([6, 2, 4], window), slow_pairs([6, 2, 4], 3))


@given(tokens=st.lists(st.integers(0, 9), min_size=2, max_size=8), window=st.integers(1, 6))
def test_pairs_are_all_that_are_near(candidate, tokens, window):
    """On random texts the pairs are those of all positions that are close enough."""
    same_pairs(candidate.skipgram_pairs(tokens, window), slow_pairs(tokens, window))


def test_one_pair_by_hand(candidate):
    """One pair with one negative gives -ln sigmoid(ln 3) - ln sigmoid(-ln 2), and the slopes -1/4 and 2/3."""
    V = np.array([[1.0, 0.0], [5.0, 5.0], [7.0, 7.0]])
    U = np.array([[9.0, 9.0], [math.log(3), 2.0], [math.log(2), -4.0]])
    loss, grad_V, grad_U = candidate.sgns_loss_and_grads(V, U, np.array([0]), np.array([1]), np.array([[2]]))
    assert_close(loss, math.log(4 / 3) + math.log(3))
    first = -math.log(3) / 4 + math.log(2) * 2 / 3
    assert_close(grad_V, np.array([[first, -0.5 - 8 / 3], [0.0, 0.0], [0.0, 0.0]]))
    assert_close(grad_U, np.array([[0.0, 0.0], [-0.25, 0.0], [2 / 3, 0.0]]))


def test_negatives_are_summed(candidate):
    """Five negatives count five times, not as their mean."""
    V, U = np.ones((2, 1)), np.zeros((2, 1))
    loss, grad_V, grad_U = candidate.sgns_loss_and_grads(V, U, np.array([0]), np.array([1]), np.zeros((1, 5), int))
    assert_close(loss, 6 * math.log(2))
    assert_close(grad_U, np.array([[2.5], [-0.5]]))
    assert_close(grad_V, np.zeros((2, 1)))


def test_batch_is_averaged(candidate):
    """The loss is a mean over the batch, so a batch twice over has the same loss and the same gradients."""
    V, U, center, context, negatives = batch(1)
    expected = slow_sgns(V, U, center, context, negatives)
    twice = np.tile(center, 2), np.tile(context, 2), np.concatenate([negatives, negatives])
    for arrays in ((center, context, negatives), twice):
        for got, wanted in zip(candidate.sgns_loss_and_grads(V, U, *arrays), expected, strict=True):
            assert_close(got, wanted)


def test_repeated_words_accumulate(candidate):
    """The contributions of a word that occurs several times in the batch add up."""
    V, U = np.array([[1.0], [2.0]]), np.zeros((2, 1))
    loss, grad_V, grad_U = candidate.sgns_loss_and_grads(
        V, U, np.array([0, 0, 1]), np.array([1, 1, 1]), np.array([[0, 0], [0, 0], [0, 1]])
    )
    assert_close(loss, 3 * math.log(2))
    # All slopes are one half of 1/3; row 1 of U is three times a context and once a negative.
    assert_close(grad_U, np.array([[(1 + 1 + 1 + 1 + 2) / 6], [(-1 - 1 - 2 + 2) / 6]]))
    assert_close(grad_V, np.zeros((2, 1)))
    V, U = np.zeros((2, 1)), np.array([[3.0], [5.0]])
    got = candidate.sgns_loss_and_grads(V, U, np.array([1, 1]), np.array([0, 1]), np.array([[1], [1]]))
    # Slopes of one quarter: -3 + 5 from the first pair, -5 + 5 from the second.
    assert_close(got[1], np.array([[0.0], [0.5]]))


def test_context_among_the_negatives(candidate):
    """A negative that equals the true context is not removed."""
    V, U = np.array([[1.0]]), np.array([[math.log(3)]])
    zero = np.array([0])
    loss, grad_V, grad_U = candidate.sgns_loss_and_grads(V, U, zero, zero, np.array([[0, 0]]))
    assert_close(loss, math.log(4 / 3) + 2 * math.log(4))
    assert_close(grad_U, np.array([[-0.25 + 2 * 0.75]]))
    assert_close(grad_V, np.array([[1.25 * math.log(3)]]))


def test_gradients_against_finite_differences(candidate):
    """The gradients are those of the loss, as small steps show it."""
    V, U, center, context, negatives = batch(3, n=3, d=2, b=3)
    _, grad_V, grad_U = candidate.sgns_loss_and_grads(V, U, center, context, negatives)
    for array, grad in ((V, grad_V), (U, grad_U)):
        for place in np.ndindex(array.shape):
            change = []
            for step in (1e-5, -1e-5):
                kept = array[place]
                array[place] = kept + step
                change.append(candidate.sgns_loss_and_grads(V, U, center, context, negatives)[0])
                array[place] = kept
            assert_close(grad[place], (change[0] - change[1]) / 2e-5, rtol=1e-5, atol=1e-7)


@given(seed=SEEDS, b=st.integers(1, 6), k=st.integers(1, 3), d=st.integers(1, 3))
def test_batches_follow_the_definition(candidate, seed, b, k, d):
    """On random batches loss and gradients are those of single dot products."""
    arguments = batch(seed, n=4, d=d, b=b, k=k)
    for got, wanted in zip(candidate.sgns_loss_and_grads(*arguments), slow_sgns(*arguments), strict=True):
        assert_close(got, wanted)


@pytest.mark.fine
def test_types(candidate):
    """The loss is a Python float, the gradients are float64 arrays of the shape of V and U."""
    loss, grad_V, grad_U = candidate.sgns_loss_and_grads(*batch(6))
    assert_type(loss, float)
    for grad in (grad_V, grad_U):
        assert_shape(grad, (5, 3))
        assert_dtype(grad, "float64")


@pytest.mark.fine
def test_pairs_are_in_order(candidate):
    """Pairs come in the order of the centres, then of the contexts, as an int64 array."""
    got = candidate.skipgram_pairs([4, 7, 9, 2], 1)
    assert_equal(got, np.array([[4, 7], [7, 4], [7, 9], [9, 7], [9, 2], [2, 9]], dtype=np.int64))
    assert_equal(candidate.skipgram_pairs([5, 3, 5, 9], 2), slow_pairs([5, 3, 5, 9], 2))


@pytest.mark.fine
@given(tokens=st.lists(st.integers(0, 10**6), max_size=8), window=st.integers(1, 6))
def test_pairs_follow_the_definition(candidate, tokens, window):
    """On random texts the pairs are those of all positions that are close enough, in order."""
    assert_equal(candidate.skipgram_pairs(tokens, window), slow_pairs(tokens, window))


@pytest.mark.fine
def test_short_texts(candidate):
    """No token and one token give no pairs, and a window of a trillion needs no room."""
    for tokens in ([], [5]):
        got = candidate.skipgram_pairs(tokens, 3)
        assert_close(got, np.zeros((0, 2)))
        assert_dtype(got, "int64")
    same_pairs(candidate.skipgram_pairs([6, 2, 4], 10**12), slow_pairs([6, 2, 4], 3))


@pytest.mark.fine
def test_window_below_one(candidate):
    """A window of 0 or less raises ValueError, also for a text without tokens."""
    for window in (0, -1):
        for tokens in ([1, 2, 3], []):
            with assert_raises(ValueError):
                candidate.skipgram_pairs(tokens, window)


@pytest.mark.fine
def test_no_negatives(candidate):
    """With K = 0 only the true pairs count, in a batch of one as well."""
    for b in (1, 4):
        V, U, center, context, negatives = batch(2, b=b, k=0)
        got = candidate.sgns_loss_and_grads(V, U, center, context, negatives)
        assert_close(got, slow_sgns(V, U, center, context, negatives))


@pytest.mark.fine
def test_large_dot_products(candidate):
    """Dot products of ten thousand, of either sign, give finite losses and gradients and no warning."""
    V = np.array([[100.0], [-100.0]])
    zero, one = np.array([0]), np.array([[1]])
    for U, loss, slopes in (
        (np.array([[100.0], [-100.0]]), 0.0, (0.0, 0.0)),
        (np.array([[-100.0], [100.0]]), 20_000.0, (-1.0, 1.0)),
        (np.array([[5.0], [5.0]]), 500.0, (0.0, 1.0)),
        (np.array([[-5.0], [-5.0]]), 500.0, (-1.0, 0.0)),
        (np.array([[-100.0], [-100.0]]), 10_000.0, (-1.0, 0.0)),
    ):
        got = candidate.sgns_loss_and_grads(V, U, zero, zero, one)
        grad_V = slopes[0] * U[0, 0] + slopes[1] * U[1, 0]
        assert_close(got[0], loss, atol=1e-9)
        assert_close(got[1], np.array([[grad_V], [0.0]]), atol=1e-9)
        assert_close(got[2], np.array([[slopes[0] * 100.0], [slopes[1] * 100.0]]), atol=1e-9)


@pytest.mark.fine
def test_dtypes_and_strides(candidate):
    """float32 vectors, narrow integers and strided views are fine, and the result is computed in float64."""
    V, U, center, context, negatives = batch(4, n=6)
    expected = slow_sgns(V, U, center, context, negatives)
    for dtype in (np.int32, np.uint8):
        got = candidate.sgns_loss_and_grads(V, U, center.astype(dtype), context.astype(dtype), negatives.astype(dtype))
        assert_close(got, expected)
    got = candidate.sgns_loss_and_grads(
        np.repeat(V, 2, axis=0)[::2], np.asfortranarray(U), center, context, np.repeat(negatives, 2, axis=1)[:, ::2]
    )
    assert_close(got, expected)
    V, U = V.astype(np.float32), U.astype(np.float32)
    got = candidate.sgns_loss_and_grads(V, U, center, context, negatives)
    assert_close(got, slow_sgns(V, U, center, context, negatives), rtol=1e-10, atol=1e-12)
    assert_dtype(got[1], "float64")
    assert_dtype(got[2], "float64")


@pytest.mark.fine
def test_bad_batches_are_refused(candidate):
    """An empty batch and an index that is negative or too great raise ValueError."""
    V, U, center, context, negatives = batch(5)
    with assert_raises(ValueError):
        candidate.sgns_loss_and_grads(V, U, center[:0], context[:0], negatives[:0])
    for bad in (-1, 5):
        for which in range(3):
            arrays = [center.copy(), context.copy(), negatives.copy()]
            arrays[which].flat[-1] = bad
            with assert_raises(ValueError):
                candidate.sgns_loss_and_grads(V, U, *arrays)
    center[:], context[:], negatives[:] = 4, 4, 4
    assert_close(candidate.sgns_loss_and_grads(V, U, center, context, negatives)[1][:4], np.zeros((4, 3)))


@pytest.mark.fine
def test_keep_probability_by_hand(candidate):
    """Words up to the frequency t are always kept, more frequent ones with probability sqrt(t / f)."""
    got = candidate.keep_probability(np.array([0.0, 0.005, 0.01, 0.04, 0.16, 1.0]), t=0.01)
    assert_close(got, np.array([1.0, 1.0, 1.0, 0.5, 0.25, 0.1]))
    assert_close(candidate.keep_probability(np.array([1e-3, 1e-6, 0.1])), np.array([0.1, 1.0, 0.01]))
    assert_close(candidate.keep_probability(np.array([0.5, 1.0]), 2.0), np.ones(2))
    assert_close(candidate.keep_probability(np.array([])), np.zeros(0))


@pytest.mark.fine
@given(seed=SEEDS)
def test_keep_probability_falls(candidate, seed):
    """The more frequent a word, the lower its probability, but not its expected share f * p."""
    freq = np.sort(np.random.default_rng(seed).random(6) ** 8)
    kept = candidate.keep_probability(freq, 1e-3)
    assert_that(bool(np.all(np.diff(kept) <= 1e-12)), "is not falling", kept)
    assert_that(bool(np.all(np.diff(freq * kept) >= -1e-12)), "turns the order of the words round", kept)


@pytest.mark.fine
def test_keep_probability_in_float64(candidate):
    """float32 and strided frequencies are computed in float64."""
    freq = np.array([0.3, 0.0, 0.7, 1e-30], dtype=np.float32)
    expected = [min(1.0, math.sqrt(1e-3 / f)) if f else 1.0 for f in freq.tolist()]
    got = candidate.keep_probability(freq, 1e-3)
    assert_dtype(got, "float64")
    assert_close(got, np.array(expected), rtol=1e-10)
    assert_close(candidate.keep_probability(freq[::-2], 1e-3), np.array(expected[::-2]), rtol=1e-10)


@pytest.mark.fine
def test_keep_probability_refuses(candidate):
    """Frequencies outside [0, 1] or NaN, and a t that is not above 0, raise ValueError."""
    for freq in ([0.5, -0.1], [1.5, 0.5], [0.5, math.nan]):
        with assert_raises(ValueError):
            candidate.keep_probability(np.array(freq))
    for t in (0.0, -1e-5):
        with assert_raises(ValueError):
            candidate.keep_probability(np.array([0.5]), t)


@pytest.mark.scale
def test_large_batches_are_quick(candidate, reference, rng):
    """A batch of 2048 pairs with 5 negatives each takes array operations, not a loop over the pairs."""

    def prepare(subject, rng):
        arguments = [put(subject, array) for array in batch(int(rng.integers(2**32)), n=1000, d=4, b=2048, k=5)]
        return lambda: subject.sgns_loss_and_grads(*arguments)

    speed(candidate, reference, prepare, rng, limit=10)
