"""Automatic mutants: which mistakes are made, and what they are called."""

from __future__ import annotations

import ast
import textwrap

import pytest

from grader.authoring.mutation import mutants
from grader.authoring.mutation.bytecode import fingerprint
from grader.authoring.mutation.naming import LONGEST
from grader.errors import ContentError


def names(source: str) -> list[str]:
    """Return the names of the mutants of an indented source."""
    return [mutant.name for mutant in mutants(textwrap.dedent(source))]


def changes(expression: str) -> set[str]:
    """Return what becomes of an expression that a function returns."""
    source = f"import numpy as np\nimport torch\ndef f(x, y, n):\n    return {expression}\n"
    prefix = "f: "
    return {name.removeprefix(prefix) for name in names(source)}


@pytest.mark.parametrize(
    ("expression", "change"),
    [
        ("x + y", "x + y -> x - y"),
        ("x + y", "x + y -> x"),
        ("x - y", "x - y -> y - x"),
        ("f'{x + y}'", "x + y -> x - y"),
        ("x - x.max()", "x - x.max() -> x"),
        ("x / x.sum()", "x / x.sum() -> x"),
        ("x @ y", "x @ y -> y @ x"),
        ("x ** 2", "x ** 2 -> x * 2"),
        ("x // 2", "x // 2 -> x / 2"),
        ("x < y", "x < y -> x <= y"),
        ("x < y", "x < y -> x >= y"),
        ("x == y", "x == y -> x != y"),
        ("x is None", "x is None -> x is not None"),
        ("x in y", "x in y -> x not in y"),
        ("0 <= x < n", "0 <= x < n -> 0 < x < n"),
        ("x and y", "x and y -> x or y"),
        ("x and y", "x and y -> y"),
        ("x if n else y", "x if n else y -> y"),
        ("x if n else y", "x if n else y -> x if not n else y"),
        ("[a for a in x if a]", "return [a for a in x if a] -> return [a for a in x]"),
        ("n(1)", "n(1) -> n(2)"),
        ("n(1)", "n(1) -> n(0)"),
        ("n(0.5)", "n(0.5) -> n(1.0)"),
        ("n(0.5)", "n(0.5) -> n(0.0)"),
        ("n(1e-08)", "n(1e-08) -> n(1e-05)"),
        ("n(True)", "n(True) -> n(False)"),
        ("x[-1]", "x[-1] -> x[-2]"),
        ("x[1:]", "x[1:] -> x[2:]"),
        ("x[1:]", "x[1:] -> x[1:-1]"),
        ("x[:n]", "x[:n] -> x[:n - 1]"),
        ("x[:n]", "x[:n] -> x[1:n]"),
        ("x[::-1]", "x[::-1] -> x"),
        ("x[:, None]", "x[:, None] -> x"),
        ("x[:, None]", "x[:, None] -> x[None, :]"),
        ("x[y, n]", "x[y, n] -> x[n, y]"),
        ("x.T", "return x.T -> return x"),
        ("-x", "return -x -> return x"),
        ("x.sum(axis=0)", "x.sum(axis=0) -> x.sum(axis=1)"),
        ("x.sum(axis=-1)", "x.sum(axis=-1) -> x.sum(axis=0)"),
        ("x.sum(axis=1)", "x.sum(axis=1) -> x.sum()"),
        ("x.sum(axis=1)", "x.sum(axis=1) -> x.mean(axis=1)"),
        ("x.max(keepdims=True)", "x.max(keepdims=True) -> x.max(keepdims=False)"),
        ("x.argmin()", "x.argmin() -> x.argmax()"),
        ("np.argsort(x, kind='stable')", "np.argsort(x, kind='stable') -> np.argsort(x)"),
        (
            "np.searchsorted(x, y, side='right')",
            "np.searchsorted(x, y, side='right') -> np.searchsorted(x, y, side='left')",
        ),
        ("np.einsum('ij->ji', x)", "np.einsum('ij->ji', x) -> np.einsum('ij->ij', x)"),
        ("np.sqrt(x)", "np.sqrt(x) -> x"),
        ("x.clip(0)", "x.clip(0) -> x"),
        ("x.copy()", "x.copy() -> x"),
        ("x.unsqueeze(1)", "x.unsqueeze(1) -> x"),
        ("np.exp(x)", "np.exp(x) -> np.expm1(x)"),
        ("np.zeros(n)", "np.zeros(n) -> np.ones(n)"),
        ("np.maximum(x, y)", "np.maximum(x, y) -> np.minimum(x, y)"),
        ("min(x)", "min(x) -> max(x)"),
        ("sorted(x)", "sorted(x) -> sorted(x, reverse=True)"),
        ("n(x, y)", "n(x, y) -> n(y, x)"),
        ("np.where(n, x, y)", "np.where(n, x, y) -> np.where(n, y, x)"),
        ("range(n)", "range(n) -> range(1, n)"),
        ("range(n)", "range(n) -> range(n - 1)"),
        ("float(x)", "float(x) -> x"),
        ("(x, y)", "return (x, y) -> return (y, x)"),
        ("x.astype(np.float64)", "x.astype(np.float64) -> x.astype(np.float32)"),
    ],
)
def test_expression_gets_its_typical_mistake(expression: str, change: str) -> None:
    """Each operator makes the mistake it is for, and names it."""
    assert change in changes(expression)


