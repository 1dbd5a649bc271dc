"""Takes the real part of a complex power."""

from __future__ import annotations

import math


class Value:
    """A number that remembers how it was computed.

    Parameters
    ----------
    data : float
        The number.

    Attributes
    ----------
    data : float
        The number.
    grad : float
        Sum of the derivatives that calls of `backward` have left here, at first 0.

    Examples
    --------
    >>> x = Value(3.0)
    >>> y = x * x + 2 * x
    >>> y.backward()
    >>> y.data, x.grad
    (15.0, 8.0)
    """

    def __init__(self, data: float) -> None:
        self.data = float(data)
        self.grad = 0.0
        # One pair for each operand: the node, and the derivative of this number with respect to it.
        self._edges: tuple[tuple[Value, float], ...] = ()

    def __add__(self, o: Value | float) -> Value:
        """Return self + o."""
        o = _lift(o)
        return _node(self.data + o.data, (self, 1.0), (o, 1.0))

    def __radd__(self, o: float) -> Value:
        """Return o + self."""
        return self + o

    def __sub__(self, o: Value | float) -> Value:
        """Return self - o."""
        return self + -o

    def __rsub__(self, o: float) -> Value:
        """Return o - self."""
        return -self + o

    def __mul__(self, o: Value | float) -> Value:
        """Return self * o."""
        o = _lift(o)
        return _node(self.data * o.data, (self, o.data), (o, self.data))

    def __rmul__(self, o: float) -> Value:
        """Return o * self."""
        return self * o

    def __truediv__(self, o: Value | float) -> Value:
        """Return self / o."""
        o = _lift(o)
        ratio = self.data / o.data
        return _node(ratio, (self, 1 / o.data), (o, -ratio / o.data))

    def __rtruediv__(self, o: float) -> Value:
        """Return o / self."""
        return _lift(o) / self

    def __neg__(self) -> Value:
        """Return -self."""
        return _node(-self.data, (self, -1.0))

    def __pow__(self, k: float) -> Value:
        """Return self ** k for a number k."""
        # x^0 is constant, also at 0, where 0 * x^(-1) would divide by 0.
        slope = k * (self.data ** (k - 1)).real if k else 0.0
        return _node((self.data**k).real, (self, slope))

    def exp(self) -> Value:
        """Exponential function.

        Returns
        -------
        Value
            e to the power of this number.
        """
        y = math.exp(self.data)
        return _node(y, (self, y))

    def log(self) -> Value:
        """Natural logarithm.

        Returns
        -------
        Value
            The logarithm of this number.

        Raises
        ------
        ValueError
            If this number is not positive.
        """
        return _node(math.log(self.data), (self, 1 / self.data))

    def tanh(self) -> Value:
        """Hyperbolic tangent.

        Returns
        -------
        Value
            The hyperbolic tangent of this number.
        """
        y = math.tanh(self.data)
        return _node(y, (self, 1 - y * y))

    def relu(self) -> Value:
        """Positive part.

        Returns
        -------
        Value
            This number if it is positive, and 0 otherwise.
        """
        return _node(max(self.data, 0.0), (self, float(self.data > 0)))

    def backward(self) -> None:
        """Add the derivative of this number with respect to every node of its graph to the `grad` of that node."""
        # How many edges lead into each node, within the graph of this root.
        waiting = {self: 0}
        stack = [self]
        while stack:
            for operand, _ in stack.pop()._edges:
                if operand not in waiting:
                    waiting[operand] = 0
                    stack.append(operand)
                waiting[operand] += 1
        # What flows belongs to this call: `grad` may hold leftovers of earlier ones.
        flow = dict.fromkeys(waiting, 0.0)
        flow[self] = 1.0
        stack = [self]
        while stack:
            node = stack.pop()
            node.grad += flow[node]
            for operand, slope in node._edges:
                flow[operand] += slope * flow[node]
                waiting[operand] -= 1
                # The chain rule may go on from a node once all of its uses have reported.
                if not waiting[operand]:
                    stack.append(operand)


def _lift(o: Value | float) -> Value:
    return o if isinstance(o, Value) else Value(o)


def _node(data: float, *edges: tuple[Value, float]) -> Value:
    """Return a new node and connect it to its operands."""
    node = Value(data)
    node._edges = edges
    return node
