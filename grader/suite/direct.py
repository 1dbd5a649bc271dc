"""What the plugin needs when somebody runs hidden tests with pytest itself."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from grader.content import catalog
from grader.intake.submission import read_submission
from grader.model import new_seed
from grader.suite.run import Run

if TYPE_CHECKING:
    import pytest

    from grader.sandbox import Sandbox


def make_run(config: pytest.Config, tests_path: Path, sandbox: Sandbox) -> Run:
    """Build the run for one file of hidden tests from pytest's own options.

    Parameters
    ----------
    config : pytest.Config
        Where the options are.
    tests_path : Path
        The file of hidden tests.
    sandbox : Sandbox
        Where workers come from.
    """
    exercise = catalog.load_exercise(tests_path.parent)
    reference = read_submission(exercise.reference_path)
    path = config.getoption("--kata-path")
    if config.getoption("--kata-reference"):
        submission = reference
    else:
        submission = read_submission(Path(path) if path else exercise.stub_path)
    seed = config.getoption("--kata-seed")
    return Run(exercise, submission, reference, sandbox, new_seed() if seed is None else seed)
