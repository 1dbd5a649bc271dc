"""Hidden tests of smote."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.testing import assert_close, assert_dtype, assert_equal, assert_raises, memory, put, speed

CORNER = np.array([[0.0, 0.0], [3.0, 0.0], [0.0, 4.0], [10.0, 10.0]])


def draw(seed, n, d, m, k):
    """Rows without ties, and random choices."""
    rng = np.random.default_rng(seed)
    return rng.normal(size=(n, d)), rng.integers(0, n, size=m), rng.integers(0, k, size=m), rng.random(m)


def slow(rows, base, pick, gap, k):
    """One new row at a time, with sorted lists."""
    new = []
    for i, p, g in zip(base.tolist(), pick.tolist(), gap.tolist(), strict=True):
        others = [j for j in range(len(rows)) if j != i]
        others.sort(key=lambda j: (sum((a - b) ** 2 for a, b in zip(rows[i], rows[j], strict=True)), j))
        k_cut = min(k, len(others))
        other = rows[others[:k_cut][p % k_cut]]
        new.append([a + g * (b - a) for a, b in zip(rows[i], other, strict=True)])
    return np.array(new)


def arrays(*columns):
    """Arrays of lists."""
    return [np.array(column) for column in columns]


def test_rows_by_hand(candidate):
    """New rows lie on segments: half way to the nearest, a quarter of the way to the second nearest."""
    got = candidate.smote(CORNER, *arrays([0, 0, 1], [0, 1, 0], [0.5, 0.25, 0.5]), k=2)
    assert_close(got, [[1.5, 0.0], [0.0, 1.0], [1.5, 0.0]])


def test_gap_of_zero_is_the_row_itself(candidate):
    """With gap 0 a new row equals its base, for every base and neighbour."""
    got = candidate.smote(CORNER, *arrays([3, 2, 1, 0], [0, 1, 1, 0], [0.0, 0.0, 0.0, 0.0]), k=2)
    assert_close(got, CORNER[::-1])


def test_neighbours_are_sorted_by_distance(candidate):
    """pick counts from the nearest: with a gap near 1 the new rows name the neighbours in order."""
    line = np.array([[0.0], [10.0], [11.0], [13.0], [17.0], [30.0]])
    got = candidate.smote(line, *arrays([2] * 5, range(5), [1.0] * 5), k=5)
    assert_close(got, [[10.0], [13.0], [17.0], [0.0], [30.0]])


def test_a_row_is_not_its_own_neighbour(candidate):
    """With k = 1 a new row lies between two different rows."""
    got = candidate.smote(CORNER, *arrays([0, 1, 2, 3], [0] * 4, [0.5] * 4), k=1)
    assert_close(got, [[1.5, 0.0], [1.5, 0.0], [0.0, 2.0], [5.0, 7.0]])


def test_distance_is_euclidean(candidate):
    """(0, 4) is farther than (2.9, 2.5) by the sum of differences, but not by the greatest one: Euclid decides."""
    rows = np.array([[0.0, 0.0], [0.0, 4.0], [2.9, 2.5], [3.9, 3.9]])
    got = candidate.smote(rows, *arrays([0, 0], [0, 1], [1.0, 1.0]), k=2)
    assert_close(got, [[2.9, 2.5], [0.0, 4.0]])
    rows = np.array([[0.0, 0.0], [0.0, 4.0], [3.0, 3.0]])
    assert_close(candidate.smote(rows, *arrays([0], [0], [1.0]), k=1), [[0.0, 4.0]])


def test_one_gap_for_all_features(candidate):
    """A new row lies on the segment, not anywhere in the box between two rows."""
    rows = np.array([[0.0, 0.0, 0.0], [2.0, 4.0, 8.0]])
    got = candidate.smote(rows, *arrays([0, 1], [0, 0], [0.25, 0.75]), k=1)
    assert_close(got, [[0.5, 1.0, 2.0], [0.5, 1.0, 2.0]])


@given(
    seed=st.integers(0, 2**32 - 1), n=st.integers(4, 9), d=st.integers(1, 3), m=st.integers(1, 6), k=st.integers(1, 3)
)
def test_random_rows(candidate, seed, n, d, m, k):
    """On random rows the new ones are those of a loop with sorted lists."""
    rows, base, pick, gap = draw(seed, n, d, m, k)
    assert_close(candidate.smote(rows, base, pick, gap, k), slow(rows, base, pick, gap, k))


def test_five_neighbours_by_default(candidate):
    """By default there are five neighbours."""
    rows, base, pick, gap = draw(1, 12, 2, 20, 5)
    assert_close(candidate.smote(rows, base, pick, gap), slow(rows, base, pick, gap, 5))


def test_undersampling_by_hand(candidate):
    """Every class keeps as many rows as the smallest one, those with the smallest numbers, in order of index."""
    y, u = arrays([0, 1, 1, 0, 1, 1], [0.9, 0.8, 0.1, 0.2, 0.3, 0.7])
    assert_close(candidate.random_undersample(y, u), [0, 2, 3, 4])
    y, u = arrays([2, 0, 2, 5, 0, 2], [0.5, 0.6, 0.4, 0.9, 0.1, 0.7])
    assert_close(candidate.random_undersample(y, u), [2, 3, 4])


def test_balanced_classes_stay(candidate):
    """Nothing is dropped where the classes are equally large, or where there is one class."""
    u = np.random.default_rng(2).random(6)
    assert_close(candidate.random_undersample(np.array([1, 0, 1, 0, 0, 1]), u), np.arange(6))
    assert_close(candidate.random_undersample(np.ones(6), u), np.arange(6))


@given(seed=st.integers(0, 2**32 - 1), n=st.integers(1, 20))
def test_random_labels(candidate, seed, n):
    """Each class keeps its rows of smallest numbers."""
    rng = np.random.default_rng(seed)
    y, u = rng.integers(0, 3, size=n), rng.random(n)
    size = min((y == c).sum() for c in set(y.tolist()))
    kept = [i for i in range(n) if sum(u[j] < u[i] for j in range(n) if y[j] == y[i]) < size]
    assert_close(candidate.random_undersample(y, u), kept)


@pytest.mark.fine
@pytest.mark.parametrize("n", [2, 3, 5])
def test_fewer_rows_than_neighbours(candidate, n):
    """k is cut to n - 1, and pick is taken modulo that."""
    rows, base, pick, gap = draw(3, n, 2, 12, 5)
    assert_close(candidate.smote(rows, base, pick, gap), slow(rows, base, pick, gap, 5))
    assert_close(candidate.smote(rows, base, pick, gap, k=100), slow(rows, base, pick, gap, 100))


@pytest.mark.fine
def test_ties_and_duplicates(candidate):
    """Of equally near rows the lowest index comes first, and a row with the same values is a neighbour."""
    grid = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [-1.0, 0.0], [0.0, 0.0], [0.0, -1.0]])
    for base in (0, 4):
        got = candidate.smote(grid, *arrays([base] * 5, range(5), [1.0] * 5), k=5)
        assert_close(got, grid[[j for j in (4 - base, 1, 2, 3, 5)]])
    many = np.zeros((50, 1))
    many[::2] = 1.0
    got = candidate.smote(many + np.arange(50)[:, None] // 100, *arrays([1] * 3, range(3), [1.0] * 3), k=3)
    assert_close(got, np.zeros((3, 1)))
    y, u = np.repeat([0, 1], [150, 50]), np.arange(200) % 2 / 2
    assert_close(candidate.random_undersample(y, u), [*range(0, 100, 2), *range(150, 200)])


@pytest.mark.fine
def test_dtypes(candidate):
    """Integer rows give float64 rows that are not cut; float32 is kept; labels may be strings."""
    got = candidate.smote(np.array([[0, 0], [1, 3]]), *arrays([0], [0], [0.5]), k=1)
    assert_close(got, np.array([[0.5, 1.5]]), check_dtype=True)
    rows, base, pick, gap = draw(5, 6, 2, 4, 3)
    assert_dtype(candidate.smote(rows.astype(np.float32), base, pick, gap, 3), np.float32)
    assert_dtype(candidate.smote(rows, base, pick, gap.astype(np.float32), 3), np.float64)
    assert_close(candidate.random_undersample(*arrays(["no", "yes", "no"], [0.5, 0.1, 0.2])), [1, 2])
    bytes_ = np.array([[250], [5], [0]], dtype=np.uint8)
    assert_close(candidate.smote(bytes_, *arrays([0], [0], [0.5]), k=1), [[127.5]])


@pytest.mark.fine
def test_nothing_to_make(candidate):
    """No new rows give shape (0, d), and no labels give no indices."""
    none = np.zeros(0, dtype=int)
    assert_equal(tuple(candidate.smote(CORNER, none, none, np.zeros(0)).shape), (0, 2))
    assert_equal(np.asarray(candidate.random_undersample(none, np.zeros(0))).tolist(), [])


@pytest.mark.fine
def test_bad_input_is_refused(candidate):
    """Fewer than 2 rows, k below 1, and numbers of another length raise ValueError."""
    one = arrays([0], [0], [0.5])
    for rows, k in ((CORNER[:1], 5), (CORNER[:0], 5), (CORNER, 0), (CORNER, -1)):
        with assert_raises(ValueError):
            candidate.smote(rows, *one, k)
    for n in (1, 3):
        with assert_raises(ValueError):
            candidate.random_undersample(np.array([0, 1]), np.ones(n))


@pytest.mark.scale
def test_many_rows_are_quick(candidate, reference, rng):
    """A hundred rows and thousands of new ones take no loop over pairs."""

    def prepare(subject, rng):
        arguments = [put(subject, a) for a in draw(int(rng.integers(1000)), 100, 5, 4000, 5)]
        return lambda: subject.smote(*arguments)

    speed(candidate, reference, prepare, rng, limit=12)


@pytest.mark.scale
def test_memory(candidate, reference, rng):
    """No array of all pairs times all features is built."""

    def prepare(subject, rng):
        arguments = [put(subject, a) for a in draw(int(rng.integers(1000)), 700, 40, 200, 5)]
        return lambda: subject.smote(*arguments)

    memory(candidate, reference, prepare, rng, limit=4)
