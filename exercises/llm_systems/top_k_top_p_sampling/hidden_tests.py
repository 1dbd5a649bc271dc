"""Hidden tests of top_k_top_p_sampling."""

import math
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from grader.testing import assert_close, assert_dtype, assert_equal, assert_raises, assert_that, assert_type, put, speed

INF, NAN = math.inf, math.nan

LOGITS = np.log([0.1, 0.4, 0.2, 0.3])


def slow_probs(logits, temperature=1.0, top_k=None, top_p=None, min_p=0.0, prev=None, repetition_penalty=1.0):
    """The stages one after the other, token by token in Python floats."""
    z = [float(v) for v in logits]
    for i in set(prev or []):
        z[i] = z[i] / repetition_penalty if z[i] > 0 else z[i] * repetition_penalty
    ranked = sorted(range(len(z)), key=lambda i: (-z[i], i))
    if temperature == 0:
        return np.array([float(i == ranked[0]) for i in range(len(z))])
    ranked = ranked[:top_k]
    weight = {i: math.exp((z[i] - z[ranked[0]]) / temperature) for i in ranked}
    if top_p is not None:
        total, running, kept = math.fsum(weight.values()), 0.0, []
        for i in ranked:
            kept.append(i)
            running += weight[i] / total
            if running >= top_p:
                break
        ranked = kept
    ranked = [i for i in ranked if weight[i] >= min_p * weight[ranked[0]]]
    total = math.fsum(weight[i] for i in ranked)
    return np.array([weight[i] / total if i in ranked else 0.0 for i in range(len(z))])


def near(got, expected):
    """Compare in single precision."""
    assert_close(got, expected, rtol=1e-4, atol=1e-5)


def test_plain_softmax(candidate):
    """Without any setting the result is the softmax."""
    near(candidate.filtered_probs(LOGITS), np.array([0.1, 0.4, 0.2, 0.3]))
    near(candidate.filtered_probs(LOGITS + 900.0), np.array([0.1, 0.4, 0.2, 0.3]))


def test_temperature_divides_logits(candidate):
    """Temperature 1/2 squares the odds, temperature 2 takes their root."""
    odds = np.array([1.0, 4.0, 16.0])
    near(candidate.filtered_probs(np.log(odds), temperature=0.5), odds**2 / 273)
    near(candidate.filtered_probs(np.log(odds), temperature=2.0), np.array([1.0, 2.0, 4.0]) / 7)


def test_top_k_by_hand(candidate):
    """The k most likely tokens share the probability, each at its own place."""
    near(candidate.filtered_probs(LOGITS, top_k=3), np.array([0.0, 4.0, 2.0, 3.0]) / 9)
    near(candidate.filtered_probs(LOGITS, top_k=2), np.array([0.0, 4.0, 0.0, 3.0]) / 7)
    near(candidate.filtered_probs(LOGITS, top_k=1), np.array([0.0, 1.0, 0.0, 0.0]))


def test_top_p_keeps_the_crossing_token(candidate):
    """The token at which the sum reaches top_p stays, so a single likely token is never removed."""
    for p, expected in (
        (0.05, [0.0, 1.0, 0.0, 0.0]),
        (0.39, [0.0, 1.0, 0.0, 0.0]),
        (0.41, [0.0, 4.0, 0.0, 3.0]),
        (0.69, [0.0, 4.0, 0.0, 3.0]),
        (0.71, [0.0, 4.0, 2.0, 3.0]),
        (0.95, [1.0, 4.0, 2.0, 3.0]),
    ):
        near(candidate.filtered_probs(LOGITS, top_p=p), np.array(expected) / sum(expected))


def test_top_p_after_top_k(candidate):
    """Top-p looks at probabilities that sum to 1 over the tokens that top-k left."""
    # After top-k they are 4/9, 3/9, 2/9: two of them reach 0.75, where 0.4 + 0.3 would not.
    got = candidate.filtered_probs(LOGITS, top_k=3, top_p=0.75)
    near(got, np.array([0.0, 4.0, 0.0, 3.0]) / 7)


def test_top_p_after_temperature(candidate):
    """Temperature comes before top-p: a hotter distribution keeps more tokens."""
    logits = np.log([16.0, 4.0, 1.0])
    near(candidate.filtered_probs(logits, top_p=0.7), np.array([1.0, 0.0, 0.0]))
    near(candidate.filtered_probs(logits, temperature=2.0, top_p=0.7), np.array([2.0, 1.0, 0.0]) / 3)


