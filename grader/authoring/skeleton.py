"""The text of each file of a new exercise, with what is to be written marked TODO."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from grader.model import Backend

if TYPE_CHECKING:
    from grader.model import Exercise

ALTERNATIVE: Final = "todo_name_the_style.py"
TEXTBOOK: Final = "textbook.py"
# For each backend: import, type, type in a docstring, an argument, how a result prints, a copy.
_KINDS: Final = {
    Backend.PYTHON: ("", "list[float]", "list of float", "[1.0, 2.0]", "[1.0, 2.0]", "list(x)"),
    Backend.NUMPY: (
        "import numpy as np\n",
        "np.ndarray",
        "ndarray of shape (n,)",
        "np.array([1.0, 2.0])",
        "array([1., 2.])",
        "x.copy()",
    ),
    Backend.TORCH: (
        "import torch\n",
        "torch.Tensor",
        "Tensor of shape (n,)",
        "torch.tensor([1.0, 2.0])",
        "tensor([1., 2.])",
        "x.clone()",
    ),
}


def metadata(exercise: Exercise) -> str:
    """Return the skeleton of exercise.toml."""
    return f"""\
format = 1
title = "{exercise.title}"
difficulty = "{exercise.difficulty}"  # TODO: easy, medium or hard
minutes = {exercise.minutes}  # TODO: what an interviewer would allow
backend = "{exercise.backend}"
entry_points = ["{exercise.slug}"]
tags = ["TODO"]
sources = ["TODO: who asks it"]
prerequisites = []
forbidden = []
mutates = []
hints = [
  "TODO: a nudge",
  "TODO: a direction",
  "TODO: nearly the answer",
]

[[follow_ups]]
question = "TODO: what an interviewer asks after a pass"
key_points = ["TODO"]

[[clarifications]]
topic = "TODO: one to three words"
question = "TODO: what a good candidate asks before the first line of code"
answer = "TODO: what the interviewer answers"
"""


def prompt(exercise: Exercise) -> str:
    """Return the skeleton of prompt.md."""
    _, _, _, argument, printed, _ = _KINDS[exercise.backend]
    return f"""\
# {exercise.title}

TODO: two to five sentences, as an interviewer would say them: what to write, for what, with which formula.

## Core

- `{exercise.slug}(x)`: TODO: shapes, and the conventions that change the answer; at most seven bullets.

## Examples

```python
>>> {exercise.slug}({argument})
{printed}
```

## Fine print

| topic | rule |
|---|---|
| TODO: dtypes, empty input, errors, ties | TODO: what holds |

## Not covered

TODO: only what a reader would otherwise worry about.

## Sources

TODO: who asks it.
"""


def reference(exercise: Exercise) -> str:
    """Return the skeleton of the reference."""
    imports, kind, described, argument, printed, copy = _KINDS[exercise.backend]
    return f'''\
"""TODO: say in one line what the exercise is."""

from __future__ import annotations
{imports and chr(10) + imports}

def {exercise.slug}(x: {kind}) -> {kind}:
    """TODO: say in one line what it returns.

    Parameters
    ----------
    x : {described}
        TODO: what it is.

    Returns
    -------
    {described}
        TODO: what it is.

    Examples
    --------
    >>> {exercise.slug}({argument})
    {printed}
    """
    return {copy}  # TODO: the solution, with the maths in comments
'''


def mutants(exercise: Exercise) -> str:
    """Return the skeleton of mutants.toml."""
    copy = _KINDS[exercise.backend][5]
    return f"""\
format = 1

[[mutants]]
name = "todo_name_the_mistake"
mistake = "TODO: one plausible mistake, in the words that a learner would be told."
core = true  # TODO: a mistake of the algorithm, or not
caught_by = ["test_todo_name_the_fact"]
edits = [{{ old = "return {copy}", new = "return x" }}]
"""


def alternative(exercise: Exercise) -> str:
    """Return the skeleton of another correct solution."""
    return _other(exercise, "TODO: name the style, such as plain loops.", _KINDS[exercise.backend][5])


def textbook(exercise: Exercise) -> str:
    """Return the skeleton of the solution as a textbook writes it."""
    title = "TODO: as which textbook, lecture or library writes it: no validation, no care of dtypes."
    return _other(exercise, title, _KINDS[exercise.backend][5])


def _other(exercise: Exercise, title: str, result: str) -> str:
    imports, kind, *_ = _KINDS[exercise.backend]
    return f'''\
"""{title}"""

from __future__ import annotations
{imports and chr(10) + imports}

def {exercise.slug}(x: {kind}) -> {kind}:
    """TODO: the same in another way."""
    return {result}
'''


def tests(exercise: Exercise) -> str:
    """Return the skeleton of hidden_tests.py."""
    imports, _, _, argument, _, _ = _KINDS[exercise.backend]
    return f'''\
"""Hidden tests of {exercise.slug}."""

{imports and imports.rstrip() + chr(10)}import pytest

from grader.testing import assert_close, assert_equal


def test_todo_name_the_fact(candidate):
    """TODO: the sentence that the learner reads; without a mark a case is core."""
    assert_close(candidate.{exercise.slug}({argument}), {argument})


@pytest.mark.fine
def test_todo_name_the_rule(candidate):
    """TODO: a rule of the fine print."""
    assert_equal(candidate.{exercise.slug}({argument}), {argument})
'''


def oracle(exercise: Exercise) -> str:
    """Return the skeleton of the oracle test."""
    _, _, _, argument, _, _ = _KINDS[exercise.backend]
    imports = {Backend.PYTHON: "\n", Backend.NUMPY: "import numpy as np\n\n\n", Backend.TORCH: "import torch\n\n\n"}
    return f'''\
"""The reference of {exercise.slug} against TODO: an independent library."""

{imports[exercise.backend]}def test_agrees_with_a_library(reference):
    """TODO: the reference agrees with the library on random inputs."""
    x = {argument}
    assert list(x) == list(reference("{exercise.slug}").{exercise.slug}(x))
'''
