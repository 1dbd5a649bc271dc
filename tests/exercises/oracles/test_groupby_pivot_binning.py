"""The reference of groupby_pivot_binning against SciPy."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse, stats

from tests.support.references import References


def rows(seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return integer keys, words and values, of which some are missing."""
    rng = np.random.default_rng(seed)
    values = rng.normal(size=60)
    values[rng.random(60) < 0.2] = np.nan
    return rng.integers(0, 8, size=60), rng.choice(["oak", "ash", "elm"], size=60), values


@pytest.mark.parametrize("seed", range(20))
def test_groups_agree_with_scipy(reference: References, seed: int) -> None:
    """Means, medians and counts are SciPy's statistics over bins of one integer each."""
    keys, _, values = rows(seed)
    got, there = reference("groupby_pivot_binning").group_agg(keys, values), ~np.isnan(values)
    assert got["key"].tolist() == np.unique(keys).tolist()
    for name in ("mean", "median", "count"):
        expected = stats.binned_statistic(keys[there], values[there], name, bins=np.arange(-0.5, 8.0)).statistic
        np.testing.assert_allclose(got[name], expected[got["key"]], rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("seed", range(20))
def test_pivot_agrees_with_a_sparse_matrix(reference: References, seed: int) -> None:
    """A sparse matrix adds up values at one place."""
    keys, words, values = rows(seed)
    labels, cols, table = reference("groupby_pivot_binning").pivot_sum(keys, words, values)
    place = np.searchsorted(labels, keys), np.searchsorted(cols, words)
    expected = sparse.coo_matrix((np.nan_to_num(values), place)).toarray()
    np.testing.assert_allclose(table, expected, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("seed", range(20))
def test_cut_agrees_with_scipy(reference: References, seed: int) -> None:
    """Mirrored, SciPy's bins are closed on the right as well, but for the lowest edge."""
    rng = np.random.default_rng(seed)
    edges = np.unique(rng.integers(0, 12, size=6)).astype(float)
    x = rng.integers(-2, 28, size=40) / 2
    x = x[x != edges[0]]
    number = stats.binned_statistic(-x, x, "count", bins=-edges[::-1]).binnumber
    labels = [str(j) for j in range(len(edges) - 1)]
    expected = [labels[-j] if 0 < j < len(edges) else None for j in number]
    assert reference("groupby_pivot_binning").cut(x, edges.tolist(), labels) == expected
