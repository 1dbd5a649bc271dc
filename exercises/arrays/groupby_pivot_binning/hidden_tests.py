"""Hidden tests of groupby_pivot_binning."""

import math
import statistics

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.testing import (
    assert_close,
    assert_dtype,
    assert_equal,
    assert_raises,
    assert_that,
    assert_type,
    put,
    speed,
    take,
)

NAN, INF = math.nan, math.inf
SEEDS = st.integers(0, 2**32 - 1)
WORDS = np.array(["pear", "fig", "Fig", "kiwi", "a", "zoë"])


def slow_groups(keys, values):
    """Collect the values of each key, without NaN."""
    groups = {key: [] for key in sorted(set(keys.tolist()))}
    for key, value in zip(keys.tolist(), values.tolist(), strict=True):
        if not math.isnan(value):
            groups[key].append(float(value))
    return groups


def plain(labels):
    """Return labels as a list of Python's numbers or strings, whatever holds them."""
    assert_that(isinstance(labels, (list, tuple, np.ndarray)), "holds something other than an array of labels", labels)
    return np.asarray(labels).tolist()


def assert_groups(got, keys, values):
    """Compare a result of group_agg with the collected values."""
    groups = slow_groups(keys, values)
    assert_equal(plain(got["key"]), list(groups))
    assert_close(got["count"], [len(v) for v in groups.values()])
    for name, f in (("mean", statistics.fmean), ("median", statistics.median)):
        assert_close(got[name], np.array([f(v) if v else NAN for v in groups.values()], dtype=np.float64))


def slow_pivot(index, columns, values):
    """Add up cell by cell."""
    rows, cols = sorted(set(index.tolist())), sorted(set(columns.tolist()))
    cells = {(i, j): [] for i in rows for j in cols}
    for i, j, v in zip(index.tolist(), columns.tolist(), values.tolist(), strict=True):
        cells[i, j] += [] if math.isnan(v) else [v]
    return rows, cols, np.array([[math.fsum(cells[i, j]) for j in cols] for i in rows])


def assert_pivot(got, index, columns, values):
    """Compare a result of pivot_sum with sums cell by cell."""
    rows, cols, table = slow_pivot(index, columns, values)
    assert_equal(plain(got[0]), rows)
    assert_equal(plain(got[1]), cols)
    assert_close(got[2], table)


def slow_cut(x, bins, labels):
    """Try every bin."""
    return [next((s for a, b, s in zip(bins, bins[1:], labels, strict=False) if a < v <= b), None) for v in x.tolist()]


def draw_values(rng, n, missing=0.3):
    """Quarters of which some are missing."""
    values = rng.integers(-20, 20, size=n) / 4
    values[rng.random(n) < missing] = NAN
    return values


def draw_keys(rng, n):
    """Integers or words."""
    return rng.integers(-3, 3, size=n) * 10**9 if rng.integers(2) else rng.choice(WORDS, size=n)


def test_groups_by_hand(candidate):
    """Each key has the mean, the median and the number of its values, in the order of the keys."""
    keys = np.array(["b", "a", "b", "c", "b", "a", "b"])
    got = candidate.group_agg(keys, np.array([9.0, 1.0, 2.0, -4.0, 3.0, 2.0, 10.0]))
    assert_equal(plain(got["key"]), ["a", "b", "c"])
    assert_close(got["mean"], np.array([1.5, 6.0, -4.0]))
    assert_close(got["median"], np.array([1.5, 6.0, -4.0]))
    assert_close(got["count"], [2, 4, 1])
    got = candidate.group_agg(np.array([7, 2, 7, 7, 2]), np.array([4.0, 3.0, 1.0, 4.0, 3.0]))
    assert_close(got["mean"], np.array([3.0, 3.0]))
    assert_close(got["median"], np.array([3.0, 4.0]))
    assert_close(got["count"], [2, 3])


