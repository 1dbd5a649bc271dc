"""Hidden tests of expression_evaluator."""

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.testing import assert_close, assert_equal, assert_raises, assert_that, assert_type, put, speed

# Texts with the position of their first error.
FAULTS = {
    "ends too early": [
        ("", 0),
        ("   ", 3),
        ("(1", 2),
        ("((1) ", 5),
        ("1 +", 3),
        ("1 + ", 4),
        ("-", 1),
        ("(1+", 3),
    ],
    "lacks an operand": [
        ("()", 1),
        ("2*()", 3),
        (")", 0),
        ("* 2", 0),
        ("1+*2", 2),
        ("(*3)", 1),
        ("2**3", 2),
        ("2 // 3", 3),
        ("(1 + ) 2", 5),
    ],
    "lacks an operator": [
        ("1 2", 2),
        ("2x", 1),
        ("x 2", 2),
        ("2(3)", 1),
        ("(2)(3)", 3),
        ("(2)x", 3),
        ("x(3)", 1),
        ("1e", 1),
        ("1e+", 1),
        ("1.2.3", 3),
        ("1..2", 2),
        ("0x10", 1),
    ],
    "has a parenthesis too many": [
        ("1)", 1),
        ("(1))+2", 3),
    ],
    "has an unknown character": [
        (".", 0),
        ("a.b", 1),
        ("2 $ 3", 2),
        ("2 + #", 4),
        ("1 2 $", 2),
        ("(1 $ ", 3),
    ],
}
ITEMS = st.sampled_from(["1", "2", "3", ".5", "x", "+", "-", "-", "*", "/", "%", "^", "(", ")"])


class Parser:
    """The grammar, read by recursive descent; each method returns the value and the notation of what it read."""

    def __init__(self, items, x):
        self.items, self.place, self.x = [*items, None], 0, x

    def take(self):
        self.place += 1
        return self.items[self.place - 1]

    def parse(self):
        found = self.total()
        if self.items[self.place] is not None:
            raise LookupError(self.place)
        return found

    def total(self):
        value, text = self.product()
        while (sign := self.items[self.place]) in ("+", "-"):
            self.take()
            other, more = self.product()
            value, text = value + other if sign == "+" else value - other, [*text, *more, sign]
        return value, text

    def product(self):
        value, text = self.signed()
        while (sign := self.items[self.place]) in ("*", "/", "%"):
            self.take()
            other, more = self.signed()
            if sign == "*":
                value *= other
            elif sign == "/" and other:
                value /= other
            else:
                value = math.nan  # a rounding error decides what is left of a division, so nothing is compared
            text = [*text, *more, sign]
        return value, text

    def signed(self):
        if (sign := self.items[self.place]) in ("+", "-"):
            self.take()
            value, text = self.signed()
            return (value if sign == "+" else -value), [*text, f"u{sign}"]
        return self.power()

    def power(self):
        value, text = self.atom()
        if self.items[self.place] == "^":
            self.take()
            other, more = self.signed()
            tame = 0.0 < value < 1e6 and abs(other) < 20.0
            return value**other if tame else math.nan, [*text, *more, "^"]
        return value, text

    def atom(self):
        item = self.items[self.place]
        if item is None or item in (*"+-*/%^)",):
            raise LookupError(self.place)
        self.take()
        if item == "(":
            value, text = self.total()
            if self.items[self.place] != ")":
                raise LookupError(self.place)
            self.take()
            return value, text
        return (self.x, ["x"]) if item == "x" else (float(item), [float(item)])


@st.composite
def expressions(draw):
    """Items of a valid expression."""
    items = draw(st.sampled_from([["1"], ["2"], ["3"], [".5"], ["x"]]))
    for _ in range(draw(st.integers(0, 6))):
        other = draw(st.sampled_from([["2"], ["3"], ["-", "x"], ["x"], ["+", "1"]]))
        sign = draw(st.sampled_from("+-*/%^"))
        items = [*items, sign, *other] if draw(st.booleans()) else [*other, sign, *items]
        wrap = draw(st.integers(0, 3))
        items = [["(", *items, ")"], ["-", *items], items, items][wrap]
    return items


