"""Grader of mlkata: hidden tests in one process, the submission in another.

As a library::

    import grader

    report = grader.grade("softmax", source)
    for place, report in grader.grade_many(solutions, processes=8): ...
    with grader.Reward("core", processes=8) as reward: ...
"""

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from grader.classes.api import Kind, Reward, grade, grade_many, reward_of, tasks
    from grader.model import Level, Report, Verdict

if sys.version_info < (3, 11):  # noqa: UP036  a checkout can be run without pip, which would have refused
    sys.stderr.write(
        f"kata: mlkata needs Python 3.11 or newer; this is {sys.version.split()[0]} ({sys.executable}).\n"
        "Make a virtual environment with a newer one, such as `python3.11 -m venv .venv`.\n"
    )
    raise SystemExit(2)

__all__ = ["Kind", "Level", "Report", "Reward", "Verdict", "grade", "grade_many", "reward_of", "tasks"]
_MODEL = frozenset({"Level", "Report", "Verdict"})


def __getattr__(name: str) -> object:
    """Import a public name when it is asked for: `import grader` itself stays light."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module("grader.model" if name in _MODEL else "grader.classes.api"), name)


def load_ipython_extension(shell: object) -> None:
    """Give a notebook `%%kata grade SLUG` and `%kata run|hint|show SLUG`; what `%load_ext grader` calls."""
    from grader.cli.magics import register

    register(shell)
