"""The hidden tests of the exercises that one process grades, each collected once."""

from __future__ import annotations

import gc
import hashlib
import sys
import threading
from collections import OrderedDict
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import pytest_timeout

from grader.candidate.watch import MOST_STRETCH
from grader.errors import ContentError
from grader.suite.collection import Collection

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.model import Exercise
    from grader.suite.collection import Observer
    from grader.suite.run import Run

_INI: Final = Path(__file__).with_name("pytest.ini")
_MOST: Final = 128
_UNUSED_PLUGINS: Final = (
    "cacheprovider",
    "doctest",
    "faulthandler",
    "junitxml",
    "legacypath",
    "logging",
    "monkeypatch",
    "pastebin",
    "pytester",
    "recwarn",
    "setuponly",
    "setupplan",
    "stepwise",
    "subtests",
    "terminal",
    "threadexception",
    "tmpdir",
    "unittest",
    "unraisableexception",
)


class _Key(NamedTuple):
    """What two runs share that can use one collection.

    Attributes
    ----------
    sha256 : str
        Digest of the hidden tests: what was edited is collected again.
    case_s : float
        Seconds that a case may take.
    shrink : bool
        Whether counterexamples are made smaller.
    alarmed : bool
        Whether pytest's own deadline watches; only the main thread hears its signal.
    """

    tests: Path
    sha256: str
    case_s: float
    shrink: bool
    alarmed: bool


class Suites:
    """Collects hidden tests when they are first wanted, and runs them again for each submission.

    Nothing that one run leaves in a test's module reaches the next: where something has changed, or nobody can tell,
    the tests are collected anew.
    """

    def __init__(self) -> None:
        self._kept: OrderedDict[_Key, Collection] = OrderedDict()

    def holds(self, exercise: Exercise) -> bool:
        """Whether tests of an exercise are collected and can be run again.

        Parameters
        ----------
        exercise : Exercise
            Whose tests.
        """
        tests = exercise.tests_path.resolve()
        return any(key.tests == tests for key in self._kept)

    def run(
        self,
        run: Run,
        *,
        fail_fast: bool = False,
        observe: Observer | None = None,
        until: Callable[[], bool] | None = None,
    ) -> None:
        """Run every case of an exercise; the results are in `run.results` afterwards, in file order.

        Parameters
        ----------
        run : Run
            What to test with what.
        fail_fast : bool, default=False
            Whether to stop at the first case that does not pass.
        observe : callable, optional
            Told each result as it comes, with the number of all cases.
        until : callable, optional
            For a rehearsal, where our solution runs so that more is known when a submission comes with the same seed: tells
            whether somebody waits, so that the rest is left.

        Raises
        ------
        ContentError
            If the hidden tests cannot be imported.
        GraderError
            If the sandbox failed or was refused.
        KeyboardInterrupt
            If the user stopped the run.
        """
        key = _key(run)
        collection = self._kept.pop(key, None) or _collected(key)
        if until is None and collection.needs_reference(run.only):
            run.order(reference=True)
        collection.run(run, fail_fast=fail_fast, observe=observe, until=until)
        if collection.is_fresh and collection.sha256 == key.sha256:
            self._kept[key] = collection
            if len(self._kept) > _MOST:
                self._kept.popitem(last=False)


def _key(run: Run) -> _Key:
    tests = run.exercise.tests_path.resolve()
    alarmed = threading.current_thread() is threading.main_thread()
    return _Key(tests, _digest(tests), run.exercise.limits.case_s, not run.brief, alarmed)


def _digest(tests: Path) -> str:
    try:
        return hashlib.sha256(tests.read_bytes()).hexdigest()
    except OSError as error:
        raise ContentError(f"{tests} cannot be read: {error.strerror}.", "Restore the hidden tests.") from error


def _collected(key: _Key) -> Collection:
    """Call pytest on one file of hidden tests, under flags that nothing on disk can change."""
    arguments = [
        str(key.tests),
        f"--config-file={_INI}",
        f"--rootdir={key.tests.parents[3]}",
        f"--confcutdir={key.tests.parent}",
        "--noconftest",
        "--import-mode=importlib",
        "--assert=plain",
        "--capture=sys",
        "--disable-plugin-autoload",
        "--strict-markers",
        *(f"-pno:{name}" for name in _UNUSED_PLUGINS),
    ]
    # Given as modules: for a name pytest would read the metadata of every installed package, a tenth of a short grade.
    plugins: list[object] = []
    if key.alarmed:
        # The host's own deadlines come first, however busy the machine; this catches a hidden test that never asks the submission anything.
        plugins.append(pytest_timeout)
        arguments += [f"--timeout={MOST_STRETCH * key.case_s + 10:g}", "--timeout-method=signal"]
    bytecode, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    collects = gc.isenabled()
    gc.disable()  # importing torch leaves next to no garbage, and to look for it again and again takes a third of the time
    try:
        return Collection(key.tests, arguments, plugins, shrink=key.shrink)
    finally:
        sys.dont_write_bytecode = bytecode
        if collects:
            gc.enable()
