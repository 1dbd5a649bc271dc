"""The conversation with the worker that runs one submission: requests, replacement, prints."""

from __future__ import annotations

import os
import struct
from typing import TYPE_CHECKING, Any

from grader.candidate.answer import failure_of, is_example, kind_of, seconds_of
from grader.candidate.calls import Calls
from grader.candidate.crossing import Crossing
from grader.candidate.describe import Call, Import
from grader.candidate.failure import Check, SubmissionFailed, Wanted
from grader.candidate.hopeless import Hopeless
from grader.candidate.prints import Prints
from grader.candidate.proxy import Candidate, RemoteFunction, RemoteMethod, RemoteObject
from grader.candidate.usage import Usage
from grader.candidate.watch import Breach, Watch
from grader.candidate.whereabouts import whereabouts
from grader.content.interface import interface_of
from grader.model import Verdict
from grader.worker.message import Kind, Verb
from grader.worker.wire import Closed, Late, WireError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.candidate.clock import Clock
    from grader.model import Confinement, Exercise, Measure, Submission
    from grader.sandbox import Sandbox, WorkerProcess


# Plain integers: to read a member of an enum takes longer than to compare it.
_VALUE, _ERROR, _OUTPUT = int(Kind.VALUE), int(Kind.ERROR), int(Kind.OUTPUT)


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
        self._strict = self._worker_is_strict = False  # whether a RuntimeWarning stops a call
        self._worker: WorkerProcess | None = None
        self._crossing = Crossing(self)
        self._watch = Watch(exercise.limits)
        self._broken: SubmissionFailed | None = None  # what ended the worker, until the next case
        self._unloadable = SubmissionFailed(Verdict.INVALID, refused) if refused else None
        self._hopeless = Hopeless()
        self._call_s = exercise.limits.call_s
        self._prints = Prints(exercise.limits.output_kb)
        self._calls = Calls()
        self._cpu_s = 0.0
        self._peak_mb = 0.0
        self._identifiers = _identifiers()
        self.confinement: Confinement | None = None
        #: What charges the requests, while a case measures.
        self.clock: Clock | None = None
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
            self._sandbox.order(exercise.backend, exercise.limits, scratch=exercise.scratch)

    # -- cases

    def begin_case(self, *, seconds: float | None = None, call_s: float | None = None, strict: bool = False) -> None:
        """Forget prints, calls and failures of the case before.

        Parameters
        ----------
        seconds : float, optional
            What the case may take; the exercise's limit by default.
        call_s : float, optional
            What one of its calls may take, seconds; the exercise's limit by default.
        strict : bool, default=False
            Whether a RuntimeWarning in the submission stops its calls, and a changed argument fails the case.
        """
        self._broken = None
        self._strict = strict
        self._crossing.begin_case()
        self._calls = Calls()
        self.clock = None
        self.measures = []
        self._prints = Prints(self._exercise.limits.output_kb)
        self._watch.begin_case(seconds or self._exercise.limits.case_s, self._worker)
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
        return self._calls.explain(failure, interface_of(self._exercise))

    def story(self, failure: SubmissionFailed) -> tuple[str, ...]:
        """Return the calls on objects that led to a failure, as code, without the one that its message tells."""
        return self._calls.story(failure)

    def entry_point(self, failure: SubmissionFailed) -> str:
        """Return the function or class of the submission's that a failure is about; empty where nothing was called."""
        return self._calls.entry_point(failure)

    def begin_example(self) -> None:
        """Forget the calls of the example before: a property is tested on one after the other."""
        self._calls = Calls()

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
        session._hopeless = self._hopeless
        session.begin_case(seconds=max(0.001, self._watch.left_s), call_s=self._call_s, strict=self._strict)
        return session

    # -- what remote objects need

    def release(self, generation: int, identifier: int) -> None:
        """Note that a remote object is no longer needed."""
        self._crossing.release(generation, identifier)

    def is_method(self, type_name: str, name: str) -> bool:
        """Whether an attribute is known to be a method."""
        return self._crossing.is_method(type_name, name)

    def learn_method(self, type_name: str, name: str) -> None:
        """Remember that an attribute is a method."""
        self._crossing.learn_method(type_name, name)

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
        if self._crossing.callbacks.serving:
            raise TypeError("a function passed to the submission cannot call the submission")
        self._hopeless.check(call)
        asked = 0
        try:
            if self._worker is None:
                self._load()
            if self._strict is not self._worker_is_strict:
                self._converse(Verb.STRICT, call, ([self._strict], [], 0), self._call_s)
                self._worker_is_strict = self._strict
            encoder = self._crossing.encoder(layouts=True)
            structures = encoder.encode_all(values)
            asked = encoder.total
            value, answered = self._converse(verb, call, (structures, encoder.blobs, encoder.total), self._call_s)
        except SubmissionFailed as failure:
            self.failure = failure
            self._hopeless.note(call, failure)
            self._calls.failed(call, asked)
            raise
        self._calls.gave(call, value, asked, answered)
        return value

    def examples(self) -> list[list[Any]]:
        """Run the examples of the submission's docstrings: name, line, source, want, got, passed for each."""
        rows = self.request(Verb.EXAMPLES, Call("the examples", (), {}))
        if type(rows) is not list or not all(is_example(row) for row in rows):
            raise self.violation("the examples came in an unknown form")
        return rows

    def _load(self) -> None:
        if self._unloadable is not None:
            raise self._unloadable
        exercise = self._exercise
        self._crossing.begin_worker()
        self._worker_is_strict = False
        worker = self._worker = self._sandbox.start(exercise.backend, exercise.limits, scratch=exercise.scratch)
        self.confinement = worker.confinement
        self._watch.meet(worker)
        file = f"{exercise.slug}.py"
        message: tuple[list[Any], list[Any], int] = ([self._submission.source, file], [], 0)
        try:
            self._converse(Verb.LOAD, Import(file, (), {}), message, exercise.limits.load_s)
        except SubmissionFailed as failure:
            # What cannot be imported now cannot be imported later: every case says so without trying again.  What
            # the import raised is no answer to a test that waits for an exception.
            self._unloadable = SubmissionFailed(failure.verdict, failure.message)
            self._end_worker()
            raise self._unloadable from None

    def _converse(
        self, verb: Verb, call: Call, arguments: tuple[list[Any], list[Any], int], seconds: float
    ) -> tuple[Any, int]:
        """Ask, serve what is asked back, and return the answer and its size."""
        worker, watch, clock = self._worker, self._watch, self.clock
        assert worker is not None
        request = next(self._identifiers)
        structures, arrays, total = arguments
        inner_s, answered = 0.0, False
        watch.begin_call(seconds)
        self._prints.begin_call()
        # On a busy machine the host waits long for its turn to look again; asleep, it waits only once it is woken.
        worker.channel.eager = clock is None
        if clock is not None:
            self._crossing.begin_measured()
            clock.begin()
        try:
            message: list[Any] = [request, int(verb), self._crossing.take_released(), *structures]
            worker.channel.send(message, arrays, total, look=watch)
            while True:
                answer, blobs = worker.channel.receive(look=watch)
                kind = kind_of(answer, request)
                answered = kind in (_VALUE, _ERROR)
                if kind == _VALUE:
                    inner_s = seconds_of(answer)
                    size = worker.channel.received
                    return self._value(call, answer, blobs, size), size
                if kind == _OUTPUT:
                    self._prints.add(answer[1])
                elif kind == _ERROR:
                    failure = failure_of(answer, call, self._exercise.slug)
                    self._crossing.callbacks.raise_error()
                    raise failure
                else:
                    if clock is not None:
                        clock.hold()
                    self._serve(worker, answer, blobs)
        except Breach as breach:
            raise self._breach(call, breach) from None
        except Closed:
            raise self._crash(call) from None
        except Late:
            raise self._break(Verdict.TIMED_OUT, f"{call} did not take its arguments.") from None
        except WireError as error:
            raise self.violation(str(error)) from None
        finally:
            watch.end_call()
            if not answered and self._worker is worker:
                self._end_worker()  # the test was stopped; the answer still to come would be taken for the next one's
            if clock is not None:
                clock.end(inner_s, worker.channel.sent + worker.channel.received)

    def _value(self, call: Call, message: list[Any], blobs: memoryview, size: int) -> Any:
        _, _, structure, modified, _ = message
        (value,) = self._crossing.decode(blobs, size, structure)
        if self._strict and modified and call.name.partition(".")[0] not in self._exercise.mutates:
            told, wanted = f"{call} modified an argument; arguments stay as they are.", Wanted(Check.UNCHANGED, None)
            raise SubmissionFailed(Verdict.WRONG, told, wanted=wanted)
        self._crossing.callbacks.raise_error()
        return value

    # -- the end of a worker

    def _crash(self, call: Call) -> SubmissionFailed:
        ended = self._end_worker()
        if "SIGXCPU" in ended:
            return self._break(Verdict.TIMED_OUT, f"{call} used all its processor time.")
        return self._break(Verdict.CRASHED, f"{call} ended the process: {ended}.")

    def _breach(self, call: Call, breach: Breach) -> SubmissionFailed:
        where = whereabouts(breach.verdict, self._worker, self._submission, f"{self._exercise.slug}.py")
        if breach.whole:
            return self._break(breach.verdict, f"The case {breach.words}, in {call}{where}.")
        return self._break(breach.verdict, f"{call} {breach.words}{where}.")

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

    # -- functions of the test

    def _serve(self, worker: WorkerProcess, message: list[Any], blobs: memoryview) -> None:
        _, _, identifier, method, args, kwargs = message
        args, kwargs = self._crossing.decode(blobs, worker.channel.received, args, kwargs)
        if type(args) is not list or type(kwargs) is not dict or any(type(k) is not str for k in kwargs):
            raise WireError("a callback has no arguments")
        callbacks = self._crossing.callbacks
        function = callbacks.allowed(identifier, method)
        encoder = self._crossing.encoder()
        self._watch.pause()
        try:
            answer = callbacks.call(lambda: encoder.encode(function(*args, **kwargs)))
        except BaseException:  # the test gave up, and the worker waits for an answer that will not come
            self._end_worker()
            raise
        finally:
            self._watch.resume()
        if answer.worked:
            worker.channel.send([True, answer.value], encoder.blobs, encoder.total, look=self._watch)
        else:
            worker.channel.send([False, answer.value], look=self._watch)


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
