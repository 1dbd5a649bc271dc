"""Hidden tests of perplexity."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.testing import assert_close, assert_equal, assert_raises, assert_type, put, speed

P = np.array([[[0.5, 0.25, 0.25], [0.1, 0.8, 0.1], [0.2, 0.2, 0.6]], [[0.2, 0.4, 0.4], [0.5, 0.3, 0.2], [1, 1, 1]]])
LABELS = np.array([[0, 1, 1], [0, 2, 1]])


def slow(logits, labels, ignore_index=-100):
    """Token by token in Python floats."""
    losses = []
    for rows, targets in zip(logits.tolist(), labels.tolist(), strict=True):
        for row, y in zip(rows[:-1], targets[1:], strict=True):
            if y != ignore_index:
                losses.append(max(row) + math.log(math.fsum(math.exp(v - max(row)) for v in row)) - row[y])
    return math.exp(math.fsum(losses) / len(losses))


def model(chunk):
    """Negative log-likelihoods that tell the token and how much context it had."""
    return np.array([token + 0.01 * i * i for i, token in enumerate(chunk)][1:], dtype=float)


def windows(tokens, window, stride):
    """For each token but the first: its value with the context of the first window that has it after its start."""
    values = []
    for i in range(1, len(tokens)):
        begin = next(b for b in range(0, len(tokens), stride) if b < i < b + window)
        values.append(tokens[i] + 0.01 * (i - begin) ** 2)
    return sum(values) / len(values)


def test_one_sequence_by_hand(candidate):
    """The logits at each step predict the next label: 0.25 and 0.8 give the root of 5."""
    assert_close(candidate.perplexity(np.log(P[:1]), LABELS[:1]), math.sqrt(5))


def test_uniform_logits(candidate):
    """A model that knows nothing has the size of the vocabulary as perplexity; a shift of all logits is harmless."""
    for v in (2, 7, 50):
        assert_close(candidate.perplexity(np.full((2, 4, v), 3.0), np.ones((2, 4), dtype=int)), float(v))


def test_batch_is_averaged_over_tokens(candidate):
    """Tokens of all sequences are averaged together, before the exponential."""
    expected = (0.25 * 0.8 * 0.4 * 0.3) ** -0.25
    assert_close(candidate.perplexity(np.log(P), LABELS), expected)


def test_ignored_labels_do_not_count(candidate):
    """Ignored labels add nothing, and the rest is divided by the number of the rest; sequences differ in weight."""
    labels = np.array([[2, 1, -100], [0, 2, 1]])
    assert_close(candidate.perplexity(np.log(P), labels), (0.25 * 0.4 * 0.3) ** (-1 / 3))
    labels = np.array([[-100, -100, 1], [0, -100, -100]])
    assert_close(candidate.perplexity(np.log(P), labels), 1 / 0.8)


def test_large_logits(candidate):
    """Logits near 1000 and -1000 give finite perplexities."""
    for offset in (1e3, -1e3):
        logits = np.array([[[0.0, 1.0, -2000.0], [0.0, 1.0, 1.0]]]) + offset
        assert_close(candidate.perplexity(logits, np.array([[0, 1]])), 1 + math.exp(-1))


def test_rows_far_apart(candidate):
    """Logits near 1000 at one step do no harm to a step whose logits lie near 0."""
    logits = np.array([[[1e3, 1e3], [0.0, 1.0], [0.0, 0.0]]])
    assert_close(candidate.perplexity(logits, np.array([[0, 1, 0]])), math.sqrt(2 * (1 + math.e)))


@given(b=st.integers(1, 3), t=st.integers(2, 5), v=st.integers(1, 6), seed=st.integers(0, 2**32 - 1))
def test_random_batches(candidate, b, t, v, seed):
    """On random batches the perplexity is that of a loop over the tokens."""
    rng = np.random.default_rng(seed)
    logits, labels = rng.normal(scale=3.0, size=(b, t, v)), rng.integers(0, v, size=(b, t))
    labels[rng.random((b, t)) < 0.3] = -100
    labels[0, 1] = 0
    assert_close(candidate.perplexity(logits, labels), slow(logits, labels))


def test_bits_per_byte_by_hand(candidate):
    """Nats become bits, and are divided by the number of bytes."""
    for nats, n_bytes, expected in (
        (math.log(2), 1, 1.0),
        (8 * math.log(2), 4, 2.0),
        (10.0, 3, 10 / 3 / math.log(2)),
        (0.0, 5, 0.0),
    ):
        assert_close(candidate.bits_per_byte(nats, n_bytes), expected)


def test_one_window(candidate):
    """A text that fits into one window is scored in one call, without its first token."""
    for window in (4, 5, 9):
        assert_close(candidate.sliding_window_nll(model, [5, 1, 2, 3], window, 2), 2.0 + 0.14 / 3)


def test_windows_by_hand(candidate):
    """Of six tokens in windows of 4 and stride 2, the last two have two and three tokens of context."""
    got = candidate.sliding_window_nll(model, [9, 1, 2, 3, 4, 5], 4, 2)
    assert_close(got, (1.01 + 2.04 + 3.09 + 4.04 + 5.09) / 5)


def test_last_window_may_be_short(candidate):
    """The last window is shorter where the text ends, and its tokens count as much as all others."""
    got = candidate.sliding_window_nll(model, [9, 1, 2, 3, 4, 5, 6], 4, 3)
    assert_close(got, (1.01 + 2.04 + 3.09 + 4.01 + 5.04 + 6.09) / 6)
    got = candidate.sliding_window_nll(model, [9, 1, 2, 3, 4], 4, 3)
    assert_close(got, (1.01 + 2.04 + 3.09 + 4.01) / 4)
    tokens = [9, 1, 2, 3, 4, 5]
    assert_close(candidate.sliding_window_nll(model, tokens, 5, 2), windows(tokens, 5, 2))


@given(n=st.integers(2, 14), window=st.integers(2, 6), data=st.data())
def test_every_window_and_stride(candidate, n, window, data):
    """For any length, window and stride every token is scored once, in the first window that can."""
    stride = data.draw(st.integers(1, window - 1))
    tokens = [(7 * i) % 11 for i in range(n)]
    assert_close(candidate.sliding_window_nll(model, tokens, window, stride), windows(tokens, window, stride))


@pytest.mark.fine
def test_half_precision_is_computed_in_double(candidate):
    """float16 and float32 logits are widened before anything is computed; results are Python floats."""
    rng = np.random.default_rng(3)
    labels = rng.integers(0, 300, size=(2, 5))
    for dtype in (np.float16, np.float32):
        logits = rng.normal(scale=4.0, size=(2, 5, 300)).astype(dtype)
        got = candidate.perplexity(logits, labels)
        assert_close(got, slow(logits, labels))
        assert_type(got, float)


@pytest.mark.fine
def test_types(candidate):
    """Bits per byte and the mean over windows are Python floats, whatever goes in."""
    assert_type(candidate.bits_per_byte(np.float64(3.0), 2), float)
    assert_type(candidate.bits_per_byte(3, np.int64(2)), float)
    assert_type(candidate.sliding_window_nll(lambda chunk: model(chunk).astype(np.float32), [1, 2, 3], 2, 1), float)


@pytest.mark.fine
@pytest.mark.parametrize("ignore_index", [-1, 0, 2, 255])
def test_other_ignored_labels(candidate, ignore_index):
    """Any integer may be the ignored label, also one of the vocabulary."""
    labels = np.array([[1, ignore_index, 1], [1, 1, ignore_index]])
    assert_close(candidate.perplexity(np.log(P), labels, ignore_index), slow(np.log(P), labels, ignore_index))


@pytest.mark.fine
def test_masked_vocabulary(candidate):
    """A logit of -inf has probability 0; the perplexity of a text that needs it is inf, without a warning."""
    logits = np.array([[[0.0, -math.inf, 0.0], [0.0, 0.0, 0.0]]])
    assert_close(candidate.perplexity(logits, np.array([[0, 2]])), 2.0)
    assert_equal(candidate.perplexity(logits, np.array([[0, 1]])), math.inf)


@pytest.mark.fine
@pytest.mark.parametrize(("n", "window", "stride", "calls"), [(6, 4, 2, 2), (7, 4, 3, 2), (8, 4, 3, 3), (4, 4, 1, 1)])
def test_calls_of_the_model(candidate, n, window, stride, calls):
    """The model is called once for each window that is needed, and never on a single token."""
    chunks = []

    def spy(chunk):
        chunks.append(list(chunk))
        return model(chunk)

    tokens = list(range(n))
    candidate.sliding_window_nll(spy, tokens, window, stride)
    assert_equal(chunks, [tokens[i * stride : i * stride + window] for i in range(calls)])


@pytest.mark.fine
def test_bad_labels_are_refused(candidate):
    """Labels that do not count, or lie outside the vocabulary, raise ValueError; the first of a sequence is free."""
    for labels in ([[0, -100, -100]], [[0, 1, 3]], [[0, -1, 1]]):
        with assert_raises(ValueError):
            candidate.perplexity(np.log(P[:1]), np.array(labels))
    with assert_raises(ValueError):
        candidate.perplexity(np.log(P[:, :1]), LABELS[:, :1])
    assert_close(candidate.perplexity(np.log(P[:1]), np.array([[77, 1, 1]])), math.sqrt(5))


@pytest.mark.fine
def test_bad_numbers_are_refused(candidate):
    """No bytes, fewer than two tokens, and a stride outside [1, window - 1] raise ValueError."""
    for n_bytes in (0, -3):
        with assert_raises(ValueError):
            candidate.bits_per_byte(1.0, n_bytes)
    for tokens, window, stride in (([1], 4, 2), ([], 4, 2), ([1, 2], 4, 0), ([1, 2], 4, 4), ([1, 2], 1, 1)):
        with assert_raises(ValueError):
            candidate.sliding_window_nll(model, tokens, window, stride)


@pytest.mark.scale
def test_many_tokens_are_quick(candidate, reference, rng):
    """Thousands of tokens are scored without a loop over them."""

    def prepare(subject, rng):
        logits = put(subject, rng.normal(size=(32, 200, 4)))
        labels = put(subject, rng.integers(0, 4, size=(32, 200)))
        return lambda: subject.perplexity(logits, labels)

    speed(candidate, reference, prepare, rng, limit=8)
