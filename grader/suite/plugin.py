"""The pytest plugin: gives hidden tests their fixtures and sends every call through the sandbox.

It is installed with the package, so `pytest exercises/<track>/<slug>/hidden_tests.py` works from any editor; the
grader runs it under pinned flags.
"""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

from grader.errors import ContentError
from grader.model import Layer
from grader.suite import properties

if TYPE_CHECKING:
    import numpy as np

    from grader.candidate import Candidate
    from grader.sandbox import Sandbox
    from grader.suite.run import Run

TESTS_FILE: Final = "hidden_tests.py"
MARKERS: Final = {"fine": Layer.FINE, "scale": Layer.SCALE}
_ORDER: Final = list(Layer)
#: Where the fixtures look for the run that the grader gave.
given_run: Final = pytest.StashKey["Run"]()
#: Whether counterexamples are made smaller; only where the grader collects, and gives its runs later.
shrinks: Final = pytest.StashKey[bool]()
_runs: Final = pytest.StashKey[dict[Path, "Run"]]()
_sandbox: Final = pytest.StashKey["Sandbox"]()
_passed_over: Final = pytest.StashKey[bool]()
_weight: Final = pytest.StashKey[float]()


@dataclass(frozen=True, slots=True)
class Worth:
    """What a case is called and what it is worth.

    Attributes
    ----------
    name, title : str
        Which case, and the sentence that a learner reads.
    layer : Layer
        What it asks about.
    points : float
        What a pass is worth.
    call_s : float or None
        Seconds that one of its calls may take; None where the exercise's limit holds.
    """

    name: str
    title: str
    layer: Layer
    points: float
    call_s: float | None

    @property
    def strict(self) -> bool:
        """Whether a RuntimeWarning stops a call of the submission's."""
        return self.layer is Layer.FINE


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the options that choose what is tested."""
    group = parser.getgroup("kata", "machine-learning katas")
    group.addoption("--kata-path", metavar="FILE", help="grade this file instead of the stub")
    group.addoption("--kata-reference", action="store_true", help="grade the reference instead of the stub")
    group.addoption("--kata-seed", type=int, metavar="N", help="seed of the hidden inputs")
    group.addoption("--kata-confinement", choices=("strict", "auto", "off"), default="auto", help="walls to insist on")


def pytest_configure(config: pytest.Config) -> None:
    """Declare the markers that weigh a case and give its calls time."""
    config.addinivalue_line("markers", "points(n): points that a pass of this case is worth; 1 without it")
    config.addinivalue_line(
        "markers", "call_s(n): seconds that one call of this case may take; limits.call_s without it"
    )
    for marker, layer in MARKERS.items():
        config.addinivalue_line("markers", f"{marker}: the case belongs to the layer {layer}; to core without a mark")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Pass over hidden tests that nobody named and whose exercise was not started; a grade names its own."""
    if collection_path.name != TESTS_FILE or shrinks in config.stash:
        return None
    from grader.suite.started import passes_over

    if not passes_over(collection_path, config):
        return None
    config.stash[_passed_over] = True
    return True