def test_min_p_is_relative(candidate):
    """min_p is a share of the greatest probability, not a probability."""
    near(candidate.filtered_probs(LOGITS, min_p=0.45), np.array([0.0, 4.0, 2.0, 3.0]) / 9)
    near(candidate.filtered_probs(LOGITS, min_p=0.7), np.array([0.0, 4.0, 0.0, 3.0]) / 7)
    near(candidate.filtered_probs(LOGITS, min_p=0.2), np.array([1.0, 4.0, 2.0, 3.0]) / 10)


def test_min_p_after_top_p(candidate):
    """Min-p comes last: what it removes does not help others to reach top_p."""
    # Top-p needs three tokens for 0.8; then min-p removes the third. The other order would keep one of two for 0.5.
    got = candidate.filtered_probs(LOGITS, top_p=0.8, min_p=0.7)
    near(got, np.array([0.0, 4.0, 0.0, 3.0]) / 7)
    got = candidate.filtered_probs(LOGITS, top_p=0.5, min_p=0.7)
    near(got, np.array([0.0, 4.0, 0.0, 3.0]) / 7)


def test_penalty_lowers_positive_and_negative_logits(candidate):
    """Positive logits are divided by the penalty, negative ones multiplied; a penalty below 1 does the reverse."""
    logits = np.array([3.0, -0.5, 0.0, 2.0, -2.0])
    for penalty, changed in ((2.0, [1.5, -1.0, 0.0, 2.0, -2.0]), (0.5, [6.0, -0.25, 0.0, 2.0, -2.0])):
        got = candidate.filtered_probs(logits, prev=[0, 1, 2], repetition_penalty=penalty)
        near(got, slow_probs(changed))


def test_penalty_counts_a_token_once(candidate):
    """A token that occurred several times is penalised once."""
    logits = np.array([3.0, 1.0, 2.0])
    got = candidate.filtered_probs(logits, prev=[2, 0, 2, 2, 0], repetition_penalty=2.0)
    near(got, slow_probs([1.5, 1.0, 1.0]))
    near(candidate.filtered_probs(logits, prev=[2, 0]), slow_probs(logits))


def test_penalty_changes_the_order(candidate):
    """The penalty comes before top-k: a penalised token can lose its place."""
    got = candidate.filtered_probs(np.array([3.0, 2.0, 1.0]), top_k=1, prev=[0], repetition_penalty=2.0)
    near(got, np.array([0.0, 1.0, 0.0]))


@given(
    size=st.integers(5, 8),
    temperature=st.sampled_from([0.5, 1.0, 2.0]),
    top_k=st.sampled_from([None, 1, 2, 3, 5]),
    top_p=st.sampled_from([None, 0.3719, 0.6131, 0.9173]),
    min_p=st.sampled_from([0.0, 0.0513, 0.2113, 0.6571]),
    penalty=st.sampled_from([1.0, 2.0, 1.3]),
    seed=st.integers(0, 2**32 - 1),
)
def test_all_stages_together(candidate, size, temperature, top_k, top_p, min_p, penalty, seed):
    """Any settings together give what the stages give one token at a time."""
    rng = np.random.default_rng(seed)
    logits, prev = rng.normal(scale=2.0, size=size), rng.integers(size, size=3).tolist()
    settings = {"temperature": temperature, "top_k": top_k, "top_p": top_p, "min_p": min_p}
    settings |= {"prev": prev, "repetition_penalty": penalty}
    near(candidate.filtered_probs(logits, **settings), slow_probs(logits, **settings))


def test_sample_by_hand(candidate):
    """The first id whose cumulative probability is greater than u, in the order of the ids."""
    probs = np.array([0.25, 0.5, 0.125, 0.125])
    got = [candidate.sample(probs, u) for u in (0.0, 0.2, 0.3, 0.7, 0.8, 0.9, 0.999)]
    near(got, [0, 0, 1, 1, 2, 3, 3])


def test_sample_frequencies(candidate):
    """A grid of u gives each token its share, and none to one of probability 0."""
    probs = np.array([0.2, 0.0, 0.5, 0.3])
    drawn = [candidate.sample(probs, (i + 0.5) / 20) for i in range(20)]
    near(drawn, [0] * 4 + [2] * 10 + [3] * 6)