@pytest.mark.parametrize(
    ("expression", "change"),
    [
        ("np.maximum(x, y)", "np.maximum(x, y) -> np.maximum(y, x)"),
        ("max(x, y)", "max(x, y) -> max(y, x)"),
        ("x.transpose(1, 2)", "x.transpose(1, 2) -> x.transpose(2, 1)"),
        ("zip(x, y, strict=True)", "zip(x, y, strict=True) -> zip(x, y)"),
    ],
)
def test_mistakes_without_effect_are_not_made(expression: str, change: str) -> None:
    """Arguments of commutative functions are not swapped, and `strict` is not dropped."""
    assert change not in changes(expression)


@pytest.mark.parametrize(
    ("body", "change"),
    [
        ("x = x - 1\nreturn x", "f: x = x - 1 -> pass"),
        ("x += y\nreturn x", "f: x += y -> pass"),
        ("x += y\nreturn x", "f: x += y -> x -= y"),
        ("x += y\nreturn x", "f: x += y -> x = y"),
        ("x[0] = y\nreturn x", "f: x[0] = y -> pass"),
        ("x.append(y)\nreturn x", "f: x.append(y) -> pass"),
        ("del x[0]\nreturn x", "f: del x[0] -> pass"),
        ("if x < 0:\n    raise ValueError('no')\nreturn x", "f: if x < 0: raise ValueError(...) -> pass"),
        ("if x < 0:\n    raise ValueError('no')\nreturn x", "f: raise ValueError(...) -> raise TypeError(...)"),
        ("if x:\n    return y\nreturn x", "f: if x: return y -> pass"),
        ("if x:\n    return y\nreturn x", "f: if x: return y -> if not x: return y"),
        ("for a in x:\n    y(a)", "f: for a in x -> for a in list(x)[1:]"),
        ("for a in x:\n    y(a)", "f: for a in x -> for a in list(x)[:-1]"),
        ("for a in x:\n    if a:\n        break\n    y(a)", "f: break -> continue"),
        ("for a in x:\n    if a:\n        continue\n    y(a)", "f: continue -> break"),
        ("with torch.no_grad():\n    x.add_(y)", "f: with torch.no_grad() -> if True: x.add_(y)"),
    ],
)
def test_statement_gets_its_typical_mistake(body: str, change: str) -> None:
    """Steps are forgotten, totals overwritten, loops cut short."""
    source = f"import torch\ndef f(x, y):\n{textwrap.indent(body, '    ')}\n"

    assert change in names(source)


def test_default_values_are_mutated() -> None:
    """A default of a public signature is part of what is asked."""
    assert "f: x, k=3 -> x, k=4" in names("def f(x, k=3):\n    return x(k)\n")


def test_returned_number_is_negated_where_the_annotation_says_that_it_is_one() -> None:
    """A sign error in the result; texts and tuples have no sign."""
    assert "f: return x.g() -> return -x.g()" in names("def f(x) -> float:\n    return x.g()\n")
    assert names("def f(x) -> str:\n    return x.g()\n") == []


