"""A record of one case: every call into the submission, what it was given and what it gave.

Only `kata case` keeps one, by running a case again with its seed; a grade keeps words.
"""

from __future__ import annotations

import copy
import itertools
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from grader.candidate.code import is_array, is_tensor
from grader.candidate.describe import Call
from grader.candidate.failure import About, Wanted
from grader.candidate.proxy import Exposed, RemoteFunction, RemoteObject
from grader.candidate.session import Session
from grader.candidate.trace import trace
from grader.worker.message import Verb

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.candidate.failure import SubmissionFailed

# Python keeps one of each of these, so that identity does not tell where one came from.
_EVERYWHERE: Final = (int, str, bytes, type(None))
_TEXT: Final = 20  # characters from which a text that comes back is no coincidence, such as a query
_NOT_RECORDED: Final = frozenset({Verb.TRIM, Verb.STRICT, Verb.EXAMPLES, Verb.LOAD})


@dataclass(frozen=True, slots=True)
class Given:
    """A value that an earlier call gave.

    Attributes
    ----------
    step : int
        Number of that call.
    path : tuple
        Indices and keys that lead from what it gave to the value.
    view : str
        Code behind the value, such as `[0]` or `.T`; often empty.  After `trace.LISTED` its items stand in a list.
    fresh : bool
        Whether each call gets a copy of its own: plain data crosses, objects stay.
    """

    step: int
    path: tuple[Any, ...] = ()
    view: str = ""
    fresh: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry point, given as an argument."""

    name: str


@dataclass(frozen=True, slots=True)
class Handed:
    """A function of the test's, or an object with methods, given as an argument."""

    number: int
    methods: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Strided:
    """An array whose entries do not lie side by side."""

    array: Any


@dataclass(frozen=True, slots=True)
class Opaque:
    """An object of the submission's, by the name of its class."""

    type_name: str


@dataclass(frozen=True, slots=True)
class Asked:
    """One call of the submission's back into the test.

    Attributes
    ----------
    step : int
        During which call.
    method : str
        Name of the method; empty for a function.
    args : tuple
        Positional arguments.
    kwargs : dict
        Keywords.
    answer : object
        What it got.
    failed : str
        Name of what the function raised instead; empty where it returned.
    """

    step: int
    method: str
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    answer: Any
    failed: str = ""


@dataclass(slots=True)
class Step:
    """One call into the submission.

    Attributes
    ----------
    call : Call
        What was asked, with copies of what it was asked with.
    more : tuple
        Of a gradient: positions, output, cotangent and whether those of parameters are wanted.
    value : object
        Copy of what it gave.
    failed : bool
        Whether it gave nothing.
    """

    call: Call
    more: tuple[Any, ...] = ()
    value: Any = None
    failed: bool = False


@dataclass(frozen=True, slots=True)
class Failing:
    """What failed a case.

    Attributes
    ----------
    message : str
        As a learner reads it.
    got : object
        Copy of the value that is wrong.
    origin : object
        The same as an expression of earlier values: `Given`, or lists of them; None where it cannot be told.
    wanted : Wanted or None
        What was asked for.
    """

    message: str
    got: Any
    origin: Any
    wanted: Wanted | None


@dataclass(slots=True)
class Record:
    """One case.

    Attributes
    ----------
    steps : list of Step
        In order.
    functions : list of list of Asked
        What each function of the test was asked, by its number.
    strict : bool
        Whether a RuntimeWarning stops a call.
    failing : Failing or None
        What failed, if something of the submission's did.
    """

    steps: list[Step] = field(default_factory=list)
    functions: list[list[Asked]] = field(default_factory=list)
    strict: bool = False
    failing: Failing | None = None