@pytest.mark.fine
def test_temperature_zero_is_greedy(candidate):
    """Temperature 0 gives all to the greatest logit after the penalty, to the lowest id among equals."""
    f = candidate.filtered_probs
    assert_equal(f(np.array([1.0, 3.0, 2.0, 3.0]), temperature=0.0), np.array([0.0, 1.0, 0.0, 0.0]))
    assert_equal(f(np.array([-INF, -5.0, -INF]), temperature=0.0), np.array([0.0, 1.0, 0.0]))
    got = f(np.array([1.0, 3.0, 2.0]), temperature=0.0, top_k=2, top_p=0.1, min_p=0.5, prev=[1], repetition_penalty=2.0)
    assert_equal(got, np.array([0.0, 0.0, 1.0]))


@pytest.mark.fine
def test_top_k_keeps_exactly_k(candidate):
    """Equal logits at the border: exactly k tokens stay, those with the lowest ids."""
    assert_close(candidate.filtered_probs(np.zeros(5), top_k=2), np.array([0.5, 0.5, 0.0, 0.0, 0.0]))
    logits = np.log([1.0, 2.0, 1.0, 4.0, 1.0, 2.0])
    assert_close(candidate.filtered_probs(logits, top_k=4), np.array([1.0, 2.0, 0.0, 4.0, 0.0, 2.0]) / 9)
    assert_close(candidate.filtered_probs(logits, top_k=2), np.array([0.0, 2.0, 0.0, 4.0, 0.0, 0.0]) / 6)
    # So many that a sort which is not stable mixes them up.
    many = np.tile([1.0, 2.0], 150)
    kept = np.where(np.arange(300) % 2 + (np.arange(300) < 150) > 0, many, 0.0)
    assert_close(candidate.filtered_probs(np.log(many), top_k=225), kept / 375)


@pytest.mark.fine
def test_top_k_beyond_the_vocabulary(candidate):
    """A top_k of V or more keeps everything, and so does a top_p of 1."""
    for k in (4, 5, 1000):
        assert_close(candidate.filtered_probs(LOGITS, top_k=k), np.array([0.1, 0.4, 0.2, 0.3]))
    assert_close(candidate.filtered_probs(LOGITS, top_p=1.0), np.array([0.1, 0.4, 0.2, 0.3]))
    assert_close(candidate.filtered_probs(np.array([-3.0])), np.array([1.0]))


@pytest.mark.fine
def test_top_p_reached_exactly(candidate):
    """A sum that equals top_p is enough, and equal probabilities are taken by ascending id."""
    assert_close(candidate.filtered_probs(np.zeros(2), top_p=0.5), np.array([1.0, 0.0]))
    assert_close(candidate.filtered_probs(np.array([-INF, 0.0, -INF, 0.0]), top_p=0.5), np.array([0.0, 1.0, 0.0, 0.0]))
    assert_close(candidate.filtered_probs(np.zeros(4), top_p=0.4), np.array([0.5, 0.5, 0.0, 0.0]))
    assert_close(candidate.filtered_probs(np.full(4, 3.0), top_p=0.6), np.array([1.0, 1.0, 1.0, 0.0]) / 3)


@pytest.mark.fine
def test_min_p_of_one(candidate):
    """With min_p 1 all tokens of the greatest probability stay."""
    assert_close(candidate.filtered_probs(np.array([2.0, 1.0, 2.0]), min_p=1.0), np.array([0.5, 0.0, 0.5]))


@pytest.mark.fine
def test_no_previous_tokens(candidate):
    """Without previous tokens nothing is penalised, whether there is no list or an empty one."""
    logits = np.array([3.0, 1.0, 2.0])
    for prev in (None, []):
        got = candidate.filtered_probs(logits, prev=prev, repetition_penalty=2.0)
        assert_close(got, slow_probs(logits))


@pytest.mark.fine
def test_banned_tokens(candidate):
    """A token with logit -inf has probability 0, whatever the settings."""
    logits = np.array([-INF, 1.0, -INF, 1.0])
    expected = np.array([0.0, 0.5, 0.0, 0.5])
    for settings in ({}, {"top_k": 3}, {"top_p": 1.0}, {"top_p": 0.9}, {"min_p": 0.5}, {"temperature": 3.0},
                     {"prev": [0], "repetition_penalty": 2.0}, {"prev": [2], "repetition_penalty": 0.5}):  # fmt: skip
        assert_close(candidate.filtered_probs(logits, **settings), expected)


