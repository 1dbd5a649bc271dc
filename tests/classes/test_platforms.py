"""What `kata release --platform` writes, run as it stands in a local imitation of each platform."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from tests.support.runner import GIT, Runner, git, tools
from tests.support.shell import Shell
from tests.support.toys import RIGHT, WRONG, copy_toys

if TYPE_CHECKING:
    from tests.support.shell import Done

ROOT = Path(__file__).parents[2]
NAME = "university/katas"
STUB = "exercises/numbers/halve/halve.py"


@dataclass(frozen=True, slots=True)
class School:
    """A trusted checkout that is a git repository, and what is released from it."""

    folder: Path
    kata: Shell

    @property
    def released(self) -> Path:
        """The release."""
        return self.folder / "class"

    def release(self, platform: str, *arguments: str) -> Done:
        """Release two exercises for a platform."""
        chosen = ("--exercises", "halve,shout", "--platform", platform)
        return self.kata("release", str(self.released), *chosen, *arguments)

    def forget(self) -> None:
        """Remove the release and its assignment."""
        shutil.rmtree(self.released)
        (self.folder / "class-assignment.toml").unlink()

    def hand_in(self, text: str) -> str:
        """Commit a solution of `halve` to the release, and return the commit."""
        (self.released / STUB).write_text(text, encoding="utf-8")
        if not (self.released / ".git").exists():
            git("init", "-q", "-b", "main", str(self.released), at=self.folder)
        git("add", "-A", at=self.released)
        git("commit", "-qm", "work", at=self.released)
        return git("rev-parse", "HEAD", at=self.released)

    def shell(self, script: str, at: Path, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run a script as an agent of a platform would."""
        environment = {**os.environ, **GIT, "PATH": tools(self.folder), "HOME": str(self.folder), **variables}
        return subprocess.run(
            ["bash", "-eo", "pipefail", "-c", script], cwd=at, env=environment, capture_output=True, text=True,
            check=False, timeout=100,
        )  # fmt: skip


@pytest.fixture
def school(tmp_path: Path) -> School:
    """A school whose checkout names its repository."""
    root = copy_toys(tmp_path)
    (root / "pyproject.toml").write_text(f'[tool.kata]\nupstream = "{NAME}"\n', encoding="utf-8")
    (root / "constraints.txt").touch()
    (root / ".github").mkdir()
    shutil.copy(ROOT / ".github" / "grade.sh", root / ".github")
    git("init", "-q", "-b", "main", str(root), at=tmp_path)
    git("add", "-A", at=root)
    git("commit", "-qm", "katas", at=root)
    git("tag", "1.0", at=root)
    return School(tmp_path, Shell(root, tmp_path / "home"))


def _only_job(path: Path) -> tuple[dict[Any, Any], dict[str, Any]]:
    workflow = yaml.safe_load(path.read_text(encoding="utf-8"))
    (job,) = workflow["jobs"].values()
    return workflow, job


