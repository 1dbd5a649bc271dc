"""Everything that proves this repository: `nox -s tests` first, the slow proofs as sessions of their own."""

from __future__ import annotations

import os

import nox

nox.needs_version = ">=2025.2"
nox.options.sessions = ["tests", "lint"]
nox.options.default_venv_backend = "virtualenv"
if (
    "NOX_ENVDIR" in os.environ
):  # nox reads no such variable by itself; .ci/run keeps its environments out of the checkout
    nox.options.envdir = os.environ["NOX_ENVDIR"]


def _install(session: nox.Session) -> None:
    session.install("-c", "constraints.txt", "-e", ".[dev]")


@nox.session
def tests(session: nox.Session) -> None:
    """Run the test suite on two cores."""
    _install(session)
    session.run("pytest", "-n", "2", *(session.posargs or ["tests"]))


@nox.session
def lint(session: nox.Session) -> None:
    """Run the linters and the type checker."""
    _install(session)
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")
    session.run("mypy")


@nox.session(default=False, python=["3.11", "3.12", "3.13"])
def wheel(session: nox.Session) -> None:
    """Install the package as a stranger does, on every Python that is here, and use it away from the checkout."""
    _install(session)
    session.run("pytest", "tests/repository/test_wheel.py", *session.posargs)


@nox.session(default=False)
def coverage(session: nox.Session) -> None:
    """Measure how much of the grader the tests run, workers included."""
    _install(session)
    data = os.path.join(session.create_tmp(), "coverage")
    session.env["COVERAGE_FILE"] = os.path.join(data, "data")
    # tests/support/worker_coverage.py fetches what confined workers measured.
    session.env["KATA_WORKER_COVERAGE"] = data
    os.makedirs(data, exist_ok=True)
    session.run("coverage", "erase")
    session.run("coverage", "run", "-m", "pytest", *(session.posargs or ["tests"]))
    session.run("coverage", "combine", data, success_codes=[0, 1])
    session.run("coverage", "report")


@nox.session(default=False)
def attacks(session: nox.Session) -> None:
    """Run every attack behind the walls, and renew the tables of SECURITY.md; `-- --without-walls` only on a machine to throw away."""
    _install(session)
    session.run("python", "-m", "tools.attack_table", "--write", *session.posargs)


@nox.session(default=False)
def screens(session: nox.Session) -> None:
    """Draw the pictures of the README from the real programs."""
    _install(session)
    session.run("python", "-m", "tools.screens", "--write", *session.posargs)
    session.run("python", "-m", "tools.pages", "--write")


@nox.session(default=False)
def axe(session: nox.Session) -> None:
    """Have axe-core, from the npm registry, look for faults of accessibility on every page, light and dark."""
    _install(session)
    folder = session.create_tmp()
    with session.chdir(folder):
        session.run("npm", "install", "--no-save", "--prefix", ".", "axe-core", external=True)
    script = os.path.join(folder, "node_modules", "axe-core", "axe.min.js")
    session.run("python", "-m", "tools.pages", "--axe", os.path.abspath(script))


@nox.session(default=False)
def index(session: nox.Session) -> None:
    """Write exercises/README.md and PROOF.md from what the exercises and their records say."""
    _install(session)
    session.run("kata", "index", "--write", *session.posargs)


@nox.session(default=False)
def fuzz(session: nox.Session) -> None:
    """Have a coverage-guided fuzzer play a hostile worker, for five minutes by default."""
    _install(session)
    session.install("atheris>=3,<4")
    options = session.posargs or ["-max_total_time=300"]
    session.run(
        "python",
        "-m",
        "tests.security.fuzz_decoder",
        "-max_len=2048",
        *options,
        os.path.join(session.create_tmp(), "corpus"),
    )


@nox.session(default=False)
def proof(session: nox.Session) -> None:
    """Prove what changed since its record, or with `-- --all` everything: planted and automatic mutants, alternatives, seeds."""
    _install(session)
    session.run("kata", "proof", *session.posargs)
    session.run("kata", "index", "--write")


@nox.session(default=False)
def seeds(session: nox.Session) -> None:
    """Run every right solution with sixty seeds, to find cases that fail it now and then."""
    _install(session)
    session.run("kata", "proof", "--only-seeds", *session.posargs)
    session.run("kata", "index", "--write")


@nox.session(default=False)
def kills(session: nox.Session) -> None:
    """Kill a batch at twenty random moments, resume it each time, and compare its results with those of a quiet run."""
    _install(session)
    session.run(
        "pytest", "tests/classes/test_evaluation.py", "-k", "killed", *session.posargs, env={"KATA_KILLS": "20"}
    )


@nox.session(default=False)
def cluster(session: nox.Session) -> None:
    """Lose workers of a Dask cluster at random moments, with a row among the others that kills each it is given to."""
    _install(session)
    session.run("pytest", "tests/classes/test_cluster.py", *session.posargs, env={"KATA_LOSSES": "6"})


@nox.session(default=False)
@nox.parametrize("library", ["inspect-ai", "verifiers"])
def adapters(session: nox.Session, library: str) -> None:
    """Have the judge score for the real inspect_ai and the real verifiers, each in an environment of its own."""
    session.install("-c", "constraints.txt", "-e", ".", "pytest-timeout", library)
    session.run("pytest", "tests/classes/test_adapters.py", *session.posargs)


@nox.session(default=False)
def reruns(session: nox.Session) -> None:
    """Show for every exercise that the tenth submission is told what the first one is."""
    _install(session)
    session.run("python", "-m", "tools.reruns", *session.posargs)


@nox.session(default=False)
def cases(session: nox.Session) -> None:
    """Write a failing case of every exercise as a script, and run each in a process of its own."""
    _install(session)
    session.run("pytest", "-q", "tests/exercises/test_case_scripts.py", *session.posargs, env={"KATA_ALL_CASES": "1"})


@nox.session(default=False)
def bench(session: nox.Session) -> None:
    """Measure the ratios that the README states, and write them as JSON and as a table."""
    _install(session)
    session.run("python", "-m", "benchmarks", *session.posargs)


@nox.session(default=False)
def many(session: nox.Session) -> None:
    """Grade ten thousand submissions in one batch: its rate and the memory of its processes must stay flat."""
    _install(session)
    session.run("python", "-m", "benchmarks.many", *session.posargs)


@nox.session(default=False)
def bench_peers(session: nox.Session) -> None:
    """Grade the same submissions by kata, pytest, a fork without isolation, nbgrader and otter-grader; sizes are options."""
    _install(session)
    session.install("otter-grader[grading]>=7,<8")
    session.run("python", "-m", "benchmarks.peers", *session.posargs)
