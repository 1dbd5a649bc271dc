"""The reference of expression_evaluator against Python's own parser and SymPy."""

from __future__ import annotations

import random

import pytest
import sympy

from tests.support.references import References

PIECES = ["1", "2", "3.5", "x", "+", "-", "*", "/", "%", "^", "(", ")"]


def expression(rng: random.Random, depth: int) -> str:
    """Return a random valid expression."""
    if depth == 0:
        return rng.choice(["1", "2", "3.5", ".5", "x", "7e-1"])
    kind = rng.randrange(4)
    if kind == 0:
        return f"({expression(rng, depth - 1)})"
    if kind == 1:
        return f"{rng.choice('+-')}{expression(rng, depth - 1)}"
    return f"{expression(rng, depth - 1)} {rng.choice('+-*/%^')} {expression(rng, rng.randrange(depth))}"


@pytest.mark.parametrize("seed", range(20))
def test_values_agree_with_python(reference: References, seed: int) -> None:
    """Random expressions have the value, or raise the error, that Python gives with ** for ^."""
    solution = reference("expression_evaluator")
    rng = random.Random(seed)
    for _ in range(50):
        text = expression(rng, rng.randrange(6))
        try:
            expected = eval(text.replace("^", "**"), {"x": 1.25})  # noqa: S307 - text of our own
        except ZeroDivisionError:
            with pytest.raises(ZeroDivisionError):
                solution.evaluate(text, {"x": 1.25})
            continue
        except OverflowError:
            continue
        if isinstance(expected, complex):
            with pytest.raises(ValueError, match="not real"):
                solution.evaluate(text, {"x": 1.25})
        else:
            assert solution.evaluate(text, {"x": 1.25}) == pytest.approx(float(expected), rel=1e-12)


@pytest.mark.parametrize("seed", range(10))
def test_validity_agrees_with_python(reference: References, seed: int) -> None:
    """Random rows of tokens are valid if and only if Python can compile them."""
    rng = random.Random(seed)
    for _ in range(200):
        pieces = rng.choices(PIECES, k=rng.randrange(1, 7))
        text = " ".join(pieces)
        try:
            compile(text.replace("^", "**"), "", "eval")
            valid = True
        except SyntaxError:
            valid = False
        # To Python x (1) is a call and () a tuple; to us both are errors.
        if any(b == "(" and a in ("1", "2", "3.5", "x", ")") for a, b in zip(pieces, pieces[1:], strict=False)):
            valid = False
        if any(a == "(" and b == ")" for a, b in zip(pieces, pieces[1:], strict=False)):
            valid = False
        assert (reference("expression_evaluator").error_position(text) is None) == valid, text


@pytest.mark.parametrize("text", ["-2^2 + 3*x", "2^-1^2 * x", "(x + 1)^2 / 4 - x", "2^x^2", "1 - 2 - x*3/4/5"])
def test_values_agree_with_sympy(reference: References, text: str) -> None:
    """SymPy computes the same value."""
    expected = float(sympy.sympify(text.replace("^", "**")).subs("x", sympy.Rational(3, 2)))
    assert reference("expression_evaluator").evaluate(text, {"x": 1.5}) == pytest.approx(expected, rel=1e-12)
