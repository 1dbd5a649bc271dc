"""A failing case as a script that needs nothing but the attempt and its libraries."""

from __future__ import annotations

import io
import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from grader.candidate.code import Writer, is_array, is_tensor, variable
from grader.candidate.describe import Call, written
from grader.candidate.failure import Check
from grader.candidate.record import Entry, Given, Handed, Opaque, Strided
from grader.content.interface import interface_of
from grader.practice import script_parts as parts
from grader.worker.message import Verb

if TYPE_CHECKING:
    from pathlib import Path

    from grader.candidate.record import Asked, Record, Step
    from grader.practice.failing_case import FailingCase

MARK: Final = "# A failing case of "
_INLINE: Final = 48
_BESIDE: Final = 60
_OF: Final = {Check.SHAPE: "shape_of", Check.DTYPE: "dtype_of", Check.TYPE: "type_of"}


@dataclass(frozen=True, slots=True)
class CaseScript:
    """A script and the arrays that lie beside it.

    Attributes
    ----------
    text : str
        The script.
    arrays : bytes
        What the file of arrays holds; empty where the script needs none.
    """

    text: str
    arrays: bytes


def write_script(case: FailingCase, attempt: Path, arrays_name: str) -> CaseScript:
    """Return a case as a script.

    Parameters
    ----------
    case : FailingCase
        What was asked, and what failed.
    attempt : Path
        The learner's file.
    arrays_name : str
        Name of the file for large arrays, which lies beside the script.
    """
    return _Script(case, attempt, arrays_name).written()


class _ScriptWriter(Writer):
    """Writes arguments in full: large arrays go to the file beside, earlier values and functions by their names."""

    def __init__(self, script: _Script) -> None:
        super().__init__()
        self._script = script

    def write(self, value: Any) -> str:
        """Return a value as an expression, whatever its length."""
        return self._written(value)

    def large(self, value: Any) -> str:
        """Return how a large array is read, or a long value as it is."""
        if is_array(value) or is_tensor(value):
            return self._script.beside(value)
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
        script = self._script
        match value:
            case Given():
                return script.given(value)
            case Entry():
                return f"{script.module}.{value.name}"
            case Handed():
                return script.handed(value)
            case Strided():
                script.uses.add("strided")
                return f"strided({self._written(value.array)})"
            case Opaque():
                return script.anything()
        return super().other(value)


