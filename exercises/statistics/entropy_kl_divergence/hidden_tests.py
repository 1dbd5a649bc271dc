"""Hidden tests of entropy_kl_divergence."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.testing import assert_close, assert_raises, assert_that, assert_type, put, speed

LN2 = math.log(2.0)
PAIRS = ("cross_entropy", "kl_divergence", "js_divergence")


def term(p, log_p, log_q):
    """Return p (log p - log q), where p = 0 gives 0."""
    return 0.0 if p == 0 else p * (log_p - log_q)


def log(x):
    """Return the logarithm, with minus infinity at 0."""
    return -math.inf if x == 0 else math.log(x)


def slow_kl(p, q):
    """Sum the terms of the divergence one by one."""
    return math.fsum(term(a, log(a), log(b)) for a, b in zip(p, q, strict=True))


def slow_js(p, q):
    """Sum the terms of the divergence of both from their mixture."""
    mixture = [log(a + b) - LN2 for a, b in zip(p, q, strict=True)]
    terms = [term(a, log(a), m) for one in (p, q) for a, m in zip(one, mixture, strict=True)]
    return math.fsum(terms) / 2


def slow_information(joint):
    """Sum the terms of the mutual information cell by cell."""
    rows = [math.fsum(row) for row in joint]
    columns = [math.fsum(column) for column in zip(*joint, strict=True)]
    cells = [(joint[i][j], log(rows[i]) + log(columns[j])) for i in range(len(rows)) for j in range(len(columns))]
    return math.fsum(term(p, log(p), product) for p, product in cells)


def draw(rng, *shape, zeros=True):
    """Return probabilities, a third of them zero."""
    weights = rng.exponential(size=shape)
    if zeros:
        weights *= rng.random(shape) > 1 / 3
        weights.flat[int(rng.integers(weights.size))] += 0.1
    return weights / weights.sum()


def test_entropy_by_hand(candidate):
    """Entropy is measured in nats by default."""
    assert_close(candidate.entropy(np.array([0.5, 0.25, 0.25])), 1.5 * LN2)
    assert_close(candidate.entropy(np.full(7, 1 / 7)), math.log(7.0))


def test_cross_entropy_by_hand(candidate):
    """Cross-entropy averages -log q under p."""
    p, q = np.array([0.75, 0.25]), np.array([0.5, 0.5])
    assert_close(candidate.cross_entropy(p, q), LN2)
    assert_close(candidate.cross_entropy(q, p), 0.8369882167858358)


def test_kl_by_hand(candidate):
    """KL averages log(p / q) under its first argument; it is not symmetric."""
    p, q = np.array([0.75, 0.25]), np.array([0.5, 0.5])
    assert_close(candidate.kl_divergence(p, q), 0.13081203594113697)
    assert_close(candidate.kl_divergence(q, p), 0.14384103622589045)


def test_zero_probability_adds_nothing(candidate):
    """Terms with p = 0 are 0, also where q is 0 too."""
    p, q = np.array([0.5, 0.0, 0.5, 0.0]), np.array([0.25, 0.25, 0.5, 0.0])
    assert_close(candidate.entropy(p), LN2)
    assert_close(candidate.cross_entropy(p, q), 1.5 * LN2)
    assert_close(candidate.kl_divergence(p, q), 0.5 * LN2)


def test_impossible_events_make_it_infinite(candidate):
    """KL and cross-entropy are infinite where q is 0 and p is not; nothing is smoothed."""
    for p, q in (([0.5, 0.5], [1.0, 0.0]), ([0.25, 0.75], [0.0, 1.0]), ([0.0, 1.0], [1.0, 0.0])):
        for name in ("kl_divergence", "cross_entropy"):
            assert_close(getattr(candidate, name)(np.array(p), np.array(q)), math.inf)


@given(k=st.integers(1, 6), seed=st.integers(0, 2**32 - 1))
def test_vectors_agree_with_a_slow_specification(candidate, k, seed):
    """Entropy, cross-entropy and KL are the sums of their terms."""
    rng = np.random.default_rng(seed)
    p, q = draw(rng, k, zeros=seed % 2 == 0), draw(rng, k, zeros=False)
    entropy = -math.fsum(v * log(v) for v in p.tolist() if v)
    divergence = slow_kl(p.tolist(), q.tolist())
    assert_close(candidate.entropy(p), entropy)
    assert_close(candidate.kl_divergence(p, q), divergence)
    assert_close(candidate.cross_entropy(p, q), entropy + divergence)


@pytest.mark.fine
def test_js_by_hand(candidate):
    """JS is the mean divergence from the mixture, not its root; it is symmetric."""
    p, q = np.array([0.5, 0.5, 0.0]), np.array([0.0, 0.5, 0.5])
    assert_close(candidate.js_divergence(p, q), 0.5 * LN2)
    p, q = np.array([1.0, 0.0]), np.array([0.25, 0.75])
    for one, other in ((p, q), (q, p)):
        assert_close(candidate.js_divergence(one, other), 0.38039566584857787)


@pytest.mark.fine
def test_js_of_disjoint_distributions(candidate):
    """JS of distributions that share no outcome is ln 2, and finite."""
    p, q = np.array([0.25, 0.75, 0.0, 0.0]), np.array([0.0, 0.0, 0.5, 0.5])
    assert_close(candidate.js_divergence(p, q), LN2)


@pytest.mark.fine
def test_mutual_information_by_hand(candidate):
    """Mutual information compares a joint of any shape with the product of its marginals."""
    joint = np.array([[0.25, 0.25, 0.0], [0.0, 0.0, 0.5]])
    assert_close(candidate.mutual_information(joint), LN2)
    assert_close(candidate.mutual_information(joint.T), LN2)
    assert_close(candidate.mutual_information(np.array([[0.25, 0.25], [0.5, 0.0]])), 0.21576155433883565)


@pytest.mark.fine
def test_independent_variables(candidate, rng):
    """Independent variables have no mutual information; each variable has all its entropy about itself."""
    p, q = draw(rng, 4), draw(rng, 6)
    assert_close(candidate.mutual_information(np.outer(p, q)), 0.0)
    assert_close(candidate.mutual_information(np.diag(p)), -math.fsum(v * log(v) for v in p.tolist() if v))


@pytest.mark.fine
@given(r=st.integers(1, 4), c=st.integers(1, 4), seed=st.integers(0, 2**32 - 1))
def test_joints_agree_with_a_slow_specification(candidate, r, c, seed):
    """Mutual information is the sum of its cells, and the same for the transposed joint."""
    joint = draw(np.random.default_rng(seed), r, c)
    expected = slow_information(joint.tolist())
    assert_close(candidate.mutual_information(joint), expected)
    assert_close(candidate.mutual_information(joint.T), expected)


@pytest.mark.fine
@given(k=st.integers(1, 6), seed=st.integers(0, 2**32 - 1))
def test_vectors_with_zeros_agree_with_a_slow_specification(candidate, k, seed):
    """Every measure of two vectors with zeros is the sum of its terms."""
    rng = np.random.default_rng(seed)
    p, q = draw(rng, k), draw(rng, k, zeros=seed % 2 == 0)
    entropy = -math.fsum(v * log(v) for v in p.tolist() if v)
    divergence = slow_kl(p.tolist(), q.tolist())
    assert_close(candidate.kl_divergence(p, q), divergence)
    assert_close(candidate.cross_entropy(p, q), entropy + divergence)
    assert_close(candidate.js_divergence(p, q), slow_js(p.tolist(), q.tolist()))


@pytest.mark.fine
def test_zeros_cause_no_warning(candidate):
    """Zeros in p, in q or in both cause neither NaN nor a warning in any of the five."""
    p, q = np.array([0.5, 0.0, 0.5, 0.0]), np.array([0.25, 0.25, 0.5, 0.0])
    assert_close(candidate.entropy(p), LN2)
    assert_close(candidate.entropy(p, 2), 1.0)
    assert_close(candidate.cross_entropy(p, q), 1.5 * LN2)
    assert_close(candidate.cross_entropy(q, p), math.inf)
    assert_close(candidate.kl_divergence(p, q), 0.5 * LN2)
    assert_close(candidate.kl_divergence(q, p), math.inf)
    assert_close(candidate.js_divergence(p, q), slow_js(p.tolist(), q.tolist()))
    assert_close(candidate.mutual_information(np.array([[0.5, 0.0, 0.0], [0.0, 0.0, 0.5]])), LN2)


@pytest.mark.fine
def test_small_probabilities(candidate):
    """Probabilities of 1e-13, 1e-30 or 1e-100 count in full: nothing is clipped or smoothed."""
    p = np.array([0.5, 0.5])
    for small in (1e-13, 1e-30, 1e-100):
        q = np.array([1.0, small])
        assert_close(candidate.kl_divergence(p, q), -LN2 - 0.5 * math.log(small))
        assert_close(candidate.cross_entropy(p, q), -0.5 * math.log(small))
        assert_close(candidate.kl_divergence(q, p), LN2)
        assert_close(candidate.entropy(q), -small * math.log(small))
        assert_close(candidate.js_divergence(q, p), slow_js(q.tolist(), p.tolist()))
        assert_close(candidate.js_divergence(q, np.array([1.0, 0.0])), 0.0)
        assert_close(candidate.mutual_information(np.array([[small, 0.0], [0.0, 1.0]])), -small * math.log(small))


@pytest.mark.fine
def test_entropy_in_another_base(candidate):
    """base chooses the unit of the entropy: bits for 2, and it may lie between 1 and 2 too."""
    p = np.array([0.5, 0.25, 0.25])
    assert_close(candidate.entropy(p, 2), 1.5)
    assert_close(candidate.entropy(p, base=2.0), 1.5)
    assert_close(candidate.entropy(p, base=10.0), 0.45154499349597177)
    assert_close(candidate.entropy(p, base=1.5), 1.5 * LN2 / math.log(1.5))


@pytest.mark.fine
def test_base_is_checked(candidate):
    """A base that is not above 1 raises ValueError."""
    for base in (1.0, 0.5, 0, -2.0):
        with assert_raises(ValueError):
            candidate.entropy(np.array([0.5, 0.5]), base)


@pytest.mark.fine
def test_single_outcome(candidate):
    """With a single outcome every measure is 0."""
    one = np.array([1.0])
    assert_close(candidate.entropy(one), 0.0)
    for name in PAIRS:
        assert_close(getattr(candidate, name)(one, one), 0.0)
    assert_close(candidate.mutual_information(np.array([[1.0]])), 0.0)


@pytest.mark.fine
def test_results_stay_in_range(candidate, rng):
    """No result is below 0 and no JS above ln 2, however sums round within the tolerance."""
    low, high = np.array([0.5, 0.4999995]), np.array([0.5, 0.5000003])
    assert_close(candidate.kl_divergence(low, high), 0.0, atol=0.0)
    one, above = np.array([1.0, 0.0]), np.array([1.0 + 5e-7, 0.0])
    assert_close(candidate.cross_entropy(one, above), 0.0, atol=0.0)
    assert_close(candidate.entropy(above), 0.0, atol=0.0)
    assert_close(candidate.entropy(above, 2), 0.0, atol=0.0)
    assert_close(candidate.mutual_information(np.array([[1.0 + 5e-7]])), 0.0, atol=0.0)
    assert_close(candidate.js_divergence(above, above[::-1]), LN2, rtol=0.0, atol=0.0)
    for _ in range(20):
        p = draw(rng, 5)
        near = p * (1 + 1e-9 * rng.normal(size=5))
        for got in (candidate.kl_divergence(p, near), candidate.js_divergence(p, p), candidate.js_divergence(p, near)):
            assert_that(0.0 <= got < 1e-8, "is negative, or far from 0")
        got = candidate.mutual_information(np.outer(p, p))
        assert_that(0.0 <= got < 1e-8, "is negative, or far from 0")


@pytest.mark.fine
def test_values_are_not_rescaled(candidate):
    """Values that sum to 1 within the tolerance are used as they are."""
    p, q = np.array([0.5, 0.5 + 8e-7]), np.array([0.25, 0.75 - 8e-7])
    assert_close(candidate.entropy(p), -math.fsum(v * log(v) for v in p.tolist()))
    assert_close(candidate.cross_entropy(p, q), -math.fsum(a * log(b) for a, b in zip(p, q, strict=True)))
    assert_close(candidate.kl_divergence(p, q), slow_kl(p.tolist(), q.tolist()))
    q = np.array([0.25, 0.75])
    assert_close(candidate.js_divergence(p, q), slow_js(p.tolist(), q.tolist()))


@pytest.mark.fine
def test_sums_within_the_tolerance_are_accepted(candidate):
    """A sum that is off by less than 1e-6 is accepted."""
    for off in (9e-7, -9e-7):
        p = np.array([0.5, 0.5 + off])
        assert_close(candidate.entropy(p), LN2, atol=1e-5)
        assert_close(candidate.kl_divergence(np.array([0.5, 0.5]), p), 0.0, atol=1e-5)
        assert_close(candidate.mutual_information(np.array([[0.5, 0.0], [0.0, 0.5 + off]])), LN2, atol=1e-5)


@pytest.mark.fine
def test_results_are_python_floats(candidate):
    """All five return Python floats, infinity and 0 included."""
    p, q, one = np.array([0.5, 0.5]), np.array([0.25, 0.75]), np.array([1.0, 0.0])
    assert_type(candidate.entropy(p), float)
    assert_type(candidate.entropy(one, 2), float)
    for name in PAIRS:
        for pair in ((p, q), (p, one), (one, one)):
            assert_type(getattr(candidate, name)(*pair), float)
    assert_type(candidate.mutual_information(np.array([[0.25, 0.25], [0.5, 0.0]])), float)
    assert_type(candidate.mutual_information(np.array([[1, 0]])), float)


@pytest.mark.fine
def test_dtypes(candidate, rng):
    """Integers are probabilities too, and float16 and float32 input is worked on in float64, sums included."""
    sure, other = np.array([0, 1, 0]), np.array([0.25, 0.5, 0.25])
    assert_close(candidate.entropy(sure), 0.0)
    # Ten times float16(0.1) is 0.9998, though a sum in float16 may well be 1.
    with assert_raises(ValueError):
        candidate.entropy(np.full(10, 0.1, dtype=np.float16))
    assert_close(candidate.kl_divergence(sure, other), LN2)
    assert_close(candidate.mutual_information(np.array([[0, 1], [0, 0]], dtype=np.uint8)), 0.0)
    p, q = (draw(rng, 20, zeros=False).astype(np.float32) for _ in range(2))
    wide = p.astype(np.float64), q.astype(np.float64)
    assert_close(candidate.kl_divergence(p, q), slow_kl(*(v.tolist() for v in wide)))
    assert_close(candidate.js_divergence(p, q), slow_js(*(v.tolist() for v in wide)))
    assert_close(candidate.entropy(p), -math.fsum(v * log(v) for v in wide[0].tolist()))
    joint = draw(rng, 3, 5).astype(np.float32)
    expected = slow_information(joint.astype(np.float64).tolist())
    assert_close(candidate.mutual_information(joint), expected)


@pytest.mark.fine
def test_strided_input(candidate, rng):
    """Strided and transposed views are treated like any other array."""
    p, q = np.zeros(12), np.zeros(12)
    p[::2], q[::2] = draw(rng, 6), draw(rng, 6, zeros=False)
    for name, slow in (("kl_divergence", slow_kl), ("js_divergence", slow_js)):
        assert_close(getattr(candidate, name)(p[10::-2], q[10::-2]), slow(p[10::-2].tolist(), q[10::-2].tolist()))
    joint = np.zeros((4, 10))
    joint[::2, ::2] = draw(rng, 2, 5)
    assert_close(candidate.mutual_information(joint[::2, ::2].T), slow_information(joint[::2, ::2].tolist()))


@pytest.mark.fine
@pytest.mark.parametrize("name", ["entropy", *PAIRS, "mutual_information"])
def test_bad_distributions_are_refused(candidate, name):
    """Negative entries, NaN, sums other than 1, no entries and the wrong number of axes raise ValueError."""
    f, good = getattr(candidate, name), np.array([0.25, 0.75])
    vectors = ([-0.25, 1.25], [0.5, 0.500002], [0.5, 0.499998], [math.nan, 1.0], [math.nan, math.nan], [0.0, 0.0], [])
    for values in vectors:
        bad = np.array(values)
        if name == "mutual_information":
            calls = [(bad[None],), (bad[:, None],)]
        else:
            calls = [(bad,)] if name == "entropy" else [(bad, good[: bad.size]), (good[: bad.size], bad)]
        for arguments in calls:
            with assert_raises(ValueError):
                f(*arguments)
    square = np.full((2, 2), 0.25)
    shapes = [(good,), (square[None],)] if name == "mutual_information" else [(good[None],), (np.array(1.0),)]
    for arguments in shapes:
        with assert_raises(ValueError):
            f(*arguments * (2 if name in PAIRS else 1))


@pytest.mark.fine
@pytest.mark.parametrize("name", PAIRS)
def test_lengths_must_agree(candidate, name):
    """Two vectors of different lengths raise ValueError, even where they would broadcast."""
    f, p = getattr(candidate, name), np.array([0.25, 0.75])
    for q in (np.array([1.0]), np.array([0.25, 0.75, 0.0])):
        with assert_raises(ValueError):
            f(p, q)
        with assert_raises(ValueError):
            f(q, p)


@pytest.mark.scale
def test_long_vectors_are_fast(candidate, reference, rng):
    """The divergence of 50000 outcomes is quick: array operations, not a Python loop over the entries."""

    def prepare(subject, rng):
        p, q = put(subject, draw(rng, 50_000)), put(subject, draw(rng, 50_000, zeros=False))
        return lambda: subject.kl_divergence(p, q)

    speed(candidate, reference, prepare, rng, limit=20)
