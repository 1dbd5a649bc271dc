"""The conversation with the worker that runs one submission: requests, deadlines, replacement, prints."""

from __future__ import annotations

import os
import struct
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from grader.candidate.answer import failure_of, kind_of
from grader.candidate.callbacks import Callbacks
from grader.candidate.calls import Calls
from grader.candidate.describe import Call
from grader.candidate.failure import SubmissionFailed
from grader.candidate.prints import Prints
from grader.candidate.proxy import Candidate, Exposed, RemoteFunction, RemoteMethod, RemoteObject
from grader.model import Verdict
from grader.worker.codec import Decoder, Encoder, Tag
from grader.worker.message import Kind, Verb
from grader.worker.wire import Closed, Late, WireError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.model import Confinement, Exercise, Measure, Submission
    from grader.sandbox import Sandbox, WorkerProcess

_TICK_S: Final = 0.1
_REMOTE: Final = int(Tag.REMOTE)
_CALLBACK: Final = int(Tag.CALLBACK)


@dataclass(frozen=True, slots=True)
class Usage:
    """What all workers of a session used.

    Attributes
    ----------
    cpu_s : float
        Processor seconds.
    peak_memory_mb : float
        Greatest resident memory of one worker, mebibytes.
    """

    cpu_s: float
    peak_memory_mb: float