def test_medians_by_hand(candidate):
    """The median is the value in the middle, or the mean of the two in the middle, of the sorted values."""
    for values, median in (([9, 1, 2], 2), ([9, 1, 2, 4], 3), ([5, 1], 3), ([7], 7), ([1, 8, 2, 9, 3], 3)):
        keys = np.array([1] * len(values) + [0, 0, 2, 2, 2])
        got = candidate.group_agg(keys, np.array([*values, 100, 50, -7, -7, 30], dtype=np.float64))
        assert_close(got["median"], np.array([75.0, median, -7.0]))


@given(n=st.integers(1, 14), seed=SEEDS)
def test_groups_agree_with_collected_values(candidate, n, seed):
    """Random groups have the means, medians and counts of their values, whatever the order of the rows."""
    rng = np.random.default_rng(seed)
    keys, values = draw_keys(rng, n), draw_values(rng, n, missing=0.0)
    assert_groups(candidate.group_agg(keys, values), keys, values)
    order = rng.permutation(n)
    assert_groups(candidate.group_agg(keys[order], values[order]), keys, values)


def test_pivot_by_hand(candidate):
    """Values of one cell add up, wherever they stand; a pair that does not occur has 0."""
    index = np.array(["north", "south", "north", "north", "east", "north"])
    columns = np.array([2021, 2020, 2020, 2021, 2022, 2021])
    rows, cols, table = candidate.pivot_sum(index, columns, np.array([1.0, 2.0, 4.0, 8.0, 16.0, 1.0]))
    assert_equal(plain(rows), ["east", "north", "south"])
    assert_equal(plain(cols), [2020, 2021, 2022])
    assert_close(table, np.array([[0.0, 0.0, 16.0], [4.0, 10.0, 0.0], [2.0, 0.0, 0.0]]))


@given(n=st.integers(1, 14), seed=SEEDS)
def test_pivot_agrees_with_sums_cell_by_cell(candidate, n, seed):
    """Random tables hold the sums of their cells, and swapping the labels transposes them."""
    rng = np.random.default_rng(seed)
    index, columns, values = draw_keys(rng, n), draw_keys(rng, n), draw_values(rng, n, missing=0.0)
    assert_pivot(candidate.pivot_sum(index, columns, values), index, columns, values)
    assert_pivot(candidate.pivot_sum(columns, index, values), columns, index, values)


def test_cut_by_hand(candidate):
    """An edge belongs to the bin below it, and the lowest edge to none."""
    x = np.array([1.0, 1.5, 2.0, 2.5, 4.0, 0.5, 4.5, 3.0])
    got = candidate.cut(x, [1.0, 2.0, 3.0, 4.0], ["low", "mid", "high"])
    assert_equal(take(got, 99), [None, "low", "low", "mid", "high", None, None, "mid"])


@given(d=st.integers(1, 5), seed=SEEDS)
def test_cut_agrees_with_trying_every_bin(candidate, d, seed):
    """Random values, many of them on edges, get the label of the bin that holds them."""
    rng = np.random.default_rng(seed)
    bins = np.cumsum(rng.integers(1, 4, size=d + 1)).astype(float).tolist()
    x, labels = rng.integers(0, 32, size=12) / 2, [f"bin {j}" for j in range(d)]
    assert_equal(take(candidate.cut(x, bins, labels), 99), slow_cut(x, bins, labels))


@pytest.mark.fine
def test_missing_values_are_skipped(candidate):
    """NaN adds to no mean, median or count, and a group with NaN only has NaN, NaN and 0."""
    keys = np.array([3, 1, 3, 2, 3, 2, 0, 4])
    values = np.array([1.0, 5.0, NAN, NAN, 4.0, NAN, NAN, 2.0])
    got = candidate.group_agg(keys, values)
    assert_equal(plain(got["key"]), [0, 1, 2, 3, 4])
    assert_close(got["count"], [0, 1, 0, 2, 1])
    assert_close(got["mean"], np.array([NAN, 5.0, NAN, 2.5, 2.0]))
    assert_close(got["median"], np.array([NAN, 5.0, NAN, 2.5, 2.0]))
    assert_groups(candidate.group_agg(keys[3:7:2], values[3:7:2]), keys[3:7:2], values[3:7:2])
    assert_groups(candidate.group_agg(keys[6:], values[6:]), keys[6:], values[6:])


