"""A failing case as a script that needs nothing but the attempt and its libraries."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from grader.candidate.code import Writer, variable
from grader.candidate.describe import Call, written
from grader.candidate.failure import Check
from grader.candidate.record import Given, Handed, Opaque
from grader.content.interface import interface_of
from grader.model import Verdict
from grader.practice.case_script import pieces
from grader.practice.case_script.values import MODULE, Values
from grader.worker.message import Verb

if TYPE_CHECKING:
    from pathlib import Path

    from grader.candidate.record import Record, Step
    from grader.practice.failing_case import FailingCase

MARK: Final = "# A failing case of "
_INLINE: Final = 48
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


class _Script:
    """A script in the making."""

    def __init__(self, case: FailingCase, attempt: Path, arrays_name: str) -> None:
        self._case = case
        self._record: Record = case.record
        self._attempt = attempt
        self._arrays_name = arrays_name
        self._interface = interface_of(case.exercise)
        self._values = Values(case.record.functions)
        self._lines = self._values.lines
        self._uses = self._values.uses
        self._last_call = 0  # line of the call written last

    def written(self) -> CaseScript:
        steps = self._record.steps
        needed = _needed(self._record)
        number = 0
        while number < len(steps):
            number += self._step(number, steps, needed)
        self._verdict()
        text = "\n".join([*self._head(), *self._lines]) + "\n"
        return CaseScript(text, self._values.packed())

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
            self._uses.add("copy")
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
        if last and failing is not None and failing.origin == Given(number):
            name = self._values.results[number] = "got"
        else:
            made = step.value.type_name if isinstance(step.value, Opaque) else "result"
            name = self._values.results[number] = self._values.new(variable(made))
        self._lines.append(f"{name} = {code}")

    def _unchanged(self, step: Step) -> None:
        self._uses |= {"copy", "same"}
        args, kwargs = self._values.write(list(step.call.args)), self._values.write(step.call.kwargs)
        self._lines += [f"arguments = {args}", f"keywords = {kwargs}", "before = copy.deepcopy((arguments, keywords))"]
        self._lines.append(f"{self._owner(step)}(*arguments, **keywords)")
        self._lines += ["print('got     ', (arguments, keywords))", "print('expected', before)"]
        self._lines.append("sys.exit(0 if same((arguments, keywords), before) else 1)")

    def _owner(self, step: Step) -> str:
        if step.call.target is None:
            return f"{MODULE}.{step.call.name}"
        owner = self._values.write(step.call.target)
        return owner if step.call.verb is Verb.CALL else f"{owner}.{step.call.name.rpartition('.')[2]}"

    def _code(self, step: Step) -> str:
        call = step.call
        args = tuple(_Code(self._argument(call, i, each)) for i, each in enumerate(call.args))
        kwargs = {name: _Code(self._argument(call, name, each)) for name, each in call.kwargs.items()}
        name = f"{MODULE}.{call.name}" if call.target is None else call.name
        if call.verb is Verb.GRADIENTS:
            self._uses.add("gradients")
            function = self._values.write(call.target) if call.target is not None else name
            wrt, output, cotangent, parameters = (self._values.write(each) for each in step.more)
            inside = ", ".join(args)
            named = ", ".join(f"{k!r}: {v}" for k, v in kwargs.items())
            return f"gradients({function}, [{inside}], {{{named}}}, {wrt}, {output}, {cotangent}, {parameters})"
        target = None if call.target is None else _Code(self._values.write(call.target))
        return written(Call(name, args, kwargs, call.verb, target), _Joined())

    def _argument(self, call: Call, place: int | str, value: Any) -> str:
        base = place if isinstance(place, str) else self._interface.parameter(call.name, place)
        self._values.hint = variable(base) if base else ""
        code = self._values.write(value)
        self._values.hint = ""
        if len(code) <= _INLINE or isinstance(value, (Given, Handed)):
            return code
        name = self._values.new(variable(base or "argument"))
        self._lines.append(f"{name} = {code}")
        return name

    def _iteration(self, number: int, step: Step, following: list[Step]) -> None:
        owner = self._code(step)
        iterated = owner.removeprefix("iter(").removesuffix(")")
        last = following[-1]
        ended = not last.failed and type(last.value) is tuple and not last.value[0]
        name = self._values.new("items")
        if ended or last.failed:
            self._lines.append(f"{name} = list({iterated})")
        else:
            self._uses.add("itertools")
            self._lines.append(f"{name} = list(itertools.islice({iterated}, {len(following)}))")
        self._values.results[number] = name
        for i in range(len(following)):
            self._values.results[number + 1 + i] = f"{name}[{i}]"

    def _refresh(self, number: int) -> None:
        """Give functions without arguments, such as clocks, what they answered during this call."""
        for (which, methods), name in self._values.functions.items():
            asked = self._record.functions[which]
            if methods is not None or not asked or any(a.args or a.kwargs for a in asked):
                continue
            now = [a for a in asked if a.step == number]
            if now and len({self._values.answer(a) for a in asked}) > 1:
                self._lines.append(
                    f"{name}.answers = {self._values.answers(now)}".replace("\n    ", "").replace(",\n", "")
                )

    # -- the end

    def _verdict(self) -> None:
        failing, result = self._record.failing, self._case.result
        if self._lines and self._lines[-1].startswith("sys.exit("):
            return
        if result.verdict is Verdict.PASSED:
            self._lines += ["print('This case passes.')", "sys.exit(0)"]
            return
        message = failing.message if failing else result.message
        if failing is None or failing.wanted is None or not _is_direct(failing.origin):
            self._told(message)
            return
        wanted = failing.wanted
        got = self._values.write(failing.origin)
        self._lines += [] if got == "got" else ["", f"got = {got}"]
        if wanted.check in _OF:
            function = _OF[wanted.check]
            self._uses.add(function)
            self._lines.append(f"got = {function}(got)")
            self._lines += [f"expected = {wanted.value!r}", pieces.PRINTED, "sys.exit(0 if got == expected else 1)"]
            return
        self._lines += [f"expected = {self._values.write(wanted.value)}", pieces.PRINTED]
        if wanted.check is Check.EQUAL:
            self._uses.add("same")
            self._lines.append("sys.exit(0 if same(got, expected) else 1)")
            return
        self._uses.add("close")
        how = f"{wanted.rtol!r}, {wanted.atol!r}" + ", dtypes=True" * wanted.dtypes
        self._lines.append(f"sys.exit(0 if close(got, expected, {how}) else 1)")

    def _told(self, message: str) -> None:
        """End with what the test found, where it computed something from what the calls gave."""
        last = len(self._record.steps) - 1
        if last >= 0 and self._record.steps[last].failed:
            self._lines.insert(self._last_call, f"# {pieces.one_line(message)}")
            told = f"The call returns now; `kata grade {self._case.exercise.slug}` compares what it gives."
            self._lines += [f"print({told!r})", "sys.exit(0)"]
            return
        lines = [f"print({line!r})" for line in message.splitlines()]
        name = self._values.results.get(last)
        if name is None:
            self._lines += ["", *lines, "sys.exit(1)"]
            return
        self._lines += [*([] if name == "got" else [f"got = {name}"]), "print('got     ', repr(got))", *lines]
        value = self._record.steps[last].value
        if isinstance(value, Opaque):
            self._lines.append("sys.exit(1)")
            return
        self._uses.add("same")
        self._lines.append(f"recorded = {self._values.write(_last(value, self._record))}")
        self._lines.append("sys.exit(1 if same(got, recorded) else 0)  # what the test made of it stays hidden")

    def _head(self) -> list[str]:
        body = "\n".join(self._lines)
        case, exercise = self._case, self._case.exercise
        return pieces.head(
            mark=f"{MARK}{exercise.slug}, written by `kata case {exercise.slug} {case.result.name!r} --seed {case.seed}`.",
            title=case.result.title,
            module=MODULE,
            slug=exercise.slug,
            attempt=str(self._attempt),
            arrays=self._arrays_name if self._values.arrays else "",
            uses=self._uses,
            body=body,
            strict=self._record.strict,
        )


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
