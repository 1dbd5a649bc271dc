"""What stands around the code: the Python that is asked for, the programs that tests need, and the workflows of this repository."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]


def _workflow(name: str) -> Any:
    return yaml.safe_load((ROOT / ".github" / name).read_text(encoding="utf-8"))


def test_an_old_python_is_told_what_is_needed() -> None:
    """Run from a checkout by an older Python, the command says which one it needs, and exits with 2 without a traceback."""
    pretend = "import sys; sys.version_info = (3, 10, 13, 'final', 0); import grader.cli"
    done = subprocess.run(
        [sys.executable, "-c", pretend], cwd=ROOT, capture_output=True, text=True, check=False, timeout=60
    )

    assert done.returncode == 2
    assert done.stderr.startswith("kata: mlkata needs Python 3.11 or newer; this is ")
    assert "Traceback" not in done.stderr


def test_the_module_is_the_command() -> None:
    """`python -m grader.cli` does what `kata` does."""
    command = [sys.executable, "-m", "grader.cli", "list", "--format", "json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)

    assert done.returncode == 0, done.stderr
    assert '"softmax"' in done.stdout


@pytest.mark.parametrize(("where", "verdict"), [("", "1 skipped"), ("true", "1 error")], ids=["here", "in CI"])
def test_a_missing_program_skips_a_test_but_not_in_ci(where: str, verdict: str, tmp_path: Path) -> None:
    """Where a program is missing a test that needs it is skipped; in CI, which installs it, the run fails."""
    shutil.copy(ROOT / "tests" / "conftest.py", tmp_path)
    marked = 'import pytest\n\n@pytest.mark.needs("no-such-program")\ndef test_it():\n    pass\n'
    (tmp_path / "test_marked.py").write_text(marked, encoding="utf-8")
    inner = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "CI", "KATA", "COV"))}
    inner |= {"PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'tests'}", "CI": where}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", str(ROOT / "pyproject.toml")]
    done = subprocess.run(
        [*command, "--rootdir", str(tmp_path), str(tmp_path)], cwd=tmp_path, env=inner, capture_output=True, text=True,
        check=False, timeout=60,
    )  # fmt: skip

    assert verdict in done.stdout, done.stdout + done.stderr
    assert (done.returncode == 0) is (not where)
    assert "there is no no-such-program on this machine" in done.stdout


# Stands for the interpreter, pip and nox, which take minutes: says what it was asked, and fails in the session it is told.
STAND_IN = """#!/bin/bash
case "$0 $*" in
  *python3*) mkdir -p "$3/bin"; cp "$0" "$3/bin/nox"; cp "$0" "$3/bin/pip" ;;
  */nox*) echo "nox $*"; [ "$*" != "-s $FAILS" ] ;;
esac
"""


@pytest.mark.parametrize(
    ("fails", "told"), [("", ""), ("lint", "failed: lint and types\n"), ("tests", "failed: tests\n")]
)
def test_ci_lints_then_tests_and_fails_when_either_does(fails: str, told: str, tmp_path: Path) -> None:
    """`.ci/run` runs linters and types, then the tests in any case, and names what failed."""
    stand_in = tmp_path / "python3"
    stand_in.write_text(STAND_IN, encoding="utf-8")
    stand_in.chmod(0o755)
    for program in ("chromium", "tmux"):  # nothing is to be installed
        (tmp_path / program).symlink_to(stand_in)
    environment = {**os.environ, "PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}", "FAILS": fails}
    done = subprocess.run(
        ["bash", str(ROOT / ".ci" / "run")], env=environment, capture_output=True, text=True, check=False, timeout=60
    )

    assert done.stdout == "nox -s lint\nnox -s tests\n"
    assert done.stderr == told
    assert (done.returncode == 0) is (not fails)


def test_every_python_that_the_readme_names_is_tested() -> None:
    """The workflow runs `.ci/run` on each."""
    job = _workflow("workflows/ci.yml")["jobs"]["tests"]
    pythons = job["strategy"]["matrix"]["python"]
    readme = (ROOT / "README.md").read_text(encoding="utf-8")

    assert pythons == ["3.11", "3.12", "3.13"]
    assert all(version in readme for version in pythons)
    assert ".ci/run" in [step.get("run") for step in job["steps"]]


def test_content_pull_requests_are_checked_and_not_graded() -> None:
    """In this repository the workflow for forks does not run; the exercises that a pull request changes are checked."""
    grade = _workflow("workflows/grade.yml")["jobs"]["grade"]
    check = _workflow("workflows/ci.yml")["jobs"]["exercises"]

    assert grade["if"].endswith("needs.upstream.outputs.repository != github.repository")
    assert check["if"] == "github.event_name == 'pull_request'"
    assert check["steps"][0]["with"]["fetch-depth"] == 0  # the merge base must be there
    assert "kata check --changed-since" in check["steps"][-1]["run"]


@pytest.mark.parametrize(
    "path", sorted((ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml")), ids=lambda path: path.stem
)
def test_issue_templates_are_forms_that_github_takes(path: Path) -> None:
    """Each form has a name, a description and fields of known types, each with a label."""
    form = yaml.safe_load(path.read_text(encoding="utf-8"))
    if path.stem == "config":
        assert {"name", "url", "about"} == set(form["contact_links"][0])
        return
    assert form["name"]
    assert form["description"]
    for field in form["body"]:
        assert field["type"] in ("input", "textarea", "dropdown")
        assert field["attributes"]["label"]
        assert field["type"] != "dropdown" or len(set(field["attributes"]["options"])) > 1


def test_dependabot_watches_packages_and_actions() -> None:
    """Both kinds of dependencies are renewed, in groups and on a schedule."""
    found = _workflow("dependabot.yml")

    assert found["version"] == 2
    assert {one["package-ecosystem"] for one in found["updates"]} == {"pip", "github-actions"}
    assert all(one["schedule"]["interval"] and one["groups"] for one in found["updates"])


def test_editors_are_set_up() -> None:
    """The settings for editors are JSON, their tasks are commands of ours, and discovery is left to pytest's own configuration."""
    from grader.cli.app import app

    settings, tasks, container = (
        json.loads((ROOT / name).read_text(encoding="utf-8"))
        for name in (".vscode/settings.json", ".vscode/tasks.json", ".devcontainer/devcontainer.json")
    )

    assert settings["python.testing.pytestEnabled"]
    assert settings["python.testing.pytestArgs"] == []
    assert {task["command"].removeprefix("kata ") for task in tasks["tasks"]} <= set(app.commands)
    assert "-c constraints.txt" in container["postCreateCommand"]
