"""The package as a stranger installs it: a wheel in a fresh environment, away from the checkout that it was built from."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from grader.authoring.checks.layout import oracle_path
from grader.content.catalog import load_catalog
from tests.support.shell import PINNED

ROOT = Path(__file__).parents[2]
GREEN_TOY = next(path for path in sorted((ROOT / "tests").rglob("green_toy")) if path.is_dir())
TOYS = next(path for path in sorted((ROOT / "tests").rglob("toy_catalog")) if path.is_dir())
BUILT_FROM = ("pyproject.toml", "README.md", "LICENSE", "constraints.txt")
NUMPY, TORCH = "softmax", "kv_cache"
RIGHT = "def halve(n):\n    return n // 2\n"


@dataclass(frozen=True, slots=True)
class Installed:
    """A virtual environment that holds the wheel, and a copy of the content to work on.

    Attributes
    ----------
    python : Path
        Interpreter of the environment.
    content : Path
        Copy of `exercises/` and `solutions/`, without grader and tests.
    home : Path
        Where practice is recorded.
    """

    python: Path
    content: Path
    home: Path

    def kata(
        self, *arguments: str, root: Path | None = None, at: Path | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run the installed command on the copy, from another folder."""
        return subprocess.run(
            [str(self.python.with_name("kata")), *arguments],
            cwd=at or self.home, env=_environment(KATA_ROOT=str(root or self.content), KATA_HOME=str(self.home)),
            capture_output=True, text=True, check=False, timeout=100,
        )  # fmt: skip

    def stub(self, slug: str) -> Path:
        """Return the learner's file of an exercise."""
        return next((self.content / "exercises").glob(f"*/{slug}/{slug}.py"))

    def reference(self, slug: str) -> Path:
        """Return our solution of an exercise."""
        return next((self.content / "solutions").glob(f"*/{slug}/{slug}.py"))


def _environment(**more: str) -> dict[str, str]:
    """Return this process's environment without what leads to the checkout or to a person's settings."""
    foreign = ("KATA_", "PYTHON", "PYTEST", "GITHUB_", "COVERAGE")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    return {**kept, "NO_COLOR": "1", "COLUMNS": "100", **more}


def _copy_project(folder: Path) -> Path:
    """Copy what the package is built from, so that the build leaves nothing in the checkout and finds nothing there."""
    shutil.copytree(ROOT / "grader", folder / "grader", ignore=shutil.ignore_patterns("__pycache__", ".*"))
    for name in BUILT_FROM:
        shutil.copy(ROOT / name, folder / name)
    return folder


def _fresh_environment(folder: Path) -> Path:
    """Make an environment that sees the dependencies of this interpreter, and not the grader that it runs."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True, timeout=100)
    python = folder / "bin" / "python"
    ask = "import sysconfig; print(sysconfig.get_path('purelib'))"
    own = subprocess.run([str(python), "-c", ask], capture_output=True, text=True, check=True).stdout.strip()
    # A folder that is named by a .pth file has its own .pth files ignored, so editable installations stay out.
    packages = [entry for entry in sys.path if entry.endswith(("site-packages", "dist-packages"))]
    Path(own, "dependencies.pth").write_text("\n".join(packages) + "\n", encoding="utf-8")
    return python


def _run(command: list[str], at: Path, **more: str) -> str:
    done = subprocess.run(
        command, cwd=at, env=_environment(**more), capture_output=True, text=True, check=False, timeout=110
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel that `pip` builds from the files of this checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    project = _copy_project(folder / "project")
    _run([sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "-w", str(folder), str(project)], folder)
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """The wheel in a fresh environment, and a copy of the content."""
    folder = tmp_path_factory.mktemp("installed")
    python = _fresh_environment(folder / "environment")
    _run([str(python), "-m", "pip", "install", "--quiet", "--no-deps", "--ignore-installed", str(wheel)], folder)
    for name in ("exercises", "solutions"):
        shutil.copytree(ROOT / name, folder / "content" / name, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "home").mkdir()
    return Installed(python, folder / "content", folder / "home")


def test_the_wheel_holds_every_file_of_the_package(wheel: Path) -> None:
    """Whatever lies in `grader/`, Python or not, is in the wheel; nothing else is."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "grader"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    here = {path for path in listed.stdout.split("\0") if path and (ROOT / path).is_file()}
    with zipfile.ZipFile(wheel) as archive:
        there = {name for name in archive.namelist() if ".dist-info/" not in name}

    assert there == here


