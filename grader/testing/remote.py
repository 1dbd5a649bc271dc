"""Verbs for values that live in the submission's process."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from grader.candidate.describe import Call
from grader.candidate.proxy import Candidate, Exposed, RemoteObject
from grader.candidate.session import session_of
from grader.worker.message import Verb

if TYPE_CHECKING:
    from collections.abc import Iterable


def put(candidate: Candidate, value: Any) -> Any:
    """Keep a value in the submission's process, for calls that work in place.

    Parameters
    ----------
    candidate : Candidate
        The submission.
    value : object
        Plain data; it crosses once.

    Returns
    -------
    RemoteObject
        Stands for the value when it is passed as an argument; `fetch` reads it.
    """
    return session_of(candidate).request(Verb.PUT, Call("put", (value,), {}, Verb.PUT), value)


def fetch(remote: Any) -> Any:
    """Return the current value of a remote object as plain data.

    Parameters
    ----------
    remote : RemoteObject or object
        A remote object; plain data is returned as it is.
    """
    if not isinstance(remote, RemoteObject):
        return remote
    return session_of(remote).request(Verb.FETCH, Call("the value in place", (), {}, Verb.FETCH, remote), remote)


def take(values: Iterable[Any], n: int) -> list[Any]:
    """Return at most n items of an iterable that may never end.

    Parameters
    ----------
    values : iterable
        A remote object or plain data.
    n : int
        Greatest number of items.
    """
    iterator = iter(values)
    items: list[Any] = []
    while len(items) < n:
        try:
            items.append(next(iterator))
        except StopIteration:
            break
    return items


def expose(obj: Any, *methods: str) -> Exposed:
    """Let the submission call methods of an object that stays in the test.

    Parameters
    ----------
    obj : object
        An environment, an oracle, a clock.
    *methods : str
        Names of the methods that may be called; nothing else of the object can be reached.
    """
    return Exposed(obj, methods)


def printed(candidate: Candidate) -> str:
    """Return what the submission printed since the case began.

    Parameters
    ----------
    candidate : Candidate
        The submission.
    """
    return session_of(candidate).output()