def same(got, expected):
    """Check a notation, in a list or a tuple; a number may be an integer."""
    assert_that(list(got) == expected, f"is not {expected}", got)


def test_precedence(candidate):
    """Products bind tighter than sums, powers tighter than products, parentheses tightest."""
    for text, value in (
        ("1 + 2 * 3", 7.0),
        ("2 * 3 + 1", 7.0),
        ("(1 + 2) * 3", 9.0),
        ("2 * 3 ^ 2", 18.0),
        ("(2 * 3) ^ 2", 36.0),
        ("1 + 7 % 4 * 2", 7.0),
        ("12 / 3 / 2", 2.0),
        ("100 / 5 * 2", 40.0),
        ("7 % 4 % 2", 1.0),
        ("7 / 2 + .5", 4.0),
        ("((2.5)) * (4 - (1 + 1))", 5.0),
    ):
        assert_close(candidate.evaluate(text), value)


def test_grouping_of_equal_operators(candidate):
    """Differences, quotients and remainders group from the left, powers from the right."""
    for text, value in (
        ("1 - 2 - 3", -4.0),
        ("1-2+3", 2.0),
        ("24 / 4 / 2", 3.0),
        ("2 * 7 % 4", 2.0),
        ("2 ^ 3 ^ 2", 512.0),
        ("(2 ^ 3) ^ 2", 64.0),
    ):
        assert_close(candidate.evaluate(text), value)


def test_signs(candidate):
    """A sign binds looser than a power and tighter than a product, and may follow an operator."""
    for text, value in (
        ("-2 ^ 2", -4.0),
        ("(-2) ^ 2", 4.0),
        ("2 ^ -1", 0.5),
        ("2 ^ -1 ^ 2", 0.5),
        ("2 ^ -1 * 3", 1.5),
        ("-7 % 3", 2.0),
        ("3 * -2", -6.0),
        ("3 - -2", 5.0),
        ("3 + +2", 5.0),
        ("--4", 4.0),
        ("-+-4", 4.0),
        ("+3", 3.0),
        ("-(1 + 2)", -3.0),
        ("(-3)", -3.0),
    ):
        assert_close(candidate.evaluate(text), value)


def test_values_of_names(candidate):
    """Names are replaced by their values."""
    assert_close(candidate.evaluate("x * (y_1 - x) / 4", {"x": 2.0, "y_1": 7.5}), 2.75)
    assert_close(candidate.evaluate("rate + 1", variables={"rate": 0.5, "unused": 3.0}), 1.5)


def test_notation_by_hand(candidate):
    """Operators follow their operands, in the order of precedence; signs are called u- and u+."""
    same(candidate.to_rpn("1 + 2 * 3"), [1.0, 2.0, 3.0, "*", "+"])
    same(candidate.to_rpn("(1 + 2) * a"), [1.0, 2.0, "+", "a", "*"])
    same(candidate.to_rpn("a % b / c - d"), ["a", "b", "%", "c", "/", "d", "-"])
    same(candidate.to_rpn("a / b % c"), ["a", "b", "/", "c", "%"])
    same(candidate.to_rpn("-2 ^ +x"), [2.0, "x", "u+", "^", "u-"])
    same(candidate.to_rpn("((7))"), [7.0])


@given(items=expressions(), gaps=st.integers(0, 2))
def test_agrees_with_recursive_descent(candidate, items, gaps):
    """Value and notation of random expressions are those that the grammar gives, with and without spaces."""
    value, notation = Parser(items, 1.5).parse()
    text = (" " * gaps).join(items)
    same(candidate.to_rpn(text), notation)
    if abs(value) < 1e12:
        assert_close(candidate.evaluate(text, {"x": 1.5}), value)


@pytest.mark.fine
def test_tokens_by_hand(candidate):
    """Each token comes with kind, value and position; white space is skipped but counted."""
    expected = [
        ("number", 12.0, 1),
        ("operator", "*", 3),
        ("parenthesis", "(", 5),
        ("name", "x_1", 6),
        ("operator", "-", 9),
        ("number", 0.5, 10),
        ("parenthesis", ")", 12),
        ("operator", "^", 13),
        ("operator", "%", 14),
        ("operator", "/", 16),
        ("operator", "+", 19),
    ]
    assert_equal(candidate.tokenize(" 12* (x_1-.5)^%\t/\n +"), expected)
    assert_equal(candidate.tokenize(""), [])
    assert_equal(candidate.tokenize("  "), [])