def pytest_report_collectionfinish(config: pytest.Config, items: list[pytest.Item]) -> str | None:
    """Say why there is nothing to run where no exercise was started."""
    if items or not config.stash.get(_passed_over, False):
        return None
    return "No exercise was started: change a stub below exercises/, then run pytest again."


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Module | None:
    """Collect hidden tests below a folder that somebody named, after setting Hypothesis up where they use it.

    `python_files` would do the first as well, but then pytest rewrites their assertions, in a grade inside of pytest too.
    """
    if file_path.name != TESTS_FILE:
        return None
    if b"hypothesis" in file_path.read_bytes():
        properties.load_profile(shrink=parent.config.stash.get(shrinks, True))
    return None if parent.session.isinitpath(file_path) else pytest.Module.from_parent(parent, path=file_path)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Order the cases by layer, see that every marker is sound, and seed the property-based ones that run next."""
    _weigh([item for item in items if item.path.name == TESTS_FILE])
    files = list(dict.fromkeys(item.path for item in items))
    items.sort(key=lambda item: (files.index(item.path), _place_in_file(item)))
    for item in items:
        if item.path.name == TESTS_FILE:
            _points_of(item)
            _call_s_of(item)
            if shrinks not in config.stash:
                properties.seed([item], _run_of(config, item.path).seed_of)
    tests = {id(item.obj): item for item in items if isinstance(item, pytest.Function) and item.path.name == TESTS_FILE}
    for item in tests.values():
        _tell_examples(item)


def _tell_examples(item: pytest.Function) -> None:
    """Have a property say when its next example begins, so that a message tells of no other."""
    handle = getattr(item.obj, "hypothesis", None)
    if handle is None:
        return
    inner = handle.inner_test

    @functools.wraps(inner)
    def told(*args: Any, **kwargs: Any) -> Any:
        _run_of(item.config, item.path).begin_example()
        return inner(*args, **kwargs)

    handle.inner_test = told


def _run_of(config: pytest.Config, path: Path) -> Run:
    """Return the run that the grader gave, or make one for tests that somebody runs with pytest itself."""
    run = config.stash.get(given_run, None)
    if run is not None:
        return run
    runs = config.stash.setdefault(_runs, {})
    if path not in runs:
        from grader.suite.direct import make_run

        config.stash.setdefault(_sandbox, _new_sandbox(config, path))
        runs[path] = make_run(config, path, config.stash[_sandbox])
    return runs[path]


def _new_sandbox(config: pytest.Config, path: Path) -> Sandbox:
    from grader.model import ConfinementMode
    from grader.sandbox import Sandbox

    return Sandbox(ConfinementMode(config.getoption("--kata-confinement")), secret=[path.parents[3]])


def pytest_unconfigure(config: pytest.Config) -> None:
    """End what `pytest` itself started."""
    for run in config.stash.get(_runs, {}).values():
        run.close()
    sandbox = config.stash.get(_sandbox, None)
    if sandbox is not None:
        sandbox.close()


@pytest.fixture
def candidate(request: pytest.FixtureRequest) -> Candidate:
    """The submission; every call runs in its own process."""
    return _run_of(request.config, request.path).candidate


@pytest.fixture
def reference(request: pytest.FixtureRequest) -> Candidate:
    """Our solution, in a process of its own."""
    return _run_of(request.config, request.path).reference


@pytest.fixture
def rng(request: pytest.FixtureRequest) -> np.random.Generator:
    """Source of every random input of this case."""
    return _run_of(request.config, request.path).rng(request.node.name)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Forget what the case before left."""
    if item.path.name == TESTS_FILE:
        worth = worth_of(item)
        _run_of(item.config, item.path).begin(call_s=worth.call_s, strict=worth.strict)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[Any]) -> pytest.TestReport | None:
    """Judge the case; a failure is told in one sentence, without a traceback of ours."""
    if item.path.name != TESTS_FILE or call.when == "collect" or (call.when != "call" and call.excinfo is None):
        return None
    error = call.excinfo.value if call.excinfo else None
    if isinstance(error, KeyboardInterrupt):
        return None
    run = _run_of(item.config, item.path)
    worth = worth_of(item)
    result = run.finish(worth.name, worth.title, worth.layer, worth.points, call.duration, error)
    if run.error is not None:
        item.session.shouldstop = str(run.error)
    told = f"{result.verdict}  {result.title}\n{result.message}\n{result.output}".rstrip()
    return pytest.TestReport(
        nodeid=item.nodeid,
        location=item.location,
        keywords=dict.fromkeys(item.keywords, 1),
        outcome="failed" if error else "passed",
        longrepr=told if error else None,
        when=call.when,
        duration=call.duration,
        start=call.start,
        stop=call.stop,
    )


def _weigh(items: list[pytest.Item]) -> None:
    """Let core be worth at least half of the points of its file: where it is not, it counts a whole number of times."""
    by_file: dict[Path, list[pytest.Item]] = {}
    for item in items:
        by_file.setdefault(item.path, []).append(item)
    for cases in by_file.values():
        core = sum(_points_of(item) for item in cases if _layer_of(item) is Layer.CORE)
        rest = sum(_points_of(item) for item in cases) - core
        times = float(max(1, math.ceil(rest / core))) if core else 1.0
        for item in cases:
            item.stash[_weight] = times if _layer_of(item) is Layer.CORE else 1.0


def _place_in_file(item: pytest.Item) -> int:
    return _ORDER.index(_layer_of(item)) if item.path.name == TESTS_FILE else 0


def _layer_of(item: pytest.Item) -> Layer:
    marked = {layer for marker, layer in MARKERS.items() if item.get_closest_marker(marker)}
    if len(marked) > 1:
        raise ContentError(f"{item.path}: {item.name} belongs to two layers.", "Keep one mark, or split the case.")
    return marked.pop() if marked else Layer.CORE


def _points_of(item: pytest.Item) -> float:
    points = _marked(item, "points")
    return 1.0 if points is None else points


def _call_s_of(item: pytest.Item) -> float | None:
    return _marked(item, "call_s")


def _marked(item: pytest.Item, name: str) -> float | None:
    """Return the number that a marker gives a case; None where the case does not have it."""
    marker = item.get_closest_marker(name)
    if marker is None:
        return None
    if len(marker.args) != 1 or type(marker.args[0]) not in (int, float) or marker.args[0] < 0:
        raise ContentError(f"{item.path}: the marker {name} of {item.name} takes one number.", f"Write {name}(2).")
    return float(marker.args[0])


def worth_of(item: pytest.Item) -> Worth:
    """Return what a case is called and what it is worth; only once the cases of its file are weighed."""
    points = _points_of(item) * item.stash[_weight]
    return Worth(item.name, title_of(item), _layer_of(item), points, _call_s_of(item))


def title_of(item: pytest.Item) -> str:
    """Return the sentence the learner reads: the first line of the test's docstring."""
    text: str = getattr(getattr(item, "obj", None), "__doc__", None) or item.name
    return text.strip().partition("\n")[0]