def test_the_fresh_environment_runs_the_wheel(installed: Installed) -> None:
    """The tests below run what was installed, and not this checkout."""
    found = _run([str(installed.python), "-c", "import grader; print(grader.__file__)"], installed.home)

    assert Path(found.strip()).is_relative_to(installed.python.parents[1])


def test_it_lists_and_shows(installed: Installed) -> None:
    """`kata list` names every exercise, `kata show` prints a prompt, and `kata doctor` knows its own version."""
    listed = installed.kata("list", "--format", "json")
    shown = installed.kata("show", NUMPY)
    doctor = installed.kata("doctor")

    assert listed.returncode == shown.returncode == 0, listed.stderr + shown.stderr
    slugs = {path.parent.name for path in installed.content.glob("exercises/*/*/exercise.toml")}
    assert {exercise["slug"] for exercise in json.loads(listed.stdout)["exercises"]} == slugs
    prompt = (installed.stub(NUMPY).parent / "prompt.md").read_text(encoding="utf-8")
    assert prompt.splitlines()[0].removeprefix("# ") in shown.stdout
    assert "0.1.0" in doctor.stdout


def test_it_grades_and_remembers(installed: Installed) -> None:
    """A stub, a wrong and a right attempt get their verdicts with numpy and torch, and the numbers of practice tell."""
    fresh = installed.kata("grade", NUMPY)
    installed.stub(NUMPY).write_text("def softmax(x, axis=-1):\n    return x\n", encoding="utf-8")
    wrong = installed.kata("grade", NUMPY)
    for slug in (NUMPY, TORCH):
        shutil.copy(installed.reference(slug), installed.stub(slug))
    right = installed.kata("grade", NUMPY, TORCH)
    numbers = installed.kata("stats")
    page = installed.kata("stats", "--html", str(installed.home / "page.html"))

    assert "not started" in fresh.stdout, fresh.stdout + fresh.stderr
    assert wrong.returncode == 1, wrong.stdout + wrong.stderr
    assert "grader fault" not in wrong.stdout
    assert right.returncode == 0, right.stdout + right.stderr
    assert [line.split()[1:3] for line in right.stdout.splitlines() if line.startswith("★")] == [
        ["mastered", NUMPY],
        ["mastered", TORCH],
    ]
    assert "3 attempts" in numbers.stdout, numbers.stdout + numbers.stderr
    assert page.returncode == 0, page.stderr
    assert "<svg" in (installed.home / "page.html").read_text(encoding="utf-8")


def test_it_holds_a_class(installed: Installed, tmp_path: Path) -> None:
    """A release shows nothing hidden, and what comes back is graded by its manifest."""
    course = tmp_path / "course"
    made = installed.kata("release", str(course), "--exercises", f"{NUMPY},{TORCH}", *PINNED)
    checked = installed.kata("release", "--check", str(course))
    stub = next(course.glob(f"exercises/*/{NUMPY}/{NUMPY}.py"))
    shutil.copy(course / "manifest.json", tmp_path / "kept.json")
    shutil.copy(installed.reference(NUMPY), stub)
    graded = installed.kata(
        "ci", "--submission", str(course), "--manifest", str(tmp_path / "kept.json"), "--confinement", "auto", "--fail-on", "wrong",
        "--format", "github,json,junit,markdown,csv", "--output", str(tmp_path / "results"),
    )  # fmt: skip

    assert made.returncode == 0, made.stdout + made.stderr
    assert "Nothing hidden is in it." in checked.stdout, checked.stdout + checked.stderr
    assert graded.returncode == 0, graded.stdout + graded.stderr
    reports = json.loads((tmp_path / "results/results.json").read_text(encoding="utf-8"))["reports"]
    assert {report["exercise"]: report["verdict"] for report in reports} == {NUMPY: "passed", TORCH: "not_started"}


