"""What a hidden test holds: the candidate, its functions and the objects that live in the worker."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from grader.candidate.describe import Call
from grader.worker.message import Verb

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from grader.candidate.conversation import Conversation


@dataclass(frozen=True, slots=True)
class Exposed:
    """A host object whose named methods the submission may call back."""

    obj: Any
    methods: tuple[str, ...]


def _public(name: str) -> str:
    if name.startswith("_"):
        raise AttributeError(f"{name!r} is private; a test speaks of public names only")
    return name


class Candidate:
    """The submission.  An attribute is an entry point: `candidate.softmax(x)`.

    Parameters
    ----------
    session : Conversation
        Conversation with the worker that runs the submission.
    """

    __slots__ = ("_session",)

    def __init__(self, session: Conversation) -> None:
        self._session = session

    def __getattr__(self, name: str) -> RemoteFunction:
        """Return an entry point; whether the submission defines it shows when it is called."""
        return RemoteFunction(self._session, _public(name))

    def __repr__(self) -> str:
        """Say which submission this is."""
        return f"<candidate {self._session.name}>"


class RemoteFunction:
    """A function or class of the submission."""

    __slots__ = ("_name", "_session")

    def __init__(self, session: Conversation, name: str) -> None:
        self._session = session
        self._name = name

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call it in the worker and return the result."""
        name = self._name
        return self._session.request(Verb.CALL, Call(name, args, kwargs), name, list(args), kwargs or None)

    def __getattr__(self, attribute: str) -> Any:
        """Return a class attribute or class method."""
        call = Call(f"{self._name}.{_public(attribute)}", (), {}, Verb.GET)
        return self._session.request(Verb.GET, call, self._name, attribute)

    def __repr__(self) -> str:
        """Say which entry point this is."""
        return f"<entry point {self._name}>"


def _binary(name: str, *, reflected: bool = False) -> Callable[[RemoteObject, Any], Any]:
    def method(self: RemoteObject, other: Any) -> Any:
        """Apply the operator in the worker."""
        return self._operate(name, other, self) if reflected else self._operate(name, self, other)

    return method


class RemoteObject:
    """An object that lives in the worker; operations on it happen there.

    Parameters
    ----------
    session : Conversation
        Conversation with the worker that holds the object.
    generation : int
        Which worker of the session that is.
    identifier : int
        The worker's number for the object.
    type_name : str
        Name of its class, as the worker gave it; for messages only.
    """

    __slots__ = ("_generation", "_identifier", "_session", "_type_name")
    __array_ufunc__ = None  # an array on the left leaves the operator to us

    def __init__(self, session: Conversation, generation: int, identifier: int, type_name: str) -> None:
        for name, value in zip(self.__slots__, (generation, identifier, session, type_name), strict=True):
            object.__setattr__(self, name, value)

    def __del__(self) -> None:
        """Tell the worker, with the next request, that the object is no longer needed."""
        self._session.release(self._generation, self._identifier)

    def _ask(self, verb: Verb, what: str, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None) -> Any:
        call = Call(f"{self._type_name}{what}", args, kwargs or {}, verb, self)
        return self._session.request(verb, call, self, *args)

    def _operate(self, name: str, *operands: Any) -> Any:
        call = Call(f"{self._type_name}.__{name}__", operands, {}, Verb.OPERATE, self)
        return self._session.request(Verb.OPERATE, call, name, *operands)

    __add__, __radd__ = _binary("add"), _binary("add", reflected=True)
    __sub__, __rsub__ = _binary("sub"), _binary("sub", reflected=True)
    __mul__, __rmul__ = _binary("mul"), _binary("mul", reflected=True)
    __truediv__, __rtruediv__ = _binary("truediv"), _binary("truediv", reflected=True)
    __pow__, __rpow__ = _binary("pow"), _binary("pow", reflected=True)
    __matmul__, __rmatmul__ = _binary("matmul"), _binary("matmul", reflected=True)

    def __neg__(self) -> Any:
        """Negate in the worker."""
        return self._operate("neg", self)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the object."""
        call = Call(self._type_name, args, kwargs, Verb.CALL, self)
        return self._session.request(Verb.CALL, call, self, list(args), kwargs or None)

    def __getattr__(self, name: str) -> Any:
        """Return an attribute, or a method to call."""
        if self._session.is_method(self._type_name, _public(name)):
            return RemoteMethod(self, name)
        call = Call(f"{self._type_name}.{name}", (), {}, Verb.GET, self)
        value = self._session.request(Verb.GET, call, self, name)
        if type(value) is RemoteObject and value._type_name == "method":
            self._session.learn_method(self._type_name, name)
            return RemoteMethod(self, name)
        return value

    def __setattr__(self, name: str, value: Any) -> None:
        """Set an attribute."""
        call = Call(f"{self._type_name}.{name}", (value,), {}, Verb.SET, self)
        self._session.request(Verb.SET, call, self, _public(name), value)

    def __iter__(self) -> Iterator[Any]:
        """Iterate in the worker, one item a request."""
        name = f"iter({self._type_name})"
        iterator = self._session.request(Verb.ITER, Call(name, (), {}, Verb.ITER, self), self)
        step = Call(name, (), {}, Verb.NEXT, iterator)
        while True:
            answer = self._session.request(Verb.NEXT, step, iterator)
            if type(answer) is not tuple or len(answer) != 2:
                raise self._session.violation("an iterator gave something other than an item")
            if not answer[0]:
                return
            yield answer[1]

    def __len__(self) -> int:
        """Return the length."""
        length = self._ask(Verb.LEN, ".__len__")
        if type(length) is not int or length < 0:
            raise self._session.violation("a length was no number")
        return length

    def __getitem__(self, index: Any) -> Any:
        """Return an item."""
        return self._ask(Verb.ITEM, ".__getitem__", (index,))

    def __setitem__(self, index: Any, value: Any) -> None:
        """Set an item."""
        self._ask(Verb.SET_ITEM, ".__setitem__", (index, value))

    def __contains__(self, value: Any) -> bool:
        """Whether the object holds a value."""
        return bool(self._ask(Verb.CONTAINS, ".__contains__", (value,)))

    def __bool__(self) -> bool:
        """A remote object is always true: asking it would be a call nobody sees."""
        return True

    def __repr__(self) -> str:
        """Say what it is without asking it."""
        return f"<remote {self._type_name}>"


class RemoteMethod:
    """A method of a remote object, called in one round trip."""

    __slots__ = ("_name", "_owner")

    def __init__(self, owner: RemoteObject, name: str) -> None:
        self._owner = owner
        self._name = name

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call it in the worker and return the result."""
        owner = self._owner
        call = Call(f"{owner._type_name}.{self._name}", args, kwargs, Verb.METHOD, owner)
        return owner._session.request(Verb.METHOD, call, owner, self._name, list(args), kwargs or None)

    def __repr__(self) -> str:
        """Say which method this is."""
        return f"<method {self._owner._type_name}.{self._name}>"


def target_of(subject: RemoteFunction | RemoteObject) -> tuple[Any, str]:
    """Return what stands for a callable in a request, and its name for messages."""
    if isinstance(subject, RemoteFunction):
        return subject._name, subject._name
    return subject, subject._type_name