@pytest.mark.fine
@given(n=st.integers(0, 14), seed=SEEDS)
def test_groups_with_gaps_agree_with_collected_values(candidate, n, seed):
    """Random groups with missing values, and none at all, have the means, medians and counts of what is there."""
    rng = np.random.default_rng(seed)
    keys, values = draw_keys(rng, n), draw_values(rng, n)
    assert_groups(candidate.group_agg(keys, values), keys, values)


@pytest.mark.fine
def test_pivot_skips_missing_values(candidate):
    """NaN adds nothing to a cell, and labels that have NaN only keep their row and column."""
    index, columns = np.array([1, 1, 2, 0, 1]), np.array(["b", "b", "a", "c", "a"])
    rows, cols, table = candidate.pivot_sum(index, columns, np.array([NAN, 3.0, 5.0, NAN, NAN]))
    assert_equal((plain(rows), plain(cols)), ([0, 1, 2], ["a", "b", "c"]))
    assert_close(table, np.array([[0.0, 0.0, 0.0], [0.0, 3.0, 0.0], [5.0, 0.0, 0.0]]))


@pytest.mark.fine
@given(n=st.integers(1, 14), seed=SEEDS)
def test_pivot_with_gaps_agrees_with_sums_cell_by_cell(candidate, n, seed):
    """Random tables with missing values hold the sums of what is there."""
    rng = np.random.default_rng(seed)
    index, columns, values = draw_keys(rng, n), draw_keys(rng, n), draw_values(rng, n)
    assert_pivot(candidate.pivot_sum(index, columns, values), index, columns, values)


@pytest.mark.fine
def test_types_of_results(candidate):
    """Labels are arrays of the kind given, counts int64, the rest float64; a dict, a tuple and a list hold them."""
    words = np.array(["b", "a", "b"])
    for keys in (words, np.array([5, -2, 5]), np.array([5, 2, 5], dtype=np.uint8)):
        for values in (np.array([1.0, NAN, 2.0]), np.array([1, 2, 4], dtype=np.int32)):
            got = candidate.group_agg(keys, values)
            assert_type(got, dict)
            assert_equal(sorted(got), ["count", "key", "mean", "median"])
            assert_dtype(got["count"], "int64")
            for name in ("mean", "median"):
                assert_dtype(got[name], "float64")
            table = candidate.pivot_sum(keys, words, values)
            assert_type(table, tuple)
            assert_dtype(table[2], "float64")
            for labels, like in ((got["key"], keys), (table[0], keys), (table[1], words)):
                assert_type(labels, np.ndarray)
                numbers = like.dtype.kind in "iu"
                assert_that(
                    (labels.dtype.kind in "iu") == numbers, "has labels of another kind than those given", labels
                )
    assert_dtype(candidate.pivot_sum(words[:1], words[:1], np.array([NAN]))[2], "float64")
    empty = candidate.group_agg(words[:0], np.array([]))
    for name, dtype in (("count", "int64"), ("mean", "float64"), ("median", "float64")):
        assert_dtype(empty[name], dtype)
    assert_type(candidate.cut(np.array([0.5, 7.0]), [0.0, 1.0], ["a"]), list)