@pytest.mark.fine
def test_shapes_of_numbers(candidate):
    """Decimals and exponents of every shape belong to the number, also with a sign in the exponent."""
    for text, value in (
        ("0", 0.0),
        ("007", 7.0),
        ("2.5", 2.5),
        (".25", 0.25),
        ("3.", 3.0),
        ("1e-3", 0.001),
        ("1E+3", 1000.0),
        ("2.5e2", 250.0),
        (".5e1", 5.0),
        ("4.e10", 4e10),
        ("123456789012", 123456789012.0),
    ):
        assert_equal(candidate.tokenize(text), [("number", value, 0)])


@pytest.mark.fine
def test_tokens_are_as_long_as_possible(candidate):
    """A number ends where it cannot go on, and what follows is a token of its own."""
    assert_equal(candidate.tokenize("1.2.3"), [("number", 1.2, 0), ("number", 0.3, 3)])
    assert_equal(candidate.tokenize("2x"), [("number", 2.0, 0), ("name", "x", 1)])
    assert_equal(candidate.tokenize("1e"), [("number", 1.0, 0), ("name", "e", 1)])
    assert_equal(
        candidate.tokenize("1e-x"), [("number", 1.0, 0), ("name", "e", 1), ("operator", "-", 2), ("name", "x", 3)]
    )
    assert_equal(candidate.tokenize("1 e5"), [("number", 1.0, 0), ("name", "e5", 2)])
    assert_equal(
        candidate.tokenize("-1-2"), [("operator", "-", 0), ("number", 1.0, 1), ("operator", "-", 2), ("number", 2.0, 3)]
    )
    assert_equal(candidate.tokenize("_A1b A"), [("name", "_A1b", 0), ("name", "A", 5)])


@pytest.mark.fine
@pytest.mark.parametrize("text", ["$", "1 + @", "a.b", ".", "x = 1", "3!"])
def test_unknown_characters(candidate, text):
    """A character that begins no token raises ValueError everywhere."""
    for f in (candidate.tokenize, candidate.to_rpn, candidate.evaluate):
        with assert_raises(ValueError):
            f(text)


@pytest.mark.fine
def test_types_of_the_notation(candidate):
    """The notation is a list of floats and strings."""
    assert_equal(candidate.to_rpn("2 ^ -x ^ 2 + 10"), [2.0, "x", 2.0, "^", "u-", "^", 10.0, "+"])


@pytest.mark.fine
@pytest.mark.parametrize("kind", list(FAULTS))
def test_first_error(candidate, kind):
    """error_position gives the first token that cannot follow what stands before it."""
    for text, position in FAULTS[kind]:
        assert_equal(candidate.error_position(text), position)


@pytest.mark.fine
def test_faulty_expressions_raise(candidate):
    """Every expression that is not valid raises ValueError, whatever else is wrong with it."""
    for text, _ in itertools.chain(*FAULTS.values()):
        for f in (candidate.to_rpn, candidate.evaluate):
            with assert_raises(ValueError):
                f(text)
    for text in ("y + (1", "1 / 0 +", "1 / 0 )"):
        with assert_raises(ValueError):
            candidate.evaluate(text)


@pytest.mark.fine
def test_valid_expressions_have_no_error(candidate):
    """error_position of a valid expression is None, also where evaluating it would fail."""
    for text in ("1", " ( x ) ", "-(-1)", "1/0", "2^-x", "1 +2", "a*(b-(c))"):
        assert_equal(candidate.error_position(text), None)