class _Script:
    """A script in the making."""

    def __init__(self, case: FailingCase, attempt: Path, arrays_name: str) -> None:
        self._case = case
        self._record: Record = case.record
        self._attempt = attempt
        self._arrays_name = arrays_name
        self._arrays: dict[str, Any] = {}
        self._writer = _ScriptWriter(self)
        self._interface = interface_of(case.exercise)
        self._taken = {"np", "torch", "got", "expected", "data", "sys", "copy", *parts.NAMES}
        self.module = self._new(variable(case.exercise.slug))
        self.uses: set[str] = set()
        self._results: dict[int, str] = {}
        self._functions: dict[tuple[int, tuple[str, ...] | None], str] = {}
        self._lines: list[str] = []
        self._last_call = 0  # line of the call written last
        self._hint = ""  # name of the parameter that is being written

    def written(self) -> CaseScript:
        steps = self._record.steps
        needed = _needed(self._record)
        number = 0
        while number < len(steps):
            number += self._step(number, steps, needed)
        self._verdict()
        text = "\n".join([*self._head(), *self._lines]) + "\n"
        return CaseScript(text, self._packed())

    # -- what values are written as

    def given(self, value: Given) -> str:
        name = self._results.get(value.step)
        if name is None:
            return self.anything()
        code = name + "".join(f"[{self._writer.write(key)}]" for key in value.path) + value.view
        if value.fresh:
            self.uses.add("copy")
            return f"copy.deepcopy({code})"
        return code

    def anything(self) -> str:
        self.uses.add("ANYTHING")
        return "ANYTHING"

    def beside(self, value: Any) -> str:
        name = f"array_{len(self._arrays) + 1}"
        self.uses.add("data")
        if is_array(value):
            self._arrays[name] = value
            return f"data[{name!r}]"
        import torch

        plain = value.detach()
        if value.dtype is torch.bfloat16:
            self._arrays[name] = plain.contiguous().view(torch.int16).numpy()
            return f"torch.from_numpy(data[{name!r}]).view(torch.bfloat16)"
        self._arrays[name] = plain.numpy()
        return f"torch.from_numpy(data[{name!r}])"

    def handed(self, value: Handed) -> str:
        key = value.number, value.methods
        if key not in self._functions:
            self._functions[key] = self._new(self._hint or ("function" if value.methods is None else "helper"))
            self._lines += self._recorded(self._functions[key], value)
        return self._functions[key]

    def _recorded(self, name: str, value: Handed) -> list[str]:
        """Return the lines that make a function, or an object with methods, which answers as the test's did."""
        self.uses.add("Recorded")
        asked = self._record.functions[value.number]
        if value.methods is None:
            return [f"{name} = Recorded({self._answers(asked)})"]
        lines = [f"class {name.title().replace('_', '')}:"]
        lines += [
            f"    {method} = Recorded({self._answers([a for a in asked if a.method == method])})"
            for method in value.methods
        ]
        return [*lines, f"{name} = {name.title().replace('_', '')}()"]

    def _answers(self, asked: list[Asked]) -> str:
        rows = [self._answer(each) for each in asked]
        answers: dict[str, set[str]] = {}
        keys = [f"{self._writer.write(each.args)} {self._writer.write(each.kwargs)}" for each in asked]
        for key, row in zip(keys, rows, strict=True):
            answers.setdefault(key, set()).add(row)
        told: dict[str, str] = {}  # what always gets the same answer stands once, the rest in order
        for number, (key, row) in enumerate(zip(keys, rows, strict=True)):
            told.setdefault(key if len(answers[key]) == 1 else f"{key} {number}", row)
        return "[" + "".join(f"\n    {row}," for row in told.values()) + ("\n]" if told else "]")

    def _answer(self, asked: Asked) -> str:
        answer = self._writer.write(asked.answer)
        if asked.failed:
            answer = f"RuntimeError('the function that was passed in failed: {asked.failed}')"
        return f"({self._writer.write(asked.args)}, {self._writer.write(asked.kwargs)}, {answer})"

    def _new(self, base: str) -> str:
        for number in itertools.count(1):
            name = base if number == 1 else f"{base}_{number}"
            if name not in self._taken:
                self._taken.add(name)
                return name
        raise AssertionError

    # -- calls

    def _step(self, number: int, steps: list[Step], needed: set[int]) -> int:
        """Write one call, or a whole iteration; return how many steps that was."""
        step = steps[number]
        is_method = isinstance(step.value, Opaque) and step.value.type_name == "method"
        if step.call.verb is Verb.GET and is_method and number not in needed:
            return 1
        if step.call.verb is Verb.ITER:
            following = list(itertools.takewhile(lambda s: _continues(s, number), steps[number + 1 :]))
            later = any(_continues(s, number) for s in steps[number + 1 + len(following) :])
            if following and not later:
                self._iteration(number, step, following)
                return 1 + len(following)
        self._refresh(number)
        self._last_call = len(self._lines)
        code = self._code(step)
        if step.call.verb is Verb.PUT:
            code = f"copy.deepcopy({code})" if isinstance(step.call.args[0], Given) else code
        if step.call.verb is Verb.FETCH:
            self.uses.add("copy")
            code = f"copy.deepcopy({code})"
        self._call(number, step, code, needed)
        return 1

    def _call(self, number: int, step: Step, code: str, needed: set[int]) -> None:
        failing = self._record.failing
        wanted = failing.wanted if failing else None
        last = number == len(self._record.steps) - 1
        if last and wanted is not None and wanted.check is Check.RAISES:
            names = ", ".join(wanted.value)
            self._lines += ["", "got = None", "try:", f"    got = {code}", f"except ({names},) as error:"]
            self._lines += ["    print('The case passes now: it raised', type(error).__name__)", "    sys.exit(0)"]
            self._lines += ["print('got     ', repr(got))", f"print('expected', {' or '.join(wanted.value)!r})"]
            self._lines.append("sys.exit(1)")
            return
        if last and wanted is not None and wanted.check is Check.UNCHANGED:
            self._unchanged(step)
            return
        if number not in needed or step.call.verb in (Verb.SET, Verb.SET_ITEM):
            self._lines.append(code)
            return
        made = step.value.type_name if isinstance(step.value, Opaque) else "result"
        name = self._results[number] = self._new(variable(made))
        self._lines.append(f"{name} = {code}")

    def _unchanged(self, step: Step) -> None:
        self.uses |= {"copy", "same"}
        args, kwargs = self._writer.write(list(step.call.args)), self._writer.write(step.call.kwargs)
        self._lines += [f"arguments = {args}", f"keywords = {kwargs}", "before = copy.deepcopy((arguments, keywords))"]
        self._lines.append(f"{self._owner(step)}(*arguments, **keywords)")
        self._lines += ["print('got     ', (arguments, keywords))", "print('expected', before)"]
        self._lines.append("sys.exit(0 if same((arguments, keywords), before) else 1)")

    def _owner(self, step: Step) -> str:
        if step.call.target is None:
            return f"{self.module}.{step.call.name}"
        owner = self._writer.write(step.call.target)
        return owner if step.call.verb is Verb.CALL else f"{owner}.{step.call.name.rpartition('.')[2]}"

    def _code(self, step: Step) -> str:
        call = step.call
        args = tuple(_Code(self._argument(call, i, each)) for i, each in enumerate(call.args))
        kwargs = {name: _Code(self._argument(call, name, each)) for name, each in call.kwargs.items()}
        name = f"{self.module}.{call.name}" if call.target is None else call.name
        if call.verb is Verb.GRADIENTS:
            self.uses.add("gradients")
            function = self._writer.write(call.target) if call.target is not None else name
            wrt, output, cotangent, parameters = (self._writer.write(each) for each in step.more)
            inside = ", ".join(args)
            named = ", ".join(f"{k!r}: {v}" for k, v in kwargs.items())
            return f"gradients({function}, [{inside}], {{{named}}}, {wrt}, {output}, {cotangent}, {parameters})"
        target = None if call.target is None else _Code(self._writer.write(call.target))
        return written(Call(name, args, kwargs, call.verb, target), _Joined())

    def _argument(self, call: Call, place: int | str, value: Any) -> str:
        base = place if isinstance(place, str) else self._interface.parameter(call.name, place)
        self._hint = variable(base) if base else ""
        code = self._writer.write(value)
        self._hint = ""
        if len(code) <= _INLINE or isinstance(value, (Given, Handed)):
            return code
        name = self._new(variable(base or "argument"))
        self._lines.append(f"{name} = {code}")
        return name

    def _iteration(self, number: int, step: Step, following: list[Step]) -> None:
        owner = self._code(step)
        iterated = owner.removeprefix("iter(").removesuffix(")")
        last = following[-1]
        ended = not last.failed and type(last.value) is tuple and not last.value[0]
        name = self._new("items")
        if ended or last.failed:
            self._lines.append(f"{name} = list({iterated})")
        else:
            self.uses.add("itertools")
            self._lines.append(f"{name} = list(itertools.islice({iterated}, {len(following)}))")
        for i in range(len(following)):
            self._results[number + 1 + i] = f"{name}[{i}]"

    def _refresh(self, number: int) -> None:
        """Give functions without arguments, such as clocks, what they answered during this call."""
        for (which, methods), name in self._functions.items():
            asked = self._record.functions[which]
            if methods is not None or not asked or any(a.args or a.kwargs for a in asked):
                continue
            now = [a for a in asked if a.step == number]
            if now and len({self._answer(a) for a in asked}) > 1:
                self._lines.append(f"{name}.answers = {self._answers(now)}".replace("\n    ", "").replace(",\n", ""))

    # -- the end

    def _verdict(self) -> None:
        failing, result = self._record.failing, self._case.result
        if self._lines and self._lines[-1].startswith("sys.exit("):
            return
        message = failing.message if failing else result.message
        if failing is None or failing.wanted is None or not _is_direct(failing.origin):
            self._told(message)
            return
        wanted = failing.wanted
        got = self._writer.write(failing.origin)
        self._lines += ["", f"got = {got}"]
        if wanted.check in _OF:
            function = _OF[wanted.check]
            self.uses.add(function)
            self._lines[-1] = f"got = {function}({got})"
            self._lines += [f"expected = {wanted.value!r}", parts.PRINTED, "sys.exit(0 if got == expected else 1)"]
            return
        self.uses.add("close")
        self._lines.append(f"expected = {self._writer.write(wanted.value)}")
        how = f"{wanted.rtol!r}, {wanted.atol!r}" + ", exact=True" * (wanted.check is Check.EQUAL)
        how += ", dtypes=True" * (wanted.dtypes and wanted.check is Check.CLOSE)
        self._lines += [parts.PRINTED, f"sys.exit(0 if close(got, expected, {how}) else 1)"]

    def _told(self, message: str) -> None:
        """End with what the test found, where it computed something from what the calls gave."""
        last = len(self._record.steps) - 1
        if last >= 0 and self._record.steps[last].failed:
            self._lines.insert(self._last_call, f"# {parts.one_line(message)}")
            told = f"The call returns now; `kata grade {self._case.exercise.slug}` compares what it gives."
            self._lines += [f"print({told!r})", "sys.exit(0)"]
            return
        lines = [f"print({line!r})" for line in message.splitlines()]
        name = self._results.get(last)
        if name is None:
            self._lines += ["", *lines, "sys.exit(1)"]
            return
        self._lines += ["", f"got = {name}", "print('got     ', repr(got))", *lines]
        value = self._record.steps[last].value
        if isinstance(value, Opaque):
            self._lines.append("sys.exit(1)")
            return
        self.uses.add("same")
        self._lines.append(f"recorded = {self._writer.write(_last(value, self._record))}")
        self._lines.append("sys.exit(1 if same(got, recorded) else 0)  # what the test made of it stays hidden")

    def _head(self) -> list[str]:
        body = "\n".join(self._lines)
        case, exercise = self._case, self._case.exercise
        return parts.head(
            mark=f"{MARK}{exercise.slug}, written by `kata case {exercise.slug} {case.result.name!r} --seed {case.seed}`.",
            title=case.result.title,
            module=self.module,
            slug=exercise.slug,
            attempt=str(self._attempt),
            arrays=self._arrays_name if self._arrays else "",
            uses=self.uses,
            body=body,
            strict=self._record.strict,
        )

    def _packed(self) -> bytes:
        if not self._arrays:
            return b""
        import numpy as np

        packed = io.BytesIO()
        np.savez_compressed(packed, **self._arrays)
        return packed.getvalue()


