"""Values in a script: literals, arrays beside it, earlier results, and functions that answer as those of the test did."""

from __future__ import annotations

import io
import itertools
import re
from typing import TYPE_CHECKING, Any, Final

from grader.candidate.code import Writer, is_array, is_tensor
from grader.candidate.record import Entry, Given, Handed, Opaque, Strided
from grader.candidate.trace import LISTED
from grader.practice.case_script import pieces

if TYPE_CHECKING:
    from grader.candidate.record import Asked

#: Variable that holds the learner's module.
MODULE: Final = "attempt"
_BESIDE: Final = 60


class Values(Writer):
    """Writes every value of a record in full.

    Parameters
    ----------
    asked : list of list of Asked
        What each function of the test was asked.
    """

    def __init__(self, asked: list[list[Asked]]) -> None:
        super().__init__()
        self._asked = asked
        #: Lines of the script; functions are made where they are first used.
        self.lines: list[str] = []
        #: Names of `pieces` that the script needs.
        self.uses: set[str] = set()
        #: Variables that hold what calls gave, by the number of the call.
        self.results: dict[int, str] = {}
        #: Variables that hold functions of the test's.
        self.functions: dict[tuple[int, tuple[str, ...] | None], str] = {}
        #: Name of the parameter that is being written.
        self.hint = ""
        self.arrays: dict[str, Any] = {}
        self._taken = {"np", "torch", "got", "expected", "data", "sys", "copy", MODULE, *pieces.NAMES}

    def packed(self) -> bytes:
        """Return the file of arrays; empty where there are none."""
        if not self.arrays:
            return b""
        import numpy as np

        file = io.BytesIO()
        np.savez_compressed(file, **self.arrays)
        return file.getvalue()

    def write(self, value: Any) -> str:
        """Return a value as an expression, whatever its length."""
        return self._written(value)

    def large(self, value: Any) -> str:
        """Return how a large array is read, or a long value as it is."""
        if is_array(value) or is_tensor(value):
            return self.beside(value)
        return repr(value)

    def array(self, value: Any) -> str:
        """Return an array; one that prints inexactly lies beside."""
        return self.large(value) if value.dtype.kind in "fc" and value.dtype.itemsize > 16 else super().array(value)

    def _container(self, value: Any) -> str:
        if len(value) <= _BESIDE or not isinstance(value, (list, tuple, dict)):
            return super()._container(value) if len(value) <= _BESIDE else repr(value)
        inside = [self._written(each) for each in (value.values() if isinstance(value, dict) else value)]
        if isinstance(value, dict):
            keys = [self._written(key) for key in value]
            return "{" + ", ".join(f"{k}: {v}" for k, v in zip(keys, inside, strict=True)) + "}"
        return f"[{', '.join(inside)}]" if isinstance(value, list) else f"({', '.join(inside)})"

    def other(self, value: Any) -> str:
        """Return what stands for an earlier value, a function or an object."""
        match value:
            case Given():
                return self.given(value)
            case Entry():
                return f"{MODULE}.{value.name}"
            case Handed():
                return self.handed(value)
            case Strided():
                self.uses.add("strided")
                return f"strided({self._written(value.array)})"
            case Opaque():
                return self.anything()
        return super().other(value)

    def given(self, value: Given) -> str:
        """Return an earlier value, which crosses anew where it is plain data."""
        name = self.results.get(value.step)
        if name is None:
            return self.anything()
        code = name + "".join(f"[{self.write(key)}]" for key in value.path) + value.view.removeprefix(LISTED)
        if value.view.startswith(LISTED):
            return f"[*{code}]"
        if value.fresh:
            self.uses.add("copy")
            return f"copy.deepcopy({code})"
        return code

    def anything(self) -> str:
        """Return what stands for an object that the record does not know."""
        self.uses.add("ANYTHING")
        return "ANYTHING"

    def beside(self, value: Any) -> str:
        """Keep a large array for the file beside the script, and return how it is read."""
        name = f"array_{len(self.arrays) + 1}"
        self.uses.add("data")
        if is_array(value):
            self.arrays[name] = value
            return f"data[{name!r}]"
        import torch

        plain = value.detach()
        if value.dtype is torch.bfloat16:
            self.arrays[name] = plain.contiguous().view(torch.int16).numpy()
            return f"torch.from_numpy(data[{name!r}]).view(torch.bfloat16)"
        self.arrays[name] = plain.numpy()
        return f"torch.from_numpy(data[{name!r}])"

    def handed(self, value: Handed) -> str:
        """Return the name of a function of the test's; it is made at its first use."""
        key = value.number, value.methods
        if key not in self.functions:
            self.functions[key] = self.new(self.hint or ("function" if value.methods is None else "helper"))
            self.lines += self._recorded(self.functions[key], value)
        return self.functions[key]

    def _recorded(self, name: str, value: Handed) -> list[str]:
        """Return the lines that make a function, or an object with methods, which answers as the test's did."""
        self.uses.add("Recorded")
        asked = self._asked[value.number]
        if value.methods is None:
            return [f"{name} = Recorded({self.answers(asked)})"]
        first = len(self.lines)
        kind, turn = name.title().replace("_", ""), self.new(f"turn_of_{name}")
        answers = {method: f"{self.turns(asked, method)}, {turn}" for method in value.methods}
        if not re.search(rf"\b{name}\b", "\n".join([*self.lines[first:], *answers.values()])):
            methods = [f"    {method} = Recorded({told})" for method, told in answers.items()]
            return [f"{turn} = [0]", f"class {kind}:", "    is_helper = True", *methods, f"{name} = {kind}()"]
        # It answers with itself, or with something that does: `fit` returns its model.
        self.lines[first:first] = [f"{turn} = [0]", f"class {kind}:", "    is_helper = True", f"{name} = {kind}()"]
        return [f"{kind}.{method} = Recorded({told})" for method, told in answers.items()]

    def turns(self, asked: list[Asked], method: str) -> str:
        """Return what a method answered, as rows of arguments, keywords, answer, and how often the object was asked before."""
        rows = [self.answer(each, turn) for turn, each in enumerate(asked) if each.method == method]
        return "[" + "".join(f"\n    {row}," for row in rows) + ("\n]" if rows else "]")

    def answers(self, asked: list[Asked]) -> str:
        """Return what a function answered, as rows of arguments, keywords and answer."""
        rows = [self.answer(each) for each in asked]
        answers: dict[str, set[str]] = {}
        keys = [f"{self.write(each.args)} {self.write(each.kwargs)}" for each in asked]
        for key, row in zip(keys, rows, strict=True):
            answers.setdefault(key, set()).add(row)
        helpers = any(isinstance(each.answer, Handed) and each.answer.methods for each in asked)
        told: dict[str, str] = {}  # what always gets the same plain answer stands once, the rest in order
        for number, (key, row) in enumerate(zip(keys, rows, strict=True)):
            once = len(answers[key]) == 1 and not helpers
            told.setdefault(key if once else f"{key} {number}", row)
        return "[" + "".join(f"\n    {row}," for row in told.values()) + ("\n]" if told else "]")

    def answer(self, asked: Asked, *turn: int) -> str:
        """Return one such row; that of a method ends with its turn."""
        answer = self.write(asked.answer)
        if asked.failed:
            answer = f"RuntimeError('the function that was passed in failed: {asked.failed}')"
        return f"({', '.join([self.write(asked.args), self.write(asked.kwargs), answer, *map(str, turn)])})"

    def new(self, base: str) -> str:
        """Return a name that nothing has yet."""
        for number in itertools.count(1):
            name = base if number == 1 else f"{base}_{number}"
            if name not in self._taken:
                self._taken.add(name)
                return name
        raise AssertionError