class Session:
    """Runs one submission in workers that are replaced when they die.

    Parameters
    ----------
    sandbox : Sandbox
        Where workers come from.
    exercise : Exercise
        Whose limits hold.
    submission : Submission
        What the workers run.
    refused : str, default=""
        Why the submission is not run at all; every request then fails with this message.
    """

    def __init__(self, sandbox: Sandbox, exercise: Exercise, submission: Submission, *, refused: str = "") -> None:
        self._sandbox = sandbox
        self._exercise = exercise
        self._submission = submission
        self._allowed = {"warnings_are_errors": exercise.warnings_are_errors, "scratch": exercise.scratch}
        self._worker: WorkerProcess | None = None
        self._warm_mb = 0.0
        self._generation = 0
        self._released: list[int] = []
        self._methods: set[tuple[str, str]] = set()
        self._callbacks = Callbacks()
        self._broken: SubmissionFailed | None = None  # what ended the worker, until the next case
        self._unloadable = SubmissionFailed(Verdict.INVALID, refused) if refused else None
        self._case_deadline = float("inf")
        self._call_s = exercise.limits.call_s
        self._prints = Prints(exercise.limits.output_kb)
        self._calls = Calls()
        self._cpu_s = 0.0
        self._peak_mb = 0.0
        self._identifiers = _identifiers()
        self.confinement: Confinement | None = None
        #: Processor seconds the worker says it spent in the submission; to be believed of a reference only.
        self.inner_s = 0.0
        #: The last failure of a request, so that a failing reference is told apart from a failing submission.
        self.failure: SubmissionFailed | None = None
        #: What the current case has measured.
        self.measures: list[Measure] = []

    @property
    def name(self) -> str:
        """Name of the submission."""
        return self._submission.name

    @property
    def worker(self) -> WorkerProcess:
        """The worker with the submission loaded; started if there is none."""
        if self._worker is None:
            self._load()
        assert self._worker is not None
        return self._worker

    def order(self) -> None:
        """Ask for the worker now, so that it is there when the first request comes."""
        if self._worker is None and self._unloadable is None:
            exercise = self._exercise
            self._sandbox.order(exercise.backend, exercise.limits, **self._allowed)

    # -- cases

    def begin_case(self, *, seconds: float | None = None, call_s: float | None = None) -> None:
        """Forget prints, calls and failures of the case before.

        Parameters
        ----------
        seconds : float, optional
            What the case may take; the exercise's limit by default.
        call_s : float, optional
            What one of its calls may take, seconds; the exercise's limit by default.
        """
        self._broken = None
        self._callbacks = Callbacks()
        self._calls = Calls()
        self.measures = []
        self._prints = Prints(self._exercise.limits.output_kb)
        self._case_deadline = time.monotonic() + (seconds or self._exercise.limits.case_s)
        self._call_s = call_s or self._exercise.limits.call_s

    def output(self) -> str:
        """Return what the submission printed since the case began; a cut is stated."""
        return self._prints.text()

    def explain(self, failure: SubmissionFailed) -> str:
        """Return the message of a failure with the call that it speaks of.

        Parameters
        ----------
        failure : SubmissionFailed
            What unwound the hidden test.
        """
        return self._calls.explain(failure)

    @property
    def last_call(self) -> str:
        """The last call of the case in words; empty before the first."""
        return self._calls.last

    def kill(self) -> None:
        """Begin to end the worker; `close` must follow."""
        if self._worker is not None:
            self._worker.kill()

    def close(self) -> Usage:
        """End the worker and account for all of them."""
        self._end_worker()
        return Usage(self._cpu_s, self._peak_mb)

    def fresh(self) -> Session:
        """Return another session for the same submission, with a worker of its own."""
        session = Session(self._sandbox, self._exercise, self._submission)
        session.begin_case(seconds=max(0.001, self._case_deadline - time.monotonic()), call_s=self._call_s)
        return session

    # -- what remote objects need

    def release(self, generation: int, identifier: int) -> None:
        """Note that a remote object is no longer needed."""
        if generation == self._generation:
            self._released.append(identifier)

    def is_method(self, type_name: str, name: str) -> bool:
        """Whether an attribute is known to be a method."""
        return (type_name, name) in self._methods

    def learn_method(self, type_name: str, name: str) -> None:
        """Remember that an attribute is a method."""
        self._methods.add((type_name, name))

    def violation(self, message: str) -> SubmissionFailed:
        """End the worker for breaking the protocol, and return the failure to raise."""
        return self._break(Verdict.PROTOCOL, f"The worker broke the protocol: {message}.")

    # -- requests

    def request(self, verb: Verb, call: Call, *values: Any) -> Any:
        """Ask the worker for something and wait for the answer.

        Parameters
        ----------
        verb : Verb
            What to do.
        call : Call
            The same in words, for messages.
        *values : object
            Arguments of the verb.

        Returns
        -------
        object
            Plain data, or a remote object.

        Raises
        ------
        SubmissionFailed
            If the submission raised, died, was late, or answered something that is no answer.
        """
        if self._broken is not None:
            raise self._broken
        if self._callbacks.serving:
            raise TypeError("a function passed to the submission cannot call the submission")
        try:
            if self._worker is None:
                self._load()
            value = self._converse(verb, call, values, self._call_s)
        except SubmissionFailed as failure:
            self.failure = failure
            self._calls.failed(call)
            raise
        self._calls.gave(call, value)
        return value

    def examples(self) -> list[list[Any]]:
        """Run the examples of the submission's docstrings: name, line, source, want, got, passed for each."""
        call = Call("the examples", (), {})
        return list(self.request(Verb.EXAMPLES, call))

    def _load(self) -> None:
        if self._unloadable is not None:
            raise self._unloadable
        exercise = self._exercise
        self._generation += 1
        self._released.clear()
        self._worker = self._sandbox.start(exercise.backend, exercise.limits, **self._allowed)
        self.confinement = self._worker.confinement
        self._warm_mb = self._worker.memory_mb()
        source, file = self._submission.source, f"{exercise.slug}.py"
        try:
            self._converse(Verb.LOAD, Call(f"import {file}", (), {}), (source, file), exercise.limits.load_s)
        except SubmissionFailed as failure:
            # What cannot be imported now cannot be imported later: every case says so without trying again.
            self._unloadable = failure
            self._end_worker()
            raise

    def _converse(self, verb: Verb, call: Call, values: tuple[Any, ...], seconds: float) -> Any:
        worker = self._worker
        assert worker is not None
        request = next(self._identifiers)
        deadline = min(time.monotonic() + seconds, self._case_deadline)
        encoder = Encoder(self._opaque, layouts=True)
        structures = [encoder.encode(v) for v in values]
        released, self._released = self._released, []
        try:
            message = [request, verb.value, released, *structures]
            worker.channel.send(message, encoder.blobs, encoder.total, deadline)
            while True:
                message, blobs = self._receive(worker, call, deadline)
                started = time.monotonic()
                kind = kind_of(message, request)
                if kind == Kind.OUTPUT:
                    self._prints.add(message[1])
                elif kind == Kind.VALUE:
                    return self._value(call, message, blobs)
                elif kind == Kind.ERROR:
                    failure = failure_of(message, call, self._exercise.slug)
                    self._callbacks.raise_error()
                    raise failure
                elif kind == Kind.CALLBACK:
                    self._serve(worker, message, blobs, deadline)
                    deadline += time.monotonic() - started
        except Closed:
            raise self._crash(call) from None
        except Late:
            raise self._late(call, deadline) from None
        except WireError as error:
            raise self.violation(str(error)) from None

    def _receive(self, worker: WorkerProcess, call: Call, deadline: float) -> tuple[Any, memoryview]:
        channel, limits = worker.channel, self._exercise.limits
        while not channel.wait(min(deadline, time.monotonic() + _TICK_S)):
            if time.monotonic() >= deadline:
                raise Late
            if worker.memory_mb() > self._warm_mb + limits.memory_mb:
                raise self._break(Verdict.OUT_OF_MEMORY, f"{call} used more than {limits.memory_mb} MiB of memory.")
            if worker.scratch_mb() > limits.scratch_mb:
                raise self._break(Verdict.CRASHED, f"{call} wrote more than {limits.scratch_mb} MiB of files.")
        return channel.receive(deadline)

    def _value(self, call: Call, message: list[Any], blobs: memoryview) -> Any:
        _, _, structure, modified, elapsed = message
        if type(elapsed) is not int or type(modified) is not bool:
            raise WireError("an answer has no time")
        self.inner_s += elapsed * 1e-9
        decoder = Decoder(blobs, self._remote)
        value = decoder.decode(structure)
        decoder.finish()
        if modified and call.name.partition(".")[0] not in self._exercise.mutates:
            raise SubmissionFailed(Verdict.WRONG, f"{call} modified an argument; arguments stay as they are.")
        self._callbacks.raise_error()
        return value

    # -- the end of a worker

    def _crash(self, call: Call) -> SubmissionFailed:
        ended = self._end_worker()
        if "SIGXCPU" in ended:
            return self._break(Verdict.TIMED_OUT, f"{call} used all its processor time.")
        return self._break(Verdict.CRASHED, f"{call} ended the process: {ended}.")

    def _late(self, call: Call, deadline: float) -> SubmissionFailed:
        limits = self._exercise.limits
        if deadline >= self._case_deadline:
            return self._break(Verdict.TIMED_OUT, f"The case took more than {limits.case_s:g} s, in {call}.")
        seconds = limits.load_s if call.name.startswith("import ") else self._call_s
        return self._break(Verdict.TIMED_OUT, f"{call} did not return within {seconds:g} s.")

    def _break(self, verdict: Verdict, message: str) -> SubmissionFailed:
        self._end_worker()
        self._broken = SubmissionFailed(verdict, message)
        return self._broken

    def _end_worker(self) -> str:
        worker, self._worker = self._worker, None
        if worker is None:
            return "unknown"
        self._sandbox.end(worker)
        ended = worker.end()
        self._cpu_s += ended.cpu_s
        self._peak_mb = max(self._peak_mb, ended.peak_memory_mb)
        return ended.status

    # -- values that are not plain data

    def _opaque(self, value: Any) -> Any:
        if isinstance(value, RemoteObject):
            if value._generation != self._generation or value._session is not self:
                raise SubmissionFailed(Verdict.CRASHED, f"{value} is gone with the process that held it.")
            return {_REMOTE: value._identifier}
        if isinstance(value, RemoteFunction):
            return {_REMOTE: value._name}
        if isinstance(value, Exposed):
            return {_CALLBACK: [self._callbacks.offer(value.obj, value.methods), list(value.methods)]}
        if callable(value):
            return {_CALLBACK: [self._callbacks.offer(value), None]}
        raise TypeError(f"a {type(value).__name__} cannot cross to the submission; use plain data or expose()")

    def _remote(self, payload: Any) -> RemoteObject:
        if type(payload) is not list or len(payload) != 3:
            raise WireError("a remote object has no number")
        identifier, name, _ = payload
        if type(identifier) is not int or type(name) is not str or len(name) > 80:
            raise WireError("a remote object has no number")
        return RemoteObject(self, self._generation, identifier, name)

    def _serve(self, worker: WorkerProcess, message: list[Any], blobs: memoryview, deadline: float) -> None:
        _, _, identifier, method, args, kwargs = message
        decoder = Decoder(blobs, self._remote)
        args, kwargs = decoder.decode(args), decoder.decode(kwargs)
        decoder.finish()
        if type(args) is not list or type(kwargs) is not dict or any(type(k) is not str for k in kwargs):
            raise WireError("a callback has no arguments")
        function = self._callbacks.allowed(identifier, method)
        encoder = Encoder(self._opaque)
        try:
            answer = self._callbacks.call(lambda: encoder.encode(function(*args, **kwargs)))
        except BaseException:  # the test gave up, and the worker waits for an answer that will not come
            self._end_worker()
            raise
        deadline += self._call_s
        if answer.worked:
            worker.channel.send([True, answer.value], encoder.blobs, encoder.total, deadline)
        else:
            worker.channel.send([False, answer.value], deadline=deadline)


def session_of(subject: Candidate | RemoteFunction | RemoteObject | RemoteMethod) -> Session:
    """Return the session behind a proxy.

    Raises
    ------
    TypeError
        If the value is no proxy: the hidden test is at fault.
    """
    holder = subject._owner if isinstance(subject, RemoteMethod) else subject
    if isinstance(holder, (Candidate, RemoteFunction, RemoteObject)) and isinstance(holder._session, Session):
        return holder._session
    raise TypeError(f"expected the candidate or something it gave, not {type(subject).__name__}")


def _identifiers() -> Iterator[int]:
    """Yield numbers that nobody can foresee, so that no question can be answered before it is asked."""
    while True:
        yield from struct.unpack("<512Q", os.urandom(4096))