class _Code(str):
    """What is code already."""

    __slots__ = ()


class _Joined(Writer):
    """Takes values that are code already."""

    def write(self, value: Any) -> str:
        return str(value)


def _continues(step: Step, iterator: int) -> bool:
    return step.call.verb is Verb.NEXT and isinstance(step.call.target, Given) and step.call.target.step == iterator


def _is_direct(origin: Any) -> bool:
    if isinstance(origin, (list, tuple)):
        return all(map(_is_direct, origin))
    return isinstance(origin, Given)


def _last(value: Any, record: Record) -> Any:
    return value[1] if record.steps[-1].call.verb is Verb.NEXT else value


def _needed(record: Record) -> set[int]:
    """Return the steps whose values are used later, or are the answer."""
    needed: set[int] = {len(record.steps) - 1}

    def look(value: Any) -> None:
        if isinstance(value, Given):
            needed.add(value.step)
        elif isinstance(value, (list, tuple)):
            for each in value:
                look(each)
        elif isinstance(value, dict):
            look(list(value.values()))

    for step in record.steps:
        look([step.call.target, *step.call.args, step.call.kwargs, *step.more])
    if record.failing is not None:
        look(record.failing.origin)
        look(record.failing.wanted.value if record.failing.wanted else None)
    return needed
