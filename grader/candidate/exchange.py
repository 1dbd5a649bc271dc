"""One question to a worker and the answer to it, with the prints and the calls back into the test between them."""

from __future__ import annotations

import os
import struct
from typing import TYPE_CHECKING, Any, NamedTuple

from grader.candidate.answer import kind_of, seconds_of
from grader.candidate.watch import Watch
from grader.worker.message import Kind
from grader.worker.wire import WireError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from grader.candidate.clock import Clock
    from grader.candidate.crossing import Crossing
    from grader.candidate.prints import Prints
    from grader.model import Limits
    from grader.sandbox import WorkerProcess
    from grader.worker.message import Verb

# Plain integers: to read a member of an enum takes longer than to compare it.
_VALUE, _ERROR, _OUTPUT = int(Kind.VALUE), int(Kind.ERROR), int(Kind.OUTPUT)


class Question(NamedTuple):
    """A request as it leaves.

    Attributes
    ----------
    structures : sequence of object
        What stands for the arguments of the verb.
    arrays : sequence of bytes-like
        The bytes of the arrays among them.
    total : int
        How many these are.
    """

    verb: Verb
    structures: Sequence[Any]
    arrays: Sequence[Any] = ()
    total: int = 0


class Answer(NamedTuple):
    """A value or an error as it came.

    Attributes
    ----------
    blobs : memoryview of uint8
        The bytes of the arrays in it.
    size : int
        Bytes of the whole message.
    """

    message: list[Any]
    blobs: memoryview
    size: int

    @property
    def is_value(self) -> bool:
        """Whether the submission gave something."""
        return bool(self.message[0] == _VALUE)


class Exchange:
    """Puts questions to a worker.

    Parameters
    ----------
    limits : Limits
        What the submission may use.
    crossing : Crossing
        What turns the arguments of a call back into values.
    """

    def __init__(self, limits: Limits, crossing: Crossing) -> None:
        self.watch = Watch(limits)
        self._crossing = crossing
        self._identifiers = _identifiers()

    def put(
        self, worker: WorkerProcess, question: Question, seconds: float, prints: Prints, clock: Clock | None
    ) -> Answer:
        """Ask, serve what is asked back, and return the answer.

        Parameters
        ----------
        worker : WorkerProcess
            Whom to ask.
        question : Question
            What.
        seconds : float
            What the answer may take.
        prints : Prints
            Gathers what is printed.
        clock : Clock or None
            What charges the worker, where a case measures.

        Raises
        ------
        Breach
            If a limit was passed.
        WireError
            If the worker hung up, did not take the question, or sent what is no answer.
        """
        watch, channel = self.watch, worker.channel
        request = next(self._identifiers)
        inner_s = 0.0
        watch.begin_call(seconds)
        prints.begin_call()
        # On a busy machine the host waits long for its turn to look again; asleep, it waits only once it is woken.
        channel.eager = clock is None
        if clock is not None:
            self._crossing.begin_measured()
            clock.begin()
        try:
            verb, structures, arrays, total = question
            message: list[Any] = [request, int(verb), self._crossing.take_released(), *structures]
            channel.send(message, arrays, total, look=watch)
            while True:
                answer, blobs = channel.receive(look=watch)
                kind = kind_of(answer, request)
                if kind == _VALUE:
                    inner_s = seconds_of(answer)
                if kind in (_VALUE, _ERROR):
                    return Answer(answer, blobs, channel.received)
                if kind == _OUTPUT:
                    prints.add(answer[1])
                else:
                    if clock is not None:
                        clock.hold()
                    self._serve(worker, answer, blobs)
        finally:
            watch.end_call()
            if clock is not None:
                clock.end(inner_s, channel.sent + channel.received)

    def _serve(self, worker: WorkerProcess, message: list[Any], blobs: memoryview) -> None:
        """Run a function of the test's; whoever asked ends the worker if that stops the test."""
        _, _, identifier, method, args, kwargs = message
        args, kwargs = self._crossing.decode(blobs, worker.channel.received, args, kwargs)
        if type(args) is not list or type(kwargs) is not dict or any(type(k) is not str for k in kwargs):
            raise WireError("a callback has no arguments")
        callbacks = self._crossing.callbacks
        function = callbacks.allowed(identifier, method)
        encoder = self._crossing.encoder()
        self.watch.pause()
        try:
            answer = callbacks.call(lambda: encoder.encode(function(*args, **kwargs)))
        finally:
            self.watch.resume()
        if answer.worked:
            worker.channel.send([True, answer.value], encoder.blobs, encoder.total, look=self.watch)
        else:
            worker.channel.send([False, answer.value], look=self.watch)


def _identifiers() -> Iterator[int]:
    """Yield numbers that nobody can foresee, so that no question can be answered before it is asked."""
    while True:
        yield from struct.unpack("<512Q", os.urandom(4096))
