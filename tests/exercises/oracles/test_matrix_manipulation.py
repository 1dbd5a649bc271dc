"""The reference of matrix_manipulation against NumPy, and the spiral against complex numbers."""

from __future__ import annotations

import numpy as np
import pytest

from tests.support.references import References


@pytest.mark.parametrize("rows", range(1, 8))
@pytest.mark.parametrize("cols", range(1, 8))
def test_rotation_and_spiral(reference: References, rows: int, cols: int) -> None:
    """The rotation is `np.rot90`; the spiral is a walk in the plane that turns right wherever it cannot go on."""
    solution = reference("matrix_manipulation")
    m = np.arange(rows * cols).reshape(rows, cols)
    if rows == cols:
        turned = m.tolist()
        solution.rotate90(turned)
        assert turned == np.rot90(m, k=-1).tolist()
    items = {complex(c, r): int(m[r, c]) for r in range(rows) for c in range(cols)}
    place, step, walk = 0j, 1 + 0j, []
    while items:
        walk.append(items.pop(place))
        if place + step not in items:
            step *= 1j
        place += step
    assert solution.spiral_order(m.tolist()) == walk


@pytest.mark.parametrize("seed", range(10))
def test_product(reference: References, seed: int) -> None:
    """The product agrees with NumPy's for every tile, whole numbers exactly."""
    rng = np.random.default_rng(seed)
    n, k, m = rng.integers(1, 40, size=3)
    a, b = rng.integers(-9, 9, size=(n, k)), rng.integers(-9, 9, size=(k, m))
    for tile in range(1, 45):
        np.testing.assert_array_equal(reference("matrix_manipulation").blocked_matmul(a, b, tile), a @ b)
