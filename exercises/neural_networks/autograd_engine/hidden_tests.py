"""Hidden tests of autograd_engine."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.testing import assert_close, assert_raises, assert_that, assert_type, speed


class Dual:
    """A number and its derivative along one direction: forward mode."""

    def __init__(self, data, slope=0.0):
        self.data, self.slope = data, slope

    def __add__(self, o):
        o = dual(o)
        return Dual(self.data + o.data, self.slope + o.slope)

    def __mul__(self, o):
        o = dual(o)
        return Dual(self.data * o.data, self.slope * o.data + self.data * o.slope)

    def __truediv__(self, o):
        o = dual(o)
        return Dual(self.data / o.data, (self.slope * o.data - self.data * o.slope) / (o.data * o.data))

    def __pow__(self, k):
        return Dual(self.data**k, k * self.data ** (k - 1) * self.slope)

    def __neg__(self):
        return Dual(-self.data, -self.slope)

    def __sub__(self, o):
        return self + -dual(o)

    def __radd__(self, o):
        return dual(o) + self

    def __rsub__(self, o):
        return dual(o) - self

    def __rmul__(self, o):
        return dual(o) * self

    def __rtruediv__(self, o):
        return dual(o) / self

    def exp(self):
        return Dual(math.exp(self.data), math.exp(self.data) * self.slope)

    def log(self):
        return Dual(math.log(self.data), self.slope / self.data)

    def tanh(self):
        return Dual(math.tanh(self.data), (1.0 - math.tanh(self.data) ** 2) * self.slope)

    def relu(self):
        return self if self.data > 0 else Dual(0.0)


def dual(o):
    """Return the dual number of a plain one."""
    return o if isinstance(o, Dual) else Dual(o)


def evaluate(formula, names):
    """Compute a formula with the operators of the submission."""
    return eval(formula, dict(names))


def values(candidate, *numbers):
    """Return one leaf for each number."""
    return [candidate.Value(number) for number in numbers]


def check(candidate, formula, numbers, result, slopes):
    """Compare result and derivatives of a formula in x, y, … with the expected ones."""
    names = dict(zip("xyzw", values(candidate, *numbers), strict=False))
    root = evaluate(formula, names)
    assert_close(root.data, result)
    root.backward()
    assert_close([leaf.grad for leaf in names.values()], slopes)
    assert_close(root.grad, 1.0)


OPERATORS = [
    ("x + y", 2.0, [1.0, 1.0]),
    ("x - y", 10.0, [1.0, -1.0]),
    ("x * y", -24.0, [-4.0, 6.0]),
    ("x / y", -1.5, [-0.25, -0.375]),
    ("-x + -y", -2.0, [-1.0, -1.0]),
    ("x - y - x * y / x", 14.0, [1.0, -2.0]),
]


SIDES = [
    ("x + 3", 5.0, 1.0),
    ("3 + x", 5.0, 1.0),
    ("x - 3.5", -1.5, 1.0),
    ("3.5 - x", 1.5, -1.0),
    ("x * 3", 6.0, 3.0),
    ("3 * x", 6.0, 3.0),
    ("x / 4", 0.5, 0.25),
    ("4 / x", 2.0, -1.0),
]


FUNCTIONS = [
    ("x.exp()", 0.5, math.sqrt(math.e), math.sqrt(math.e)),
    ("x.exp()", -2, math.e**-2, math.e**-2),
    ("x.log()", 4, 2 * math.log(2), 0.25),
    ("x.tanh()", math.log(2), 0.6, 0.64),
    ("x.tanh()", -math.log(3), -0.8, 0.36),
    ("x.relu()", 2.5, 2.5, 1.0),
    ("x.relu()", -2.5, 0.0, 0.0),
    ("x.relu()", 1e-3, 1e-3, 1.0),
]


ENDS = [
    ("x.log()", 1e-300, -300 * math.log(10), 1e300),
    ("x.tanh()", 1000, 1.0, 0.0),
    ("x.tanh()", -1000, -1.0, 0.0),
    ("x.relu()", 0.0, 0.0, 0.0),
]


POWERS = [
    (3.0, 2, 9.0, 6.0),
    (-2.0, 3, -8.0, 12.0),
    (-2.0, 2.0, 4.0, -4.0),
    (-2.0, -2, 0.25, 0.25),
    (4.0, 0.5, 2.0, 0.25),
    (4.0, -0.5, 0.5, -0.0625),
    (-3.0, 1, -3.0, 1.0),
]


ZEROS = [
    (-3.0, 0, 1.0, 0.0),
    (0.0, 2, 0.0, 0.0),
    (0.0, 1, 0.0, 1.0),
    (0.0, 0, 1.0, 0.0),
    (0.0, 1.5, 0.0, 0.0),
]


USES = [
    ("x * x", 9.0, 6.0),
    ("x + x", 6.0, 2.0),
    ("x - x", 0.0, 0.0),
    ("x / x", 1.0, 0.0),
    ("x * x * x", 27.0, 27.0),
    ("(x + 1) * (x + 2) + x", 23.0, 10.0),
    ("(lambda u: u * u + u)(x * x)", 90.0, 114.0),
]


def test_leaf(candidate):
    """A leaf holds its number and a gradient of 0; its derivative by itself is 1."""
    for number in (3, -2.5, 0):
        leaf = candidate.Value(number)
        assert_close((leaf.data, leaf.grad), (float(number), 0.0))
        leaf.backward()
        assert_close((leaf.data, leaf.grad), (float(number), 1.0))


@pytest.mark.parametrize(("formula", "result", "slopes"), OPERATORS, ids=[formula for formula, *_ in OPERATORS])
def test_operators_by_hand(candidate, formula, result, slopes):
    """The operators give the right numbers and derivatives for x = 6 and y = -4."""
    check(candidate, formula, [6, -4], result, slopes)


@pytest.mark.parametrize(("formula", "result", "slope"), SIDES, ids=[formula for formula, *_ in SIDES])
def test_numbers_on_either_side(candidate, formula, result, slope):
    """A number may stand to the left or to the right of an operator."""
    check(candidate, formula, [2], result, [slope])


@pytest.mark.parametrize(
    ("formula", "x", "result", "slope"), FUNCTIONS, ids=[f"{formula} at {x:g}" for formula, x, *_ in FUNCTIONS]
)
def test_functions_by_hand(candidate, formula, x, result, slope):
    """exp, log, tanh and relu give the right numbers and derivatives."""
    check(candidate, formula, [x], result, [slope])


@pytest.mark.parametrize(("x", "k", "result", "slope"), POWERS, ids=[f"{x:g} to the {k:g}" for x, k, *_ in POWERS])
def test_powers_by_hand(candidate, x, k, result, slope):
    """Powers take whole and other exponents of either sign, and bases of either sign."""
    check(candidate, f"x ** {k}", [x], result, [slope])


@pytest.mark.parametrize(("formula", "result", "slope"), USES, ids=[formula for formula, *_ in USES])
def test_uses_add_up(candidate, formula, result, slope):
    """The derivatives of all uses of a value add up, also of both sides of one operator."""
    check(candidate, formula, [3], result, [slope])


@pytest.mark.parametrize("formula", ["b * c + a", "a + c * b", "a + b * c", "c * b + a"])
def test_ways_of_different_length(candidate, formula):
    """A node passes its derivative on once all ways to it, short and long, have been counted."""
    (x,) = values(candidate, 2)
    a = evaluate("x * 3", {"x": x})
    b = evaluate("a + x", {"a": a, "x": x})
    c = evaluate("b * a", {"a": a, "b": b})
    root = evaluate(formula, {"a": a, "b": b, "c": c})
    root.backward()
    # a = 6, b = 8, c = 48, root = a + b^2 a: dc = 8, db = 48 + 8 * 6 = 96, da = 1 + 8 * 8 + 96 = 161.
    assert_close([v.data for v in (a, b, c, root)], [6.0, 8.0, 48.0, 390.0])
    assert_close([v.grad for v in (root, c, b, a, x)], [1.0, 8.0, 96.0, 161.0, 161.0 * 3 + 96])


def test_gradients_accumulate(candidate):
    """A second graph over the same leaves adds its derivatives; setting grad to 0 starts afresh."""
    x, y = values(candidate, 2, 5)
    evaluate("x * y", {"x": x, "y": y}).backward()
    evaluate("x ** 3", {"x": x}).backward()
    assert_close((x.grad, y.grad), (17.0, 2.0))
    x.grad = 0.0
    evaluate("x - y", {"x": x, "y": y}).backward()
    assert_close((x.grad, y.grad), (1.0, 1.0))


def test_inner_nodes_accumulate(candidate):
    """The derivatives of two roots add up in an inner node that both are computed from."""
    (x,) = values(candidate, 2)
    a = evaluate("x * x", {"x": x})
    for formula in ("a * 3", "5 * a"):
        evaluate(formula, {"a": a}).backward()
    assert_close(a.grad, 8.0)


def test_backward_of_an_inner_node(candidate):
    """backward reaches what a node was computed from, not what was computed from the node."""
    x, y = values(candidate, 2, 7)
    a = evaluate("x * y", {"x": x, "y": y})
    root = evaluate("a * a + y", {"a": a, "y": y})
    a.backward()
    assert_close([v.grad for v in (x, y, a, root)], [7.0, 2.0, 1.0, 0.0])


def test_equal_numbers_are_different_nodes(candidate):
    """Leaves and results that hold equal numbers keep their own gradients."""
    x, y = values(candidate, 2, 2)
    a, b = (evaluate("u + 1", {"u": u}) for u in (x, y))
    evaluate("5 * a + b", {"a": a, "b": b}).backward()
    assert_close([v.grad for v in (x, y, a, b)], [5.0, 1.0, 5.0, 1.0])


def test_descent(candidate):
    """Steps against the gradient, with data and grad assigned by the caller, find the minimum."""
    x, y = values(candidate, 4, 1)
    for _ in range(14):
        evaluate("(x - 3) ** 2 + (y + 1) ** 2 / 2", {"x": x, "y": y}).backward()
        for v, rate in ((x, 0.4), (y, 0.9)):
            v.data, v.grad = v.data - rate * v.grad, 0.0
    assert_close([x.data, y.data], [3.0, -1.0], rtol=1e-9, atol=1e-9)


def test_operands_stay(candidate):
    """Operators change neither numbers nor gradients of their operands."""
    x, y = values(candidate, 2, 3)
    evaluate("(x + 1 + y * x - 3 / y) ** 2 - (x - 4) * 2 + y / 2", {"x": x, "y": y})
    assert_close([(v.data, v.grad) for v in (x, y)], [(2.0, 0.0), (3.0, 0.0)])


@given(
    n=st.integers(1, 3),
    picks=st.lists(st.tuples(st.integers(0, 11), st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=8),
    seed=st.integers(0, 2**32 - 1),
)
def test_agrees_with_forward_mode(candidate, n, picks, seed):
    """Random graphs have the numbers and derivatives that forward mode finds, one leaf at a time."""
    formulas = ("u + v", "u - v", "u * v / (1 + v * v)", "u / (2 + v * v)", "2 - u", "-0.5 * u", "3 / (u * u + 1)", "u.tanh()",
                "(u * u + 0.5).log()", "(-u * u).exp()", "u.relu() + 0.5 * v", "(u.tanh() - v.tanh()) ** 3")  # fmt: skip
    numbers = np.random.default_rng(seed).uniform(-2, 2, size=n).tolist()
    leaves = values(candidate, *numbers)
    nodes, steps = list(leaves), []
    for which, i, j in picks:
        # Recent nodes are likelier, so that graphs get deep.
        u, v = max(0, len(nodes) - 1 - i % len(nodes)), j % len(nodes)
        steps.append((formulas[which], u, v))
        nodes.append(evaluate(formulas[which], {"u": nodes[u], "v": nodes[v]}))
    nodes[-1].backward()
    for k in range(n):
        duals = [Dual(number, float(i == k)) for i, number in enumerate(numbers)]
        for formula, u, v in steps:
            duals.append(eval(formula, {"u": duals[u], "v": duals[v]}))
        assert_close(nodes[-1].data, duals[-1].data)
        assert_close(leaves[k].grad, duals[-1].slope)


@pytest.mark.fine
@pytest.mark.parametrize(
    ("formula", "x", "result", "slope"), ENDS, ids=[f"{formula} at {x:g}" for formula, x, *_ in ENDS]
)
def test_functions_at_the_ends(candidate, formula, x, result, slope):
    """tanh does not overflow, log takes tiny numbers, and the derivative of relu at 0 is 0."""
    check(candidate, formula, [x], result, [slope])


@pytest.mark.fine
@pytest.mark.parametrize(("x", "k", "result", "slope"), ZEROS, ids=[f"{x:g} to the {k:g}" for x, k, *_ in ZEROS])
def test_powers_of_and_by_zero(candidate, x, k, result, slope):
    """The power 0 is 1 with derivative 0, at 0 as well, and powers of 0 have derivatives."""
    check(candidate, f"x ** {k}", [x], result, [slope])


@pytest.mark.fine
def test_undefined_results(candidate):
    """Logarithms and broken powers of numbers below 0 raise ValueError, divisions by 0 ZeroDivisionError."""
    for formula, x in (("x.log()", 0), ("x.log()", -1e-9), ("x ** 0.5", -1e-9), ("x ** -1.5", -4), ("x ** 2.5", -4)):
        with assert_raises(ValueError):
            evaluate(formula, {"x": candidate.Value(x)})
    for formula in ("1 / x", "y / x", "y / 0", "x / x", "x ** -1", "x ** -0.5"):
        with assert_raises(ZeroDivisionError):
            evaluate(formula, {"x": candidate.Value(0), "y": candidate.Value(2)})


@pytest.mark.fine
def test_gradients_are_floats(candidate):
    """Numbers and gradients are floats, for whole numbers as well; backward returns None."""
    x, y = values(candidate, 2, 3)
    assert_type(x.data, float)
    assert_type(x.grad, float)
    for formula in ("x + y", "x * y", "x - 1", "x ** 2", "x ** 0", "x.relu()", "(-x).relu()", "4 * x", "x / y"):
        root = evaluate(formula, {"x": x, "y": y})
        assert_that(root.backward() is None, "is not None")
        for v in (root, x, y):
            assert_type(v.data, float)
            assert_type(v.grad, float)


@pytest.mark.fine
def test_same_root_twice(candidate):
    """backward on the same root adds the same derivatives again, to every node."""
    (x,) = values(candidate, 3)
    a = evaluate("x * x", {"x": x})
    root = evaluate("a * a + a", {"a": a})
    for times in (1.0, 2.0, 3.0):
        root.backward()
        assert_close((root.grad, a.grad, x.grad), (times, 19.0 * times, 114.0 * times))


@pytest.mark.fine
def test_two_roots_with_nodes_in_common(candidate):
    """What one root left in an inner node does not flow on with the derivatives of another root."""
    (x,) = values(candidate, 1)
    a = evaluate("x * 2", {"x": x})
    first, second = (evaluate(formula, {"a": a}) for formula in ("a * 3", "5 * a"))
    first.backward()
    assert_close((a.grad, x.grad), (3.0, 6.0))
    second.backward()
    assert_close((a.grad, x.grad), (8.0, 16.0))
    assert_close((first.grad, second.grad), (1.0, 1.0))


@pytest.mark.fine
def test_backward_after_an_inner_node(candidate):
    """What backward left in an inner node does not flow on when a root above it is used."""
    x, y = values(candidate, 2, 7)
    a = evaluate("x * y", {"x": x, "y": y})
    root = evaluate("a * a + y", {"a": a, "y": y})
    a.backward()
    root.backward()
    assert_close([v.grad for v in (x, y, a, root)], [7.0 + 196.0, 2.0 + 57.0, 29.0, 1.0])


@pytest.mark.fine
@pytest.mark.parametrize(
    "formula",
    ["0 + x", "x + 0", "x - 0", "1 * x", "x * 1", "x / 1", "x ** 1", "x.relu()", "sum([x])"],
)
def test_results_are_new(candidate, formula):
    """A result that equals its operand is a value of its own, with its own gradient."""
    (x,) = values(candidate, 2)
    root = evaluate(formula, {"x": x})
    root.grad = 5.0
    assert_close((root.grad, x.grad), (5.0, 0.0))


@pytest.mark.fine
def test_long_chain(candidate):
    """A chain of more than a thousand operations does not reach the recursion limit."""
    x, y = values(candidate, 0.5, 2)
    root = evaluate("sum([x] * 1199) * y", {"x": x, "y": y})
    root.backward()
    assert_close((root.data, x.grad, y.grad), (1199.0, 2398.0, 599.5))


@pytest.mark.scale
def test_each_node_is_visited_once(candidate, reference, rng):
    """Time grows with the number of operations, not with the number of ways through the graph."""

    roots = {}

    def prepare(subject, rng):
        # Ladders of twelve steps: each step doubles the ways to the leaf below.
        ladder = "(lambda f: f(f(f(f(f(f(f(f(f(f(f(f(x)))))))))))))(lambda u: u + u)"
        if subject not in roots:
            roots[subject] = evaluate(f"sum([{ladder} for _ in range(20)])", {"x": subject.Value(1.0)})
        root = roots[subject]

        def work():
            root.backward()
            return root.data

        return work

    speed(candidate, reference, prepare, rng, limit=20)
