"""Hidden tests of rope."""

import math
import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from grader.testing import (
    assert_close,
    assert_dtype,
    assert_gradients,
    assert_raises,
    assert_shape,
    assert_that,
    gradients,
    speed,
)

STYLES = ("interleaved", "half")


def normal(seed, *shape, dtype=torch.float64):
    """Standard normal tensor from a seed or a generator."""
    return torch.from_numpy(np.random.default_rng(seed).normal(size=shape)).to(dtype)


def rotate(candidate, x, positions, *args, **options):
    """Result of the candidate, once it has the shape of x."""
    got = candidate.apply_rope(x, positions, *args, **options)
    assert_that(isinstance(got, torch.Tensor), "is not a tensor")
    assert_shape(got, tuple(x.shape))
    return got


def spec(x, positions, style="interleaved", rotary_dim=None, base=10000.0):
    """Rotate every pair of every token as a complex number."""
    n_batch, n_heads, length, d = x.shape
    r = d if rotary_dim is None else rotary_dim
    out = x.double().clone()
    for b in range(n_batch):
        places = positions if positions.ndim == 1 else positions[b]
        for h in range(n_heads):
            for t in range(length):
                for i in range(r // 2):
                    one, two = (2 * i, 2 * i + 1) if style == "interleaved" else (i, i + r // 2)
                    angle = int(places[t]) * base ** (-2 * i / r)
                    turned = complex(x[b, h, t, one], x[b, h, t, two]) * complex(math.cos(angle), math.sin(angle))
                    out[b, h, t, one], out[b, h, t, two] = turned.real, turned.imag
    return out


def check(got, expected):
    """Compare up to the accuracy of float32 angles at ordinary positions."""
    assert_close(got, expected, rtol=1e-4, atol=1e-4)


def rotate_in_kind(candidate, x, positions, *args, **options):
    """Result of the candidate, once it has the shape and dtype of x."""
    got = rotate(candidate, x, positions, *args, **options)
    assert_dtype(got, x.dtype)
    return got


def check_precisely(got, expected):
    """Compare up to the accuracy of float32 cosines."""
    assert_close(got, expected, rtol=1e-5, atol=1e-5)


def test_angles_by_hand(candidate):
    """With four channels and base 100, the angles are p and p / 10; cosines come first."""
    cos, sin = candidate.rope_angles(torch.tensor([0, 1, 2]), 4, base=100.0)
    check(cos, torch.tensor([[1.0, 1.0], [0.540302306, 0.995004165], [-0.416146837, 0.980066578]]))
    check(sin, torch.tensor([[0.0, 0.0], [0.841470985, 0.099833417], [0.909297427, 0.198669331]]))


@pytest.mark.parametrize("shape", [(3,), (2, 3)], ids=str)
def test_angles_follow_positions(candidate, shape):
    """Positions of a row, or of a batch, get one more axis, with half as many angles as channels."""
    positions = torch.arange(math.prod(shape)).reshape(shape) * 7
    cos, sin = candidate.rope_angles(positions, 6)
    for part, wave in ((cos, math.cos), (sin, math.sin)):
        assert_shape(part, (*shape, 3))
        values = [[wave(p * 10000.0 ** (-i / 3)) for i in range(3)] for p in positions.flatten().tolist()]
        check(part, torch.tensor(values).reshape(*shape, 3))


def test_interleaved_pairs_by_hand(candidate):
    """Channels 0 and 1 form the first pair, 2 and 3 the second."""
    x = torch.tensor([1.0, 0.0, 0.0, 2.0]).reshape(1, 1, 1, 4)
    expected = torch.tensor([0.540302306, 0.841470985, -0.199666834, 1.99000833]).reshape(1, 1, 1, 4)
    check(rotate(candidate, x, torch.tensor([1]), base=100.0), expected)


def test_half_pairs_by_hand(candidate):
    """Channels 0 and 2 form the first pair, 1 and 3 the second."""
    x = torch.tensor([1.0, 0.0, 0.0, 2.0]).reshape(1, 1, 1, 4)
    expected = torch.tensor([0.540302306, -0.199666834, 0.841470985, 1.99000833]).reshape(1, 1, 1, 4)
    check(rotate(candidate, x, torch.tensor([1]), style="half", base=100.0), expected)


@given(
    batch=st.integers(1, 2),
    length=st.integers(1, 3),
    pairs=st.integers(1, 3),
    style=st.sampled_from(STYLES),
    base=st.sampled_from([10000.0, 300.0]),
    seed=st.integers(0, 2**32 - 1),
)
def test_matches_definition(candidate, batch, length, pairs, style, base, seed):
    """Both styles follow the formula for all widths and bases."""
    rng = np.random.default_rng(seed)
    x = normal(rng, batch, 2, length, 2 * pairs)
    positions = torch.from_numpy(rng.integers(0, 200, size=length))
    check(rotate(candidate, x, positions, style, base=base), spec(x, positions, style, base=base))


@pytest.mark.parametrize("style", STYLES)
def test_partial_rotation(candidate, style):
    """Frequencies and pairs belong to rotary_dim, not to the width of the head, and the rest stays."""
    x = normal(1, 2, 2, 3, 8)
    positions = torch.tensor([5, 6, 7])
    got = rotate(candidate, x, positions, style=style, rotary_dim=4)
    check(got, spec(x, positions, style, 4))
    check(got[..., 4:], x[..., 4:])


@pytest.mark.parametrize("style", STYLES)
def test_all_channels_by_default(candidate, style):
    """Without rotary_dim the whole width is rotated, with base 10000."""
    x = normal(2, 1, 2, 4, 6)
    positions = torch.tensor([3, 1, 40, 700])
    check(rotate(candidate, x, positions, style=style), spec(x, positions, style, 6, 10000.0))


def test_positions_are_used_as_given(candidate):
    """Decoding starts at an offset, packed sequences start again, and positions come in any order."""
    x = normal(3, 2, 2, 5, 4)
    for places in ([100, 101, 102, 103, 104], [0, 1, 2, 0, 1], [4, 2, 2, 9, 0]):
        positions = torch.tensor(places)
        check(rotate(candidate, x, positions), spec(x, positions))
    last = rotate(candidate, x[:, :, 4:], torch.tensor([104]))
    check(last, rotate(candidate, x, torch.arange(100, 105))[:, :, 4:])


@pytest.mark.parametrize(("batch", "heads", "length"), [(2, 3, 4), (2, 2, 2), (3, 1, 2), (1, 2, 3)])
def test_positions_for_each_item(candidate, batch, heads, length):
    """Positions of shape (B, T) belong to the batch items and are shared by the heads, also where sizes agree."""
    x = normal(4, batch, heads, length, 4)
    positions = torch.arange(batch * length).reshape(batch, length) * 3 + 1
    check(rotate(candidate, x, positions), spec(x, positions))
    check(rotate(candidate, x, positions, style="half"), spec(x, positions, "half"))


@pytest.mark.parametrize("style", STYLES)
def test_only_differences_matter(candidate, style):
    """A dot product of query and key is the same wherever the two stand, as long as their distance is."""
    q, k = normal(6, 1, 1, 1, 8), normal(7, 1, 1, 1, 8)
    for distance in (0, 3, 11):
        products = [
            (
                rotate(candidate, q, torch.tensor([p + distance]), style=style)
                * rotate(candidate, k, torch.tensor([p]), style=style)
            ).sum()
            for p in (0, 5, 100)
        ]
        assert_close(torch.stack(products), products[0].expand(3), rtol=0.0, atol=1e-3)


@given(seed=st.integers(0, 2**32 - 1), style=st.sampled_from(STYLES))
def test_norms_stay(candidate, seed, style):
    """Rotation keeps the norm of every token."""
    rng = np.random.default_rng(seed)
    x = normal(rng, 1, 2, 3, 6)
    positions = torch.from_numpy(rng.integers(0, 200, size=3))
    check(rotate(candidate, x, positions, style=style).norm(dim=-1), x.norm(dim=-1))


@pytest.mark.parametrize("style", STYLES)
def test_gradient_turns_back(candidate, style):
    """The gradient of the result is turned back by the same angles; channels left alone pass it on."""
    x, cotangent = normal(10, 2, 2, 3, 8), normal(11, 2, 2, 3, 8)
    positions = torch.tensor([1, 20, 9])
    got = gradients(candidate.apply_rope, x, positions, cotangent=cotangent, style=style, rotary_dim=4)
    check(got, (spec(cotangent, -positions, style, 4),))


@pytest.mark.fine
@pytest.mark.parametrize("shape", [(), (3,), (2, 1, 2), (0,)], ids=str)
def test_angles_for_every_shape(candidate, shape):
    """Positions of any shape, some below 0, get one more axis; cosines and sines are float32."""
    positions = torch.arange(math.prod(shape)).reshape(shape) * 7 - 5
    cos, sin = candidate.rope_angles(positions, 6)
    for part, wave in ((cos, math.cos), (sin, math.sin)):
        assert_shape(part, (*shape, 3))
        assert_dtype(part, torch.float32)
        values = [[wave(p * 10000.0 ** (-i / 3)) for i in range(3)] for p in positions.flatten().tolist()]
        check_precisely(part, torch.tensor(values).reshape(*shape, 3))


@pytest.mark.fine
def test_far_positions_are_accurate(candidate):
    """Angles at position 100 000 are right to 1e-5, which takes float64."""
    places = [100_000, 99_999, 65_537, 30_001, -100_000]
    cos, sin = candidate.rope_angles(torch.tensor(places), 8)
    for part, wave in ((cos, math.cos), (sin, math.sin)):
        expected = torch.tensor([[wave(p * 10000.0 ** (-i / 4)) for i in range(4)] for p in places])
        assert_close(part, expected, rtol=0.0, atol=1e-5)


@pytest.mark.fine
@pytest.mark.parametrize("dtype", [torch.int8, torch.int16, torch.int32, torch.uint8], ids=str)
def test_dtypes_of_positions(candidate, dtype):
    """Positions may have any integer dtype."""
    positions = torch.tensor([0, 3, 120])
    cos, sin = candidate.rope_angles(positions.to(dtype), 4)
    angle = positions.double()[:, None] * torch.tensor([1.0, 0.01], dtype=torch.float64)
    check_precisely((cos, sin), (angle.cos(), angle.sin()))
    x = normal(0, 1, 2, 3, 4)
    check_precisely(rotate_in_kind(candidate, x, positions.to(dtype)), spec(x, positions))


@pytest.mark.fine
@given(
    batch=st.integers(1, 2),
    length=st.integers(0, 3),
    pairs=st.integers(1, 3),
    rest=st.integers(0, 3),
    style=st.sampled_from(STYLES),
    base=st.sampled_from([300.0, 2.0, 0.5]),
    seed=st.integers(0, 2**32 - 1),
)
def test_far_and_partial_rotations(candidate, batch, length, pairs, rest, style, base, seed):
    """Positions in the thousands or below 0, any base and any width, odd ones too, are right to 1e-5."""
    rng = np.random.default_rng(seed)
    x = normal(rng, batch, 2, length, 2 * pairs + rest)
    positions = torch.from_numpy(rng.integers(-20, 5000, size=(batch, length)))
    got = rotate_in_kind(candidate, x, positions, style, 2 * pairs, base)
    check_precisely(got, spec(x, positions, style, 2 * pairs, base))
    assert_close(got[..., 2 * pairs :], x[..., 2 * pairs :], rtol=0.0, atol=0.0)


@pytest.mark.fine
@pytest.mark.parametrize("style", STYLES)
def test_far_differences_matter_only(candidate, style):
    """The opposite position undoes a rotation, and far apart from 0 a dot product is still the same."""
    q, k = normal(6, 1, 1, 1, 8), normal(7, 1, 1, 1, 8)
    for distance in (-3, 11):
        products = [
            (
                rotate(candidate, q, torch.tensor([p + distance]), style=style)
                * rotate(candidate, k, torch.tensor([p]), style=style)
            ).sum()
            for p in (0, 1000, 99_000)
        ]
        assert_close(torch.stack(products), products[0].expand(3), rtol=0.0, atol=1e-5)
    for p in (1, 4321, 100_000):
        there = rotate(candidate, q, torch.tensor([p]), style=style)
        check_precisely(rotate(candidate, there, torch.tensor([-p]), style=style), q)


@pytest.mark.fine
@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32, torch.float64], ids=str)
def test_position_zero_changes_nothing(candidate, dtype):
    """At position 0 every bit of x stays."""
    x = normal(5, 2, 2, 3, 4, dtype=dtype)
    for style in STYLES:
        assert_close(
            rotate_in_kind(candidate, x, torch.zeros(3, dtype=torch.int64), style=style), x, rtol=0.0, atol=0.0
        )


