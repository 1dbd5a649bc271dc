"""The reference of longest_subsequences against longest paths found by NetworkX."""

from __future__ import annotations

import itertools

import networkx as nx
import numpy as np
import pytest

from tests.support.references import References


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("strict", [True, False])
def test_increasing_subsequence_is_a_longest_path(reference: References, seed: int, strict: bool) -> None:
    """In the graph of all pairs that may follow each other, the longest path is as long."""
    a = np.random.default_rng(seed).integers(0, 15, size=40).tolist()
    graph = nx.DiGraph()
    graph.add_nodes_from(range(40))
    graph.add_edges_from(
        (i, j) for i, j in itertools.combinations(range(40), 2) if a[i] < a[j] or (a[i] == a[j] and not strict)
    )
    got = reference("longest_subsequences").lis(a, strict)
    assert len(got) == len(nx.dag_longest_path(graph))
    assert sorted(set(got) if strict else got) == got


@pytest.mark.parametrize("seed", range(10))
def test_common_subsequence_is_a_longest_path(reference: References, seed: int) -> None:
    """In the grid with a diagonal of weight one at each match, the longest path weighs as much."""
    solution = reference("longest_subsequences")
    rng = np.random.default_rng(seed)
    a, b = rng.integers(0, 4, size=12).tolist(), rng.integers(0, 4, size=15).tolist()
    graph = nx.DiGraph()
    for i, j in itertools.product(range(13), range(16)):
        graph.add_edge((i, j), (i + 1, j), weight=0)
        graph.add_edge((i, j), (i, j + 1), weight=0)
        if i < 12 and j < 15 and a[i] == b[j]:
            graph.add_edge((i, j), (i + 1, j + 1), weight=1)
    expected = nx.dag_longest_path_length(graph)
    assert len(solution.lcs(a, b)) == solution.lcs_length(a, b) == expected
