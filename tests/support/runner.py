"""Runs the job of a workflow as GitHub's runner would: checkouts by git, shell steps by bash, as they stand in the file."""

from __future__ import annotations

import base64
import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

GIT: Final = {
    "GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@example.org", "GIT_COMMITTER_NAME": "a",
    "GIT_COMMITTER_EMAIL": "a@example.org", "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1",
}  # fmt: skip
# Installing takes a network: the grader of this interpreter stands for the one that would be installed.
_PYTHON: Final = """#!/bin/bash
if [ "$1 $2 $3" = "-m pip install" ]; then for last; do :; done; [ -f "$last/pyproject.toml" ]; exit; fi
if [ "$1 $2" = "-m venv" ]; then mkdir -p "$3/bin"; exit; fi
exec "{python}" "$@"
"""


def git(*arguments: str, at: Path) -> str:
    """Run git without the settings of this machine."""
    command = ["git", "-c", "protocol.file.allow=always", *arguments]
    done = subprocess.run(command, cwd=at, env={**os.environ, **GIT}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.strip()


def tools(folder: Path) -> str:
    """Make programs that stand for those that need a network or rights, and return the PATH that leads to them."""
    place = folder / "tools"
    place.mkdir(exist_ok=True)
    pythons = ("python", "python3", "python3.11", "python3.12", "python3.13")
    for name, text in (*((name, _PYTHON) for name in pythons), ("sudo", "#!/bin/sh\nexit 1\n")):
        (place / name).write_text(text.format(python=sys.executable), encoding="utf-8")
        (place / name).chmod(0o755)
    return f"{place}:{Path(sys.executable).parent}:{os.environ['PATH']}"


@dataclass
class Runner:
    """A machine that runs jobs.

    Attributes
    ----------
    folder : Path
        Where it may write.
    repositories : dict of str to Path
        What may be checked out, by `OWNER/REPO`.
    given : dict of str to str
        Values of expressions.
    head : str
        Commit of `github.repository` that is graded.
    """

    folder: Path
    repositories: dict[str, Path]
    given: dict[str, str]
    head: str
    environment: dict[str, str] = field(default_factory=dict)
    log: str = ""
    failed: bool = False
    code: int = 0

    @property
    def place(self) -> Path:
        """The workspace."""
        return self.folder / "runner"

    def run(self, job: dict[str, Any], spoil: Any = lambda _: None) -> None:
        """Run every step of a job."""
        shutil.rmtree(self.place, ignore_errors=True)
        self.place.mkdir()
        self.given["github.workspace"] = str(self.place)
        for step in job["steps"]:
            condition = step.get("if", "")
            if (self.failed and not re.match("failure|always", condition)) or (
                condition.startswith("failure") and not self._holds(condition)
            ):
                continue
            if (self.place / "submission").exists():
                spoil(self.place / "submission")
            if "run" in step:
                good = self._shell(step)
            elif "checkout@" in step["uses"]:
                good = self._check_out(step.get("with", {}))
            elif "grading-reporter@" in step["uses"]:
                good = self._report_to_classroom(step)
            else:
                good = True
            if "id" in step:
                self.given[f"steps.{step['id']}.outcome"] = "success" if good else "failure"
            self.failed |= not good

    def outputs(self, job: dict[str, Any]) -> dict[str, str]:
        """Return what a job that was run gives to others."""
        return {name: self._fill(value) for name, value in job.get("outputs", {}).items()}

    def _holds(self, condition: str) -> bool:
        found = re.fullmatch(r"failure\(\) && (steps\.\w+\.outcome) == '(\w+)'", condition)
        assert found, condition
        return self.failed and self.given.get(found[1]) == found[2]

    def _fill(self, text: object) -> str:
        def value(found: re.Match[str]) -> str:
            names = [name.strip() for name in found[1].split("||")]
            return next((self.given[name] for name in names if self.given.get(name)), "")

        return re.sub(r"\$\{\{ *(.+?) *\}\}", value, str(text))

    def _check_out(self, wanted: dict[str, Any]) -> bool:
        assert wanted["persist-credentials"] is False
        name = self._fill(wanted.get("repository", "")) or self.given["github.repository"]
        ref = self._fill(wanted.get("ref", "")) or self.head
        key = self._fill(wanted.get("token", "")) + self._fill(wanted.get("ssh-key", ""))
        source = self.repositories.get(name)
        if source is None or ((source / "private").exists() and "secret" not in key):
            self.log += f"Error: repository '{name}' not found\n"
            return False
        target = self.place / wanted.get("path", ".")
        git("clone", "-q", "--no-checkout", str(source), str(target), at=self.place)
        if "sparse-checkout" in wanted:
            cone = "--no-cone" if wanted.get("sparse-checkout-cone-mode") is False else "--cone"
            git("sparse-checkout", "set", cone, *wanted["sparse-checkout"].split(), at=target)
        git("checkout", "-q", ref, at=target)
        return True

    def _shell(self, step: dict[str, Any]) -> bool:
        assert "${{" not in step["run"]  # an expression in a script would let a name become code
        outputs = self.folder / "outputs"
        outputs.write_text("", encoding="utf-8")
        environment = {
            **os.environ, **GIT, **self.environment, "PATH": tools(self.folder), "GITHUB_OUTPUT": str(outputs),
            "GITHUB_STEP_SUMMARY": str(self.place / "summary"), "GITHUB_ACTIONS": "true", "KATA_HOME": str(self.folder / "home"),
            **{name: self._fill(value) for name, value in step.get("env", {}).items()},
        }  # fmt: skip
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
            cwd=self.place, env=environment, capture_output=True, text=True, check=False, timeout=100,
        )  # fmt: skip
        self.log += done.stdout + done.stderr
        self.code = self.code or done.returncode
        for line in outputs.read_text(encoding="utf-8").splitlines():
            name, _, value = line.partition("=")
            self.given[f"steps.{step.get('id')}.outputs.{name}"] = value
        return done.returncode == 0

    def _report_to_classroom(self, step: dict[str, Any]) -> bool:
        """Do what the reporter's documentation says: read each runner's result, add scores up, post two notices."""
        runners = [name.strip() for name in step["with"]["runners"].split(",")]
        assert re.fullmatch(r"([a-zA-Z0-9]+,)*[a-zA-Z0-9]+", step["with"]["runners"])
        results = []
        for name in runners:
            encoded = self._fill(step["env"][f"{name.upper()}_RESULTS"])
            results.append(json.loads(base64.b64decode(encoded, validate=True)))
        for result in results:
            assert result["max_score"] > 0  # else the runner is left out without a word
            assert all(isinstance(test["score"], (int, float)) for test in result["tests"])
        points = sum(test["score"] for result in results for test in result["tests"])
        most = sum(result["max_score"] for result in results)
        self.log += f"::notice title=Autograding complete::Points {points:g}/{most:g}\n"
        self.given["classroom"] = json.dumps({"totalPoints": points, "maxPoints": most})
        return all(result["status"] == "pass" for result in results)