@pytest.mark.fine
@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16], ids=str)
def test_half_precision(candidate, dtype):
    """Half-precision inputs are rotated in float32 and rounded once, at positions near and far."""
    x = normal(8, 2, 2, 5, 8, dtype=dtype)
    positions = torch.tensor([1, 77, 1023, 40_001, 100_000])
    for style in STYLES:
        got = rotate_in_kind(candidate, x, positions, style=style)
        # One rounding costs half a unit in the last place.
        tolerance = 0.6 * torch.finfo(dtype).eps
        assert_close(got.double(), spec(x, positions, style), rtol=tolerance, atol=2e-6)


@pytest.mark.fine
@pytest.mark.parametrize("scale", [1e-6, 1e6])
def test_magnitudes(candidate, scale):
    """Large and small channels are rotated with the same relative accuracy."""
    x = scale * normal(9, 1, 2, 3, 4, dtype=torch.float32)
    positions = torch.tensor([1, 10, 100])
    assert_close(rotate(candidate, x, positions).double() / scale, spec(x, positions) / scale, rtol=1e-5, atol=1e-5)


@pytest.mark.fine
def test_float64_is_not_narrowed(candidate):
    """Rotations of float64 are computed in float64: only the cosines may be rounded."""
    x = torch.tensor([1e9, 1.0]).double().reshape(1, 1, 1, 2)
    positions = torch.tensor([3])
    step = torch.tensor([1e-3, 0.0]).double().reshape(1, 1, 1, 2)
    got = (rotate_in_kind(candidate, x + step, positions) - rotate_in_kind(candidate, x, positions)) / 1e-3
    assert_close(got[0, 0, 0], torch.tensor([math.cos(3.0), math.sin(3.0)]), rtol=0.0, atol=1e-3)


