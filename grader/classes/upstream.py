"""Where tests and grader come from: one repository, named in one place, pinned by tag or commit."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from grader.content.upstream import declared_upstream, is_placeholder
from grader.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

_NAME: Final = re.compile(r"[A-Za-z0-9][\w.-]*(?:/[\w.-]+)+")
_REMOTE: Final = re.compile(
    r"(?:https?://|ssh://)?(?:[^@/\s]+@)?(?P<host>[\w.-]+\.\w+)(?::\d+)?[:/](?P<path>[\w./-]+?)(?:\.git)?/?"
)
_COMMIT: Final = re.compile(r"[0-9a-f]{40}")
_REF: Final = re.compile(r"[\w][\w./+-]*")
_BRANCHES: Final = frozenset({"main", "master", "develop", "trunk", "HEAD"})
_GITHUB: Final = "github.com"
_REMEDY: Final = "Set `upstream` below `[tool.kata]` in pyproject.toml, or give --upstream OWNER/REPO."


@dataclass(frozen=True, slots=True)
class Upstream:
    """A repository at a tag or commit.

    Attributes
    ----------
    host : str
        Such as `github.com`.
    path : str
        Such as `OWNER/REPO`.
    ref : str
        Tag or commit.
    """

    host: str
    path: str
    ref: str

    @property
    def url(self) -> str:
        """Where git clones it from."""
        return f"https://{self.host}/{self.path}.git"


def find_upstream(root: Path, named: str | None, ref: str | None, host: str = _GITHUB) -> Upstream:
    """Return the upstream that a release takes tests and grader from.

    What is named counts; then `[tool.kata] upstream` in the checkout's pyproject.toml; then its git remote `upstream`
    or `origin`.

    Parameters
    ----------
    root : Path
        The trusted checkout.
    named : str or None
        What a command line says: `OWNER/REPO` or an address.
    ref : str or None
        Tag or commit; by default the commit that is checked out.
    host : str, default="github.com"
        Where a name without an address lies.

    Raises
    ------
    UsageError
        When there is none, it is a placeholder, or the reference may move.
    """
    found = named or declared_upstream(root) or _remote(root)
    if not found:
        raise UsageError(f"{root} does not say which repository it is.", _REMEDY)
    name = _NAME.fullmatch(found)
    address = None if name else _REMOTE.fullmatch(found)
    if name is None and address is None:
        if not named and not declared_upstream(root):
            raise UsageError(f"The git remote of {root} is {found!r}, which nobody else can fetch from.", _REMEDY)
        raise UsageError(f"{found!r} is no repository.", "Write OWNER/REPO, or https://HOST/OWNER/REPO.")
    where, path = (address["host"], address["path"]) if address else (host, found)
    if is_placeholder(path):
        raise UsageError(f"{path} is a placeholder, which anybody may register.", _REMEDY)
    return Upstream(where, path, _pinned(root, ref))


def _remote(root: Path) -> str:
    for name in ("upstream", "origin"):
        if found := _git(root, "remote", "get-url", name):
            return found
    return ""


def _pinned(root: Path, ref: str | None) -> str:
    """Return a tag or a commit, never a branch: what grades a class does not change overnight."""
    if ref is None:
        commit = _git(root, "rev-parse", "--verify", "HEAD^{commit}")
        if not commit:
            raise UsageError(f"{root} is no git checkout with a commit.", "Name a tag or a commit with --ref.")
        return commit
    if not _REF.fullmatch(ref):
        raise UsageError(f"--ref {ref!r} is no name of a tag or commit.", "Name one, such as v1.2.0.")
    if _COMMIT.fullmatch(ref):
        return ref
    is_tag = bool(_git(root, "rev-parse", "--verify", "--quiet", f"refs/tags/{ref}"))
    is_branch = any(
        _git(root, "rev-parse", "--verify", "--quiet", f"refs/{kind}/{ref}") for kind in ("heads", "remotes/origin")
    )
    if ref in _BRANCHES or (is_branch and not is_tag):
        raise UsageError(f"--ref {ref} is a branch, which moves.", "Name a tag or a commit of 40 digits.")
    return ref


def _git(root: Path, *arguments: str) -> str:
    """Return what git says about the trusted checkout itself; empty where it says nothing, or lies above."""
    if not (root / ".git").exists():
        return ""
    command = ["git", "-C", str(root), *arguments]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError:
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
