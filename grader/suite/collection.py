"""Hidden tests that pytest has collected once, to be run on one submission after the other."""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import sys
from typing import TYPE_CHECKING, Any, Final

import pytest
from _pytest.config import _prepareconfig

from grader.candidate.transcript import Transcripts
from grader.errors import ContentError, GraderError, GraderFault
from grader.model import Verdict
from grader.suite import plugin, properties
from grader.suite.plain import PlainCase
from grader.suite.state import Snapshot, Unknown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path
    from types import ModuleType

    from grader.candidate.transcript import Transcript
    from grader.model import CaseResult
    from grader.suite.run import Run

    Observer = Callable[[CaseResult, int], None]

_CAPTURE: Final = "capturemanager"


class _Listener:
    """Keeps the errors of collection, and tells of results."""

    def __init__(self, *, shrink: bool) -> None:
        self._shrink = shrink
        self.collection_errors: list[str] = []
        self.told: Callable[[], None] = lambda: None

    def pytest_configure(self, config: pytest.Config) -> None:
        """Say that runs come later."""
        config.stash[plugin.shrinks] = self._shrink

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Keep why a file could not be collected."""
        if report.failed:
            self.collection_errors.append(str(report.longrepr).strip().splitlines()[-1])

    def pytest_runtest_logreport(self) -> None:
        """Tell of a result when there is one."""
        self.told()


class Collection:
    """The cases of one file of hidden tests.

    pytest imports and collects the file under its own roof, which is taken down again; the cases stay, and are run
    through pytest's own protocol with a new `Run` behind their fixtures.  What a run changed in the module is noticed:
    such a collection is not run again.

    Parameters
    ----------
    tests : Path
        The file.
    arguments : sequence of str
        How pytest is called.
    plugins : sequence of object
        What it is given beside our own plugin.
    shrink : bool
        Whether counterexamples are made smaller.

    Raises
    ------
    ContentError
        If the file cannot be imported, or says what cannot be.
    GraderFault
        If pytest broke off.
    """

    def __init__(self, tests: Path, arguments: Sequence[str], plugins: Sequence[object], *, shrink: bool) -> None:
        self._tests = tests
        self._listener = _Listener(shrink=shrink)
        try:
            self._session = self._collected([*arguments], [plugin, self._listener, *plugins])
        finally:
            self._modules = _modules_of(tests)
            self._leave()
        self._items = self._session.items
        if self._listener.collection_errors:
            error = self._listener.collection_errors[0]
            raise ContentError(f"{tests} cannot be imported: {error}.", "Mend the hidden tests.")
        source = tests.read_bytes()
        #: Digest of the file: of what was collected, unless it changed in this very moment.
        self.sha256 = hashlib.sha256(source).hexdigest()
        draws = any(map(properties.is_property, self._items))
        self._draws = properties.Draws(source, shrink=shrink) if draws else None
        self._transcripts = Transcripts()
        self._plain = {item: case for item in self._items if (case := PlainCase.of(item)) is not None}
        self._pristine = self._snapshot()

    @property
    def is_fresh(self) -> bool:
        """Whether the next run finds what the first one found."""
        return self._pristine is not None

    def needs_reference(self, only: Sequence[str]) -> bool:
        """Whether one of the cases asks for our solution.

        Parameters
        ----------
        only : sequence of str
            Names of the cases; all where there are none.
        """
        return any("reference" in getattr(item, "fixturenames", ()) for item in self._chosen(only))

    def run(
        self,
        run: Run,
        *,
        fail_fast: bool = False,
        observe: Observer | None = None,
        until: Callable[[], bool] | None = None,
    ) -> None:
        """Run the cases; the results are in `run.results` afterwards.

        Parameters
        ----------
        run : Run
            What to test with what.
        fail_fast : bool, default=False
            Whether to stop at the first case that does not pass.
        observe : callable, optional
            Told each result as it comes, with the number of all cases.
        until : callable, optional
            For a rehearsal: tells between two cases whether somebody waits, so that the rest is left.  Only cases run of
            which a transcript can be kept.

        Raises
        ------
        GraderError
            If the sandbox failed or was refused, or a hidden test broke the run.
        KeyboardInterrupt
            If the user stopped the run.
        """
        items = self._chosen(run.only)
        if until is not None:
            items = [item for item in items if (case := self._plain.get(item)) is not None and case.can_be_followed]
        pristine, self._pristine = self._pristine, None  # whatever ends this run early leaves nothing to trust
        self._listener.told = _Teller(run, observe, len(items))
        self._session.config.stash[plugin.given_run] = run
        try:
            self._run(run, items, fail_fast=fail_fast, until=until)
        finally:
            del self._session.config.stash[plugin.given_run]
            self._listener.told = lambda: None
        if run.error is not None:
            raise run.error
        if len(run.results) < len(items) and not fail_fast and until is None:
            raise GraderFault(f"Of {len(items)} cases in {self._tests}, {len(run.results)} were judged.")
        if pristine is not None and all(result.verdict is not Verdict.GRADER_FAULT for result in run.results):
            now = self._snapshot()
            self._pristine = pristine if now is not None and pristine.equals(now) else None

    def _collected(self, arguments: list[str], plugins: list[object]) -> pytest.Session:
        """Have pytest collect, and take down what it set up around that: its capture, its marks, its warnings."""
        config = None
        with self._told_as_ours():
            try:
                config = _prepareconfig(arguments, plugins)
                config._do_configure()
                session = pytest.Session.from_config(config)
                config.hook.pytest_sessionstart(session=session)
                config.hook.pytest_collection(session=session)
            finally:
                if config is not None:
                    config._ensure_unconfigure()
        return session

    def _run(
        self, run: Run, items: Sequence[pytest.Item], *, fail_fast: bool, until: Callable[[], bool] | None
    ) -> None:
        session = self._session
        with self._told_as_ours(), self._at_home(run.seed):
            properties.seed(items, run.seed_of)
            self._transcripts.begin(run.seed, repeats=until is not None)
            try:
                for item, following in itertools.zip_longest(items, items[1:]):
                    plain = self._plain.get(item)
                    if plain is not None:
                        with self._captured():
                            plain.run(run, self._transcript(plain, run))
                        self._listener.told()
                    else:
                        item._report_sections.clear()  # of the run before
                        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
                    if until is not None and until():
                        break
                    if run.error is not None or (fail_fast and run.results[-1].verdict is not Verdict.PASSED):
                        break
            finally:
                session._setupstate.teardown_exact(None)

    def _transcript(self, case: PlainCase, run: Run) -> Transcript | None:
        """Return what a case may be followed by; a record holds what the test itself was given."""
        return self._transcripts.of(case.worth.name) if case.can_be_followed and run.record is None else None

    def _chosen(self, only: Sequence[str]) -> list[pytest.Item]:
        if not only:
            return self._items
        places = {name: place for place, name in enumerate(only)}
        return sorted((item for item in self._items if item.name in places), key=lambda item: places[item.name])

    @contextlib.contextmanager
    def _at_home(self, seed: int) -> Iterator[None]:
        """Let the tests find themselves imported, their prints kept and their draws their own."""
        capture: Any = self._session.config.pluginmanager.getplugin(_CAPTURE)
        with contextlib.ExitStack() as stack:
            if self._draws is not None:
                stack.enter_context(self._draws.prevail(seed))
            sys.modules.update(self._modules)
            stack.callback(self._leave)
            capture.start_global_capturing()
            stack.callback(capture.stop_global_capturing)
            capture.suspend_global_capture()
            stack.callback(capture.read_global_capture)  # what is left there would be printed
            yield

    @contextlib.contextmanager
    def _captured(self) -> Iterator[None]:
        """Keep the prints of a test from the screen; nobody reads them."""
        capture: Any = self._session.config.pluginmanager.getplugin(_CAPTURE)
        capture.resume_global_capture()
        try:
            yield
        finally:
            capture.suspend_global_capture()

    def _leave(self) -> None:
        """Drop the imported tests: nothing else of this process finds them."""
        for name, module in self._modules.items():
            if sys.modules.get(name) is module:
                del sys.modules[name]

    def _snapshot(self) -> Snapshot | None:
        """Return what the tests hold; None where nobody can tell, so that they are collected again for each run."""
        if any(getattr(item, "cls", None) for item in self._items):
            return None  # pytest keeps an instance of the class with each
        try:
            return Snapshot(self._modules.values(), self._items)
        except Unknown:
            return None

    @contextlib.contextmanager
    def _told_as_ours(self) -> Iterator[None]:
        """Tell what ends pytest early as an error of ours, or as a wish of the user's."""
        try:
            yield
        except (GraderError, KeyboardInterrupt):
            raise
        except pytest.exit.Exception:
            raise KeyboardInterrupt from None
        except BaseException as error:
            told = f"{type(error).__name__}: {error}"
            raise GraderFault(f"The run of {self._tests} broke off: {told}.") from error


class _Teller:
    """Tells an observer of each result once."""

    def __init__(self, run: Run, observe: Observer | None, total: int) -> None:
        self._run, self._observe, self._total = run, observe, total
        self._told = 0

    def __call__(self) -> None:
        if self._observe is not None and len(self._run.results) > self._told:
            self._told = len(self._run.results)
            self._observe(self._run.results[-1], self._total)


def _modules_of(tests: Path) -> dict[str, ModuleType]:
    return {name: module for name, module in sys.modules.items() if getattr(module, "__file__", None) == str(tests)}
