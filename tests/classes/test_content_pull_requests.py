"""A pull request that changes an exercise, from its branch to the end of the workflow's job, every step as it stands."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest
import yaml

from tests.support.runner import Runner, git
from tests.support.toys import edit

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT: Final = Path(__file__).parents[2]
GREEN: Final = ROOT / "tests/authoring/green_toy"
UPSTREAM: Final = "university/katas"
CLAMP: Final = "exercises/toys/clamp"


class Contribution:
    """Upstream, and a branch of somebody's fork that began at it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.upstream, self.work = folder / "upstream", folder / "work"
        shutil.copytree(GREEN, self.upstream, ignore=shutil.ignore_patterns("__pycache__"))
        oracle = self.upstream / "tests/exercises/oracles/test_clamp.py"
        oracle.parent.mkdir(parents=True)
        oracle.write_text('"""The reference against an independent library."""\n', encoding="utf-8")
        shutil.copytree(ROOT / ".github/workflows", self.upstream / ".github/workflows")
        (self.upstream / "pyproject.toml").write_text(f'[tool.kata]\nupstream = "{UPSTREAM}"\n', encoding="utf-8")
        git("init", "-q", "-b", "main", at=self.upstream)
        git("add", "-A", at=self.upstream)
        git("commit", "-qm", "upstream", at=self.upstream)
        git("clone", "-q", str(self.upstream), str(self.work), at=folder)

    def propose(self) -> tuple[str, str]:
        """Commit the branch; return where it is to go, and the merge that GitHub checks out for the workflow."""
        git("add", "-A", at=self.work)
        git("commit", "-qm", "my exercise", at=self.work)
        head = git("rev-parse", "HEAD", at=self.work)
        (self.upstream / "README.md").write_text("# main goes on\n", encoding="utf-8")
        git("add", "-A", at=self.upstream)
        git("commit", "-qm", "later", at=self.upstream)
        base = git("rev-parse", "HEAD", at=self.upstream)
        git("fetch", "-q", str(self.work), head, at=self.upstream)
        git("checkout", "-q", "--detach", at=self.upstream)
        git("merge", "-q", "--no-ff", "-m", "merge", head, at=self.upstream)
        merged = git("rev-parse", "HEAD", at=self.upstream)
        git("update-ref", "refs/pull/1/merge", merged, at=self.upstream)
        git("branch", "-f", "pull", merged, at=self.upstream)  # a plain clone brings branches only
        git("checkout", "-q", "main", at=self.upstream)
        return base, merged

    def run(self, workflow: str, job: str, base: str, merged: str) -> Runner:
        """Run a job of a workflow as it stands in the pull request."""
        git("checkout", "-q", merged, at=self.upstream)
        text = (self.upstream / ".github/workflows" / workflow).read_text(encoding="utf-8")
        git("checkout", "-q", "main", at=self.upstream)
        given = {
            "github.repository": UPSTREAM, "github.token": "t", "github.event.pull_request.base.sha": base,
            "github.event.repository.fork": "false",
        }  # fmt: skip
        runner = Runner(self.folder, {UPSTREAM: self.upstream}, given, merged, {"NO_COLOR": "1"})
        found: Any = yaml.safe_load(text)["jobs"][job]
        runner.run(found)
        return runner


@pytest.fixture
def contribution(tmp_path: Path) -> Contribution:
    """A branch without a change yet."""
    return Contribution(tmp_path)


def _clearer(work: Path) -> None:
    edit(work / CLAMP / "exercise.toml", "minutes = ", "minutes = 1")


def _wrong_reference(work: Path) -> None:
    edit(work / "solutions/toys/clamp/clamp.py", "min(max(value, low), high)", "min(value, high)")


def _elsewhere(work: Path) -> None:
    (work / "notes.md").write_text("Nothing of an exercise.\n", encoding="utf-8")


@pytest.mark.parametrize(
    ("change", "good", "told"),
    [
        (_clearer, True, "green  clamp"),
        (_wrong_reference, False, "not green  clamp"),
        (_elsewhere, True, "No exercise changed since "),
    ],
    ids=["better", "broken", "elsewhere"],
)
def test_a_pull_request_of_content(
    change: Callable[[Path], None], good: bool, told: str, contribution: Contribution
) -> None:
    """The exercises that it changes are checked against where it left main; a broken one is red, and none is a sentence."""
    change(contribution.work)
    base, merged = contribution.propose()
    runner = contribution.run("ci.yml", "exercises", base, merged)

    assert runner.failed is not good, runner.log
    assert told in runner.log


def test_a_pull_request_of_content_is_not_graded_as_a_submission(contribution: Contribution) -> None:
    """In upstream itself the workflow of forks reads its own name, so that its second job is left out."""
    _clearer(contribution.work)
    base, merged = contribution.propose()
    runner = contribution.run("grade.yml", "upstream", base, merged)
    workflow: Any = yaml.safe_load((ROOT / ".github/workflows/grade.yml").read_text(encoding="utf-8"))

    assert not runner.failed, runner.log
    assert runner.outputs(workflow["jobs"]["upstream"]) == {"repository": UPSTREAM}
    assert workflow["jobs"]["grade"]["if"].endswith("needs.upstream.outputs.repository != github.repository")
