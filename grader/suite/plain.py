"""A hidden test that needs nothing of pytest but to be called: most of what a warm grade took was pytest's ceremony."""

from __future__ import annotations

import inspect
import time
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Self

import pytest
import pytest_timeout

from grader.candidate.transcript import Astray
from grader.suite import plugin

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from grader.candidate.transcript import Transcript
    from grader.suite.plugin import Worth
    from grader.suite.run import Run

_FIXTURES: Final = frozenset({"candidate", "reference", "rng"})
_MARKS: Final = frozenset({"parametrize", "points", "call_s", *plugin.MARKERS})


@dataclass(frozen=True, slots=True)
class PlainCase:
    """A case whose arguments are the submission, the reference, a generator and its own parameters.

    It is judged as pytest's own protocol would have it judged: the same call, the same deadline, and whatever it raises
    is told to the run.

    Attributes
    ----------
    item : Function
        What pytest collected.
    worth : Worth
        What it is called and what it is worth.
    wanted : tuple of str
        Which of our fixtures it takes.
    params : mapping of str to object
        Its own parameters.
    alarm : Settings or None
        What pytest's own deadline is; None where that does not watch.
    """

    item: pytest.Function
    worth: Worth
    wanted: tuple[str, ...]
    params: Mapping[str, Any]
    alarm: Any

    @classmethod
    def of(cls, item: pytest.Item) -> Self | None:
        """Return a case as a plain one; None where only pytest's protocol knows how to run it.

        Parameters
        ----------
        item : Item
            What pytest collected.
        """
        if type(item) is not pytest.Function or item.cls is not None or not _is_plain_function(item.obj):
            return None
        params = item.callspec.params if hasattr(item, "callspec") else {}
        arguments, known = item._fixtureinfo.argnames, item._fixtureinfo.name2fixturedefs
        # Ours ask pytest for the request.  A fixture of the file's own, and one that a parameter goes through, has a place.
        if not {*arguments} <= {*_FIXTURES, *params} or not {*item.fixturenames} <= {*arguments, "request"}:
            return None
        if any(fixture.baseid for fixtures in known.values() for fixture in fixtures):
            return None
        if not {mark.name for mark in item.iter_markers()} <= _MARKS:
            return None
        watches = item.config.pluginmanager.has_plugin(pytest_timeout.__name__)
        alarm = pytest_timeout._get_item_settings(item) if watches else None
        if alarm is not None and (alarm.func_only or not alarm.timeout):
            return None
        wanted = tuple(name for name in arguments if name not in params)
        given = {name: params[name] for name in arguments if name in params}
        return cls(item, plugin.worth_of(item), wanted, given, alarm)

    @property
    def can_be_followed(self) -> bool:
        """Whether what the test asks may depend on nothing but its seed and the submission's answers."""
        return "reference" not in self.wanted

    def run(self, run: Run, transcript: Transcript | None = None) -> None:
        """Run the case, and have the run judge it.

        Parameters
        ----------
        run : Run
            What to test with what.
        transcript : Transcript, optional
            What those were asked who passed the case with the same seed.

        Raises
        ------
        KeyboardInterrupt
            If the user stopped it.
        Exit
            If the test asked pytest to end.
        """
        worth = self.worth
        run.begin(call_s=worth.call_s, strict=worth.strict)
        started = time.perf_counter()
        self._set_alarm()
        try:
            error = self._raised(run, transcript)
            if transcript is not None and isinstance(error, Astray):
                transcript.close()
                run.begin(call_s=worth.call_s, strict=worth.strict)
                error = self._raised(run, None)
        finally:
            self._end_alarm()
        run.finish(worth.name, worth.title, worth.layer, worth.points, time.perf_counter() - started, error)
        error = None  # its traceback holds this frame, and all would wait for a collection of cycles

    def _raised(self, run: Run, transcript: Transcript | None) -> BaseException | None:
        """Run the test as far as its outcome is not known; return what it raised, None if the case is passed."""
        session = run.session
        try:
            if transcript is not None:
                if session.replay(transcript):
                    return None
                session.take_down(transcript)
            with warnings.catch_warnings(record=True):
                self.item.obj(**self._arguments(run), **self.params)
            session.passed()
        except (KeyboardInterrupt, pytest.exit.Exception):
            raise
        except BaseException as raised:  # noqa: BLE001 - a test may raise anything, and the run says whose fault it is
            return raised
        finally:
            session.end_transcript()
        return None

    def _arguments(self, run: Run) -> dict[str, Any]:
        name = self.worth.name
        makers: dict[str, Callable[[], Any]] = {
            "candidate": lambda: run.candidate,
            "reference": lambda: run.reference,
            "rng": lambda: run.rng(name),
        }
        return {each: makers[each]() for each in self.wanted}

    def _set_alarm(self) -> None:
        if self.alarm is not None:
            self.item.config.hook.pytest_timeout_set_timer(item=self.item, settings=self.alarm)

    def _end_alarm(self) -> None:
        if self.alarm is not None:
            self.item.config.hook.pytest_timeout_cancel_timer(item=self.item)


def _is_plain_function(function: object) -> bool:
    """Whether a call is all it takes, and what comes of it is the verdict."""
    odd = (inspect.iscoroutinefunction, inspect.isasyncgenfunction, inspect.isgeneratorfunction)
    return inspect.isfunction(function) and not any(is_odd(function) for is_odd in odd)
