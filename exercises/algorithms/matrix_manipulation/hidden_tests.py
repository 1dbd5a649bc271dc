"""Hidden tests of matrix_manipulation."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.testing import assert_close, assert_dtype, assert_equal, assert_raises, assert_that, fetch, put, speed

SIDES = st.integers(1, 7)


def grid(rows, cols):
    """A matrix of lists that counts from 1."""
    return [[r * cols + c + 1 for c in range(cols)] for r in range(rows)]


def rotated(candidate, m):
    """What a matrix holds after rotate90."""
    remote = put(candidate, m)
    candidate.rotate90(remote)
    return fetch(remote)


def unwound(m):
    """The spiral by the slow definition: take the first row, turn the rest to the left."""
    if not m:
        return []
    return list(m[0]) + unwound([list(row) for row in zip(*m[1:], strict=True)][::-1])


def test_rotation_by_hand(candidate):
    """A rotation is clockwise: the first row becomes the last column."""
    assert_equal(rotated(candidate, [[1, 2], [3, 4]]), [[3, 1], [4, 2]])
    assert_equal(rotated(candidate, grid(3, 3)), [[7, 4, 1], [8, 5, 2], [9, 6, 3]])
    assert_equal(rotated(candidate, [[7]]), [[7]])


@given(n=SIDES)
def test_rotation_of_any_square(candidate, n):
    """Odd and even sides are turned alike."""
    assert_equal(rotated(candidate, grid(n, n)), np.rot90(np.array(grid(n, n)), -1).tolist())


def test_spiral_of_squares(candidate):
    """The spiral of a square ends in its middle."""
    assert_equal(candidate.spiral_order(grid(3, 3)), [1, 2, 3, 6, 9, 8, 7, 4, 5])
    assert_equal(candidate.spiral_order(grid(2, 2)), [1, 2, 4, 3])
    assert_equal(candidate.spiral_order([["a"]]), ["a"])


def test_spiral_of_rectangles(candidate):
    """A last row or column inside is read once, not there and back."""
    assert_equal(candidate.spiral_order(grid(3, 4)), [1, 2, 3, 4, 8, 12, 11, 10, 9, 5, 6, 7])
    assert_equal(candidate.spiral_order(grid(4, 3)), [1, 2, 3, 6, 9, 12, 11, 10, 7, 4, 5, 8])
    assert_equal(candidate.spiral_order(grid(5, 2)), [1, 2, 4, 6, 8, 10, 9, 7, 5, 3])


def test_spiral_of_one_row_or_column(candidate):
    """A single row or column is its own spiral."""
    assert_equal(candidate.spiral_order(grid(1, 4)), [1, 2, 3, 4])
    assert_equal(candidate.spiral_order(grid(4, 1)), [1, 2, 3, 4])


@given(rows=SIDES, cols=SIDES)
def test_spiral_of_any_shape(candidate, rows, cols):
    """Any shape is read as if its first row were peeled off and the rest turned."""
    assert_equal(candidate.spiral_order(grid(rows, cols)), unwound(grid(rows, cols)))


def test_product_by_hand(candidate):
    """Products of tiles add up along the inner axis."""
    assert_close(candidate.blocked_matmul(np.array([[1.0, 2.0, 3.0]]), np.array([[1.0], [10.0], [100.0]]), 2), [[321]])
    a, b = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[5.0, 6.0], [7.0, 8.0]])
    for tile in (1, 2, 5):
        assert_close(candidate.blocked_matmul(a, b, tile), [[19.0, 22.0], [43.0, 50.0]])


@given(n=SIDES, k=SIDES, m=SIDES, tile=st.integers(1, 4), seed=st.integers(0, 2**32 - 1))
def test_product_of_any_shapes(candidate, n, k, m, tile, seed):
    """Ragged tiles at any edge lose nothing."""
    rng = np.random.default_rng(seed)
    a, b = rng.normal(size=(n, k)), rng.normal(size=(k, m))
    assert_close(candidate.blocked_matmul(a, b, tile), a @ b)


def test_multiply_gets_tiles(candidate, rng):
    """The product is made of calls of `multiply`, none of them on more than `tile` rows or columns."""
    shapes = []

    def multiply(x, y):
        shapes.append(x.shape + y.shape)
        return -2.0 * (x @ y)

    a, b = rng.normal(size=(7, 8)), rng.normal(size=(8, 5))
    assert_close(candidate.blocked_matmul(a, b, 3, multiply), -2.0 * (a @ b))
    great = max(side for shape in shapes for side in shape)
    assert_that(great <= 3, f"called multiply with a side of {great}, although tile is 3")


@pytest.mark.fine
def test_rows_themselves_are_turned(candidate):
    """The items move within the rows that are there; no second matrix takes their place."""
    rows = [put(candidate, row) for row in grid(3, 3)]
    candidate.rotate90(rows)
    assert_equal(sorted(fetch(row) for row in rows), [[7, 4, 1], [8, 5, 2], [9, 6, 3]])


@pytest.mark.fine
@pytest.mark.parametrize(
    ("sides", "cuts"), [((7, 8, 5), ((3, 3, 1), (3, 3, 2), (3, 2))), ((3, 6, 9), ((3,), (3, 3), (3, 3, 3)))]
)
def test_each_triple_once(candidate, rng, sides, cuts):
    """Each triple of tiles is multiplied once, in tiles as large as they may be, without empty ones."""
    shapes = []

    def multiply(x, y):
        shapes.append((*x.shape, y.shape[1]))
        return x @ y

    n, k, m = sides
    candidate.blocked_matmul(rng.normal(size=(n, k)), rng.normal(size=(k, m)), 3, multiply)
    expected = sorted(itertools.product(*cuts))
    assert_that(
        sorted(shapes) == expected, f"called multiply for tiles of n, k, m = {sorted(shapes)}; expected {expected}"
    )


@pytest.mark.fine
def test_dtypes(candidate):
    """The product has the dtype that NumPy's has, and a and b stay as they are."""
    a, b = np.arange(6).reshape(2, 3), np.arange(12).reshape(3, 4)
    assert_close(candidate.blocked_matmul(a, b, 2), a @ b)
    assert_dtype(candidate.blocked_matmul(a, b, 2), np.int64)
    assert_dtype(candidate.blocked_matmul(a.astype(np.float32), b.astype(np.float32), 2), np.float32)
    assert_dtype(candidate.blocked_matmul(a.astype(np.float32), b * 1.0, 2), np.float64)
    assert_dtype(candidate.blocked_matmul(a * 1.0, b.astype(np.float32), 2), np.float64)