@pytest.mark.fine
@pytest.mark.parametrize("style", STYLES)
def test_gradients(candidate, style):
    """Gradients of rotated and untouched channels agree with finite differences."""
    x = normal(10, 2, 2, 3, 7)
    positions = torch.tensor([[1, 2, 3], [50, 0, 9]])
    rotate(candidate, x, positions, style=style, rotary_dim=4)
    assert_gradients(candidate.apply_rope, x, positions, style=style, rotary_dim=4)


@pytest.mark.fine
def test_views(candidate):
    """Transposed and strided inputs and positions, as head splitting makes them, are read correctly."""
    x = normal(11, 2, 6, 3, 8).transpose(1, 2)[..., ::2]
    positions = torch.arange(24).reshape(6, 4).T[::2]
    for style in STYLES:
        check_precisely(rotate(candidate, x, positions, style=style), spec(x, positions, style))


@pytest.mark.fine
@pytest.mark.parametrize(("dim", "base"), [(3, 1e4), (1, 1e4), (0, 1e4), (-2, 1e4), (4, 0.0), (4, -1.0)])
def test_bad_angles(candidate, dim, base):
    """A number of channels that is odd or less than 2, or a base that is not positive, raises ValueError."""
    with assert_raises(ValueError):
        candidate.rope_angles(torch.arange(3), dim, base)


