"""`kata` as a user types it: one command, one process."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

# Where a release of a test says that its grader comes from; nothing is fetched from there.
PINNED: Final = ("--upstream", "university/katas", "--ref", "v1.0")


@dataclass(frozen=True, slots=True)
class Done:
    """What a command printed and how it ended."""

    code: int
    out: str
    err: str


@dataclass(frozen=True, slots=True)
class Shell:
    """Runs `kata` in a catalogue of its own with a data folder of its own."""

    root: Path
    home: Path

    @property
    def stub(self) -> Path:
        """The stub of the exercise that the tests work on."""
        return self.root / "exercises" / "numbers" / "halve" / "halve.py"

    def __call__(self, *arguments: str, typed: str = "", **variables: str) -> Done:
        """Run one command."""
        environment = {**os.environ, "KATA_ROOT": str(self.root), "KATA_HOME": str(self.home), **variables}
        done = subprocess.run(
            [sys.executable, "-c", "from grader.cli import run; run()", *arguments],
            cwd=self.root, env=environment, input=typed, capture_output=True, text=True, check=False, timeout=100,
        )  # fmt: skip
        assert "Traceback" not in done.stderr
        return Done(done.returncode, done.stdout, done.stderr)
