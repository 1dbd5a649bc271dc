"""Plain pytest on hidden tests: an editor's run goes through the sandbox too."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

TOYS = Path(__file__).parents[1] / "support" / "toy_exercises"
RIGHT = "def double(x):\n    return 2 * x\n\n\ndef total(x):\n    return float(x.sum())\n\n\ndef greet(name):\n    return f'hello {name}'\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A catalogue with a stub, away from the checkout."""
    shutil.copytree(TOYS, tmp_path, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
    stub = (
        "def double(x):\n    print('called')\n    return 3 * x\n\n\ndef greet(name):\n    raise NotImplementedError\n"
    )
    (tmp_path / "exercises/toys/doubling/doubling.py").write_text(stub)
    return tmp_path


def run_pytest(root: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Run pytest as somebody's editor would."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "COV"))}
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "exercises/toys/doubling/hidden_tests.py", *options],
        cwd=root,
        env=environment,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )


def test_plain_pytest_goes_through_the_sandbox(root: Path) -> None:
    """`pytest hidden_tests.py` grades the stub in the sandbox, and tells each failure in one sentence."""
    result = run_pytest(root)

    assert result.returncode == 1
    assert (
        "wrong  Every entry is doubled.\ndouble(np.array([1.0, 2.0, 3.0]))\ngave [3.0, 6.0, 9.0]\nexpected"
        in result.stdout
    )
    assert "called" in result.stdout
    assert "invalid  The total is the sum of all entries.\nThe submission does not define total." in result.stdout
    assert "not_started  Greeting gives back the name.\n" in result.stdout
    assert "Traceback" not in result.stdout + result.stderr
    assert "3 failed" in result.stdout


def test_plain_pytest_grades_what_it_is_told_to(root: Path) -> None:
    """The reference and any other file can be graded instead of the stub."""
    right = root / "right.py"
    right.write_text(RIGHT)

    assert run_pytest(root, "--kata-reference", "--kata-confinement=strict").returncode == 0
    assert run_pytest(root, f"--kata-path={right}", "--kata-seed=3").returncode == 0


def test_a_hostile_stub_cannot_end_plain_pytest(root: Path) -> None:
    """Even without `kata`, an attempt that exits at import fails every case and leaves pytest alone."""
    (root / "exercises/toys/doubling/doubling.py").write_text("import os\nos._exit(0)\n")
    result = run_pytest(root)

    assert result.returncode == 1
    assert "3 failed" in result.stdout
