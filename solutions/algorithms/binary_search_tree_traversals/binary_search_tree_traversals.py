"""A set of keys as a binary search tree, all of it without recursion."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable


class BST:
    """Set of keys in a binary search tree that is not balanced.

    Parameters
    ----------
    keys : iterable
        First keys, inserted one after the other.

    Examples
    --------
    >>> tree = BST([4, 2, 6, 1, 3])
    >>> tree.level_order()
    [[4], [2, 6], [1, 3]]
    """

    def __init__(self, keys: Iterable[Any] = ()) -> None:
        self._root: _Node | None = None
        self._size = 0
        for key in keys:
            self.insert(key)

    def __len__(self) -> int:
        """Count the keys."""
        return self._size

    def __contains__(self, key: Any) -> bool:
        """Tell whether a key is there."""
        return self._find(key)[1] is not None

    def insert(self, key: Any) -> bool:
        """Insert a key as a new leaf.

        Parameters
        ----------
        key : object
            Key.

        Returns
        -------
        bool
            False if the key was there already.
        """
        parent, node = self._find(key)
        if node is not None:
            return False
        leaf = _Node(key)
        if parent is None:
            self._root = leaf
        elif key < parent.key:
            parent.left = leaf
        else:
            parent.right = leaf
        self._size += 1
        return True

    def delete(self, key: Any) -> bool:
        """Delete a key; the next greater one takes its place where it had two children.

        Parameters
        ----------
        key : object
            Key.

        Returns
        -------
        bool
            False if the key was not there.
        """
        parent, node = self._find(key)
        if node is None:
            return False
        if node.left is not None and node.right is not None:
            # The successor has no left child, so it can be cut out in place of the node, which takes over its key.
            kept, parent, node = node, node, node.right
            while node.left is not None:
                parent, node = node, node.left
            kept.key = node.key
        child = node.right if node.left is None else node.left
        if parent is None:
            self._root = child
        elif parent.left is node:
            parent.left = child
        else:
            parent.right = child
        self._size -= 1
        return True

    def preorder(self) -> list[Any]:
        """List the keys, each node before its subtrees.

        Returns
        -------
        list
            Keys.
        """
        keys, waiting = [], [self._root]
        while waiting:
            node = waiting.pop()
            if node is not None:
                keys.append(node.key)
                waiting += [node.right, node.left]
        return keys

    def inorder(self) -> list[Any]:
        """List the keys in ascending order.

        Returns
        -------
        list
            Keys.
        """
        keys: list[Any] = []
        path: list[_Node] = []
        node = self._root
        while path or node is not None:
            while node is not None:
                path.append(node)
                node = node.left
            node = path.pop()
            keys.append(node.key)
            node = node.right
        return keys

    def postorder(self) -> list[Any]:
        """List the keys, each node after its subtrees.

        Returns
        -------
        list
            Keys.
        """
        keys, waiting = [], [self._root]
        while waiting:
            node = waiting.pop()
            if node is not None:
                keys.append(node.key)
                waiting += [node.left, node.right]
        return keys[::-1]  # node, right, left read backwards

    def level_order(self) -> list[list[Any]]:
        """List the keys of each level.

        Returns
        -------
        list of list
            From the root down, each level from left to right.
        """
        levels = []
        level = [node for node in [self._root] if node is not None]
        while level:
            levels.append([node.key for node in level])
            level = [child for node in level for child in (node.left, node.right) if child is not None]
        return levels

    def _find(self, key: Any) -> tuple[_Node | None, _Node | None]:
        """Return the node of a key and its parent; without such a node, the parent that a new leaf would have."""
        parent, node = None, self._root
        while node is not None and node.key != key:
            parent, node = node, (node.left if key < node.key else node.right)
        return parent, node


class _Node:
    """A key with the roots of two subtrees."""

    __slots__ = ("key", "left", "right")

    def __init__(self, key: Any) -> None:
        self.key = key
        self.left: _Node | None = None
        self.right: _Node | None = None
