"""Position encodings against mpmath with thirty digits, and slopes against exact fractions of the exponent."""

from fractions import Fraction

import mpmath
import numpy as np
import pytest
import torch

from tests.support.references import References


@pytest.mark.parametrize("seed", range(5))
def test_table_equals_mpmath(reference: References, seed: int) -> None:
    """Entries up to position 100 000 agree with thirty digits of mpmath, for random widths and bases."""
    rng = np.random.default_rng(seed)
    d, base = int(rng.integers(1, 40)), float(rng.uniform(1.0, 1e6))
    table = reference("positional_encodings").sinusoidal(100_001, d, base)
    with mpmath.workdps(30):
        for p, c in zip(rng.integers(0, 100_001, 60).tolist(), rng.integers(0, d, 60).tolist(), strict=True):
            angle = p / mpmath.power(base, mpmath.mpf(2 * (c // 2)) / d)
            expected = mpmath.cos(angle) if c % 2 else mpmath.sin(angle)
            assert float(table[p, c]) == pytest.approx(float(expected), abs=2e-7)


def test_tables_of_slopes(reference: References) -> None:
    """Slopes for 8 and 12 heads are those of the paper."""
    solution = reference("positional_encodings")
    eight = [1 / 2, 1 / 4, 1 / 8, 1 / 16, 1 / 32, 1 / 64, 1 / 128, 1 / 256]
    torch.testing.assert_close(solution.alibi_slopes(8), torch.tensor(eight))
    four_more = [2**-0.5, 2**-1.5, 2**-2.5, 2**-3.5]
    torch.testing.assert_close(solution.alibi_slopes(12), torch.tensor(eight + four_more))


@pytest.mark.parametrize("h", range(1, 70))
def test_slopes_equal_exact_exponents(reference: References, h: int) -> None:
    """Slopes agree with exponents that are kept as fractions."""
    power = 2 ** (len(bin(h)) - 3)
    exponents = [Fraction(8 * k, power) for k in range(1, power + 1)]
    exponents += [Fraction(4 * k, power) for k in range(1, 2 * power + 1, 2)][: h - power]
    assert len(set(exponents)) == h
    expected = np.exp2([-float(e) for e in exponents])
    np.testing.assert_allclose(reference("positional_encodings").alibi_slopes(h).numpy(), expected, rtol=1e-6)


@pytest.mark.parametrize("seed", range(10))
def test_bias_is_relative(reference: References, seed: int) -> None:
    """The bias depends on key position minus query position only, as numpy's diagonals show."""
    solution = reference("positional_encodings")
    rng = np.random.default_rng(seed)
    h, tq, tk = (int(n) for n in rng.integers(1, 12, 3))
    bias = solution.alibi_bias(h, tq, tk).numpy()
    slopes = solution.alibi_slopes(h).numpy()
    for offset in range(-tq + 1, tk):
        diagonals = np.diagonal(bias, offset, axis1=1, axis2=2)
        back = max(tk - tq - offset, 0)
        np.testing.assert_allclose(diagonals, np.broadcast_to(-slopes[:, None] * back, diagonals.shape), rtol=1e-6)