class RecordingSession(Session):
    """A session that keeps a record of the case, and of the last example of a property."""

    record = Record()

    def begin_case(self, *, seconds: float | None = None, call_s: float | None = None, strict: bool = False) -> None:
        """Begin a record."""
        super().begin_case(seconds=seconds, call_s=call_s, strict=strict)
        self._begin(strict=strict)

    def begin_example(self) -> None:
        """Begin the record anew."""
        super().begin_example()
        self._begin(strict=self.record.strict)

    def _begin(self, *, strict: bool) -> None:
        self.record = Record(strict=strict)
        self._given: dict[int, Given] = {}
        self._values: list[Any] = []  # what the steps gave, kept so that identities stay taken
        self._handed: dict[int, tuple[int, Any]] = {}

    def request(self, verb: Verb, call: Call, *values: Any) -> Any:
        """Ask, and write down what and what came."""
        if verb in _NOT_RECORDED:
            return super().request(verb, call, *values)
        more = tuple(self._copied(value) for value in values[3:]) if verb is Verb.GRADIENTS else ()
        args = tuple(self._copied(each) for each in call.args)
        kwargs = {name: self._copied(each) for name, each in call.kwargs.items()}
        target = None if call.target is None else self._copied(call.target)
        step = Step(Call(call.name, args, kwargs, call.verb, target), more, failed=True)
        self.record.steps.append(step)
        self._values.append(None)
        value = super().request(verb, call, *(self._listening(value) for value in values))
        step.failed = False
        step.value = _plain(value)
        number = len(self._values) - 1
        self._values[number] = value
        inner = value[1] if verb is Verb.NEXT and type(value) is tuple and len(value) == 2 else value
        self._know(inner, number, ())
        return value

    def explain(self, failure: SubmissionFailed) -> str:
        """Return the message of a failure, and keep what failed."""
        message = super().explain(failure)
        subject, wanted = failure.subject, failure.wanted
        origin: Any = None
        if failure.about is About.VALUE and subject is not None:
            origin = self._origin(subject)
        elif self._values:
            last = len(self._values) - 1
            subject, origin = self._values[last], Given(last)
        if wanted is not None:
            wanted = replace(wanted, value=self._copied(wanted.value))
        self.record.failing = Failing(message, _plain(subject), origin, wanted)
        return message

    # -- values that were given

    def _know(self, value: Any, step: int, path: tuple[Any, ...]) -> bool:
        """Note where a value came from; tell whether objects of the submission's are in it."""
        if isinstance(value, RemoteObject):
            self._given[id(value)] = Given(step, path)
            return True
        live = False
        if isinstance(value, (list, tuple)):
            for i, each in enumerate(value):
                live |= self._know(each, step, (*path, i))
        elif isinstance(value, dict):
            for key, each in value.items():
                live |= self._know(each, step, (*path, key))
        elif isinstance(value, str) and len(value) >= _TEXT:
            self._given[id(value)] = Given(step, path)
            return False
        elif not is_array(value) and not is_tensor(value):
            return False
        self._given[id(value)] = Given(step, path, fresh=not live)
        return live

    def _copied(self, value: Any) -> Any:
        """Return a copy of an argument in which earlier values stand for themselves."""
        given = self._given.get(id(value))
        if given is not None and (not given.fresh or _alike(_plain(value), self._at(given))):
            return given
        if isinstance(value, RemoteFunction):
            return Entry(value._name)
        if isinstance(value, RemoteObject):
            return Opaque(value._type_name)
        if isinstance(value, (list, tuple)):
            return type(value)(self._copied(each) for each in value) if type(value) in (list, tuple) else value
        if type(value) is dict:
            return {key: self._copied(each) for key, each in value.items()}
        if is_array(value):
            straight = value.flags.c_contiguous or value.flags.f_contiguous
            return value.copy(order="K") if straight else Strided(value.copy())
        if is_tensor(value):
            plain = value.detach()
            turned = plain.permute(*reversed(range(plain.dim()))) if plain.dim() else plain
            straight = plain.is_contiguous() or turned.is_contiguous()
            return plain.clone() if straight else Strided(plain.clone().contiguous())
        if isinstance(value, Exposed):
            return Handed(self._number(value.obj), value.methods)
        if callable(value) and not isinstance(value, type):
            return Handed(self._number(value), None)
        return copy.copy(value) if isinstance(value, (set, frozenset)) else value

    def _at(self, given: Given) -> Any:
        step = self.record.steps[given.step]
        value = step.value[1] if step.call.verb is Verb.NEXT else step.value
        for key in given.path:
            value = value[key]
        return value

    def _origin(self, subject: Any) -> Any:
        """Return a value as an expression of what calls gave; None where it cannot be told."""
        last = len(self._values) - 1
        for step in range(last, -1, -1):
            value = self._values[step]
            if self.record.steps[step].call.verb is Verb.NEXT:
                value = value[1] if value is not None else None
            found = trace(value, subject) if step == last or not isinstance(subject, _EVERYWHERE) else None
            if found is not None:
                return Given(step, *found)
        if type(subject) is list:
            iterated = self._iterated(subject)
            if iterated is not None:
                return iterated
        if type(subject) in (list, tuple) and subject and not any(isinstance(each, _EVERYWHERE) for each in subject):
            parts = [self._origin(each) for each in subject]
            if all(part is not None for part in parts):
                return type(subject)(parts)
        return None

    def _iterated(self, subject: list[Any]) -> Given | None:
        """Return the iteration whose items a list holds."""
        steps = self.record.steps
        for start in range(len(steps) - 1, -1, -1):
            if steps[start].call.verb is not Verb.ITER:
                continue
            following = itertools.takewhile(lambda i: steps[i].call.verb is Verb.NEXT, range(start + 1, len(steps)))
            given = [self._values[i] for i in following]
            items = [value[1] for value in given if value is not None and value[0]]
            if len(subject) <= len(items) and all(a is b for a, b in zip(subject, items, strict=False)):
                return Given(start, view="" if len(subject) == len(items) else f"[:{len(subject)}]")
        return None

    # -- functions of the test

    def _number(self, obj: Any) -> int:
        if id(obj) not in self._handed:
            self._handed[id(obj)] = len(self.record.functions), obj
            self.record.functions.append([])
        return self._handed[id(obj)][0]

    def _listening(self, value: Any) -> Any:
        """Return a value with its functions replaced by ones that write down what they are asked."""
        if isinstance(value, (RemoteFunction, RemoteObject, type)):
            return value
        if isinstance(value, Exposed):
            number = self._number(value.obj)
            methods = {name: self._listener(number, name, getattr(value.obj, name)) for name in value.methods}
            return Exposed(_Methods(methods), value.methods)
        if type(value) in (list, tuple, dict):
            items = value.values() if type(value) is dict else value
            heard = [self._listening(each) for each in items]
            if all(one is other for one, other in zip(items, heard, strict=True)):
                return value  # the very object, because a tuple of the submission's goes back as what it was
            return dict(zip(value, heard, strict=True)) if type(value) is dict else type(value)(heard)
        if callable(value) and not is_array(value) and not is_tensor(value):
            return self._listener(self._number(value), "", value)
        return value

    def _listener(self, number: int, method: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def listener(*args: Any, **kwargs: Any) -> Any:
            asked = self.record.functions[number]
            copies = tuple(_plain(a) for a in args), {name: _plain(a) for name, a in kwargs.items()}
            step = len(self.record.steps) - 1
            try:
                answer = function(*args, **kwargs)
            except Exception as error:
                asked.append(Asked(step, method, *copies, None, type(error).__name__))
                raise
            asked.append(Asked(step, method, *copies, self._copied(answer)))
            return self._listening(answer)

        return listener


class _Methods:
    def __init__(self, methods: dict[str, Callable[..., Any]]) -> None:
        self.__dict__.update(methods)


def _plain(value: Any) -> Any:
    """Return a deep copy of a value, with names in place of what lives elsewhere."""
    if isinstance(value, RemoteObject):
        return Opaque(value._type_name)
    if isinstance(value, (list, tuple)) and type(value) in (list, tuple):
        return type(value)(_plain(each) for each in value)
    if type(value) is dict:
        return {key: _plain(each) for key, each in value.items()}
    if is_array(value):
        return value.copy(order="K")
    if is_tensor(value):
        return value.detach().clone()
    return copy.copy(value) if isinstance(value, (set, frozenset)) else value


def _alike(one: Any, other: Any) -> bool:
    """Whether a value is what it was."""
    if type(one) is not type(other):
        return False
    if isinstance(one, (list, tuple)):
        return len(one) == len(other) and all(map(_alike, one, other))
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(_alike(one[key], other[key]) for key in one)
    if is_array(one):
        return bool(one.dtype == other.dtype and one.shape == other.shape and one.tobytes() == other.tobytes())
    if is_tensor(one):
        same = one.dtype == other.dtype and one.shape == other.shape
        return bool(same and ((one == other) | ((one != one) & (other != other))).all())  # noqa: PLR0124 - NaN
    return bool(one == other or (one != one and other != other))  # noqa: PLR0124 - NaN