def _checked_out(job: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = job["steps"][0]["with"]
    return found


def test_a_release_is_pinned_and_quoted(school: School) -> None:
    """By default the commit that is checked out; a tag that looks like a number stays a text; a branch is refused."""
    commit = git("rev-parse", "HEAD", at=school.kata.root)
    assert school.release("github").code == 0
    _, job = _only_job(school.released / ".github/workflows/grade.yml")
    assert (_checked_out(job)["repository"], _checked_out(job)["ref"]) == (NAME, commit)

    school.forget()
    assert school.release("github", "--ref", "1.0").code == 0
    _, job = _only_job(school.released / ".github/workflows/grade.yml")
    assert _checked_out(job)["ref"] == "1.0"

    git("branch", "spring", at=school.kata.root)
    for branch in ("main", "spring"):
        refused = school.kata("release", str(school.folder / "other"), "--ref", branch)
        assert refused.code == 2
        assert f"--ref {branch} is a branch, which moves." in refused.err


@pytest.mark.parametrize(
    ("settings", "remote", "named", "told"),
    [
        ("mlkata/mlkata", "", "", "mlkata/mlkata is a placeholder, which anybody may register."),
        ("OWNER/REPO", "", "", "OWNER/REPO is a placeholder"),
        ("", "", "", "does not say which repository it is"),
        ("not a name", "", "", "'not a name' is no repository"),
        ("", "git@github.com:ada/katas.git", "ada/katas", ""),
        ("", "https://github.com/ada/katas", "ada/katas", ""),
        ("", "https://gitlab.example.org/ada/katas.git", "", "is no repository on GitHub"),
    ],
)
def test_one_place_says_which_repository_is_upstream(
    settings: str, remote: str, named: str, told: str, school: School
) -> None:
    """The settings of the checkout, else its git remote; nothing is released while it is missing or a placeholder."""
    text = f'[tool.kata]\nupstream = "{settings}"\n' if settings else ""
    (school.kata.root / "pyproject.toml").write_text(text, encoding="utf-8")
    if remote:
        git("remote", "add", "origin", remote, at=school.kata.root)
    done = school.release("github")

    assert done.code == (0 if named else 2), done.err
    assert told in done.err
    assert school.released.exists() == bool(named)
    if named:
        assert f"Tests and grader come from {named} at " in done.out


@pytest.mark.parametrize(("text", "points", "green"), [(RIGHT, 2, True), (WRONG, 1, False)], ids=["right", "wrong"])
def test_github(text: str, points: int, green: bool, school: School) -> None:
    """A push to a release is graded by the file in it; exercises that are still to do are no failure."""
    school.release("github", "--ref", "1.0")
    runner, _ = _push(school, text, ".github/workflows/grade.yml")
    written = json.loads((runner.place / "results/results.json").read_text(encoding="utf-8"))

    assert runner.failed is not green, runner.log
    assert sum(one["points"] for one in written["reports"]) == points
    assert sum(one["max_points"] for one in written["reports"]) == 3


def _push(school: School, text: str, workflow: str, **secrets: str) -> tuple[Runner, dict[Any, Any]]:
    head = school.hand_in(text)
    document, job = _only_job(school.released / workflow)
    given = {"github.repository": "class/ada", "github.sha": head, "github.token": "t"}
    given |= {f"secrets.{name}": value for name, value in secrets.items()}
    runner = Runner(school.folder, {NAME: school.kata.root, "class/ada": school.released}, given, head)
    runner.run(job)
    return runner, document


def test_a_private_upstream_of_a_release(school: School) -> None:
    """The file in the release says what is missing, and grades once it has a token."""
    (school.kata.root / "private").touch()
    school.release("github", "--ref", "1.0")
    refused, _ = _push(school, RIGHT, ".github/workflows/grade.yml")
    assert refused.failed
    assert f"::error title=upstream cannot be fetched::{NAME} at 1.0 cannot be read." in refused.log
    git("commit", "-q", "--allow-empty", "-m", "again", at=school.released)
    graded, _ = _push(school, f"{RIGHT}\n", ".github/workflows/grade.yml", KATA_UPSTREAM_TOKEN="secret")
    assert not graded.failed, graded.log


@pytest.mark.parametrize(("text", "points"), [(RIGHT, 2), (WRONG, 1)], ids=["right", "wrong"])
def test_classroom(text: str, points: int, school: School) -> None:
    """The official reporter reads one result of all exercises: names, runner, variable, base64, scores, maximum."""
    school.release("classroom", "--ref", "1.0")
    runner, workflow = _push(school, text, ".github/workflows/classroom.yml")

    # What the reporter's documentation demands of the workflow, or no score is uploaded.
    assert workflow["name"] == "Autograding Tests"
    assert list(workflow["jobs"]) == ["run-autograding-tests"]
    assert [path.name for path in (school.released / ".github/workflows").iterdir()] == ["classroom.yml"]
    reporter = workflow["jobs"]["run-autograding-tests"]["steps"][-1]
    assert reporter["uses"] == "classroom-resources/autograding-grading-reporter@v1"
    assert reporter["env"] == {"KATA_RESULTS": "${{ steps.kata.outputs.result }}"}
    assert reporter["with"] == {"runners": "kata"}
    assert json.loads(runner.given["classroom"]) == {"totalPoints": points, "maxPoints": 3}
    assert f"::notice title=Autograding complete::Points {points}/3" in runner.log


@pytest.mark.parametrize("private", [False, True])
def test_gitlab(private: bool, school: School) -> None:
    """The script grades what is checked out and leaves JUnit where the job looks; what cannot be fetched is told."""
    school.release("gitlab", "--ref", "1.0", "--upstream", "https://gitlab.example.org/uni/group/katas.git")
    school.hand_in(RIGHT)
    job = yaml.safe_load((school.released / ".gitlab-ci.yml").read_text(encoding="utf-8"))["grade"]
    assert job["variables"]["UPSTREAM"] == "https://gitlab.example.org/uni/group/katas.git"
    variables = {name: str(value) for name, value in job["variables"].items()}
    variables["UPSTREAM"] = str(school.folder / "nowhere") if private else str(school.kata.root)
    settings = {
        "GIT_CONFIG_GLOBAL": str(school.folder / "gitconfig"),
        "CI_JOB_TOKEN": "t",
        "KATA_HOME": str(school.folder),
    }
    done = school.shell("\n".join(job["script"]), school.released, **variables, **settings)

    if private:
        assert done.returncode == 2
        assert "cannot be fetched. If it is private, add this project to its job token allowlist" in done.stdout
        return
    assert done.returncode == 0, done.stdout + done.stderr
    assert job["artifacts"]["reports"]["junit"] == "results/junit.xml"
    assert 'tests="3"' in (school.released / "results/junit.xml").read_text(encoding="utf-8")


def test_gitlab_by_include(school: School) -> None:
    """The file that a course project includes clones upstream and grades the commit of the pipeline."""
    school.release("github", "--ref", "1.0")
    head = school.hand_in(RIGHT)
    job = yaml.safe_load((ROOT / ".github/gitlab-grade.yml").read_text(encoding="utf-8"))["grade"]
    variables = {name: str(value) for name, value in job["variables"].items()} | {
        "UPSTREAM": str(school.kata.root), "UPSTREAM_REF": "1.0", "MANIFEST": "manifest.json", "CI_COMMIT_SHA": head,
        "CI_REPOSITORY_URL": str(school.released), "GIT_CONFIG_GLOBAL": str(school.folder / "gitconfig"),
        "KATA_HOME": str(school.folder),
    }  # fmt: skip
    place = school.folder / "agent"
    place.mkdir()
    missing = school.shell("\n".join(job["script"]), place, **{**variables, "UPSTREAM": ""})
    assert missing.returncode == 2
    assert "set both" in missing.stdout
    done = school.shell("\n".join(job["script"]), place, **variables)

    assert done.returncode == 1, done.stdout + done.stderr  # one of two is still to do
    written = json.loads((place / "results/results.json").read_text(encoding="utf-8"))
    assert [one["verdict"] for one in written["reports"]] == ["passed", "not_started"]


def test_jenkins(school: School) -> None:
    """The step of the pipeline grades the workspace; JUnit lies where the pipeline reads it."""
    school.release("jenkins", "--ref", "1.0", "--upstream", "https://git.example.org/uni/katas.git")
    school.hand_in(WRONG)
    text = (school.released / "Jenkinsfile").read_text(encoding="utf-8")
    found = re.search(r"sh '''(.*?)'''", text, re.DOTALL)
    assert found
    assert "\\" not in found[1]  # Groovy would read an escape
    assert "junit 'results/junit.xml'" in text
    script = found[1].replace("https://git.example.org/uni/katas.git", str(school.kata.root))
    temporary = school.folder / "tmp"
    done = school.shell(script, school.released, WORKSPACE=str(school.released), WORKSPACE_TMP=str(temporary))

    assert done.returncode == 0, done.stdout + done.stderr
    junit = (school.released / "results/junit.xml").read_text(encoding="utf-8")
    assert re.search(r'timestamp="\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d"', junit)


# Gradescope's documentation of metadata and results, field by field.
_METADATA = {
    "created_at": "2026-11-30T12:05:00.000000-07:00",
    "assignment": {"due_date": "2026-11-30T10:00:00.000000-07:00", "late_due_date": None, "id": 1, "title": "HW", "total_points": "3.0"},
    "users": [{"email": "a@example.org", "id": 1, "name": "Ada"}], "previous_submissions": [],
}  # fmt: skip
_VISIBILITY = {"hidden", "after_due_date", "after_published", "visible"}


def test_gradescope(school: School) -> None:
    """The archive, unpacked as Gradescope does, grades flat uploads: points, visibility, lateness; a fault writes nothing."""
    assert school.release("gradescope", "--visibility", "after_due_date").code == 0
    root = school.folder / "autograder"
    (root / "submission").mkdir(parents=True)
    (root / "results").mkdir()
    subprocess.run(["unzip", "-q", str(school.released / "autograder.zip"), "-d", str(root / "source")], check=True)
    assert not list((root / "source").rglob("__pycache__"))
    setup = school.shell("source/setup.sh", root)
    assert setup.returncode == 0, setup.stderr
    shutil.copy(root / "source" / "run_autograder", root)
    (root / "submission" / "halve.py").write_text(RIGHT, encoding="utf-8")
    (root / "submission_metadata.json").write_text(json.dumps(_METADATA), encoding="utf-8")
    done = school.shell("./run_autograder", root)
    assert done.returncode == 0, done.stdout + done.stderr

    results = json.loads((root / "results" / "results.json").read_text(encoding="utf-8"))
    assert results["score"] == 2
    assert sum(test["max_score"] for test in results["tests"]) == 3
    assert results["visibility"] == "after_due_date"
    assert {test["visibility"] for test in results["tests"]} == {"after_due_date"}
    assert results["stdout_visibility"] in _VISIBILITY
    assert results["output"].startswith("Handed in 2 h 5 min after the due date; points are not changed for it.")
    assert isinstance(results["execution_time"], float)

    (root / "results" / "results.json").unlink()
    (root / "source" / "manifest.json").write_text("{}", encoding="utf-8")
    assert school.shell("./run_autograder", root).returncode != 0
    assert not (root / "results" / "results.json").exists()


def test_exercism(school: School) -> None:
    """The runner takes slug, input and output, reads nothing else, exits with 0 whatever the verdict, and writes version 3."""
    assert school.release("exercism").code == 0
    runner, given, output = school.released / "bin/run.sh", school.folder / "solution", school.folder / "output"
    given.mkdir()
    (given / ".meta").mkdir()
    statuses = []
    for text in (RIGHT, WRONG, "def halve(n)\n", None):
        (given / "halve.py").unlink(missing_ok=True)
        if text is not None:
            (given / "halve.py").write_text(text, encoding="utf-8")
        done = school.shell(f"'{runner}' halve '{given}/' '{output}/'", school.folder)
        assert done.returncode == 0, done.stdout + done.stderr
        results = json.loads((output / "results.json").read_text(encoding="utf-8"))
        assert results["version"] == 3
        assert (results["status"] == "error") == ("message" in results)
        names = [test["name"] for test in results["tests"]]
        assert len(names) == len(set(names))
        assert all({"name", "test_code", "status"} <= set(test) for test in results["tests"])
        statuses.append(results["status"])
    assert statuses == ["pass", "fail", "error", "fail"]
    assert school.shell(f"'{runner}' no-such '{given}/' '{output}/'", school.folder).returncode == 2
    assert "COPY . /opt/test-runner" in (school.released / "Dockerfile").read_text(encoding="utf-8")


def test_the_linter_of_workflows_finds_nothing_in_releases(school: School) -> None:
    """Zizmor has nothing to say about the workflows of releases."""
    linter = Path(sys.executable).with_name("zizmor")
    for platform in ("github", "classroom"):
        school.release(platform, "--ref", "1.0")
        command = [str(linter), "--offline", "--no-progress", "--format", "plain", str(school.released / ".github")]
        done = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, "NO_COLOR": "1"})
        assert done.returncode == 0, done.stdout
        school.forget()


def test_a_task_for_hiring(school: School) -> None:
    """Without hints, with a clock, with nothing that names upstream; that references are public is told."""
    done = school.release("plain", "--without-hints", "--minutes", "90")
    files = {path.relative_to(school.released).as_posix() for path in school.released.rglob("*") if path.is_file()}

    assert done.code == 0
    assert "upstream shows the references of 2 exercises of these" in done.err
    assert not any(path.startswith((".github", ".gitlab", "Jenkins")) for path in files)
    assert "hints = []" in (school.released / "exercises/numbers/halve/exercise.toml").read_text(encoding="utf-8")
    assert "You have 90 minutes for everything together." in (school.released / "README.md").read_text(encoding="utf-8")
    assert "* text=auto eol=lf" in (school.released / ".gitattributes").read_text(encoding="utf-8")
    assert not any(NAME in (school.released / path).read_text(encoding="utf-8") for path in files)
