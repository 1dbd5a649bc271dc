"""Hidden tests of binary_search_tree_traversals."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.testing import assert_equal, assert_that, speed

KEYS = st.lists(st.integers(0, 20), max_size=14)
SHAPE = [50, 30, 70, 20, 40, 60, 80, 35, 45, 65]


class Model:
    """Slow specification: a tree of nested triples."""

    def __init__(self, keys):
        self.root = None
        for key in keys:
            self.root = self.grown(self.root, key)

    def grown(self, node, key):
        if node is None:
            return (None, key, None)
        left, top, right = node
        if key == top:
            return node
        return (self.grown(left, key), top, right) if key < top else (left, top, self.grown(right, key))

    def walk(self, order):
        def visit(node):
            if node is None:
                return []
            left, top, right = node
            parts = {"l": visit(left), "n": [top], "r": visit(right)}
            return [key for part in order for key in parts[part]]

        return visit(self.root)


def check_after_deletion(candidate, keys, gone):
    """Check that the rest is there, in a tree whose preorder is one of a search tree."""
    tree = candidate.BST(keys)
    for key in gone:
        there = key in tree.inorder()
        assert_that(tree.delete(key) == there, f"returned the wrong answer for delete({key!r})")
    rest = sorted(set(keys) - set(gone))
    assert_equal(tree.inorder(), rest)
    order = tree.preorder()
    assert_equal(order, Model(order).walk("nlr"))
    assert_equal(tree.postorder(), Model(order).walk("lrn"))
    assert_equal(len(tree), len(rest))
    assert_equal([key in tree for key in sorted({*keys, *gone})], [key in rest for key in sorted({*keys, *gone})])


def test_traversals_by_hand(candidate):
    """The four traversals of a small tree."""
    tree = candidate.BST([4, 2, 7, 1, 3, 9])
    assert_equal(tree.preorder(), [4, 2, 1, 3, 7, 9])
    assert_equal(tree.inorder(), [1, 2, 3, 4, 7, 9])
    assert_equal(tree.postorder(), [1, 3, 2, 9, 7, 4])
    assert_equal(tree.level_order(), [[4], [2, 7], [1, 3, 9]])


def test_shape_follows_the_order_of_insertion(candidate):
    """Sorted keys make a chain; there is no balancing."""
    assert_equal(candidate.BST([1, 2, 3]).level_order(), [[1], [2], [3]])
    assert_equal(candidate.BST([3, 1, 2]).level_order(), [[3], [1], [2]])
    assert_equal(candidate.BST([3, 1, 2]).postorder(), [2, 1, 3])


@given(keys=KEYS)
def test_traversals_of_random_trees(candidate, keys):
    """Random trees have the traversals of a recursive definition."""
    tree, model = candidate.BST(keys), Model(keys)
    assert_equal(tree.preorder(), model.walk("nlr"))
    assert_equal(tree.inorder(), sorted(set(keys)))
    assert_equal(tree.postorder(), model.walk("lrn"))
    assert_equal(sorted(key for level in tree.level_order() for key in level), sorted(set(keys)))


def test_insert_tells_whether_the_key_was_new(candidate):
    """A key that is there already changes nothing."""
    tree = candidate.BST()
    assert_equal([tree.insert(key) for key in (5, 2, 5, 8, 2, 9)], [True, True, False, True, False, True])
    assert_equal(len(tree), 4)
    assert_equal(tree.preorder(), [5, 2, 8, 9])


def test_membership(candidate):
    """Exactly the inserted keys are found."""
    tree = candidate.BST(SHAPE)
    assert_equal([key for key in range(15, 90) if key in tree], sorted(SHAPE))


def test_deletion(candidate):
    """Leaves, nodes with one child and with two children can be deleted; other keys change nothing."""
    for gone in ([45], [20, 80], [40], [60], [30], [70], [10, 30, 30]):
        check_after_deletion(candidate, SHAPE, gone)


def test_deletion_of_the_root(candidate):
    """The root can be deleted too, whatever children it has, and again."""
    for gone in ([50], [50, 60, 65], [50, 60, 65, 70]):
        check_after_deletion(candidate, SHAPE, gone)
    for keys in ([1], [1, 2, 3], [3, 1, 2]):
        check_after_deletion(candidate, keys, keys[:1])


@given(keys=KEYS, gone=KEYS)
def test_deletions_from_random_trees(candidate, keys, gone):
    """After any deletions the rest is a search tree."""
    check_after_deletion(candidate, keys, gone)


@pytest.mark.fine
def test_successor_takes_the_place(candidate):
    """The next greater key replaces a node with two children, and its right subtree moves up."""
    for gone, expected in (
        ([50], [60, 30, 20, 40, 35, 45, 70, 65, 80]),
        ([30], [50, 35, 20, 40, 45, 70, 60, 65, 80]),
        ([50, 60, 65], [70, 30, 20, 40, 35, 45, 80]),
        ([40, 35], [50, 30, 20, 45, 70, 60, 65, 80]),
    ):
        tree = candidate.BST(SHAPE)
        for key in gone:
            tree.delete(key)
        assert_equal(tree.preorder(), expected)


@pytest.mark.fine
def test_only_child_moves_up(candidate):
    """A node with one child is replaced by that child, with all that is below it."""
    for keys, expected in (([10, 20, 15, 25], [20, 15, 25]), ([10, 5, 3, 7], [5, 3, 7])):
        tree = candidate.BST(keys)
        tree.delete(10)
        assert_equal(tree.preorder(), expected)


@pytest.mark.fine
def test_chain(candidate):
    """A chain of 3000 nodes needs no recursion, in whichever direction it goes."""
    n = 3000
    up, down = list(range(n)), list(range(n - 1, -1, -1))
    for keys, post in ((up, down), (down, up)):
        tree = candidate.BST(keys)
        assert_equal(tree.preorder(), keys)
        assert_equal(tree.inorder(), up)
        assert_equal(tree.postorder(), post)
        assert_equal(len(tree.level_order()), n)
        assert_equal((keys[-1] in tree, tree.insert(keys[-1])), (True, False))
        assert_equal((tree.delete(keys[-1]), len(tree)), (True, n - 1))


@pytest.mark.fine
def test_empty_tree(candidate):
    """A tree that never had keys, or lost them all, is empty and can be filled again."""
    tree = candidate.BST([2, 1, 3])
    for key in (2, 3, 1):
        tree.delete(key)
    for empty in (candidate.BST(), tree):
        assert_equal(len(empty), 0)
        assert_equal([empty.preorder(), empty.inorder(), empty.postorder(), empty.level_order()], [[], [], [], []])
        assert_equal((1 in empty, empty.delete(1), empty.insert(7), empty.inorder()), (False, False, True, [7]))


@pytest.mark.fine
def test_other_keys(candidate):
    """Strings, tuples and falsy keys are keys like others."""
    assert_equal(candidate.BST(["b", "", "ab"]).inorder(), ["", "ab", "b"])
    assert_equal(candidate.BST([(1, "b"), (0, "c"), (1, "a")]).preorder(), [(1, "b"), (0, "c"), (1, "a")])
    tree = candidate.BST([0, -1, 1])
    assert_equal((0 in tree, tree.delete(0), tree.preorder()), (True, True, [1, -1]))


@pytest.mark.scale
def test_operations_walk_one_path(candidate, reference, rng):
    """Three thousand random keys are inserted along one path each, and traversed in linear time."""

    def prepare(subject, rng):
        keys = rng.permutation(3000).tolist()

        def work():
            tree = subject.BST(keys)
            return [*tree.preorder(), *tree.inorder(), *tree.postorder()]

        return work

    speed(candidate, reference, prepare, rng, limit=8)
