"""The conversation with the worker that runs one submission: requests, replacement, prints."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from grader.candidate.answer import failure_of, is_example
from grader.candidate.calls import Calls
from grader.candidate.crossing import Crossing
from grader.candidate.describe import Call, Import
from grader.candidate.exchange import Exchange, Question
from grader.candidate.failure import Check, SubmissionFailed, Wanted
from grader.candidate.hopeless import Hopeless
from grader.candidate.prints import Prints
from grader.candidate.proxy import Candidate, RemoteFunction, RemoteMethod, RemoteObject
from grader.candidate.transcript import Replay, Taking
from grader.candidate.usage import Usage
from grader.candidate.watch import Breach
from grader.candidate.whereabouts import whereabouts
from grader.content.interface import interface_of
from grader.model import Verdict
from grader.worker.message import Verb
from grader.worker.wire import Closed, Late, WireError

if TYPE_CHECKING:
    from grader.candidate.clock import Clock
    from grader.candidate.exchange import Answer
    from grader.candidate.transcript import Step, Transcript
    from grader.model import Confinement, Exercise, Measure, Submission
    from grader.sandbox import Sandbox, WorkerProcess


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
        self._exchange = Exchange(exercise.limits, self._crossing)
        self._watch = self._exchange.watch
        self._broken: SubmissionFailed | None = None  # what ended the worker, until the next case
        self._unloadable = SubmissionFailed(Verdict.INVALID, refused) if refused else None
        self._hopeless = Hopeless()
        self._call_s = exercise.limits.call_s
        self._prints = Prints(exercise.limits.output_kb)
        self._calls = Calls()
        self._cpu_s = 0.0
        self._peak_mb = 0.0
        self._replay = Replay()
        self._taking: Taking | None = None
        self._requests = 0  # of the case
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
        self._crossing.is_plain = False  # whoever looks at a worker learns more than answers
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
        self._requests = 0
        self.clock = None
        self.measures = []
        self._prints = Prints(self._exercise.limits.output_kb)
        self._watch.begin_case(seconds or self._exercise.limits.case_s, self._worker)
        self._call_s = call_s or self._exercise.limits.call_s

    def output(self) -> str:
        """Return what the submission printed since the case began; a cut is stated."""
        self._crossing.is_plain = False
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
        self._crossing.is_plain = False
        session = Session(self._sandbox, self._exercise, self._submission)
        session._hopeless = self._hopeless
        session.begin_case(seconds=max(0.001, self._watch.left_s), call_s=self._call_s, strict=self._strict)
        return session

    # -- cases that others have passed

    def replay(self, transcript: Transcript) -> bool:
        """Ask what those were asked who passed the case, while the answers are theirs.

        The test, where it has to be run after all, is given these answers when it asks for them.

        Parameters
        ----------
        transcript : Transcript
            What was said so far by those who passed.

        Returns
        -------
        bool
            Whether the answers are one of theirs to the end, so that the case is passed.
        """
        try:
            return self._replay.follow(transcript.first, self._again)
        except BaseException:  # the answer still to come would be taken for the next one's
            self._end_worker()
            raise

    def take_down(self, transcript: Transcript) -> None:
        """Write down from now on what is asked and answered, for a transcript that learns of it if the case is passed."""
        self._taking = Taking(transcript)

    def passed(self) -> None:
        """Have the transcript learn what was taken down."""
        if self._taking is not None:
            self._taking.passed(self._requests, plain=self._crossing.is_plain)

    def end_transcript(self) -> None:
        """Take down nothing more, and forget what was asked already."""
        self._taking = None
        if self._replay:
            self._replay = Replay()
            self._end_worker()  # it may owe an answer

    def _again(self, step: Step) -> Answer | None:
        try:
            self._hopeless.check(step.name)
            self._ready(Call(step.name, (), {}))
        except SubmissionFailed:
            return None  # the test meets the same
        assert self._worker is not None
        return self._exchange.put(self._worker, step.question, self._call_s, self._prints, None)

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
        self._requests += 1
        if self._broken is not None:
            raise self._broken
        if self._crossing.callbacks.serving:
            raise TypeError("a function passed to the submission cannot call the submission")
        self._hopeless.check(call.name)
        asked = 0
        try:
            self._ready(call)
            encoder = self._crossing.encoder(layouts=True)
            structures = encoder.encode_all(values)
            asked = encoder.total
            question = Question(verb, structures, encoder.blobs, asked)
            value, answered = self._converse(call, question, self._call_s, self._taking)
        except SubmissionFailed as failure:
            self.failure = failure
            self._hopeless.note(call.name, failure)
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
        try:
            question = Question(Verb.LOAD, [self._submission.source, file])
            self._converse(Import(file, (), {}), question, exercise.limits.load_s)
        except SubmissionFailed as failure:
            # What cannot be imported now cannot be imported later: every case says so without trying again.  What
            # the import raised is no answer to a test that waits for an exception.
            self._unloadable = SubmissionFailed(failure.verdict, failure.message)
            self._end_worker()
            raise self._unloadable from None

    def _ready(self, call: Call) -> None:
        """See that there is a worker, and that it stops at warnings where the case asks for that."""
        if self._worker is None:
            self._load()
        if self._strict is not self._worker_is_strict:
            self._converse(call, Question(Verb.STRICT, [self._strict]), self._call_s)
            self._worker_is_strict = self._strict

    def _converse(
        self, call: Call, question: Question, seconds: float, taking: Taking | None = None
    ) -> tuple[Any, int]:
        """Return the answer to a question as a value, and its size."""
        worker = self._worker
        assert worker is not None
        answered = False
        try:
            if self._replay:
                answer = self._replay.take(question)
            else:
                answer = self._exchange.put(worker, question, seconds, self._prints, self.clock)
            answered = True
            if taking is not None:
                taking.note(call.name, question, answer)
            if answer.is_value:
                return self._value(call, answer), answer.size
            failure = failure_of(answer.message, call, self._exercise.slug)
            self._crossing.callbacks.raise_error()
            raise failure
        except Breach as breach:
            raise self._breach(call, breach) from None
        except Closed:
            raise self._crash(call) from None
        except Late:
            raise self._break(Verdict.TIMED_OUT, f"{call} did not take its arguments.") from None
        except WireError as error:
            raise self.violation(str(error)) from None
        finally:
            if not answered and self._worker is worker:
                self._end_worker()  # the test was stopped; the answer still to come would be taken for the next one's

    def _value(self, call: Call, answer: Answer) -> Any:
        _, _, structure, modified, _ = answer.message
        (value,) = self._crossing.decode(answer.blobs, answer.size, structure)
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