def test_it_checks_exercises(installed: Installed, tmp_path: Path) -> None:
    """`kata check` proves an exercise and runs its mutants."""
    root = tmp_path / "toy"
    shutil.copytree(GREEN_TOY, root, ignore=shutil.ignore_patterns("__pycache__"))
    oracle = oracle_path(load_catalog(root).exercise("clamp"))
    oracle.parent.mkdir(parents=True)
    oracle.write_text("def test_nothing():\n    pass\n", encoding="utf-8")
    good = installed.kata("check", "clamp", "--mutants", "declared", root=root)
    tests = root / "exercises/toys/clamp/hidden_tests.py"
    tests.write_text(tests.read_text(encoding="utf-8").replace("def test_", "def untested_"), encoding="utf-8")
    bad = installed.kata("check", "clamp", "--mutants", "declared", root=root)

    assert good.returncode == 0, good.stdout + good.stderr
    assert good.stdout.startswith("green"), good.stdout
    assert bad.returncode == 1, bad.stdout + bad.stderr
    assert "hidden_tests.py" in bad.stdout


def test_it_says_where_exercises_come_from(installed: Installed, tmp_path: Path) -> None:
    """Outside a checkout the installed command names the repository and the variable, and exits with 2."""
    done = subprocess.run(
        [str(installed.python.with_name("kata")), "list"],
        cwd=tmp_path, env=_environment(KATA_HOME=str(tmp_path)), capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip

    assert done.returncode == 2
    assert "git clone https://github.com/mlkata/mlkata" in done.stderr
    assert "KATA_ROOT" in done.stderr


def _install_step(name: str) -> str:
    """Return the command of a workflow that installs the trusted side."""
    found: Any = yaml.safe_load((ROOT / ".github" / name).read_text(encoding="utf-8"))
    if "jobs" in found:
        lines = [
            step["run"] for step in found["jobs"]["grade"]["steps"] if step.get("name") == "Install the trusted side"
        ]
    else:
        lines = [line for line in found["grade"]["script"] if "pip install" in line]
    assert len(lines) == 1
    return str(lines[0])


@pytest.mark.parametrize("name", ["workflows/grade-submission.yml", "gitlab-grade.yml"])
def test_the_install_step_of_the_workflow_gives_a_grader_that_works(name: str, tmp_path: Path) -> None:
    """The step is run as it stands, but for dependencies, which are here; the command it installs grades a submission."""
    python = _fresh_environment(tmp_path / "environment")
    trusted, submission = _copy_project(tmp_path / "trusted"), tmp_path / "submission"
    for folder in (trusted, submission):
        shutil.copytree(TOYS, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
    (submission / "exercises/numbers/halve/halve.py").write_text(RIGHT, encoding="utf-8")
    path = f"{python.parent}{os.pathsep}{os.environ['PATH']}"
    _run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", _install_step(name)], tmp_path,
        PATH=path, PIP_NO_DEPS="1", PIP_IGNORE_INSTALLED="1",
    )  # fmt: skip
    grade = [
        "kata",
        "ci",
        "--submission",
        str(submission),
        "--confinement",
        "auto",
        "--format",
        "json",
        "--output",
        "results",
    ]
    told = _run(
        ["bash", "-c", shlex.join(grade)], trusted, PATH=path, KATA_ROOT=str(trusted), KATA_HOME=str(tmp_path / "home")
    )

    reports = json.loads((trusted / "results/results.json").read_text(encoding="utf-8"))["reports"]
    assert {report["exercise"]: report["verdict"] for report in reports} == {"halve": "passed"}, told
    found = _run([str(python), "-c", "import grader; print(grader.__file__)"], tmp_path)
    assert Path(found.strip()).is_relative_to(python.parents[1])