@pytest.mark.fine
@pytest.mark.parametrize("style", STYLES)
def test_bad_widths(candidate, style):
    """rotary_dim must be even, at least 2 and at most the width; an odd width needs one."""
    x, positions = torch.ones(1, 1, 3, 6), torch.arange(3)
    for r in (8, 7, 5, 0, -2):
        with assert_raises(ValueError):
            candidate.apply_rope(x, positions, style, r)
    with assert_raises(ValueError):
        candidate.apply_rope(torch.ones(1, 1, 3, 5), positions, style)
    with assert_raises(ValueError):
        candidate.apply_rope(x, positions, style, None, 0.0)


@pytest.mark.fine
def test_unknown_style(candidate):
    """A style that is neither interleaved nor half raises ValueError."""
    for style in ("Half", "", "neox"):
        with assert_raises(ValueError):
            candidate.apply_rope(torch.ones(1, 1, 3, 4), torch.arange(3), style)


@pytest.mark.fine
@pytest.mark.parametrize("shape", [(4,), (1,), (1, 3), (3, 3), (2, 4), (3, 2), (2, 2, 3), ()], ids=str)
def test_bad_positions(candidate, shape):
    """Positions that have neither shape (T,) nor shape (B, T) raise ValueError."""
    x = torch.ones(2, 2, 3, 4)
    with assert_raises(ValueError):
        candidate.apply_rope(x, torch.zeros(shape, dtype=torch.int64))


@pytest.mark.scale
@pytest.mark.parametrize("style", STYLES)
def test_speed(candidate, reference, rng, style):
    """Eight heads of 512 tokens are rotated by whole-tensor operations, not token by token."""

    def prepare(subject, rng):
        x = normal(rng, 2, 8, 512, 32, dtype=torch.float32)
        positions = torch.arange(7, 519)
        return lambda: subject.apply_rope(x, positions, style)

    def near(got, expected):
        assert_close(got, expected, rtol=1e-3, atol=1e-3)

    speed(candidate, reference, prepare, rng, limit=40, check=near)
