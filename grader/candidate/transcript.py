"""What a case asked and was answered when it passed: the same answers pass again, without the work of the test.

A hidden test is a function of its seed and of the answers that it is given.  So whoever is asked the same and answers
the same, byte for byte, passes what another passed.  Each submission is asked all of it; what is spared is making the
inputs and the expected values once more, and comparing.  A class with one seed gives few different right answers.

Only plain data can be followed: a case that holds objects of the submission's, offers functions, measures, or reads
prints keeps no transcript.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import msgspec

from grader.candidate.exchange import Question
from grader.candidate.watch import Breach
from grader.errors import GraderError
from grader.worker.wire import WireError

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.candidate.exchange import Answer

#: Bytes of one question with its answer, and of all that is kept of one case.
_LARGEST: Final = 2**14
_ROOM: Final = 2**17

_OF_A_VALUE: Final = 2  # the structure, and whether an argument was changed
_OF_AN_ERROR: Final = 4  # reason, name, bases and text

_encode: Final = msgspec.msgpack.Encoder().encode


class Astray(GraderError):
    """A test asked something else than it did with the same answers before."""


@dataclass(slots=True)
class Step:
    """One question of a case.

    Attributes
    ----------
    name : str
        Of what is called.
    question : Question
        As it left, in bytes of its own.
    then : dict of bytes to Step or None
        What followed each answer of those who passed: the next question, or None where that was all.
    """

    name: str
    question: Question
    then: dict[bytes, Step | None] = field(default_factory=dict)


class Transcript:
    """The ways through one case that ended in a pass, as a tree."""

    def __init__(self) -> None:
        self._root: dict[bytes, Step | None] = {}
        self._room = _ROOM
        #: Whether the case can be followed at all.
        self.is_open = True

    @property
    def first(self) -> Step | None:
        """The first question; None where nobody passed yet."""
        return self._root.get(b"")

    def close(self) -> None:
        """Keep nothing of this case."""
        self._root, self.is_open = {}, False

    def learn(self, said: list[tuple[str, Question, bytes]]) -> None:
        """Keep the way of somebody who passed, where there is room.

        Parameters
        ----------
        said : list of (str, Question, bytes)
            What was called, how, and the answer, in order.
        """
        then, answer = self._root, b""
        for name, question, following in said:
            step = then.get(answer)
            if step is None:
                self._room -= _size(question)
                if self._room < 0:
                    return  # what was begun leads nowhere, and does no harm
                step = then[answer] = Step(name, question)
            then, answer = step.then, following
            self._room -= len(answer)
        if said and self._room >= 0:
            then.setdefault(answer, None)


class Transcripts:
    """Those of the cases of one file of hidden tests, kept while runs have the same seed."""

    def __init__(self) -> None:
        self._seed: int | None = None
        self._repeats = False
        self._kept: dict[str, Transcript] = {}

    def begin(self, seed: int, *, repeats: bool = False) -> None:
        """Prepare for a run.

        Parameters
        ----------
        seed : int
            Seed of the run.
        repeats : bool, default=False
            Whether it is known that the seed will come again; else it must have come twice.
        """
        self._repeats = repeats or seed == self._seed
        if seed != self._seed:
            self._seed, self._kept = seed, {}

    def of(self, name: str) -> Transcript | None:
        """Return the transcript of a case, to be followed and to learn; None where the seed is likely to come once.

        Parameters
        ----------
        name : str
            Which case.
        """
        if not self._repeats:
            return None  # most seeds come once, and to take down a run costs a little
        found = self._kept.setdefault(name, Transcript())
        return found if found.is_open else None


class Taking:
    """Takes down one run of a case.

    Parameters
    ----------
    transcript : Transcript
        Learns of it if it ends in a pass.
    """

    def __init__(self, transcript: Transcript) -> None:
        self._transcript = transcript
        self._said: list[tuple[str, Question, bytes]] = []

    def note(self, name: str, question: Question, answer: Answer) -> None:
        """Write down a question and its answer.

        Parameters
        ----------
        name : str
            Of what was called.
        question : Question
            What was asked.
        answer : Answer
            What came.
        """
        if question.total + answer.size <= _LARGEST:
            self._said.append((name, _kept(question), key_of(answer)))

    def passed(self, requests: int, *, plain: bool) -> None:
        """Have the transcript learn what was said.

        Parameters
        ----------
        requests : int
            How many the case made; those without an answer, or with a large one, cannot be followed.
        plain : bool
            Whether nothing but plain data crossed, and nothing else was asked of the session.
        """
        if plain and requests == len(self._said):
            self._transcript.learn(self._said)
        else:
            self._transcript.close()


class Replay:
    """What a submission was asked by a transcript, until it answered as nobody had; the test then begins with these."""

    def __init__(self) -> None:
        self._said: deque[tuple[Question, Answer | Exception]] = deque()

    def __bool__(self) -> bool:
        """Whether the test has yet to ask for some of it."""
        return bool(self._said)

    def follow(self, step: Step | None, ask: Callable[[Step], Answer | None]) -> bool:
        """Ask what was asked before, while the answers are known.

        Parameters
        ----------
        step : Step or None
            The first question.
        ask : callable
            Puts one to the worker; None where it is not to be asked.

        Returns
        -------
        bool
            Whether somebody who passed answered all of it in the same way.
        """
        while step is not None:
            try:
                answer = ask(step)
            except (Breach, WireError) as error:
                self._said.append((step.question, error))
                return False
            if answer is None:
                return False
            self._said.append((step.question, answer))
            try:
                key = key_of(answer)
            except WireError:
                return False  # whoever decodes it says what is wrong
            if key not in step.then:
                return False
            step = step.then[key]
        passed = bool(self._said)
        self._said.clear()
        return passed

    def take(self, question: Question) -> Answer:
        """Return what came of a question that was asked already.

        Raises
        ------
        Astray
            If the test asks something else.
        Breach, WireError
            What came of it instead of an answer.
        """
        asked, came = self._said.popleft()
        if _kept(question) != asked:
            raise Astray("A hidden test asks different questions with the same seed and the same answers.")
        if isinstance(came, Exception):
            raise came
        return came


def key_of(answer: Answer) -> bytes:
    """Return what a test learns of an answer: not the question's number, nor the time it took or the line that raised.

    Raises
    ------
    WireError
        If it holds what no honest worker sends.
    """
    kind, _, *told = answer.message
    try:
        return _encode([kind, told[: _OF_A_VALUE if answer.is_value else _OF_AN_ERROR]]) + answer.blobs
    except Exception as error:  # noqa: BLE001  a stranger made it, and there is no end to what can be odd in it
        raise WireError(f"an answer has an unknown form: {type(error).__name__}") from None


def _kept(question: Question) -> Question:
    """Return a question in bytes that no test can change."""
    verb, structures, arrays, total = question
    pieces = tuple(msgspec.Raw(_encode(structure)) for structure in structures)
    return Question(verb, pieces, (b"".join(arrays),) if total else (), total)


def _size(question: Question) -> int:
    return question.total + sum(map(len, question.structures))
