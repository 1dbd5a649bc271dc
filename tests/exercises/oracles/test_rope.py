"""Rotary embedding against mpmath, scipy's rotations and matrix exponentials of the generator."""

import mpmath
import numpy as np
import pytest
import torch
from scipy.linalg import expm
from scipy.spatial.transform import Rotation

from tests.support.references import References


@pytest.mark.parametrize("seed", range(5))
def test_angles_equal_mpmath(reference: References, seed: int) -> None:
    """Cosines and sines agree with thirty digits of mpmath, at positions up to 100 000."""
    rng = np.random.default_rng(seed)
    dim, base = 2 * int(rng.integers(1, 65)), float(rng.uniform(2.0, 1e6))
    positions = rng.integers(-100_000, 100_001, 20)
    cos, sin = reference("rope").rope_angles(torch.from_numpy(positions), dim, base)
    with mpmath.workdps(30):
        for row, p in enumerate(positions.tolist()):
            i = int(rng.integers(dim // 2))
            angle = p / mpmath.power(base, mpmath.mpf(2 * i) / dim)
            assert float(cos[row, i]) == pytest.approx(float(mpmath.cos(angle)), abs=2e-7)
            assert float(sin[row, i]) == pytest.approx(float(mpmath.sin(angle)), abs=2e-7)


@pytest.mark.parametrize("style", ["interleaved", "half"])
@pytest.mark.parametrize("seed", range(5))
def test_rotation_equals_matrix_exponential(reference: References, style: str, seed: int) -> None:
    """The rotation at position p is expm(p A), with A built from the frequencies of the pairs."""
    rng = np.random.default_rng(seed)
    pairs, rest = int(rng.integers(1, 6)), int(rng.integers(0, 4))
    r, base = 2 * pairs, float(rng.uniform(2.0, 2e4))
    generator = np.zeros((r + rest, r + rest))
    for i in range(pairs):
        one, two = (2 * i, 2 * i + 1) if style == "interleaved" else (i, i + pairs)
        generator[two, one] = base ** (-2 * i / r)
        generator[one, two] = -generator[two, one]
    x = rng.normal(size=(2, 3, 4, r + rest))
    positions = rng.integers(-30, 31, size=(2, 4))
    got = reference("rope").apply_rope(torch.from_numpy(x), torch.from_numpy(positions), style, r, base).numpy()
    for b in range(2):
        for t in range(4):
            expected = x[b, :, t] @ expm(positions[b, t] * generator).T
            np.testing.assert_allclose(got[b, :, t], expected, atol=1e-6)


@pytest.mark.parametrize("p", [0, 1, 2, 1000, 99_999])
def test_first_pair_equals_rotation_about_an_axis(reference: References, p: int) -> None:
    """The fastest pair turns by p radians, like a vector about the third axis in scipy."""
    vector = np.array([0.3, -1.2, 0.0])
    x = torch.from_numpy(vector[:2].reshape(1, 1, 1, 2))
    got = reference("rope").apply_rope(x, torch.tensor([p])).flatten().numpy()
    np.testing.assert_allclose(got, Rotation.from_rotvec([0, 0, p]).apply(vector)[:2], atol=1e-6)


def test_styles_differ_by_a_permutation(reference: References) -> None:
    """The half layout is the interleaved one after its channels are dealt out to the two halves."""
    solution = reference("rope")
    x = torch.randn(2, 3, 5, 8, generator=torch.Generator().manual_seed(0))
    positions = torch.arange(5) * 11
    dealt = torch.cat([x[..., 0::2], x[..., 1::2]], dim=-1)
    turned = solution.apply_rope(x, positions)
    expected = torch.cat([turned[..., 0::2], turned[..., 1::2]], dim=-1)
    torch.testing.assert_close(solution.apply_rope(dealt, positions, "half"), expected)
