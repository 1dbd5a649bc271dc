"""As small teaching engines write it: one closure for each operation, a recursive topological sort."""

import math


class Value:
    """A number with its children and a function that passes its gradient on."""

    def __init__(self, data, children=()):
        self.data = data
        self.grad = 0
        self.children = set(children)
        self._backward = lambda: None

    def __add__(self, o):
        o = o if isinstance(o, Value) else Value(o)
        out = Value(self.data + o.data, (self, o))

        def _backward():
            self.grad += out.grad
            o.grad += out.grad

        out._backward = _backward
        return out

    def __mul__(self, o):
        o = o if isinstance(o, Value) else Value(o)
        out = Value(self.data * o.data, (self, o))

        def _backward():
            self.grad += o.data * out.grad
            o.grad += self.data * out.grad

        out._backward = _backward
        return out

    def __pow__(self, k):
        return self._unary(self.data**k, lambda: k * self.data ** (k - 1))

    def exp(self):
        """Exponential function."""
        y = math.exp(self.data)
        return self._unary(y, lambda: y)

    def log(self):
        """Natural logarithm."""
        return self._unary(math.log(self.data), lambda: 1 / self.data)

    def tanh(self):
        """Hyperbolic tangent."""
        t = (math.exp(2 * self.data) - 1) / (math.exp(2 * self.data) + 1)
        return self._unary(t, lambda: 1 - t**2)

    def relu(self):
        """Positive part."""
        return self._unary(0 if self.data < 0 else self.data, lambda: self.data > 0)

    def backward(self):
        """Visit the nodes in reverse topological order."""
        topo, visited = [], set()

        def build(v):
            if v not in visited:
                visited.add(v)
                for child in v.children:
                    build(child)
                topo.append(v)

        build(self)
        self.grad = 1
        for v in reversed(topo):
            v._backward()

    def __neg__(self):
        return self * -1

    def __radd__(self, o):
        return self + o

    def __sub__(self, o):
        return self + (-o)

    def __rsub__(self, o):
        return o + (-self)

    def __rmul__(self, o):
        return self * o

    def __truediv__(self, o):
        return self * o**-1

    def __rtruediv__(self, o):
        return o * self**-1

    def _unary(self, data, slope):
        out = Value(data, (self,))

        def _backward():
            self.grad += slope() * out.grad

        out._backward = _backward
        return out
