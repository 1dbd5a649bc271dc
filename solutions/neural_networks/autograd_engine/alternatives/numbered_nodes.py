"""Nodes are numbered as they are made, and a heap takes the youngest first."""

import heapq
import itertools
import math

_numbers = itertools.count()


class Value:
    def __init__(self, data, *edges):
        self.data, self.grad, self.edges, self.number = float(data), 0.0, edges, next(_numbers)

    def __add__(self, o):
        if not isinstance(o, Value):
            return Value(self.data + o, (self, 1.0))
        return Value(self.data + o.data, (self, 1.0), (o, 1.0))

    def __sub__(self, o):
        if not isinstance(o, Value):
            return Value(self.data - o, (self, 1.0))
        return Value(self.data - o.data, (self, 1.0), (o, -1.0))

    def __mul__(self, o):
        if not isinstance(o, Value):
            return Value(self.data * o, (self, float(o)))
        return Value(self.data * o.data, (self, o.data), (o, self.data))

    def __truediv__(self, o):
        if not isinstance(o, Value):
            return Value(self.data / o, (self, 1.0 / o))
        return Value(self.data / o.data, (self, 1.0 / o.data), (o, -self.data / o.data**2))

    def __radd__(self, o):
        return Value(o + self.data, (self, 1.0))

    def __rsub__(self, o):
        return Value(o - self.data, (self, -1.0))

    def __rmul__(self, o):
        return Value(o * self.data, (self, float(o)))

    def __rtruediv__(self, o):
        return Value(o / self.data, (self, -o / self.data**2))

    def __neg__(self):
        return Value(-self.data, (self, -1.0))

    def __pow__(self, k):
        result = self.data**k
        if isinstance(result, complex):
            raise ValueError("complex")
        return Value(result, (self, float(k * self.data ** (k - 1)) if k != 0 else 0.0))

    def exp(self):
        return Value(math.exp(self.data), (self, math.exp(self.data)))

    def log(self):
        return Value(math.log(self.data), (self, 1.0 / self.data))

    def tanh(self):
        t = math.tanh(self.data)
        return Value(t, (self, 1.0 - t**2))

    def relu(self):
        return Value(self.data, (self, 1.0)) if self.data > 0 else Value(0.0, (self, 0.0))

    def backward(self):
        flow = {self.number: 1.0}
        heap = [(-self.number, self)]
        while heap:
            _, node = heapq.heappop(heap)
            g = flow[node.number]
            node.grad += g
            for operand, slope in node.edges:
                if operand.number not in flow:
                    flow[operand.number] = 0.0
                    heapq.heappush(heap, (-operand.number, operand))
                flow[operand.number] += g * slope