@pytest.mark.fine
@given(items=st.lists(ITEMS, max_size=7))
def test_first_error_of_random_items(candidate, items):
    """The first error in a random row of items is where a reader of the grammar stops."""
    text = " ".join(items)
    starts = [sum(len(item) + 1 for item in items[:i]) for i in range(len(items))]
    # Depth and what is expected next decide whether a prefix can go on.
    depth, operand_next = 0, True
    expected = None
    for item, start in zip(items, starts, strict=True):
        operand = item in ("1", "2", "3", ".5", "x")
        fits = (
            (operand or item in ("(", "+", "-"))
            if operand_next
            else (item in (*"+-*/%^",) or (item == ")" and depth > 0))
        )
        if not fits:
            expected = start
            break
        depth += (item == "(") - (item == ")")
        operand_next = item not in (")",) and not operand
    else:
        if operand_next or depth:
            expected = len(text)
    assert_equal(candidate.error_position(text), expected)


@pytest.mark.fine
def test_results_are_floats(candidate):
    """The value is a float, also of a lone number and of variables that are integers."""
    for text, value in (("3", 3.0), ("x", 7.0), ("-x", -7.0), ("x / 2", 3.5), ("x - 7", 0.0), ("x * 10 ^ 2", 700.0)):
        got = candidate.evaluate(text, {"x": 7})
        assert_type(got, float)
        assert_close(got, value)


@pytest.mark.fine
def test_remainders(candidate):
    """The remainder has the sign of the divisor, and works for fractions."""
    for text, value in (("7 % -3", -2.0), ("-7 % -3", -1.0), ("(0 - 7) % 3", 2.0), ("7.5 % 2", 1.5), ("-.5 % 2", 1.5)):
        assert_close(candidate.evaluate(text), value)


@pytest.mark.fine
def test_variables(candidate):
    """Names are looked up exactly; a name without a value raises KeyError."""
    values = {"x": 2, "X": 5.5, "x_2": -1, "e": 3, "_": 4, "unused": 0}
    assert_close(candidate.evaluate("x + X * x_2 - e ^ _", values), 2 - 5.5 - 81)
    assert_close(candidate.evaluate("1e1 + e", variables=values), 13.0)
    for variables in (None, {}, {"X": 1}):
        with assert_raises(KeyError):
            candidate.evaluate("2 * x", variables)
    with assert_raises(KeyError):
        candidate.evaluate("y")


@pytest.mark.fine
def test_division_by_zero(candidate):
    """Dividing by zero, modulo zero and zero to a negative power raise ZeroDivisionError."""
    for text in ("1 / 0", "1 % 0", "0 ^ -1", "1 / (2 - 2)", "0 / 0"):
        with assert_raises(ZeroDivisionError):
            candidate.evaluate(text)
    assert_close(candidate.evaluate("0 / 3"), 0.0)
    assert_close(candidate.evaluate("0 ^ 0"), 1.0)


@pytest.mark.fine
def test_powers_that_are_not_real(candidate):
    """A negative number to a power that is no integer raises ValueError; to an integer power it has a value."""
    for text in ("(-8) ^ .5", "(0 - 1) ^ 1.5", "(-2) ^ -.5"):
        with assert_raises(ValueError):
            candidate.evaluate(text)
    assert_close(candidate.evaluate("(-2) ^ 3 + (-2) ^ -2"), -7.75)


@pytest.mark.fine
def test_deep_nesting(candidate):
    """Ten thousand parentheses, signs or powers are no problem."""
    n = 10_000
    assert_close(candidate.evaluate("(" * n + "7" + ")" * n), 7.0)
    assert_close(candidate.evaluate("-" * (n + 1) + "7"), -7.0)
    assert_close(candidate.evaluate("1^" * n + "7"), 1.0)
    assert_equal(candidate.error_position("(" * n + "7" + ")" * (n - 1)), 2 * n)


@pytest.mark.scale
@pytest.mark.parametrize("name", ["tokenize", "to_rpn", "error_position", "evaluate"])
def test_speed(candidate, reference, rng, name):
    """Four thousand tokens are read once, not again and again."""

    def prepare(subject, rng):
        terms = rng.integers(1, 9, size=(667, 2)).tolist()
        text = put(subject, "+".join(f"({a}-{b}" for a, b in terms) + ")" * 667)
        return lambda: getattr(subject, name)(text)

    check = assert_close if name == "evaluate" else assert_equal
    speed(candidate, reference, prepare, rng, limit=40, check=check)