@pytest.mark.fine
@pytest.mark.parametrize("dtype", ["int64", "uint8", "<U7"])
def test_no_rows(candidate, dtype):
    """Empty input gives empty vectors, labels and tables."""
    keys, values = np.array([], dtype=dtype), np.array([])
    assert_groups(candidate.group_agg(keys, values), keys, values)
    rows, cols, table = candidate.pivot_sum(keys, keys, values)
    assert_equal((plain(rows), plain(cols)), ([], []))
    assert_close(table, np.zeros((0, 0)))
    assert_equal(candidate.cut(values, [0.0, 1.0], ["a"]), [])


@pytest.mark.fine
def test_one_row(candidate):
    """One row makes one group, and a table of one cell."""
    keys, values = np.array(["solo"]), np.array([-2.5])
    assert_groups(candidate.group_agg(keys, values), keys, values)
    assert_pivot(candidate.pivot_sum(keys, np.array([-7]), values), keys, np.array([-7]), values)
    assert_pivot(candidate.pivot_sum(keys, keys, np.array([NAN])), keys, keys, np.array([NAN]))
    assert_equal(candidate.cut(values, [-2.5, -2.0], ["a"]), [None])


@pytest.mark.fine
def test_any_integer_is_a_key(candidate):
    """Keys may be negative, large and of narrow dtypes."""
    values = np.array([1.0, 2.0, 4.0, 8.0, 16.0])
    for keys in ([-5, 7, -5, -128, 7], [2**62, -(2**62), 2**62, 2**62 + 1, 0]):
        keys = np.array(keys)
        assert_groups(candidate.group_agg(keys, values), keys, values)
        assert_pivot(candidate.pivot_sum(keys, -keys, values), keys, -keys, values)
    for keys in (
        np.array([200, 3, 200, 255, 0], dtype=np.uint8),
        np.array([2**63 + 1, 1, 2**64 - 1, 2**63, 1], dtype=np.uint64),
    ):
        assert_groups(candidate.group_agg(keys, values), keys, values)
        assert_pivot(candidate.pivot_sum(keys, keys, values), keys, keys, values)


@pytest.mark.fine
def test_table_is_larger_than_its_labels(candidate):
    """A table of 300 rows and 200 columns with labels of one byte or many is filled like a small one."""
    index, columns = np.arange(300) % 256, np.arange(300) % 200
    for i, j in ((index.astype(np.uint8), columns.astype(np.uint8)), (index.astype(np.int16), columns)):
        assert_pivot(candidate.pivot_sum(i, j, np.ones(300)), i, j, np.ones(300))


@pytest.mark.fine
def test_groups_do_not_disturb_each_other(candidate):
    """Next to a group or cell with values near 1e16, another one keeps its digits."""
    keys = np.array([0, 0, 1, 1, 1, 2, 2, 3, 3])
    values = np.array([1e16, 3e16, 0.1, 0.2, 0.3, -5e16, 1e15, 0.5, 0.25])
    assert_groups(candidate.group_agg(keys, values), keys, values)
    assert_groups(candidate.group_agg(-keys[::-1], values[::-1]), -keys[::-1], values[::-1])
    assert_pivot(candidate.pivot_sum(keys, keys % 2, values), keys, keys % 2, values)


@pytest.mark.fine
def test_values_of_any_dtype(candidate):
    """Narrow values are computed in float64, and strided views are like any other vector."""
    keys = np.array([1, 0, 1, 0, 1, 0, 1, 1])
    for values in (
        np.array([250, 255, 255, 1, 200, 0, 99, 7], dtype=np.uint8),
        np.array([16777216, 1, 1, 3, 1, 1, 5, 9], dtype=np.float32),
        np.array([60000, 60000, 30000, 59968, 60000, 1, 2, 3], dtype=np.float16),
        np.arange(8) ** 2,
    ):
        assert_groups(candidate.group_agg(keys, values), keys, values)
        assert_pivot(candidate.pivot_sum(keys, keys[::-1], values), keys, keys[::-1], values)
        assert_groups(candidate.group_agg(keys[::-2], values[1::2]), keys[::-2], values[1::2])