def test_what_no_test_can_see_is_left_alone() -> None:
    """Docstrings, annotations, aliases, messages, imports and type checking are not mutated."""
    source = '''
        """Module, version 1."""
        from typing import TYPE_CHECKING, TypeVar
        import numpy as np

        if TYPE_CHECKING:
            SIZE = 3
        T = TypeVar("T")
        Pair = tuple[int, 2]
        Number = int | None
        __all__ = ["f"]

        def f(x: "Array[1]", y: tuple[int, 2]) -> "Box[2]":
            """Return 3 + 4."""
            z: "Box[5]" = x
            if not z:
                raise KeyError(f"x is {x + 1}, not {2 * y}")
            return z
    '''

    assert names(source) == [
        "f: if not z: raise KeyError(...) -> pass",
        "f: if not z: raise KeyError(...) -> if z: raise KeyError(...)",
        "f: raise KeyError(...) -> raise ValueError(...)",
    ]


def test_options_that_do_not_exist_are_not_tried() -> None:
    """An unknown text for a keyword would only raise, which proves nothing about the tests."""
    assert not any("mode=''" in name for name in changes("np.pad(x, 1, mode='wrap')"))


def test_names_do_not_depend_on_lines() -> None:
    """Blank lines and comments change no name, so that a listed survivor stays listed."""
    source = "def f(x):\n    return x + 1\ndef g(x):\n    return x - 1\n"

    assert names(source) == names(f"# note\n\n\n{source.replace('def g', '# note' + chr(10) * 3 + 'def g')}")


def test_repeats_in_a_function_are_numbered() -> None:
    """The same mistake in two places of a function has two names."""
    made = names("def f(x):\n    y = x * 2\n    return y, x * 2\n")

    assert "f: x * 2 -> x / 2" in made
    assert "f: x * 2 -> x / 2 #2" in made


def test_methods_and_nested_functions_have_dotted_names() -> None:
    """The name says where to look."""
    made = names("class A:\n    def f(self):\n        def g(x):\n            return x + 1\n        return g\n")

    assert "A.f.g: x + 1 -> x - 1" in made


def test_long_names_are_cut_around_the_change() -> None:
    """A name shows what changed, even in a long expression."""
    call = f"g({', '.join(f'argument_{number}' for number in range(12))}, axis=1, last=True)"
    made = [name for name in names(f"def f(x):\n    return {call}\n") if "axis=0" in name]

    assert len(made) == 1
    assert len(made[0]) <= LONGEST + len("f:  -> ") + 2
    assert "axis=1" in made[0]


def test_mutants_differ_from_the_reference_and_from_each_other() -> None:
    """None compiles to the code of another: what is counted is a different program."""
    source = "def f(x, n):\n    if n > 0 and True:\n        x = x[0:n]\n    return not not x\n"
    made = mutants(source)
    marks = [fingerprint(mutant.source) for mutant in made]

    assert None not in marks
    assert len(made) == len(set(marks)) == len(set(marks) - {fingerprint(source)})
    assert len(made) == len({mutant.name for mutant in made})


def test_mutants_come_in_the_same_order_every_time() -> None:
    """The result depends on the source alone."""
    source = "def f(x, y):\n    return {x, y, x + y}\n"

    assert mutants(source) == mutants(source)


def test_the_source_of_a_mutant_is_a_whole_module() -> None:
    """Imports and docstrings stay, and one place differs."""
    (mutant, *_) = mutants('"""Doc."""\nimport math\n\ndef f(x):\n    """Say."""\n    return x + math.pi\n')

    assert mutant.source == '"""Doc."""\nimport math\n\ndef f(x):\n    """Say."""\n    return x - math.pi\n'
    ast.parse(mutant.source)


def test_broken_source_is_an_error_of_the_content() -> None:
    """A reference that is not Python is told in one line."""
    with pytest.raises(ContentError, match="cannot be parsed"):
        mutants("def f(:")


@pytest.mark.parametrize(("left", "right"), [("1", "1.0"), ("0.0", "-0.0"), ("1", "True"), ("{1}", "{2}")])
def test_fingerprint_tells_constants_apart(left: str, right: str) -> None:
    """Values that compare equal are still different programs."""
    assert fingerprint(f"x = f({left})") != fingerprint(f"x = f({right})")
    assert fingerprint(f"x = f({left})") == fingerprint(f"\nx = f({left})  # note")


def test_fingerprint_of_broken_source_is_none() -> None:
    """A mutant that does not compile is no mutant."""
    assert fingerprint("return 1") is None
