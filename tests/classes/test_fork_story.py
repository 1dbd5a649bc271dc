"""The whole story of a fork with git alone: upstream, fork, edit, push, and the shell of the workflow that grades it."""

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

from grader.content.catalog import load_catalog
from grader.practice.stub_file import pristine_stub
from tests.support.runner import Runner, git
from tests.support.toys import TOYS

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[2]
WORKFLOWS = sorted((ROOT / ".github").rglob("*.yml"))
STUB = "exercises/numbers/halve/halve.py"
RIGHT = "def halve(n):\n    return n // 2\n"
WRONG = "def halve(n):\n    return int(n / 2)\n"
UPSTREAM = "university/katas"


@dataclass(frozen=True, slots=True)
class Graded:
    """What a run of the workflow's shell left."""

    code: int
    log: str
    results: dict[str, Any]

    @property
    def verdicts(self) -> dict[str, str]:
        """Verdict of each graded exercise."""
        return {report["exercise"]: report["verdict"] for report in self.results["reports"]}

    @property
    def refused(self) -> dict[str, str]:
        """Reason by file that the submission may not change."""
        return {refusal["path"]: refusal["reason"] for refusal in self.results.get("refused", ())}


class Fork:
    """An upstream, a fork of it and a checkout of the fork, all on this machine."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.marker = folder / "marker"
        self.upstream, self.bare, self.work = folder / "upstream.git", folder / "fork.git", folder / "work"
        first = folder / "first"
        shutil.copytree(TOYS, first, ignore=shutil.ignore_patterns("__pycache__"))
        for exercise in load_catalog(first).exercises:
            exercise.stub_path.write_bytes(pristine_stub(exercise))
        shutil.copytree(ROOT / ".github" / "workflows", first / ".github" / "workflows")
        shutil.copy(ROOT / ".github" / "grade.sh", first / ".github")
        (first / "grader").mkdir()
        (first / "grader" / "judge.py").write_text("# stands for the grader\n", encoding="utf-8")
        for name in ("constraints.txt", "pyproject.toml"):
            shutil.copyfile(ROOT / name, first / name)
        settings = (ROOT / "pyproject.toml").read_text(encoding="utf-8").partition("\n[tool.kata]")[0]
        (first / "pyproject.toml").write_text(f'{settings}\n[tool.kata]\nupstream = "{UPSTREAM}"\n', encoding="utf-8")
        self.git("init", "-q", "-b", "main", str(first), at=folder)
        self.git("add", "-A", at=first)
        self.git("commit", "-qm", "upstream", at=first)
        self.git("clone", "-q", "--bare", str(first), str(self.upstream), at=folder)
        self.git("clone", "-q", "--bare", str(self.upstream), str(self.bare), at=folder)
        self.git("clone", "-q", str(self.bare), str(self.work), at=folder)

    def git(self, *arguments: str, at: Path) -> str:
        """Run git without the settings of this machine."""
        return git(*arguments, at=at)

    def write(self, path: str, text: str) -> None:
        """Write a file of the fork."""
        target = self.work / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")

    def push(self, branch: str = "main") -> None:
        """Commit everything and push it to a branch of the fork."""
        self.git("add", "-A", at=self.work)
        self.git("commit", "-qm", "work", at=self.work)
        self.git("push", "-q", "origin", f"HEAD:{branch}", at=self.work)

    def push_again(self, branch: str) -> None:
        """Push what is committed to another branch."""
        self.git("push", "-q", "origin", f"HEAD:{branch}", at=self.work)

    def advance_upstream(self) -> None:
        """Let upstream go on after the fork was made: another prompt, another test."""
        later = self.folder / "later"
        self.git("clone", "-q", str(self.upstream), str(later), at=self.folder)
        for path in ("exercises/numbers/halve/prompt.md", "exercises/words/shout/hidden_tests.py"):
            with (later / path).open("a", encoding="utf-8") as file:
                file.write("\n# later\n")
        self.git("commit", "-qam", "later", at=later)
        self.git("push", "-q", at=later)

    def runner(self, branch: str = "main", repository: str = "ada/katas") -> Runner:
        """Return a machine that works on a push to a branch of the fork, or of upstream."""
        repositories = {UPSTREAM: self.upstream, "ada/katas": self.bare}
        head = self.git("rev-parse", branch, at=repositories[repository])
        given = {
            "inputs.ref": "main", "inputs.feedback": "full", "inputs.level": "full", "matrix.shard": "1/1", "github.sha": head,
            "github.repository": repository, "github.token": "t", "github.event.repository.fork": str(repository != UPSTREAM).lower(),
        }  # fmt: skip
        return Runner(self.folder, repositories, given, head, {"MARKER": str(self.marker)})

    def grade(self, spoil: Callable[[Path], None] = lambda _: None, **secrets: str) -> Graded:
        """Run the called workflow on what was pushed to main."""
        runner = self.runner()
        runner.given |= {"inputs.upstream": UPSTREAM} | {f"secrets.{name}": value for name, value in secrets.items()}
        runner.run(_job("grade-submission.yml", "grade"), spoil)
        written = runner.place / "results" / "results.json"
        results = json.loads(written.read_text(encoding="utf-8")) if written.exists() else {"reports": []}
        return Graded(runner.code, runner.log, results)

    def push_is_graded(self, branch: str, repository: str = "ada/katas") -> tuple[bool, str]:
        """Run what decides whether a push is graded, and return the decision and the log."""
        workflow = _workflow("grade.yml")
        runner = self.runner(branch, repository)
        runner.run(workflow["jobs"]["upstream"])
        named = runner.outputs(workflow["jobs"]["upstream"])["repository"]
        condition = "needs.upstream.outputs.repository != '' && needs.upstream.outputs.repository != github.repository"
        assert workflow["jobs"]["grade"]["if"] == condition
        return not runner.failed and named not in ("", repository), runner.log


def _workflow(name: str) -> Any:
    return yaml.safe_load((ROOT / ".github/workflows" / name).read_text(encoding="utf-8"))


def _job(name: str, job: str) -> Any:
    return _workflow(name)["jobs"][job]


@pytest.fixture
def fork(tmp_path: Path) -> Fork:
    """A fresh fork."""
    return Fork(tmp_path)


def test_an_honest_fork_passes(fork: Fork) -> None:
    """A pushed solution passes, the annotations are empty, the summary is written, and nothing else is graded."""
    fork.write(STUB, RIGHT)
    fork.push()
    graded = fork.grade()

    assert graded.code == 0, graded.log
    assert graded.verdicts == {"halve": "passed"}
    assert graded.refused == {}
    assert "::error" not in graded.log
    assert "1 of 1 exercise solved, 1 mastered" in (fork.folder / "runner" / "summary").read_text(encoding="utf-8")
    assert graded.results["reports"][0]["submission_path"] == STUB


def test_pushes_to_any_branch_of_a_fork_are_graded(fork: Fork) -> None:
    """Main and every other branch of a fork; upstream itself is not graded, and neither is a fork of a placeholder."""
    triggers = _workflow("grade.yml")[True]  # YAML takes `on` for a truth
    assert triggers == {"push": {"paths": ["exercises/**"]}, "pull_request": {"paths": ["exercises/**"]}}
    fork.write(STUB, RIGHT)
    fork.push()
    fork.push_again("attempts/two")
    assert fork.push_is_graded("main") == (True, "")
    assert fork.push_is_graded("attempts/two") == (True, "")
    assert fork.push_is_graded("main", UPSTREAM) == (False, "")

    text = (fork.work / "pyproject.toml").read_text(encoding="utf-8")
    fork.write("pyproject.toml", text.replace(UPSTREAM, "mlkata/mlkata"))
    fork.push()
    graded, log = fork.push_is_graded("main")
    assert not graded
    assert "::error file=pyproject.toml,title=upstream is not named::" in log
    assert "until then nothing is graded" in log


def test_a_private_upstream_wants_a_secret_and_says_so(fork: Fork) -> None:
    """Without a token or key the run is red and names both; with either it grades."""
    (fork.upstream / "private").touch()
    fork.write(STUB, RIGHT)
    fork.push()
    refused = fork.grade()
    assert refused.verdicts == {}
    assert f"::error title=upstream cannot be fetched::{UPSTREAM} at main cannot be read." in refused.log
    assert "KATA_UPSTREAM_TOKEN" in refused.log
    assert "KATA_UPSTREAM_KEY" in refused.log

    assert fork.grade(token="secret").verdicts == {"halve": "passed"}
    assert fork.grade(deploy_key="secret").verdicts == {"halve": "passed"}


def test_a_history_that_cannot_be_fetched_is_told(fork: Fork) -> None:
    """Nothing is graded against the wrong revision without a word."""
    fork.write(STUB, RIGHT)
    fork.push()
    graded = fork.grade(lambda submission: shutil.rmtree(submission / ".git", ignore_errors=True))

    assert graded.code == 2
    assert "::error title=history cannot be fetched::" in graded.log


def test_a_fork_behind_upstream_is_no_tampering(fork: Fork) -> None:
    """What upstream changed since the fork was made is not held against it, and the newest tests grade it."""
    fork.write(STUB, RIGHT)
    fork.push()
    fork.advance_upstream()
    graded = fork.grade()

    assert graded.code == 0, graded.log
    assert graded.refused == {}


def test_a_failure_is_annotated_on_the_learners_file(fork: Fork) -> None:
    """A wrong solution exits with 1 and one annotation on the stub."""
    fork.write(STUB, WRONG)
    fork.push()
    graded = fork.grade()

    assert graded.code == 1
    assert graded.verdicts == {"halve": "wrong"}
    assert re.search(
        rf"^::error file={STUB},title=halve::wrong: Half of minus three is rounded down", graded.log, re.MULTILINE
    )


RUNS = "import os\nopen(os.environ.get('MARKER', '/dev/null'), 'w').write('ran')\n"


def _edit_tests(fork: Fork) -> None:
    fork.write("exercises/numbers/halve/hidden_tests.py", f"{RUNS}def test_it(candidate):\n    pass\n")


def _conftest(fork: Fork) -> None:
    for path in ("conftest.py", "exercises/numbers/halve/conftest.py"):
        fork.write(path, RUNS)


def _sitecustomize(fork: Fork) -> None:
    for path in ("sitecustomize.py", "exercises/usercustomize.py"):
        fork.write(path, RUNS)


def _pth(fork: Fork) -> None:
    fork.write("exercises/numbers/evil.pth", "import os; open(os.environ['MARKER'], 'w')\n")


def _pyproject(fork: Fork) -> None:
    fork.write("pyproject.toml", "[build-system]\nrequires = []\nbuild-backend = 'evil'\nbackend-path = ['.']\n")
    fork.write("setup.py", RUNS)


def _grader(fork: Fork) -> None:
    fork.write("grader/judge.py", RUNS)
    fork.write("constraints.txt", "evil==1.0\n")


def _workflows(fork: Fork) -> None:
    fork.write(".github/workflows/grade.yml", "on: push\njobs: {}\n")
    fork.write(".github/workflows/own.yml", "on: push\njobs: {}\n")


def _symlink(fork: Fork) -> None:
    (fork.work / STUB).unlink()
    (fork.work / STUB).symlink_to(fork.folder / "secret.py")
    (fork.folder / "secret.py").write_text("# CANARY\n" + RIGHT, encoding="utf-8")


def _linked_folder(fork: Fork) -> None:
    shutil.move(fork.work / "exercises/numbers", fork.work / "exercises/elsewhere")
    (fork.work / "exercises/numbers").symlink_to("elsewhere")


def _renamed(fork: Fork) -> None:
    shutil.move(fork.work / "exercises/numbers/halve", fork.work / "exercises/numbers/half")


def _submodule(fork: Fork) -> None:
    fork.git("submodule", "add", "-q", str(fork.upstream), "exercises/extra", at=fork.work)


def _huge(fork: Fork) -> None:
    fork.write(STUB, "#" * (3 << 20) + "\n" + RIGHT)


def _names(fork: Fork) -> None:
    fork.write("exercises/numbers/halve/::error::pwned\n::warning::x/conftest.py", RUNS)


def _commands(fork: Fork) -> None:
    says = "print('::error::pwned')\nprint('##[error]pwned')\nprint('::set-output name=result::' + 'x')\n"
    fork.write(
        STUB, f"{says}def halve(n):\n    print('\\n::stop-commands::x')\n    raise ValueError('\\n::error::pwned')\n"
    )


def _git_settings(fork: Fork) -> None:
    fork.write(".gitattributes", "* filter=evil diff=evil merge=evil\n")
    fork.write(".gitconfig", "[core]\nfsmonitor = touch $MARKER\n")


CONTENT = ("exercise.toml", "hidden_tests.py", "prompt.md")
HOSTILE: list[tuple[Callable[[Fork], None], dict[str, str], list[str]]] = [
    (_edit_tests, {}, ["exercises/numbers/halve/hidden_tests.py"]),
    (_conftest, {}, ["conftest.py", "exercises/numbers/halve/conftest.py"]),
    (_sitecustomize, {}, ["exercises/usercustomize.py", "sitecustomize.py"]),
    (_pth, {}, ["exercises/numbers/evil.pth"]),
    (_pyproject, {}, ["pyproject.toml", "setup.py"]),
    (_grader, {}, ["constraints.txt", "grader/judge.py"]),
    (_workflows, {}, [".github/workflows/grade.yml", ".github/workflows/own.yml"]),
    (_symlink, {"halve": "invalid"}, []),
    (
        _linked_folder,
        {"add": "invalid", "halve": "invalid"},
        [
            "exercises/elsewhere/track.toml",
            *(f"exercises/elsewhere/{slug}/{name}" for slug in ("add", "halve") for name in CONTENT),
        ],
    ),
    (_renamed, {}, [f"exercises/numbers/half/{name}" for name in CONTENT]),
    (_submodule, {}, [".gitmodules"]),
    (_huge, {"halve": "invalid"}, []),
    (_names, {}, [r"exercises/numbers/halve/::error::pwned\n::warning::x/conftest.py"]),
    (_commands, {"halve": "raised"}, []),
    (_git_settings, {}, []),
]


@pytest.mark.parametrize(("spoil", "verdicts", "refused"), HOSTILE, ids=[one[0].__name__ for one in HOSTILE])
def test_hostile_forks(spoil: Callable[[Fork], None], verdicts: dict[str, str], refused: list[str], fork: Fork) -> None:
    """Each gets the verdict it deserves, is told what is not its to change, and runs nothing outside the sandbox."""
    other = "exercises/words/shout/shout.py"
    fork.write(other, "def shout(text):\n    return 1\n")
    spoil(fork)
    fork.push()
    graded = fork.grade()

    assert not fork.marker.exists()
    assert graded.code == 1
    found = dict(graded.verdicts)
    assert found.pop("shout") in ("wrong", "raised", "invalid")  # the rest is graded regardless
    assert found == verdicts
    assert sorted(path.replace("\n", r"\n") for path in graded.refused) == sorted(refused)
    assert "CANARY" not in graded.log + json.dumps(graded.results)
    for line in graded.log.splitlines():
        if re.match(r"\s*::", line):
            assert re.match(r"::error (file=[^:,]+,)?(line=\d+,)?title=[^:,]+::[^\r\n]*$|::error::and ", line), line
        assert "##[" not in line


@pytest.mark.parametrize("kind", ["pipe", "device", "folder"])
def test_a_stub_that_is_no_file(kind: str, fork: Fork) -> None:
    """A pipe, a device or a folder in the place of a stub is refused at once, and nobody waits for it."""
    fork.write("exercises/words/shout/shout.py", "def shout(text):\n    return 1\n")
    fork.push()

    def spoil(submission: Path) -> None:
        path = submission / STUB
        if path.is_file():
            path.unlink()
        if path.exists():
            return
        if kind == "pipe":
            os.mkfifo(path)
        elif kind == "folder":
            path.mkdir()
        else:
            try:
                os.mknod(path, 0o600 | 0o020000, os.makedev(1, 5))
            except PermissionError:
                pytest.skip("only root may make devices")

    graded = fork.grade(spoil)

    assert graded.verdicts["halve"] == "invalid"
    report = next(one for one in graded.results["reports"] if one["exercise"] == "halve")
    assert f"is a {kind}, not a file" in report["message"]


def _jobs(workflow: Any) -> list[dict[str, Any]]:
    return list(workflow.get("jobs", {}).values())


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_workflows_follow_the_rules(path: Path) -> None:
    """Permissions are empty at the top, actions are pinned by SHA, time is limited, and no script holds an expression."""
    text = path.read_text(encoding="utf-8")
    workflow = yaml.safe_load(text)
    if "jobs" not in workflow:
        return  # GitLab
    assert workflow["permissions"] == {}
    assert "pull_request_target" not in text
    assert "inherit" not in text
    assert set(re.findall(r"secrets\.(\w+)", text)) <= {
        "token",
        "deploy_key",
        "KATA_UPSTREAM_TOKEN",
        "KATA_UPSTREAM_KEY",
    }
    for job in _jobs(workflow):
        assert set(job.get("permissions", {})) <= {"contents"}
        assert job.get("permissions", {"contents": "read"}) == {"contents": "read"}
        if "steps" not in job:
            continue
        assert job["timeout-minutes"] <= 60
        for step in job["steps"]:
            assert "${{" not in step.get("run", "")
            if "uses" in step:
                assert re.fullmatch(r"[\w/-]+@[0-9a-f]{40}", step["uses"])
                assert re.search(rf"{re.escape(step['uses'])}  # v\d+\.\d+\.\d+", text)
            if "checkout@" in step.get("uses", ""):
                assert step["with"]["persist-credentials"] is False
        done = subprocess.run(
            ["bash", "-n"], input="\n".join(s.get("run", "") for s in job["steps"]), text=True, check=False
        )
        assert done.returncode == 0


def test_the_linter_of_workflows_finds_nothing() -> None:
    """zizmor, which knows the ways in which workflows are attacked, has nothing to say."""
    linter = Path(sys.executable).with_name("zizmor")
    command = [str(linter), "--offline", "--no-progress", "--format", "plain", str(ROOT / ".github" / "workflows")]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, "NO_COLOR": "1"})

    assert done.returncode == 0, done.stdout


@pytest.mark.skipif(shutil.which("actionlint") is None, reason="there is no actionlint on this machine")
def test_actionlint_finds_nothing() -> None:
    """actionlint, where it is installed, has nothing to say either."""
    done = subprocess.run(["actionlint"], cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout


def test_pushes_of_one_branch_are_graded_one_at_a_time() -> None:
    """A newer push ends the run of the older one."""
    workflow = yaml.safe_load((ROOT / ".github/workflows/grade.yml").read_text(encoding="utf-8"))

    assert workflow["concurrency"] == {"group": "grade-${{ github.ref }}", "cancel-in-progress": True}


def test_the_gitlab_template_checks_nothing_out() -> None:
    """The template for GitLab fetches objects only, and its script is valid shell."""
    template = _workflow("../gitlab-grade.yml")["grade"]
    script = "\n".join(template["script"])

    assert template["variables"]["GIT_STRATEGY"] == "none"
    assert "pip install" in script
    assert "./trusted" in script
    assert subprocess.run(["bash", "-n"], input=script, text=True, check=False).returncode == 0
