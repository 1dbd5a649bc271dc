"""Deriving stubs: the answer goes, the interface stays as it was written."""

from __future__ import annotations

import ast

import pytest

from grader.content.catalog import load_catalog
from grader.content.stub import derive_stub, is_pristine
from grader.errors import ContentError
from tests.support.toys import TOYS

REFERENCE = '''\
"""Counting things.

>>> math.floor(2.5)
2
"""

from __future__ import annotations

import heapq
import math
from collections import OrderedDict, deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, overload

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Vector = np.ndarray
LIMIT = 10
_EPS = 1e-12


def count(
    x: Vector,  # shape (n,)
    eps: float = _EPS,
    *,
    key: Callable[[int], int] | None = None,
) -> int:
    """Count é.

    Returns
    -------
    int
    """
    # The answer.
    total = _helper(x)

    def inner() -> None: ...

    return total


@overload
def twice(x: int) -> int: ...
@overload
def twice(x: str) -> str: ...
def twice(x):
    return x + x


def _helper(x: Vector) -> int:
    return len(deque(x))


class Broken(ValueError):
    """Nothing to write here."""


@dataclass
class Counter:
    """A counter."""

    start: int = 0
    _hidden: int = 1

    # Private business.
    @property
    def value(self) -> int:
        """The value."""
        return self.start

    def __len__(self) -> int:
        return self.start

    @np.errstate(all="ignore")
    def step(self) -> None: self.start += 1

    def _peek(self) -> int:
        return heapq.heappop([self.start])


if __name__ == "__main__":
    print(OrderedDict())
'''

STUB = '''\
"""Counting things.

>>> math.floor(2.5)
2
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, overload

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

Vector = np.ndarray
_EPS = 1e-12


def count(
    x: Vector,  # shape (n,)
    eps: float = _EPS,
    *,
    key: Callable[[int], int] | None = None,
) -> int:
    """Count é.

    Returns
    -------
    int
    """
    raise NotImplementedError


@overload
def twice(x: int) -> int: ...
@overload
def twice(x: str) -> str: ...
def twice(x):
    raise NotImplementedError


class Broken(ValueError):
    """Nothing to write here."""


@dataclass
class Counter:
    """A counter."""

    start: int = 0

    @property
    def value(self) -> int:
        """The value."""
        raise NotImplementedError

    def __len__(self) -> int:
        raise NotImplementedError

    def step(self) -> None:
        raise NotImplementedError
'''


def test_the_interface_stays_as_written() -> None:
    """Docstrings, signatures, fields and needed imports stay; bodies, private names and comments go."""
    assert STUB == derive_stub(REFERENCE)


def test_a_stub_is_its_own_stub() -> None:
    """Deriving twice changes nothing."""
    assert STUB == derive_stub(STUB)


def test_windows_line_ends_do_not_matter() -> None:
    """A reference that was saved with CRLF gives the same stub."""
    assert STUB == derive_stub(REFERENCE.replace("\n", "\r\n"))


def test_a_private_base_stays_without_its_answer() -> None:
    """A public class may inherit from a private one; the stub must still be importable."""
    stub = derive_stub("class _Base:\n    def go(self):\n        return 42\n\n\nclass Walk(_Base):\n    pass\n")

    assert "class _Base:" in stub
    assert "42" not in stub
    compile(stub, "stub", "exec")


def test_an_unneeded_typing_block_goes() -> None:
    """`TYPE_CHECKING` is not imported for nothing."""
    source = (
        "from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    from pathlib import Path\n\n\n"
        "def f() -> int:\n    return _g()\n\n\ndef _g(x: Path) -> int:\n    return 1\n"
    )

    assert "def f() -> int:\n    raise NotImplementedError\n" == derive_stub(source)


def test_quoted_annotations_keep_their_imports() -> None:
    """A name in a quoted annotation counts as used."""
    source = 'from collections import deque\n\n\ndef f(x: "deque[int]") -> None:\n    x.pop()\n'

    assert "from collections import deque" in derive_stub(source)


def test_nested_classes_lose_their_answers_too() -> None:
    """A public class in a class is treated like any other."""
    stub = derive_stub("class A:\n    class B:\n        def f(self):\n            return 42\n")

    assert "class A:\n    class B:\n        def f(self):\n            raise NotImplementedError\n" == stub


def test_a_broken_reference_is_told() -> None:
    """A syntax error in a reference is ours, with its line."""
    with pytest.raises(ContentError, match="line 1"):
        derive_stub("def f(:\n")


def test_pristine_means_untouched() -> None:
    """Blanks at line ends do not count as work; anything else does."""
    exercise = load_catalog(TOYS).exercise("add")
    stub = exercise.stub_path.read_text(encoding="utf-8")

    assert is_pristine(exercise, stub)
    assert is_pristine(exercise, stub.replace("\n", "  \r\n"))
    assert not is_pristine(exercise, stub.replace("raise NotImplementedError", "return a + b", 1))


@pytest.mark.parametrize("slug", load_catalog(TOYS).slugs)
def test_the_toy_stubs_are_derived(slug: str) -> None:
    """What lies in the folder is what the reference gives, and it is valid Python."""
    exercise = load_catalog(TOYS).exercise(slug)
    stub = derive_stub(exercise.reference_path.read_text(encoding="utf-8"))

    assert stub == exercise.stub_path.read_text(encoding="utf-8")
    ast.parse(stub)
