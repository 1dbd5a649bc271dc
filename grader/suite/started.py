"""Which hidden tests plain `pytest` collects when nobody named them: those of exercises that were started."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from grader.content import catalog
from grader.content.stub import is_pristine
from grader.errors import GraderError

if TYPE_CHECKING:
    import pytest


def passes_over(tests_path: Path, config: pytest.Config) -> bool:
    """Tell whether a file of hidden tests is left out of a run.

    Parameters
    ----------
    tests_path : Path
        The file.
    config : pytest.Config
        What was asked for.

    Returns
    -------
    bool
        True for a file that was not named and lies outside the catalogue of the root, or whose stub is missing or untouched.
    """
    if any(_named(config, argument) in {tests_path, tests_path.parent} for argument in config.args):
        return False
    if tests_path.parents[2] != config.rootpath / catalog.EXERCISES:
        return True
    try:
        exercise = catalog.load_exercise(tests_path.parent)
        text = exercise.stub_path.read_text(encoding="utf-8")
        return is_pristine(exercise, text)
    except (GraderError, OSError):
        return True
    except UnicodeDecodeError:  # somebody wrote into it
        return False


def _named(config: pytest.Config, argument: str) -> Path:
    return Path(config.invocation_params.dir, argument.partition("::")[0]).absolute()
