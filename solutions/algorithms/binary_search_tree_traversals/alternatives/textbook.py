"""As lectures write it: recursive functions that return the new root of a subtree."""


class Node:
    """A key and two children."""

    def __init__(self, key):
        self.key, self.left, self.right = key, None, None


class BST:
    """Recursive throughout; the predecessor replaces a node with two children."""

    def __init__(self, keys=()):
        self.root = None
        for key in keys:
            self.insert(key)

    def insert(self, key):
        """Insert below the root."""
        if key in self:
            return False
        self.root = self._insert(self.root, key)
        return True

    def _insert(self, node, key):
        if node is None:
            return Node(key)
        if key < node.key:
            node.left = self._insert(node.left, key)
        else:
            node.right = self._insert(node.right, key)
        return node

    def delete(self, key):
        """Delete below the root."""
        if key not in self:
            return False
        self.root = self._delete(self.root, key)
        return True

    def _delete(self, node, key):
        if key < node.key:
            node.left = self._delete(node.left, key)
        elif key > node.key:
            node.right = self._delete(node.right, key)
        elif node.left is None:
            return node.right
        elif node.right is None:
            return node.left
        else:
            best = node.left
            while best.right:
                best = best.right
            node.key = best.key
            node.left = self._delete(node.left, best.key)
        return node

    def __contains__(self, key):
        node = self.root
        while node and node.key != key:
            node = node.left if key < node.key else node.right
        return node is not None

    def __len__(self):
        return len(self.inorder())

    def _walk(self, node, order):
        if node is None:
            return []
        parts = {"n": [node.key], "l": self._walk(node.left, order), "r": self._walk(node.right, order)}
        return [key for part in order for key in parts[part]]

    def preorder(self):
        """Node, left, right."""
        return self._walk(self.root, "nlr")

    def inorder(self):
        """Left, node, right."""
        return self._walk(self.root, "lnr")

    def postorder(self):
        """Left, right, node."""
        return self._walk(self.root, "lrn")

    def level_order(self):
        """Breadth first."""
        levels, level = [], [self.root] if self.root else []
        while level:
            levels.append([n.key for n in level])
            level = [c for n in level for c in (n.left, n.right) if c]
        return levels
