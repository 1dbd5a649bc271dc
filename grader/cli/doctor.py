"""`kata doctor`: what this machine can do."""

from __future__ import annotations

import os
import platform
import sys
from typing import TYPE_CHECKING

import click

from grader.cli import console
from grader.errors import GraderError
from grader.render.paint import count

if TYPE_CHECKING:
    from collections.abc import Iterator

_PACKAGES = ("mlkata", "numpy", "torch", "pytest", "hypothesis", "click", "rich")


@click.command()
def doctor() -> int:
    """Say what this machine can confine, versions, the editor and where data lives."""
    healthy = True
    for name, fact, sound in _facts():
        healthy = healthy and sound
        console.say(f"{name:<12} {fact}")
    return 0 if healthy else 2


def _facts() -> Iterator[tuple[str, str, bool]]:
    """Yield the name of a fact, the fact, and whether kata can work with it."""
    from importlib import metadata

    yield "python", f"{platform.python_version()} ({sys.executable})", True
    yield "system", f"{platform.system()} {platform.release()} {platform.machine()}, {os.cpu_count()} cores", True
    for package in _PACKAGES:
        try:
            yield package, metadata.version(package), True
        except metadata.PackageNotFoundError:
            yield package, "not installed; run `pip install -c constraints.txt -e .`", False
    yield (
        "editor",
        os.environ.get("VISUAL") or os.environ.get("EDITOR") or "not set; `kata start --edit` needs EDITOR",
        True,
    )
    checks = (("catalogue", _catalog), ("data", _data), ("confinement", _confinement), ("namespaces", _namespaces))
    for name, check in checks:
        try:
            yield name, check(), True
        except GraderError as error:
            yield name, str(error), False


def _catalog() -> str:
    from grader.cli.options import open_catalog

    catalog = open_catalog()
    exercises, tracks = count(len(catalog.exercises), "exercise"), count(len(catalog.tracks), "track")
    return f"{catalog.root}: {exercises} in {tracks}"


def _data() -> str:
    from grader.practice.history import History

    with History() as history:
        worked = count(len(history.standings()), "exercise")
    return f"{history.folder}: writable, {worked} worked on" + "".join(f"; {line}" for line in history.notices)


def _confinement() -> str:
    from grader.sandbox import probe

    found = probe()
    landlock = f"Landlock ABI {found.landlock_abi}" if found.landlock_abi else "no Landlock"
    walls = [landlock, "seccomp" if found.seccomp else "no seccomp", "rlimits" if found.rlimits else "no rlimits"]
    missing = f"; missing: {'; '.join(found.missing)}" if found.missing else ""
    return f"{found.level} ({', '.join(walls)}; workers by {found.start_method}){missing}"


def _namespaces() -> str:
    from grader.sandbox import probe, remedy

    if sys.platform != "linux":
        return "none; only Linux has them"
    return "yes: a submission sees no file but those it may read" if probe().namespaces else remedy.for_namespaces()