@pytest.mark.fine
def test_large_logits_and_cold_temperatures(candidate):
    """Logits of ten thousand and a temperature of 1e-4 overflow nothing and warn of nothing."""
    logits = np.array([1e4, -1e4, 1e4 - 1e-4])
    share = 1 / (1 + math.exp(-1))
    expected = np.array([share, 0.0, 1 - share])
    assert_close(candidate.filtered_probs(logits, temperature=1e-4), expected, rtol=1e-6)
    assert_close(candidate.filtered_probs(np.array([1e4, 0.0, 1e4])), np.array([0.5, 0.0, 0.5]))
    assert_close(candidate.filtered_probs(np.full(3, -1e4), top_p=1.0), np.full(3, 1 / 3))


@pytest.mark.fine
def test_float64_results(candidate):
    """The result is float64, whatever the settings."""
    for settings in ({}, {"temperature": 0.0}, {"top_k": 2, "top_p": 0.5, "min_p": 0.1}):
        assert_dtype(candidate.filtered_probs(LOGITS, **settings), "float64")


@pytest.mark.fine
def test_narrow_dtypes_and_views(candidate, rng):
    """float32 and float16 logits are computed in float64, and strided views are treated like any other array."""
    settings = {"temperature": 0.7, "top_p": 0.83, "prev": [1, 4], "repetition_penalty": 1.3}
    for dtype in (np.float32, np.float16):
        logits = rng.normal(scale=2.0, size=6).astype(dtype)
        got = candidate.filtered_probs(logits, temperature=0.7, prev=[1, 4], repetition_penalty=1.3)
        assert_dtype(got, "float64")
        expected = slow_probs(logits, temperature=0.7, prev=[1, 4], repetition_penalty=1.3)
        assert_close(got, expected, rtol=1e-10, atol=1e-13)
    logits = np.log([1.0, 9.0, 2.0, 9.0, 3.0, 9.0, 5.0, 9.0, 8.0])
    assert_close(candidate.filtered_probs(logits[::-2], **settings), slow_probs(logits[::-2], **settings))


@pytest.mark.fine
@given(
    logits=st.lists(st.sampled_from([*range(-5, 6), -INF]), min_size=1, max_size=8).filter(lambda z: max(z) > -INF),
    temperature=st.sampled_from([0.5, 1.0, 2.0, 8.0, 0.0]),
    top_k=st.sampled_from([None, 1, 2, 3, 5, 9]),
    top_p=st.sampled_from([None, 0.137, 0.3719, 0.6131, 0.9173, 1.0]),
    min_p=st.sampled_from([0.0, 0.0513, 0.2113, 0.6571, 1.0]),
    penalty=st.sampled_from([1.0, 2.0, 0.5]),
    data=st.data(),
)
def test_agrees_with_a_slow_specification(candidate, logits, temperature, top_k, top_p, min_p, penalty, data):
    """Ties, bans, greedy decoding and any settings give what the stages give one token at a time."""
    prev = data.draw(st.lists(st.integers(0, len(logits) - 1), max_size=4))
    logits = np.array(logits) / 2
    settings = (temperature, top_k, top_p, min_p, prev, penalty)
    got = candidate.filtered_probs(logits, *settings)
    assert_close(got, slow_probs(logits, *settings))
    assert_that(bool((got >= 0).all()) and abs(got.sum() - 1) < 1e-9, "is no distribution", got)


@pytest.mark.fine
def test_invalid_logits(candidate):
    """Logits that are no vector, empty, NaN, +inf or all -inf raise ValueError."""
    for logits in (np.zeros((2, 2)), np.zeros((1, 3)), np.array(1.0), np.zeros(0), np.array([1.0, NAN]),
                   np.array([INF, 1.0]), np.array([-INF, -INF])):  # fmt: skip
        for settings in ({}, {"temperature": 0.0}):
            with assert_raises(ValueError):
                candidate.filtered_probs(logits, **settings)