@pytest.mark.fine
def test_views(candidate, rng):
    """Transposed and strided arrays are multiplied like others."""
    a, b = rng.normal(size=(5, 4)).T, rng.normal(size=(5, 12))[:, ::-2]
    assert_close(candidate.blocked_matmul(a, b, 3), a @ b)


@pytest.mark.fine
def test_empty_matrices(candidate):
    """Nothing to turn, nothing to read, nothing to add."""
    assert_equal(rotated(candidate, []), [])
    assert_equal(
        [candidate.spiral_order([]), candidate.spiral_order([[]]), candidate.spiral_order([[], []])], [[], [], []]
    )
    assert_close(candidate.blocked_matmul(np.zeros((2, 0)), np.zeros((0, 3)), 2), np.zeros((2, 3)))
    assert_close(candidate.blocked_matmul(np.zeros((0, 2)), np.zeros((2, 3)), 2), np.zeros((0, 3)))


@pytest.mark.fine
def test_rotation_returns_nothing(candidate):
    """What works in place returns None, as list.sort does."""
    assert_equal(candidate.rotate90([[1, 2], [3, 4]]), None)


@pytest.mark.fine
def test_only_squares_are_turned(candidate):
    """A matrix that is not square, or ragged, raises ValueError."""
    for m in ([[1, 2]], [[1], [2]], [[1, 2], [3]], [[]], [[1, 2], [3, 4], [5, 6]]):
        with assert_raises(ValueError):
            candidate.rotate90(m)


@pytest.mark.fine
def test_factors_that_do_not_fit(candidate):
    """Shapes that don't fit, and tiles without a row, raise ValueError."""
    shapes = [((2, 3), (2, 3), 2), ((3, 2), (4, 2), 2), ((3,), (3, 2), 2), ((2, 3), (3,), 2)]
    for a, b, tile in [*shapes, ((2, 3), (3, 2), 0), ((2, 3), (3, 2), -1)]:
        with assert_raises(ValueError):
            candidate.blocked_matmul(np.ones(a), np.ones(b), tile)


@pytest.mark.scale
def test_spiral_is_linear(candidate, reference, rng):
    """A matrix of 200 rows is read in O(nm), without turning or copying what remains."""

    def prepare(subject, rng):
        m = put(subject, rng.integers(0, 9, size=(200, 200)).tolist())
        return lambda: subject.spiral_order(m)

    # To carry the entries takes twenty times what it takes to walk over them, so the ratio of equals may come out high.
    speed(candidate, reference, prepare, rng, limit=25)


@pytest.mark.scale
def test_product_is_quick(candidate, reference, rng):
    """No Python loop over entries."""

    def prepare(subject, rng):
        a, b = put(subject, rng.normal(size=(210, 200))), put(subject, rng.normal(size=(200, 190)))
        return lambda: subject.blocked_matmul(a, b, 32)

    speed(candidate, reference, prepare, rng, limit=8)
