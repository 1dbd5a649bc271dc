"""The reference of binary_search_tree_traversals against Python's sets and against networkx's traversals."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest

from tests.support.references import References


@pytest.mark.parametrize("seed", range(10))
def test_agrees_with_a_set(reference: References, seed: int) -> None:
    """Under a thousand random operations the tree answers like a set."""
    rng = np.random.default_rng(seed)
    tree, model = reference("binary_search_tree_traversals").BST(), set()
    for key, kind in zip(rng.integers(0, 60, size=1000).tolist(), rng.integers(0, 3, size=1000), strict=True):
        if kind == 0:
            assert tree.insert(key) is (key not in model)
            model.add(key)
        elif kind == 1:
            assert tree.delete(key) is (key in model)
            model.discard(key)
        assert (key in tree) is (key in model)
        assert len(tree) == len(model)
        assert tree.inorder() == sorted(model)


@pytest.mark.parametrize("seed", range(10))
def test_traversals_agree_with_networkx(reference: References, seed: int) -> None:
    """Depth-first and breadth-first searches of the same tree, built by intervals, visit the keys in the same order."""
    keys = np.random.default_rng(seed).permutation(200).tolist()
    graph = nx.DiGraph()
    graph.add_node(keys[0])
    for i, key in enumerate(keys[1:], 1):
        # The parent is the nearer neighbour, of the keys before, that came later.
        below = max((k for k in keys[:i] if k < key), default=None)
        above = min((k for k in keys[:i] if k > key), default=None)
        graph.add_edge(max((k for k in (below, above) if k is not None), key=keys.index), key)
    tree = reference("binary_search_tree_traversals").BST(keys)
    assert tree.preorder() == list(nx.dfs_preorder_nodes(graph, keys[0], sort_neighbors=sorted))
    assert tree.postorder() == list(nx.dfs_postorder_nodes(graph, keys[0], sort_neighbors=sorted))
    depth = nx.single_source_shortest_path_length(graph, keys[0])
    levels = [sorted(k for k in keys if depth[k] == d) for d in range(max(depth.values()) + 1)]
    assert tree.level_order() == levels
