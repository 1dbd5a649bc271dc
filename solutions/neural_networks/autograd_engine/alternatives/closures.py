"""Each node keeps a function that turns its own derivative into those of its operands; a stack sorts the graph."""

import math


class Value:
    def __init__(self, data):
        self.data, self.grad = float(data), 0.0
        self.operands, self.pull = (), lambda g: ()

    @classmethod
    def made(cls, data, operands, pull):
        new = cls(data)
        new.operands, new.pull = operands, pull
        return new

    @classmethod
    def wrap(cls, o):
        return o if isinstance(o, cls) else cls(o)

    def __add__(self, o):
        return Value.made(self.data + Value.wrap(o).data, (self, Value.wrap(o)), lambda g: (g, g))

    def __mul__(self, o):
        o = Value.wrap(o)
        a, b = self.data, o.data
        return Value.made(a * b, (self, o), lambda g: (g * b, g * a))

    def __pow__(self, k):
        x = self.data
        if x < 0 and float(k) != math.floor(k):
            raise ValueError("not real")
        return Value.made(x**k, (self,), lambda g: (0.0 if k == 0 else g * k * x ** (k - 1),))

    def __neg__(self):
        return self * -1

    def __sub__(self, o):
        return self + Value.wrap(o) * -1

    def __truediv__(self, o):
        return self * Value.wrap(o) ** -1

    def __rsub__(self, o):
        return Value.wrap(o) - self

    def __rtruediv__(self, o):
        return Value.wrap(o) / self

    __radd__ = __add__
    __rmul__ = __mul__

    def exp(self):
        y = math.exp(self.data)
        return Value.made(y, (self,), lambda g: (g * y,))

    def log(self):
        x = self.data
        if x <= 0:
            raise ValueError("log")
        return Value.made(math.log(x), (self,), lambda g: (g / x,))

    def tanh(self):
        y = math.tanh(self.data)
        return Value.made(y, (self,), lambda g: (g * (1 - y) * (1 + y),))

    def relu(self):
        on = self.data > 0
        return Value.made(self.data if on else 0.0, (self,), lambda g: (g if on else 0.0,))

    def backward(self):
        order, seen, stack = [], set(), [(self, False)]
        while stack:
            node, done = stack.pop()
            if done:
                order.append(node)
            elif id(node) not in seen:
                seen.add(id(node))
                stack.append((node, True))
                stack.extend((operand, False) for operand in node.operands)
        flow = {id(node): 0.0 for node in order}
        flow[id(self)] = 1.0
        for node in reversed(order):
            g = flow[id(node)]
            node.grad += g
            for operand, part in zip(node.operands, node.pull(g)):
                flow[id(operand)] += part
