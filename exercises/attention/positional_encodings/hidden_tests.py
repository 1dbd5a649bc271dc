"""Hidden tests of positional_encodings."""

import math
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from grader.testing import assert_close, assert_dtype, assert_raises, assert_shape, assert_that, speed


def slow_sinusoidal(positions, d, base=10000.0):
    """Rows of the table, entry by entry in Python floats."""
    rows = []
    for p in positions:
        angles = [p * base ** (-2 * (c // 2) / d) for c in range(d)]
        rows.append([math.cos(a) if c % 2 else math.sin(a) for c, a in enumerate(angles)])
    return torch.tensor(rows).reshape(len(positions), d)


def slow_slopes(h):
    """Slopes of all heads from the rule."""
    if h & (h - 1) == 0:
        return [2.0 ** (-8 * k / h) for k in range(1, h + 1)]
    p = 1
    while 2 * p < h:
        p *= 2
    return slow_slopes(p) + slow_slopes(2 * p)[0::2][: h - p]


def slow_bias(h, tq, tk):
    """Biases, entry by entry."""
    distance = [[max(i + tk - tq - j, 0) for j in range(tk)] for i in range(tq)]
    return torch.tensor([[[-m * x for x in row] for row in distance] for m in slow_slopes(h)]).reshape(h, tq, tk)


def check(got, expected):
    """Compare a tensor with what is expected of it, to single precision."""
    assert_that(isinstance(got, torch.Tensor), "is not a tensor")
    assert_close(got, expected, rtol=1e-4, atol=1e-5)


def check_precisely(got, expected):
    """Compare a float32 tensor with what is expected of it, to 1e-5."""
    assert_that(isinstance(got, torch.Tensor), "is not a tensor")
    assert_dtype(got, torch.float32)
    assert_close(got, expected, rtol=1e-5, atol=1e-5)


def check_past(got, expected):
    """Compare biases of keys at or before the query's position."""
    assert_shape(got, tuple(expected.shape))
    tq, tk = expected.shape[1:]
    past = torch.ones(tq, tk, dtype=torch.bool).tril(tk - tq)
    check(torch.as_tensor(got)[:, past], expected[:, past])


def test_table_by_hand(candidate):
    """With four channels and base 100, the angles are p and p / 10."""
    expected = torch.tensor(
        [
            [0.0, 1.0, 0.0, 1.0],
            [0.841470985, 0.540302306, 0.099833417, 0.995004165],
            [0.909297427, -0.416146837, 0.198669331, 0.980066578],
        ]
    )
    check(candidate.sinusoidal(3, 4, base=100.0), expected)


def test_sines_and_cosines_take_turns(candidate):
    """Even channels hold sines and odd channels cosines, so position 0 is 0, 1, 0, 1, and so on."""
    check(candidate.sinusoidal(1, 6), torch.tensor([[0.0, 1.0, 0.0, 1.0, 0.0, 1.0]]))
    got = candidate.sinusoidal(2, 6)
    check(got[1, 0::2], torch.tensor([math.sin(10000.0 ** (-i / 3)) for i in range(3)]))
    check(got[1, 1::2], torch.tensor([math.cos(10000.0 ** (-i / 3)) for i in range(3)]))


@given(t=st.integers(1, 9), pairs=st.integers(1, 5), base=st.sampled_from([10000, 500.0, 20.0]))
def test_table_matches_definition(candidate, t, pairs, base):
    """The table follows the formula for all lengths, even widths and bases."""
    got = candidate.sinusoidal(t, 2 * pairs, base)
    assert_shape(got, (t, 2 * pairs))
    check(got, slow_sinusoidal(range(t), 2 * pairs, base))


def test_default_base(candidate):
    """The base is 10000 unless another one is given."""
    check(candidate.sinusoidal(40, 10), slow_sinusoidal(range(40), 10, 10000.0))


def test_equal_offsets_have_equal_products(candidate):
    """The dot product of two rows depends only on how far apart they are."""
    table = candidate.sinusoidal(50, 8).double()
    assert_shape(table, (50, 8))
    for offset in (0, 1, 7):
        products = (table[: 50 - offset] * table[offset:]).sum(-1)
        expected = sum(math.cos(offset * 10000.0 ** (-i / 4)) for i in range(4))
        assert_close(products, torch.full((50 - offset,), expected), rtol=0.0, atol=1e-4)


@pytest.mark.parametrize(("heads", "ratio"), [(1, 8), (2, 4), (8, 1), (16, 0.5)])
def test_slopes_of_powers_of_two(candidate, heads, ratio):
    """For a power of two, slopes fall geometrically and end at 1/256."""
    got = candidate.alibi_slopes(heads)
    assert_close(got, torch.tensor([2.0 ** (-ratio * k) for k in range(1, heads + 1)]), rtol=1e-4, atol=0.0)


def test_bias_by_hand(candidate):
    """Scores lose the slope for every step back, and nothing at the query's own position."""
    steps = torch.tensor([[0.0, 0.0, 0.0], [-1.0, 0.0, 0.0], [-2.0, -1.0, 0.0]])
    check_past(candidate.alibi_bias(2, 3, 3), torch.stack([steps / 16, steps / 256]))


@pytest.mark.parametrize(("tq", "tk"), [(1, 4), (2, 5)], ids=["1 of 4", "2 of 5"])
def test_bias_is_aligned_at_the_end(candidate, tq, tk):
    """The last query stands at the last key when there are more keys than queries."""
    check_past(candidate.alibi_bias(2, tq, tk), slow_bias(2, tq, tk))


@given(log_h=st.integers(0, 3), tq=st.integers(1, 5), prefix=st.integers(0, 4))
def test_past_matches_definition(candidate, log_h, tq, prefix):
    """The penalty follows the formula for all powers of two and lengths."""
    check_past(candidate.alibi_bias(2**log_h, tq, tq + prefix), slow_bias(2**log_h, tq, tq + prefix))


def test_one_query_is_the_last_row(candidate):
    """A single query of cached decoding gets the last row of the full bias."""
    full, last = candidate.alibi_bias(4, 9, 9), candidate.alibi_bias(4, 1, 9)
    assert_shape(full, (4, 9, 9))
    check(last, full[:, -1:])
    check(last[:, 0, 0], torch.tensor([-8 * m for m in slow_slopes(4)]))


@pytest.mark.fine
@given(t=st.integers(0, 9), d=st.integers(1, 9), base=st.sampled_from([10000, 500.0, 2.0, 1.0, 0.5]))
def test_every_table_is_float32(candidate, t, d, base):
    """Tables of any length, width and base follow the formula, are float32 and right to 1e-5."""
    got = candidate.sinusoidal(t, d, base)
    assert_shape(got, (t, d))
    check_precisely(got, slow_sinusoidal(range(t), d, base))


@pytest.mark.fine
@pytest.mark.parametrize("d", [1, 3, 7])
def test_odd_width(candidate, d):
    """An odd number of channels ends on a sine, and its exponents are divided by d itself."""
    got = candidate.sinusoidal(6, d, 50.0)
    check(got, slow_sinusoidal(range(6), d, 50.0))
    check(got[:, -1], torch.tensor([math.sin(p * 50.0 ** (-(d - 1) / d)) for p in range(6)]))


@pytest.mark.fine
def test_far_positions_are_accurate(candidate):
    """Position 100 000 is right to 1e-5, which takes angles in float64."""
    last = 100_000
    got = candidate.sinusoidal(last + 1, 6)
    assert_shape(got, (last + 1, 6))
    for p in (last, last - 1, 99_001, 70_007, 12_345):
        assert_close(got[p : p + 1], slow_sinusoidal([p], 6), rtol=0.0, atol=1e-5)


@pytest.mark.fine
def test_slopes_of_twelve_heads(candidate):
    """Twelve heads have the slopes of eight, then the first, third, fifth and seventh of sixteen."""
    expected = [2.0**-k for k in range(1, 9)] + [2.0**-0.5, 2.0**-1.5, 2.0**-2.5, 2.0**-3.5]
    got = candidate.alibi_slopes(12)
    assert_shape(got, (12,))
    assert_dtype(got, torch.float32)
    assert_close(got, torch.tensor(expected), rtol=1e-6, atol=0.0)


@pytest.mark.fine
def test_slopes_of_every_number_of_heads(candidate):
    """The rule holds for 1 to 40 heads, and no two heads share a slope."""
    for h in range(1, 41):
        got = candidate.alibi_slopes(h)
        assert_shape(got, (h,))
        assert_dtype(got, torch.float32)
        assert_close(got, torch.tensor(slow_slopes(h)), rtol=1e-6, atol=0.0)


@pytest.mark.fine
@given(h=st.integers(1, 7), tq=st.integers(0, 5), tk=st.integers(0, 5))
def test_bias_matches_definition(candidate, h, tq, tk):
    """The bias follows the formula for all numbers of heads, queries and keys, and is float32."""
    got = candidate.alibi_bias(h, tq, tk)
    assert_shape(got, (h, tq, tk))
    assert_dtype(got, torch.float32)
    assert_close(got, slow_bias(h, tq, tk), rtol=1e-6, atol=0.0)


@pytest.mark.fine
def test_future_keys_get_zero(candidate):
    """Keys behind the query's position get 0, neither a reward nor minus infinity."""
    got = candidate.alibi_bias(4, 6, 6)
    assert_shape(got, (4, 6, 6))
    future = torch.ones(6, 6, dtype=torch.bool).triu()
    assert_close(got[:, future], torch.zeros(4, 21), rtol=0.0, atol=0.0)


@pytest.mark.fine
def test_more_queries_than_keys(candidate):
    """Queries before all keys have rows of zeros."""
    assert_close(candidate.alibi_bias(2, 4, 2), slow_bias(2, 4, 2), rtol=1e-6, atol=0.0)


@pytest.mark.fine
def test_long_distances(candidate):
    """A distance of 70 000 is neither rounded nor cut."""
    got = candidate.alibi_bias(3, 1, 70_001)
    assert_shape(got, (3, 1, 70_001))
    assert_dtype(got, torch.float32)
    assert_close(got[:, 0, :3], slow_bias(3, 1, 70_001)[:, 0, :3], rtol=1e-6, atol=0.0)


@pytest.mark.fine
@pytest.mark.parametrize(("t", "d", "base"), [(-1, 4, 1e4), (3, 0, 1e4), (3, -2, 1e4), (3, 4, 0.0), (3, 4, -10.0)])
def test_bad_tables(candidate, t, d, base):
    """A negative length, no channels, or a base that is not positive raises ValueError."""
    with assert_raises(ValueError):
        candidate.sinusoidal(t, d, base)


@pytest.mark.fine
def test_bad_biases(candidate):
    """No heads or a negative length raises ValueError, also where the other lengths are 0."""
    for h in (0, -1, -4):
        with assert_raises(ValueError):
            candidate.alibi_slopes(h)
        for tq, tk in ((2, 2), (0, 3), (3, 0), (0, 0)):
            with assert_raises(ValueError):
                candidate.alibi_bias(h, tq, tk)
    for tq, tk in ((-1, 2), (2, -1), (-1, 0), (0, -1)):
        with assert_raises(ValueError):
            candidate.alibi_bias(2, tq, tk)


@pytest.mark.scale
def test_speed(candidate, reference, rng):
    """A table of 4096 positions takes whole-tensor operations, not a Python loop over the entries."""

    def prepare(subject, _):
        return lambda: subject.sinusoidal(4096, 128)

    def near(got, expected):
        assert_close(got, expected, rtol=5e-3, atol=5e-3)

    speed(candidate, reference, prepare, rng, limit=20, check=near)
