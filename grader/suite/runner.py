"""Run pytest on one file of hidden tests, under flags that nothing on disk can change."""

from __future__ import annotations

import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest
import pytest_timeout

from grader.errors import ContentError, GraderError, GraderFault
from grader.suite import plugin

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.model import CaseResult
    from grader.suite.run import Run

    Observer = Callable[[CaseResult, int], None]

_INI: Final = Path(__file__).with_name("pytest.ini")
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


class Given:
    """Hands a run to the plugin, and keeps the errors of collection."""

    def __init__(self, run: Run, observe: Observer | None) -> None:
        self._run = run
        self._observe = observe
        self.collection_errors: list[str] = []
        self.collected = 0
        self._told = 0
        self.error: BaseException | None = None

    def pytest_configure(self, config: pytest.Config) -> None:
        """Leave the run where the fixtures look for it."""
        config.stash[plugin.given_run] = self._run

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Keep why a file could not be collected."""
        if report.failed:
            self.collection_errors.append(str(report.longrepr).strip().splitlines()[-1])

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Count the cases, so that none is lost unnoticed."""
        self.collected = len(session.items)

    def pytest_runtest_logreport(self) -> None:
        """Tell of a result when there is one."""
        if self._observe is not None and len(self._run.results) > self._told:
            self._told = len(self._run.results)
            self._observe(self._run.results[-1], self.collected)

    def pytest_internalerror(self, excinfo: pytest.ExceptionInfo[BaseException]) -> bool:
        """Keep why pytest itself stopped, and let it print nothing."""
        self.error = excinfo.value
        return True


def run_hidden_tests(run: Run, *, fail_fast: bool = False, observe: Observer | None = None) -> None:
    """Run every case of an exercise; the results are in `run.results` afterwards, in file order.

    Parameters
    ----------
    run : Run
        What to test with what.
    fail_fast : bool, default=False
        Whether to stop at the first case that does not pass.
    observe : callable, optional
        Told each result as it comes, with the number of all cases.

    Raises
    ------
    ContentError
        If the hidden tests cannot be imported.
    GraderError
        If the sandbox failed or was refused.
    KeyboardInterrupt
        If the user stopped the run.
    """
    exercise = run.exercise
    tests = exercise.tests_path.resolve()
    arguments = [
        str(tests),
        f"--config-file={_INI}",
        f"--rootdir={tests.parents[3]}",
        f"--confcutdir={tests.parent}",
        "--noconftest",
        "--import-mode=importlib",
        "--assert=plain",
        "--capture=sys",
        "--disable-plugin-autoload",
        "--strict-markers",
        *(f"-pno:{name}" for name in _UNUSED_PLUGINS),
    ]
    given = Given(run, observe)
    # Given as modules: for a name pytest would read the metadata of every installed package, a tenth of a short grade.
    plugins: list[object] = [plugin, given]
    if threading.current_thread() is threading.main_thread():
        # The host's own deadlines come first, on a busy machine too; this catches a hidden test that never asks the submission anything.
        plugins.append(pytest_timeout)
        arguments += [f"--timeout={6 * exercise.limits.case_s + 10:g}", "--timeout-method=signal"]
    if fail_fast:
        arguments.append("--exitfirst")
    bytecode, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    try:
        code = pytest.main(arguments, plugins=plugins)
    finally:
        sys.dont_write_bytecode = bytecode
        _forget(tests)
    if code == pytest.ExitCode.INTERRUPTED and run.error is None:
        if given.collection_errors:
            raise ContentError(f"{tests} cannot be imported: {given.collection_errors[0]}.", "Mend the hidden tests.")
        raise KeyboardInterrupt
    if run.error is not None:
        raise run.error
    if given.collection_errors:
        raise ContentError(f"{tests} cannot be imported: {given.collection_errors[0]}.", "Mend the hidden tests.")
    if isinstance(given.error, GraderError):
        raise given.error
    if given.error is not None:
        raise GraderFault(f"The run of {tests} broke off: {type(given.error).__name__}: {given.error}.")
    if len(run.results) < given.collected and not fail_fast:
        raise GraderFault(f"Of {given.collected} cases in {tests}, {len(run.results)} were judged.")


def _forget(tests: Path) -> None:
    """Drop the imported tests, so that the next run of an edited file sees the edit."""
    for name, module in list(sys.modules.items()):
        if getattr(module, "__file__", None) == str(tests):
            del sys.modules[name]
