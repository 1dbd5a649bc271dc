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
        raise NotImplementedError

    def __len__(self) -> int:
        """Count the keys."""
        raise NotImplementedError

    def __contains__(self, key: Any) -> bool:
        """Tell whether a key is there."""
        raise NotImplementedError

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
        raise NotImplementedError

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
        raise NotImplementedError

    def preorder(self) -> list[Any]:
        """List the keys, each node before its subtrees.

        Returns
        -------
        list
            Keys.
        """
        raise NotImplementedError

    def inorder(self) -> list[Any]:
        """List the keys in ascending order.

        Returns
        -------
        list
            Keys.
        """
        raise NotImplementedError

    def postorder(self) -> list[Any]:
        """List the keys, each node after its subtrees.

        Returns
        -------
        list
            Keys.
        """
        raise NotImplementedError

    def level_order(self) -> list[list[Any]]:
        """List the keys of each level.

        Returns
        -------
        list of list
            From the root down, each level from left to right.
        """
        raise NotImplementedError