@pytest.mark.fine
def test_invalid_settings(candidate):
    """Settings outside their ranges and tokens that do not exist raise ValueError, also at temperature 0."""
    logits = np.array([1.0, 2.0, 3.0])
    bad = ({"top_k": 0}, {"top_k": -1}, {"top_p": 0.0}, {"top_p": -0.1}, {"top_p": 1.1}, {"min_p": -0.1},
           {"min_p": 1.1}, {"repetition_penalty": 0.0}, {"repetition_penalty": -1.0}, {"prev": [3]}, {"prev": [-1]},
           {"prev": [0, 7], "repetition_penalty": 2.0})  # fmt: skip
    for settings in bad:
        for temperature in (1.0, 0.0):
            with assert_raises(ValueError):
                candidate.filtered_probs(logits, temperature=temperature, **settings)
    with assert_raises(ValueError):
        candidate.filtered_probs(logits, temperature=-0.5)
    with assert_raises(ValueError):
        candidate.filtered_probs(np.array([1.0]), prev=[1])


@pytest.mark.fine
def test_sample_at_the_borders(candidate):
    """A u equal to a cumulative probability belongs to the next token, and the result is a Python int."""
    probs = np.array([0.25, 0.5, 0.125, 0.125])
    got = [candidate.sample(probs, u) for u in (0.0, 0.25, 0.75, 0.875)]
    assert_equal(got, [0, 1, 2, 3])
    assert_type(got[0], int)
    assert_equal(candidate.sample(np.array([1.0]), 0.5), 0)


@pytest.mark.fine
def test_sample_never_draws_the_impossible(candidate):
    """A token of probability 0 is never drawn, at the front, in the middle or at the end."""
    probs = np.array([0.0, 0.5, 0.0, 0.0, 0.5, 0.0])
    assert_equal([candidate.sample(probs, u) for u in (0.0, 0.4, 0.5, 0.75)], [1, 1, 4, 4])
    below_one = math.nextafter(1.0, 0.0)
    assert_equal(candidate.sample(probs, below_one), 4)
    # Ten times 0.1 sums to that same number, so no cumulative probability is greater than u.
    assert_equal(candidate.sample(np.array([0.1] * 10 + [0.0, 0.0]), below_one), 9)
    assert_equal(candidate.sample(np.array([0.5, 0.4999995, 0.0]), 0.9999999), 1)


@pytest.mark.fine
def test_sample_from_other_arrays(candidate):
    """Narrow dtypes and strided views are drawn from like any other array."""
    probs = np.array([0.2, 0.0, 0.5, 0.3])
    grid = [(i + 0.5) / 20 for i in range(20)]
    for array in (np.repeat(probs, 2)[::2], probs.astype(np.float32)):
        drawn = [candidate.sample(array, u) for u in grid]
        assert_equal([drawn.count(i) for i in range(4)], [4, 0, 10, 6])
    assert_equal([candidate.sample(probs[::-1], u) for u in (0.1, 0.4, 0.9)], [0, 1, 3])


@pytest.mark.fine
def test_sample_sums_in_float64(candidate):
    """Many small float32 probabilities are summed in float64."""
    n = 2**14
    probs = np.full(n + 1, 1 / n, dtype=np.float32)
    probs[0], probs[-1] = 0.5, 0.0
    probs[1:-1] *= np.float32(0.5)
    probs[1:-1] *= np.float32(n / (n - 1))
    exact = np.cumsum(probs.astype(np.float64))
    for place in (1, n // 3, n - 2):
        u = float(exact[place - 1] + exact[place]) / 2
        assert_equal(candidate.sample(probs, u), place)


@pytest.mark.fine
def test_invalid_sample(candidate):
    """Probabilities that are no vector, negative, NaN or do not sum to 1, and u outside [0, 1), raise ValueError."""
    bad = (np.array([0.5, 0.4]), np.array([0.6, 0.6]), np.array([1.5, -0.5]), np.array([NAN, 1.0]), np.zeros(3),
           np.zeros(0), np.full((2, 2), 0.25), np.array(1.0), np.array([0.5, 0.49999]))  # fmt: skip
    for probs in bad:
        with assert_raises(ValueError):
            candidate.sample(probs, 0.5)
    for u in (-0.1, 1.0, 1.5, NAN):
        with assert_raises(ValueError):
            candidate.sample(np.array([0.5, 0.5]), u)


@pytest.mark.scale
def test_large_vocabulary(candidate, reference, rng):
    """A vocabulary of 32000 tokens takes whole-array operations, not a loop over the tokens."""

    def prepare(subject, rng):
        logits = put(subject, rng.normal(scale=4.0, size=32_000))
        return lambda: [subject.filtered_probs(logits, top_k=k, top_p=0.9).argmax() for k in (50, None)]

    speed(candidate, reference, prepare, rng, limit=10)