@pytest.mark.fine
def test_lengths_must_agree(candidate):
    """Vectors of different lengths and anything but vectors raise ValueError."""
    keys, values = np.array([1, 2, 1]), np.array([1.0, 2.0, 4.0])
    for k, v in (
        (keys[:2], values),
        (keys, values[:1]),
        (keys[:, None], values),
        (keys, values[:, None]),
        (keys[:0], values),
        (keys, np.array(1.0)),
        (np.array(1), values),
    ):
        with assert_raises(ValueError):
            candidate.group_agg(k, v)
        with assert_raises(ValueError):
            candidate.pivot_sum(k, keys, v)
        with assert_raises(ValueError):
            candidate.pivot_sum(keys, k, v)
    with assert_raises(ValueError):
        candidate.pivot_sum(keys, keys[:2], values)
    with assert_raises(ValueError):
        candidate.group_agg(keys[:, None], values[:, None])


@pytest.mark.fine
def test_cut_of_missing_and_infinite_values(candidate):
    """NaN has no bin; infinite values have one only if an infinite edge is its upper end."""
    x = np.array([NAN, INF, -INF, 0.0, 1e300])
    assert_equal(candidate.cut(x, [-1.0, 0.0, 5.0], ["a", "b"]), [None, None, None, "a", None])
    assert_equal(candidate.cut(x, [-INF, 0.0, INF], ["a", "b"]), [None, "b", None, "a", "b"])


@pytest.mark.fine
def test_cut_of_other_dtypes(candidate):
    """Integers, float32 and strided values are compared with the edges as they are."""
    assert_equal(
        candidate.cut(np.array([0, 200, 255, 100], dtype=np.uint8)[::-1], [0, 100, 250], ["a", "b"]),
        ["a", None, "b", None],
    )
    x = np.array([0.1, 0.25, 0.7], dtype=np.float32)
    assert_equal(candidate.cut(x, [0.0, 0.1, 0.25, 0.7], ["a", "b", "c"]), ["b", "b", "c"])
    assert_equal(
        candidate.cut(np.array([1.0, 9.0, 2.0, 9.0, 3.0])[::2], [0.5, 2.5, 2.75], ["a", "b"]), ["a", "a", None]
    )


@pytest.mark.fine
def test_cut_keeps_labels_whole(candidate):
    """Labels come back as they were, also where they repeat or differ in length."""
    got = candidate.cut(np.array([0.5, 1.5, 2.5, 3.5]), [0.0, 1.0, 2.0, 3.0], ["x", "a long label", "x"])
    assert_equal(got, ["x", "a long label", "x", None])


@pytest.mark.fine
def test_cut_refuses_bad_bins(candidate):
    """Labels that do not fit the edges, edges that are not strictly increasing, and a matrix raise ValueError."""
    x = np.array([0.5, 1.5])
    for labels in (["a"], ["a", "b", "c"], []):
        with assert_raises(ValueError):
            candidate.cut(x, [0.0, 1.0, 2.0], labels)
    for bins in ([0.0, 0.0, 1.0], [2.0, 1.0, 0.0], [0.0, 2.0, 1.0], [0.0, NAN, 1.0], [0.0, 1.0, NAN]):
        with assert_raises(ValueError):
            candidate.cut(x, bins, ["a", "b"])
    for wrong in (x[:, None], np.array(0.5)):
        with assert_raises(ValueError):
            candidate.cut(wrong, [0.0, 1.0, 2.0], ["a", "b"])


@pytest.mark.scale
def test_many_groups_are_fast(candidate, reference, rng):
    """8000 groups among 20000 values are quick: there is no mask and no NumPy call for each group."""

    def prepare(subject, rng):
        keys, values = put(subject, rng.integers(0, 8000, size=20_000)), put(subject, rng.normal(size=20_000))
        return lambda: subject.group_agg(keys, values)

    speed(candidate, reference, prepare, rng, limit=30)
