"""The calls of one case and what they gave, so that a message can say which call it speaks of, and what led there."""

from __future__ import annotations

import itertools
import weakref
from collections import deque
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from grader.candidate.code import is_array, is_tensor, variable
from grader.candidate.describe import Call, show, spelled
from grader.candidate.failure import About, places
from grader.worker.message import Verb

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.candidate.failure import Comparison, SubmissionFailed
    from grader.content.interface import Interface

_REMEMBERED: Final = 64
_FEW_PARTS: Final = 16
_SMALL_BYTES: Final = 2**16
_STORY_LINES: Final = 12
_ONE_LINE: Final = 100
_LONGEST_NOTE: Final = 30
_LONGEST_LINE: Final = 240  # of a story
_FIRST: Final = 16  # objects of a case whose making is remembered
_UNTOLD: Final = frozenset({Verb.TRIM, Verb.STRICT, Verb.EXAMPLES, Verb.LOAD})


class _Gave(NamedTuple):
    """A call and what it gave; of large arguments and values only words and weak references."""

    call: Call | str
    objects: tuple[Any, ...]  # of the submission's, that the call was about
    value: Any
    is_value: Callable[[Any], bool] | None  # where the value itself is not kept
    name: str  # of what was called


class Calls:
    """Remembers the last calls, the newest last.

    Small arguments and values are kept, since most are never told and need no words.  Of large ones only words and
    weak references stay, so that no submission can fill the host's memory.
    """

    def __init__(self) -> None:
        self._calls: deque[_Gave] = deque(maxlen=_REMEMBERED)
        self._made: list[_Gave] = []  # what made the first objects of the case, however many calls followed

    def gave(self, call: Call, value: Any, asked: int, answered: int) -> None:
        """Remember a call and its value; the items of a short tuple or list count as given too.

        Parameters
        ----------
        call : Call
            What was asked.
        value : object
            What came.
        asked, answered : int
            Bytes of the request and of the answer.
        """
        told: Call | str = call
        objects: tuple[Any, ...] = (call.target,)
        if asked > _SMALL_BYTES:
            told, objects = str(call), _objects(call)
        if answered <= _SMALL_BYTES:
            one = _Gave(told, objects, value, None, call.name)
        else:
            one = _Gave(told, objects, None, _not_kept(value), call.name)
        self._calls.append(one)
        if len(self._made) < _FIRST and _is_remote(value) and call.verb in (Verb.CALL, Verb.PUT):
            self._made.append(one)

    def failed(self, call: Call, asked: int) -> None:
        """Remember a call that gave nothing."""
        large = asked > _SMALL_BYTES
        self._calls.append(_Gave(str(call) if large else call, _objects(call), None, lambda _: False, call.name))

    @property
    def last(self) -> str:
        """The last call in words; empty before the first."""
        return str(self._calls[-1].call) if self._calls else ""

    def explain(self, failure: SubmissionFailed, interface: Interface | None = None) -> str:
        """Return the message of a failure with the call that it speaks of.

        Parameters
        ----------
        failure : SubmissionFailed
            What unwound the hidden test.
        interface : Interface, optional
            What the entry points call their outputs.
        """
        if failure.about is About.ITSELF or not self._calls:
            return failure.message
        last, told, place = self._led(failure)
        words = _spelled(last.call, _names(told, last))
        if failure.about is About.LAST_CALL:
            return f"{words} {failure.message}"
        if place is None:
            return _derived(words, failure)
        if failure.found is None:
            return f"{words}{places(place)} {failure.message}"
        name = last.call.name if isinstance(last.call, Call) else ""
        return _sentence(words, name, place, failure.found, interface)

    def story(self, failure: SubmissionFailed) -> tuple[str, ...]:
        """Return the calls that led to a failure, as code, without the one that its message tells.

        Parameters
        ----------
        failure : SubmissionFailed
            What unwound the hidden test.

        Returns
        -------
        tuple of str
            A call each, in order, on the objects of the submission's that the failure is about; empty where it is
            about none.
        """
        if not self._calls:
            return ()
        last, told, _ = self._led(failure)
        return _lines(told, _names(told, last))

    def entry_point(self, failure: SubmissionFailed) -> str:
        """Return the function or class that a failure is about; empty where nothing was called."""
        return self._led(failure)[0].name.partition(".")[0] if self._calls else ""

    def _led(self, failure: SubmissionFailed) -> tuple[_Gave, list[_Gave], tuple[int, ...] | None]:
        """Return the call that a failure is about, those that led to it, and where in its value the subject is."""
        origin = self._origin(failure.subject) if failure.about is About.VALUE else None
        last, place = origin or (self._calls[-1], None)
        about = {id(each) for each in (*_objects(last.call), *last.objects) if each is not None}
        told: list[_Gave] = []
        remembered = list(self._calls)
        earlier = [gave for gave in self._made if all(gave is not one for one in remembered)] + remembered
        for gave in reversed(earlier[: _index(earlier, last)]):
            objects = {id(each) for each in (*_objects(gave.call), *gave.objects) if each is not None}
            if id(gave.value) in about or about & objects:
                if not _is_lookup(gave):
                    told.append(gave)
                about |= objects
        return last, told[::-1], place

    def _origin(self, subject: Any) -> tuple[_Gave, tuple[int, ...]] | None:
        """Return the call that gave a value, and the index of the value in what it gave."""
        for gave in reversed(self._calls):
            if gave.is_value is not None:
                if gave.is_value(subject):
                    return gave, ()
                continue
            place = _place(gave.value, subject)
            if place is not None:
                return gave, place
        return self._iterated(subject)

    def _iterated(self, subject: Any) -> tuple[_Gave, tuple[int, ...]] | None:
        """Return the call whose iteration gave the items of a list."""
        if type(subject) is not list:
            return None
        items: list[Any] = []
        for gave in reversed(self._calls):
            call = gave.call
            if not isinstance(call, Call) or call.verb not in (Verb.NEXT, Verb.ITER):
                return None
            if call.verb is Verb.NEXT:
                if gave.value is not None and gave.value[0]:
                    items.append(gave.value[1])
            elif len(items) >= len(subject) and all(a is b for a, b in zip(subject, reversed(items), strict=False)):
                iterated = next((g for g in self._calls if g.value is call.target), gave)
                return iterated, ()
        return None


def _index(calls: list[_Gave], one: _Gave) -> int:
    return next((i for i in reversed(range(len(calls))) if calls[i] is one), len(calls))


def _place(value: Any, subject: Any) -> tuple[int, ...] | None:
    """Return where a subject stands in a value, as itself; None where it does not."""
    if value is subject:
        return ()
    if type(value) not in (tuple, list):
        return None
    if len(value) <= _FEW_PARTS:
        for index, item in enumerate(value):
            if item is subject:
                return (index,)
    # A list that a test made of the first items, as `take` does.
    if type(subject) is list and len(subject) <= len(value) and all(map(_is, subject, value)):
        return () if len(subject) == len(value) else None
    return None


def _is(one: Any, other: Any) -> bool:
    return one is other


def _not_kept(value: Any) -> Callable[[Any], bool]:
    if type(value) in (tuple, list) and len(value) <= _FEW_PARTS:
        tests = [_not_kept(each) for each in value] if not any(type(v) in (tuple, list) for v in value) else []
        whole = id(value)
        return lambda subject: id(subject) == whole or any(test(subject) for test in tests)
    try:
        reference = weakref.ref(value)
    except TypeError:  # a list or tuple: it is told by its address, which the subject of a failure keeps taken
        address = id(value)
        return lambda subject: id(subject) == address
    return lambda subject: subject is not None and reference() is subject


def _is_remote(value: Any) -> bool:
    return type(value).__name__ == "RemoteObject"


def _is_lookup(gave: _Gave) -> bool:
    """Whether a call only found out that an attribute is a method, or took a step of an iteration."""
    call = gave.call
    if not isinstance(call, Call):
        return False
    if call.verb in (Verb.NEXT, Verb.ITER) or call.verb in _UNTOLD:
        return True
    return call.verb is Verb.GET and _is_remote(gave.value) and gave.value._type_name == "method"


def _objects(call: Call | str) -> tuple[Any, ...]:
    """Return the objects of the submission's that a call is about."""
    if not isinstance(call, Call):
        return ()
    values = [call.target, *call.args, *call.kwargs.values()]
    parts = [part for value in values if type(value) in (list, tuple) and len(value) <= _FEW_PARTS for part in value]
    return tuple(each for each in [*values, *parts] if _is_remote(each))


# -- words


def _spelled(call: Call | str, names: dict[int, str]) -> str:
    return spelled(call, names) if isinstance(call, Call) else call


def _sentence(subject: str, called: str, place: tuple[Any, ...], found: Comparison, interface: Interface | None) -> str:
    """Return what a call gave and what was expected, on a line of its own each where it is long."""
    path = (*place, *found.place)
    name = interface.output(called, path) if interface is not None else ""
    where, note = "", found.note
    if name:
        rest = places(path[1:])
        output = f"output `{name}`" + (f" at {rest}" if rest else "")
        if found.whole and not place:
            note += f"; the first difference is in {output}"
        else:
            where = f" {output}:"
    else:
        subject += places(place)
        if found.place and found.whole:
            note += f"; the first difference is at {places(found.place)}"
        elif found.place:
            where = f" at {places(found.place)}"
    line = f"{subject} gave{where} {found.got}; expected {found.expected}{note}."
    if len(line) <= _ONE_LINE:
        return line
    return "\n".join([subject, f"gave{where} {found.got}", f"expected {found.expected}", *_remark(note)])


def _remark(note: str) -> list[str]:
    text = note.strip(" ;")
    return [text[1:-1] if text.startswith("(") else text] if text else []


def _derived(last: str, failure: SubmissionFailed) -> str:
    """Return a sentence on a value that the test made of what it was given."""
    found, told = failure.found, failure.message
    if found is None:
        told = told.removeprefix("gave ")
        return f"From {last} the test computed {told}" if told != failure.message else f"From {last}: {told}"
    where = f" at {places(found.place)}" if found.place and not found.whole else ""
    verb = "computed" if is_array(failure.subject) or is_tensor(failure.subject) else "found"
    begin = f"From {last} the test computed" if verb == "computed" else f"After {last} the test found"
    line = f"{begin}{where} {found.got}; expected {found.expected}{found.note}."
    if len(line) <= _ONE_LINE:
        return line
    return "\n".join(
        [f"After {last}", f"the test {verb}{where} {found.got}", f"expected {found.expected}", *_remark(found.note)]
    )


def _names(told: list[_Gave], last: _Gave) -> dict[int, str]:
    """Return what the objects of a story are called, by identity; one that nothing is asked of needs no name."""
    calls = [*told, last]
    used = [{id(each) for each in (*_objects(gave.call), *gave.objects) if each is not None} for gave in calls]
    names: dict[int, str] = {}
    for number, gave in enumerate(told):
        later = set().union(*used[number + 1 :])
        if not _is_remote(gave.value) or id(gave.value) not in later:
            continue
        base = variable(gave.value._type_name)
        call = gave.call
        if isinstance(call, Call) and call.verb is Verb.METHOD and id(call.target) not in later:
            before = names.get(id(call.target), "")
            if before and call.target._type_name == gave.value._type_name:  # such as `fit`, which gives itself
                names[id(gave.value)] = before
                continue
        taken = set(names.values())
        free = (base if n == 1 else f"{base}_{n}" for n in itertools.count(1))
        names[id(gave.value)] = next(name for name in free if name not in taken)
    return names


def _lines(told: list[_Gave], names: dict[int, str]) -> tuple[str, ...]:
    lines = [_line(gave, names) for gave in told]
    if len(lines) <= _STORY_LINES:
        return tuple(lines)
    head = [line for line, gave in zip(lines, told, strict=True) if id(gave.value) in names][:2]
    tail = lines[-(_STORY_LINES - len(head) - 1) :]
    left_out = len(lines) - len(head) - len(tail)
    return (*head, f"# {left_out} more calls, which `kata case` writes out", *tail)


def _line(gave: _Gave, names: dict[int, str]) -> str:
    code = spelled(gave.call, names, _LONGEST_LINE) if isinstance(gave.call, Call) else gave.call
    name = names.get(id(gave.value))
    if name is not None:
        return f"{name} = {code}"
    if gave.value is None or gave.is_value is not None or _is_remote(gave.value):
        return code
    value = show(gave.value)
    return f"{code}  # {value}" if len(value) <= _LONGEST_NOTE else code
